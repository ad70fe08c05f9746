#include "stix/validate/across.h"

#include <string>
#include <vector>

#include "stix/validate/content.h"
#include "stix/validate/identities.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

constexpr SipKey kKey{0x1234567812345678u, 0x9abcdef09abcdef0u};

std::string uuid(unsigned n) {
  std::string digits = std::to_string(n);
  return "5e7a1000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

std::string tool(unsigned n, const std::string& modified, const std::string& more = "") {
  return R"({"type":"tool","spec_version":"2.1","id":"tool--)" + uuid(n) + R"(","created":"2024-01-01T00:00:00.000Z","modified":")" +
         modified + R"(","name":"t")" + more + "}";
}

constexpr const char* kFirst = "2024-01-01T00:00:00.000Z";
constexpr const char* kSecond = "2024-01-02T00:00:00.000Z";
constexpr const char* kThird = "2024-01-03T00:00:00.000Z";

struct Outcome {
  std::vector<std::string> lines;  ///< "number-of-object clause pointer"; "end clause id line"
  std::vector<std::string> messages;
};

Outcome judge(const std::vector<std::string>& objects, std::size_t max_ids = 1000, bool complete = true,
              const ValidateOptions& options = {}) {
  AcrossObjects across(kKey, options, max_ids);
  Outcome outcome;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const auto document = json::Document::parse(objects[i]);
    REQUIRE(document.ok());
    json::Position at;
    at.line = i + 1;
    at.offset = i * 1000;
    for (const Finding& finding : across.add((*document)->root(), at, true)) {
      outcome.lines.push_back(std::to_string(i + 1) + " " + std::string(info(finding.clause).id) + " " + finding.pointer);
      outcome.messages.push_back(finding.message);
    }
  }
  for (const auto& one : across.finish(complete)) {
    outcome.lines.push_back("end " + std::string(info(one.finding.clause).id) + " " + one.object + " " +
                            std::to_string(one.finding.position.line));
    outcome.messages.push_back(one.finding.message);
  }
  return outcome;
}

using Lines = std::vector<std::string>;

std::string marking(unsigned n, std::vector<unsigned> by, const char* member = "object_marking_refs") {
  std::string refs;
  for (const unsigned other : by) {
    const std::string id = "\"marking-definition--" + uuid(other) + "\"";
    refs += (refs.empty() ? "" : ",") +
            (std::string_view(member) == "object_marking_refs" ? id : R"({"selectors":["type"],"marking_ref":)" + id + "}");
  }
  return R"({"type":"marking-definition","spec_version":"2.1","id":"marking-definition--)" + uuid(n) +
         R"(","created":"2024-01-01T00:00:00.000Z","name":"m")" + (by.empty() ? "" : ",\"" + std::string(member) + "\":[" + refs + "]") + "}";
}

std::string translation(unsigned n, unsigned target, const std::string& modified) {
  return R"({"type":"language-content","id":"language-content--)" + uuid(n) + R"(","modified":"2024-01-01T00:00:00.000Z","object_ref":"tool--)" +
         uuid(target) + R"(","object_modified":")" + modified + R"("})";
}

std::uint64_t hash(const std::string& text) {
  const auto document = json::Document::parse(text);
  REQUIRE(document.ok());
  return ContentHash(kKey).of_object((*document)->root(), [](std::string_view) {});
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/validate across: one UUID under two types (S-2.9-2)") {
    const std::string malware = R"({"type":"malware","id":"malware--)" + uuid(1) + R"("})";
    CHECK(judge({tool(1, kFirst), malware}).lines == Lines{"2 S-2.9-2 /id"});
    CHECK(judge({tool(2, kFirst), malware}).lines.empty());
    // Not those that are only named.
    CHECK(judge({R"({"type":"note","x_ref":"tool--)" + uuid(1) + "\"}", malware}).lines == Lines{"1 S-8-1 ", "end S-3.3-3  1"});
  }

  TEST_CASE("stix/validate across: created is the same in all versions (S-3.2-4)") {
    std::string other = tool(1, kSecond);
    other.replace(other.find("2024-01-01"), 10, "2023-01-01");
    CHECK(judge({tool(1, kFirst), other}).lines == Lines{"2 S-3.2-4 /created"});
    other = tool(1, kSecond);
    other.replace(other.find("00.000Z"), 7, "00.00000Z");
    CHECK(judge({tool(1, kFirst), other}).lines.empty());
  }

  TEST_CASE("stix/validate across: nothing follows a revoked version (S-3.6-8), in any order") {
    const std::string revoked = tool(1, kSecond, R"(,"revoked":true)");
    CHECK(judge({tool(1, kFirst), revoked}).lines.empty());
    CHECK(judge({revoked, tool(1, kFirst)}).lines.empty());
    CHECK(judge({revoked, tool(1, kThird)}).lines == Lines{"2 S-3.6-8 /modified"});
    CHECK(judge({tool(1, kThird), revoked}).lines == Lines{"2 S-3.6-8 /modified"});
    CHECK(judge({tool(1, kThird), tool(1, kFirst), revoked}).lines == Lines{"3 S-3.6-8 /modified"});
    // Once for an id.
    CHECK(judge({revoked, tool(1, kThird), tool(1, "2024-01-04T00:00:00.000Z")}).lines.size() == 1);
  }

  TEST_CASE("stix/validate across: one version has one content (S-3.6-10)") {
    const std::string other = tool(1, kFirst, R"(,"description":"d")");
    CHECK(judge({tool(1, kFirst), other}).lines == Lines{"2 S-3.6-10 /id"});
    CHECK(judge({tool(1, kFirst), tool(1, kSecond), other}).lines == Lines{"3 S-3.6-10 /id"});
    CHECK(judge({tool(1, kSecond), tool(1, kFirst), other}).lines == Lines{"3 S-3.6-10 /id"});
    CHECK(judge({tool(1, kFirst), tool(1, kSecond, R"(,"description":"d")")}).lines.empty());
    // Beyond the nanosecond nothing is known.
    CHECK(judge({tool(1, "2024-01-01T00:00:00.00000000001Z"), tool(1, "2024-01-01T00:00:00.00000000002Z", R"(,"x":1)")}).lines.empty());
    // Objects without versions.
    const std::string file = R"({"type":"file","id":"file--)" + uuid(3) + R"(","name":"a"})";
    const std::string renamed = R"({"type":"file","id":"file--)" + uuid(3) + R"(","name":"b"})";
    CHECK(judge({file, renamed}).lines == Lines{"2 S-3.6-10 /id"});
  }

  TEST_CASE("stix/validate across: the same again is a note, once (S-3.6-14)") {
    std::string again = tool(1, "2024-01-01T00:00:00.0Z", R"(,"revoked":false,"lang":"en")");
    const auto outcome = judge({tool(1, kFirst), again, again});
    CHECK(outcome.lines == Lines{"end S-3.6-14  2"});
    CHECK(outcome.messages[0].rfind("2 objects", 0) == 0);
    CHECK(info(Clause::kDuplicate).severity == Severity::kNote);
  }

  TEST_CASE("stix/validate across: circles of markings (S-3.2-10)") {
    CHECK(judge({marking(1, {2}), marking(2, {3}), marking(3, {})}).lines.empty());
    const auto outcome = judge({marking(1, {2}), marking(2, {3, 1}), marking(3, {})});
    CHECK(outcome.lines == Lines{"end S-3.2-10 marking-definition--" + uuid(2) + " 2"});
    CHECK(judge({marking(1, {2}), marking(3, {1}, "granular_markings"), marking(2, {3}, "granular_markings")}).lines ==
          Lines{"end S-3.2-10 marking-definition--" + uuid(2) + " 3"});
    CHECK(judge({marking(1, {1})}).lines.empty());  // reported with the object itself
    std::vector<std::string> many;
    for (unsigned i = 1; i <= 1002; ++i) many.push_back(marking(i, {i + 1}));
    CHECK(judge(many, 5000, false).lines == Lines{"end S-0-2  1"});
  }

  TEST_CASE("stix/validate across: references to what is not here: one note with examples (S-3.3-3)") {
    const std::string report = R"({"type":"report","id":"report--)" + uuid(9) + R"(","object_refs":["tool--)" + uuid(1) + "\",\"tool--" + uuid(2) +
                               "\",\"tool--" + uuid(3) + "\",\"malware--" + uuid(4) + "\",\"tool--" + uuid(5) +
                               R"("],"object_marking_refs":["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"],"a":{"b_ref":"x"}})";
    const auto outcome = judge({report, tool(1, kFirst), report});
    CHECK(outcome.lines == Lines{"end S-3.3-3  1", "end S-3.6-14  3"});
    CHECK(outcome.messages[0].rfind("4 ids", 0) == 0);
    CHECK(outcome.messages[0].find("tool--" + uuid(2) + " (line 1, column 1)") != std::string::npos);
    CHECK(outcome.messages[0].find(uuid(5)) == std::string::npos);
    CHECK(judge({report}, 1000, false).lines.empty());
    ValidateOptions options;
    options.ignored.set(static_cast<std::size_t>(Clause::kDangling));
    CHECK(judge({report}, 1000, true, options).lines.empty());
  }

  TEST_CASE("stix/validate across: a translation names a version that is here (S-7.1-2)") {
    CHECK(judge({translation(8, 1, kFirst), tool(1, kFirst)}).lines.empty());
    CHECK(judge({tool(1, kSecond), tool(1, kFirst), translation(8, 1, kFirst)}).lines.empty());
    CHECK(judge({translation(8, 1, kSecond), tool(1, kFirst)}).lines == Lines{"end S-7.1-2 language-content--" + uuid(8) + " 1"});
    CHECK(judge({translation(8, 1, kSecond)}).lines == Lines{"end S-3.3-3  1"});
    std::vector<std::string> many{tool(1, kFirst)};
    for (unsigned i = 2; i < 203; ++i) many.push_back(translation(i, 1, kSecond));
    const auto flood = judge(many);
    CHECK(flood.lines.size() == 101);
    CHECK(flood.messages.back().rfind("101 further", 0) == 0);
  }

  TEST_CASE("stix/validate across: members of a bundle (S-8-1)") {
    CHECK(judge({R"({"type":"bundle","id":"bundle--)" + uuid(1) + "\"}"}).lines == Lines{"1 S-8-1 "});
    CHECK(judge({"{}"}).lines == Lines{"1 S-8-1 "});
    CHECK(judge({"12", "null", "[]"}).lines.empty());
  }

  TEST_CASE("stix/validate across: beyond a limit it says so, and no more") {
    std::vector<std::string> many;
    for (unsigned i = 0; i < 50; ++i) many.push_back(tool(i, kFirst));
    CHECK(judge(many, 50).lines.empty());
    many.push_back(R"({"type":"note","x_ref":"tool--)" + uuid(99) + "\"}");
    CHECK(judge(many, 50).lines == Lines{"51 S-8-1 ", "end S-0-2  1"});
    many.clear();
    for (unsigned i = 0; i < 300; ++i) {
      const std::string type = "x-type" + std::to_string(i);
      many.push_back(R"({"type":")" + type + R"(","id":")" + type + "--" + uuid(i) + "\"}");
    }
    CHECK(judge(many).lines == Lines{"end S-0-2  1"});
  }

  TEST_CASE("stix/validate across: equal JSON has an equal hash, other JSON another") {
    CHECK(hash(R"({"a":1,"b":[true,null,"x"],"c":{"d":1.5,"e":-0.0}})") ==
          hash(R"({ "c":{"e":0,"d":15e-1},"b":[true,null,"\u0078"],"a":1.0})"));
    const std::vector<std::string> others = {R"({"a":1})",       R"({"a":2})",       R"({"a":"1"})",     R"({"a":true})",  R"({"a":false})",
                                             R"({"a":null})",    R"({"a":[1]})",     R"({"a":[]})",      R"({"a":{}})",    R"({"b":1})",
                                             R"({"a":[1,2]})",   R"({"a":[2,1]})",   R"({"a":[[1],2]})", R"({"a":[[1,2]]})", R"({})",
                                             R"({"a":{"b":1}})", R"({"a":1,"b":1})", R"({"a":""})",      R"({"a":[null]})", R"({"a":[""]})"};
    for (std::size_t i = 0; i < others.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) CHECK_MESSAGE(hash(others[i]) != hash(others[j]), others[i] << " " << others[j]);
    }
  }

  TEST_CASE("stix/validate across: the table finds what was put in, at any size") {
    PROPERTY("like a set", [] {
      Identities table(kKey, 100'000);
      const unsigned size = *rc::gen::inRange(1u, 3000u);
      for (unsigned i = 0; i < size; ++i) {
        const auto id = Uuid::parse(uuid(i));
        RC_ASSERT(id.has_value());
        RC_ASSERT(table.find(*id, 1) == nullptr);
        RC_ASSERT(table.add(*id, 1) != nullptr);
      }
      for (unsigned i = 0; i < size; ++i) {
        const Identity* one = table.find(*Uuid::parse(uuid(i)), 1);
        RC_ASSERT(one != nullptr);
        RC_ASSERT(one->uuid == Uuid::parse(uuid(i))->bytes);
      }
      RC_ASSERT(table.find(*Uuid::parse(uuid(size)), 1) == nullptr);
    });
  }
}
