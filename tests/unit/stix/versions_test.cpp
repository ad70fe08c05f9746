#include "stix/versions.h"

#include "stix/markings.h"
#include "stix/validate/validate.h"
#include "stix_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;
using Relation = VersionRelation;

namespace {

constexpr std::string_view kAuthor = "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff";

/// A tool with the spelling of its times, numbers and members kept.
ObjectPtr tool(const std::string& more = "",
               const std::string& modified = "2026-01-02T03:04:05.678Z",
               const std::string& created = "2026-01-01T00:00:00.0Z") {
  return cases::object(
      R"({"type":"tool","spec_version":"2.1","id":"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3","created_by_ref":")" +
      std::string(kAuthor) + R"(","created":")" + created + R"(", "modified" : ")" + modified +
      R"(","name":"n\u0061me","x_n":1.50e1)" + more + "}");
}

Timestamp at(const char* text) {
  return *parse_stix_time(text);
}
const Timestamp kLater = at("2026-05-06T07:08:09.123456Z");

std::string member(const ObjectPtr& object, std::string_view name) {
  return std::string(object->root()[name].raw());
}

const std::string kPart =
    R"(,"granular_markings":[{"lang":"ja","selectors":["description"]}],"description":"d")";

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE(
      "stix/versions: a new version changes what is asked and modified, and keeps all other "
      "bytes") {
    const auto old = tool(R"(,"labels":["a"],"description":"d")");
    const auto next =
        *new_version(*old, R"({"description":null,"name":"other","x_new":[1.0]})", kLater);
    CHECK(
        next->bytes() ==
        R"({"type":"tool","spec_version":"2.1","id":"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3","created_by_ref":"identity--f431f809-377b-45e0-aa1c-6a4751cae5ff","created":"2026-01-01T00:00:00.0Z","modified":"2026-05-06T07:08:09.123Z","name":"other","x_n":1.50e1,"labels":["a"],"x_new":[1.0]})");
    CHECK(compare_versions(*old, *next) == Relation::kOlder);
    CHECK(member(*new_version(*old, "{}", kLater), "name") == R"("n\u0061me")");
  }

  TEST_CASE(
      "stix/versions: modified always rises, also when the clock stands still or runs behind") {
    const auto modified = [](const char* old, const char* now) {
      return member(*new_version(*tool("", old), "{}", at(now)), "modified");
    };
    CHECK(modified("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.679Z") ==
          "\"2026-01-02T03:04:05.679Z\"");
    CHECK(modified("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z") ==
          "\"2026-01-02T03:04:05.679Z\"");
    CHECK(modified("2026-01-02T03:04:05.678999Z", "2026-01-02T03:04:05.678999Z") ==
          "\"2026-01-02T03:04:05.679Z\"");
    CHECK(modified("2026-01-02T03:04:05.678999999999Z", "2026-01-02T03:04:05.679Z") ==
          "\"2026-01-02T03:04:05.679Z\"");
    CHECK(modified("2026-01-02T03:04:05.999Z", "2020-01-01T00:00:00Z") ==
          "\"2026-01-02T03:04:06.000Z\"");
    CHECK(modified("2026-01-02T03:04:05Z", "2020-01-01T00:00:00Z") ==
          "\"2026-01-02T03:04:05.001Z\"");
    // Never before created, even if the object was wrong about it.
    const auto wrong = tool("", "2026-01-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z");
    CHECK(member(*new_version(*wrong, "{}", at("2026-02-01T00:00:00Z")), "modified") ==
          "\"2026-03-01T00:00:00.001Z\"");
    const auto last = tool("", "9999-12-31T23:59:59.999Z");
    CHECK(new_version(*last, "{}", kLater).error().code == Code::kStixInvalid);
    CHECK(new_version(*tool(), "{}", Timestamp{400'000'000'000, 0}).error().code ==
          Code::kStixInvalid);
  }

  TEST_CASE("stix/versions: a hundred versions in one millisecond are a hundred versions") {
    auto version = tool();
    for (int i = 0; i < 100; ++i) {
      const auto next = *new_version(*version, "{}", at("2026-01-02T03:04:05.678Z"));
      CHECK(version_order(*version, *next) < 0);
      version = next;
    }
    CHECK(version->version() == "2026-01-02T03:04:05.778Z");
  }

  TEST_CASE("stix/versions: refuses to change what makes the object itself") {
    for (const char* name :
         {"type", "spec_version", "id", "created", "modified", "created_by_ref", "revoked"}) {
      INFO(name);
      const auto result = new_version(*tool(), "{\"" + std::string(name) + "\":null}", kLater);
      CHECK(result.error().code == Code::kInvalidArgument);
      CHECK(result.error().where == "/" + std::string(name));
    }
    CHECK(new_version(*tool(), "[]", kLater).error().code == Code::kInvalidArgument);
    CHECK(new_version(*tool(), "{", kLater).error().code == Code::kJsonSyntax);
    CHECK(new_version(*tool(), R"({"name":"a","name":"b"})", kLater).error().code ==
          Code::kJsonDuplicateKey);
    CHECK_FALSE(
        new_version(*tool(), "{\"x_big\":\"" + std::string(4u << 20, 'a') + "\"}", kLater).ok());
  }

  TEST_CASE("stix/versions: only objects with versions have a next one") {
    for (const char* type : {"marking-definition", "file"}) {
      INFO(type);
      CHECK(new_version(*cases::object(cases::valid_object(type)), "{}", kLater).error().code ==
            Code::kStixInvalid);
    }
    CHECK_FALSE(
        new_version(
            *cases::object(
                R"({"type":"bundle","id":"bundle--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3",)"
                R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z"})"),
            "{}", kLater)
            .ok());
  }

  TEST_CASE("stix/versions: a removal that leaves a granular marking without its text is refused") {
    const auto marked = tool(kPart);
    CHECK(new_version(*marked, R"({"description":null})", kLater).error().code ==
          Code::kStixInvalid);
    CHECK(new_version(*marked, R"({"description":null,"granular_markings":null})", kLater).ok());
    CHECK(new_version(*marked, R"({"description":"new"})", kLater).ok());
  }

  TEST_CASE("stix/versions: nothing follows a revoked version") {
    const auto revoked = *revoke(*tool(), kLater);
    CHECK(revoked->revoked());
    CHECK(member(revoked, "modified") == "\"2026-05-06T07:08:09.123Z\"");
    CHECK(member(*revoke(*tool(R"(,"revoked":false)"), kLater), "revoked") == "true");
    CHECK(new_version(*revoked, "{}", kLater).error().where == "/revoked");
    CHECK(revoke(*revoked, kLater).error().code == Code::kStixInvalid);
    CHECK_FALSE(new_version(*tool(R"(,"revoked":"true")"), "{}", kLater).ok());
    CHECK(cases::count(validate(*revoked, {}), Severity::kError) ==
          cases::count(validate(*tool(), {}), Severity::kError));
  }

  TEST_CASE("stix/versions: only the creator makes versions") {
    CHECK(may_version(*tool(), kAuthor));
    CHECK_FALSE(may_version(*tool(), "identity--aaaaaaaa-377b-45e0-aa1c-6a4751cae5ff"));
    CHECK_FALSE(may_version(*tool(), ""));
    const auto anonymous = cases::object(cases::changed(tool()->bytes(), {"created_by_ref"}));
    CHECK_FALSE(may_version(*anonymous, kAuthor));
    CHECK_FALSE(may_version(*anonymous, ""));
    CHECK_FALSE(may_version(
        *cases::object(cases::changed(tool()->bytes(), {}, R"({"created_by_ref":"x"})")), "x"));
  }

  TEST_CASE("stix/versions: the order is that of instants, to the last digit") {
    const auto order = [](const char* a, const char* b) {
      return version_order(*tool("", a), *tool("", b));
    };
    CHECK(order("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000Z") == 0);
    CHECK(order("2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.100Z") == 0);
    CHECK(order("2026-01-01T00:00:00.09Z", "2026-01-01T00:00:00.1Z") < 0);
    CHECK(order("2026-01-01T00:00:00.000000000001Z", "2026-01-01T00:00:00.000000000002Z") < 0);
    CHECK(order("2026-01-01T00:00:00.0000000000010Z", "2026-01-01T00:00:00.000000000001Z") == 0);
    CHECK(order("2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00Z") < 0);
    CHECK(order("2026-01-01T00:00:01Z", "2026-01-01T00:00:00.999Z") > 0);
    const std::vector<ObjectPtr> mixed{
        tool("", "2026-01-03T00:00:00Z"), nullptr, tool("", "2026-01-05T00:00:00.000Z"),
        tool("", "2026-01-05T00:00:00Z"), tool("", "2026-01-04T00:00:00Z")};
    CHECK(current_version(mixed) == mixed[2].get());
    CHECK(current_version({}) == nullptr);
  }

  TEST_CASE("stix/versions: one version in many spellings is the same") {
    const auto same = [](const ObjectPtr& a, const ObjectPtr& b) {
      CHECK(compare_versions(*b, *a) == compare_versions(*a, *b));
      return compare_versions(*a, *b) == Relation::kSame;
    };
    CHECK(same(tool(), cases::object(tool()->canonical())));
    CHECK(same(tool(), tool(R"(,"revoked":false)")));
    CHECK(same(tool(), tool(R"(,"lang":"en")")));
    CHECK(same(tool(), tool("", "2026-01-02T03:04:05.678000Z")));
    CHECK(same(tool(), tool("", "2026-01-02T03:04:05.678Z", "2026-01-01T00:00:00Z")));
    const std::string sighting = cases::valid_object("sighting");
    CHECK(same(cases::object(cases::changed(sighting, {"summary"})),
               cases::object(cases::changed(sighting, {}, R"({"summary":false})"))));
    const std::string address =
        R"({"type":"ipv4-addr","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.51.100.3")";
    CHECK(same(cases::object(address + "}"),
               cases::object(address + R"(,"spec_version":"2.1","defanged":false})")));
  }

  TEST_CASE("stix/versions: another content under one version is a conflict") {
    const auto conflict = [](const ObjectPtr& a, const ObjectPtr& b) {
      return compare_versions(*a, *b) == Relation::kConflict;
    };
    CHECK(conflict(tool(), tool(R"(,"description":"d")")));
    CHECK(conflict(tool(), tool(R"(,"revoked":true)")));
    CHECK(conflict(tool(), tool(R"(,"lang":"ja")")));
    CHECK(conflict(tool(), tool(R"(,"summary":false)")));  // a default of sightings only
    CHECK(conflict(tool(), tool(R"(,"is_active":false)")));
    CHECK(conflict(tool(), tool("", "2026-01-02T03:04:05.678Z", "2026-01-01T00:00:00.001Z")));
    CHECK(conflict(tool(), cases::object(cases::changed(tool()->bytes(), {"spec_version"}))));
    CHECK(compare_versions(*tool(), *tool(R"(,"description":"d")", "2026-01-02T03:04:05.679Z")) ==
          Relation::kOlder);
    CHECK(compare_versions(*tool("", "2027-01-01T00:00:00Z"), *tool()) == Relation::kNewer);
    CHECK(compare_versions(*tool(), *cases::object(cases::valid_object("malware"))) ==
          Relation::kOtherObject);
  }

  TEST_CASE(
      "stix/versions: who changes another's object makes a new one that says where it is from") {
    const DerivedIds ids{"tool--11111111-1111-4111-8111-111111111111",
                         "relationship--22222222-2222-4222-8222-222222222222",
                         "identity--33333333-3333-4333-8333-333333333333"};
    const auto original = tool(
        kPart +
        R"(,"object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"],"revoked":true)");
    const auto derived = *derive(*original, ids, R"({"name":null,"x_mine":1})", kLater);
    CHECK(derived.object->id() == ids.object);
    CHECK(derived.object->created_by_ref() == ids.creator);
    CHECK(member(derived.object, "created") == "\"2026-05-06T07:08:09.123Z\"");
    CHECK(member(derived.object, "created") == member(derived.object, "modified"));
    CHECK_FALSE(derived.object->root()["revoked"].exists());
    CHECK_FALSE(derived.object->root()["name"].exists());
    CHECK(member(derived.object, "x_n") == "1.50e1");
    CHECK(member(derived.relationship, "source_ref") == "\"" + ids.object + "\"");
    CHECK(derived.relationship->root()["target_ref"].string() == original->id());
    CHECK(member(derived.relationship, "relationship_type") == "\"derived-from\"");
    CHECK(member(derived.relationship, "object_marking_refs") ==
          R"(["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"])");
    CHECK(cases::listing(validate(*derived.relationship, {.strict = true})) == "");

    DerivedIds bad = ids;
    bad.object = original->id();
    CHECK(derive(*original, bad, "{}", kLater).error().code == Code::kInvalidArgument);
    bad.object = "malware--11111111-1111-4111-8111-111111111111";
    CHECK_FALSE(derive(*original, bad, "{}", kLater).ok());
    bad = ids;
    bad.creator = "";
    CHECK_FALSE(derive(*original, bad, "{}", kLater).ok());
    bad = ids;
    bad.relationship = ids.object;
    CHECK_FALSE(derive(*original, bad, "{}", kLater).ok());
    CHECK_FALSE(derive(*original, ids, R"({"id":"x"})", kLater).ok());
    CHECK_FALSE(derive(*cases::object(cases::valid_object("file")), ids, "{}", kLater).ok());
  }

  TEST_CASE(
      "stix/versions: the relationship of a derived object bears every marking of the original") {
    const DerivedIds ids{"tool--11111111-1111-4111-8111-111111111111",
                         "relationship--22222222-2222-4222-8222-222222222222",
                         "identity--33333333-3333-4333-8333-333333333333"};
    const std::string red(tlp_marking_id(Tlp::kRed));
    const auto original =
        tool(R"(,"granular_markings":[{"marking_ref":")" + red + R"(","selectors":["name"]}])");
    const auto derived =
        *derive(*original, ids, R"({"name":null,"granular_markings":null})", kLater);
    CHECK(member(derived.relationship, "object_marking_refs") == "[\"" + red + "\"]");
  }
}
