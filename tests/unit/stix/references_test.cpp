#include "stix_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

std::vector<std::string> found(const std::string& text) {
  std::vector<std::string> out;
  for (const Reference& reference : references(*cases::object(text))) {
    out.push_back(reference.pointer + " " + reference.id);
  }
  return out;
}

constexpr const char* kId = "tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3";

std::string with(std::string members) {
  for (std::size_t at; (at = members.find('@')) != std::string::npos;) members.replace(at, 1, kId);
  return R"({"type":"report","id":"report--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3",)" + members + "}";
}

std::vector<std::string> at(std::initializer_list<const char*> pointers) {
  std::vector<std::string> out;
  for (const char* pointer : pointers) out.push_back(std::string(pointer) + " " + kId);
  return out;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/references: single and list properties, at any depth, in order") {
    CHECK(found(with(R"("object_refs":["@","@"],"created_by_ref":"@")")) ==
          at({"/object_refs/0", "/object_refs/1", "/created_by_ref"}));
    CHECK(found(with(R"("x_contents":[{"object_ref":"@","deep":{"a_refs":["@"]}}])")) ==
          at({"/x_contents/0/object_ref", "/x_contents/0/deep/a_refs/0"}));
    CHECK(found(with(R"("extensions":{"archive-ext":{"contains_refs":["@"]}})")) ==
          at({"/extensions/archive-ext/contains_refs/0"}));
    CHECK(found(with(R"("a~/b_ref":"@")")) == at({"/a~0~1b_ref"}));
  }

  TEST_CASE("stix/references: marking references are left out, language targets are not") {
    CHECK(
        found(
            with(
                R"("object_marking_refs":["@"],"granular_markings":[{"marking_ref":"@","selectors":["name"]}])"))
            .empty());
    CHECK(found(with(R"("object_ref":"@","contents":{"ja":{"name":"@"}})")) == at({"/object_ref", "/contents/ja/name"}));
  }

  TEST_CASE("stix/references: a string that is an id counts wherever it stands, an id inside a text does not") {
    CHECK(
        found(with(
            R"("external_references":[{"source_name":"a","external_id":"@","url":"https://x/@"}])")) ==
        at({"/external_references/0/external_id"}));
    CHECK(found(with(R"("description":"@","labels":["@"],"x_acme":{"list":[["@"]],"of":"@"})")) ==
          at({"/description", "/labels/0", "/x_acme/list/0/0", "/x_acme/of"}));
    CHECK(found(with(R"("description":"see @","labels":[" @","@ ","@@"],"@":1)")).empty());
    CHECK(found(with(R"("granular_markings":[{"marking_ref":"@","x_see":"@"}],"x_marks":{"marking_ref":"@"})")) ==
          at({"/granular_markings/0/x_see", "/x_marks/marking_ref"}));
  }

  TEST_CASE("stix/references: property names that are opaque, for what they hold themselves") {
    const auto of = [](const std::string& members) {
      std::vector<std::string> out;
      for (const Reference& one : references(*cases::object(with(members)), {"stix_ids", "x_id"})) out.push_back(one.pointer);
      return out;
    };
    using Pointers = std::vector<std::string>;
    CHECK(of(R"("x_id":"@","x":{"stix_ids":["@",["@"]]},"y":"@")") == Pointers{"/y"});
    CHECK(of(R"("stix_ids":[{"a":"@","x_id":"@"}])") == Pointers{"/stix_ids/0/a"});
  }

  TEST_CASE("stix/references: an embedded observable names itself, anything else that is embedded is named") {
    const std::string sco = R"("objects":{"0":{"type":"ipv4-addr","id":"ipv4-addr--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3")";
    CHECK(found(with(sco + R"(,"value":"198.51.100.3"}},"x_of":"ipv4-addr--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3")")).empty());
    CHECK(found(with(sco + R"(,"spec_version":"2.1"}})")).size() == 1);
    CHECK(found(with(R"("x_it":{"type":"tool","id":"@","name":"n"})")) == at({"/x_it/id"}));
    CHECK(found(with(R"("x_it":{"type":"ipv4-addr","id":"@","value":"v"})")) == at({"/x_it/id"}));
  }

  TEST_CASE("stix/references: seventy thousand of them") {
    std::string list = "\"a\"";
    for (unsigned i = 0; i < 70'000; ++i) {
      const std::string digits = std::to_string(100'000 + i);
      list += ",\"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c3" + digits + "\"";
    }
    CHECK(references(*cases::object(with("\"x_list\":[" + list + "]"))).size() == 70'000);
  }

  TEST_CASE("stix/references: what is no id is no reference") {
    CHECK(found(with(
              R"("from_ref":"0","to_refs":["1",7,null,{"a_ref":"@"}],"x_ref":{"y_ref":"@"})")) ==
          at({"/to_refs/3/a_ref", "/x_ref/y_ref"}));
  }

  TEST_CASE("stix/references: very long names do not make the answer long") {
    const std::string key(3000, 'k');
    CHECK(found(with("\"" + key + R"(":{"a_ref":"@"},"b":{"c":{"d_ref":"@"}})")) ==
          at({"", "/b/c/d_ref"}));
  }
}
