#include "stix/sco_id.h"

#include "stix_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;

TEST_SUITE("unit") {
  TEST_CASE("stix/sco_id: the published vectors and one for each type") {
    const auto lines = cases::vector_lines("sco_ids.jsonl");
    CHECK(lines.size() == 64);
    for (const std::string& line : lines) {
      INFO(line);
      const auto vector = json::Document::parse(line);
      REQUIRE(vector.ok());
      const json::Value root = (*vector)->root();
      const auto id = sco_id(root["object"]);
      if (root["id"].exists()) {
        REQUIRE(id.ok());
        CHECK(*id == root["id"].string());
        const std::string name(root["name"].string_or({}));
        CHECK(id->ends_with("--" + Uuid::v5(sco_namespace(), name).to_string()));
      } else {
        REQUIRE_FALSE(id.ok());
        CHECK(id.error().code == Code::kNotFound);
      }
    }
  }

  TEST_CASE("stix/sco_id: the id and other properties do not matter, order neither") {
    const auto one = json::Document::parse(R"({"type":"software","name":"a","version":"1"})");
    const auto two = json::Document::parse(
        R"({"version":"1","id":"software--x","languages":["ja"],"name":"a","type":"software"})");
    CHECK(*sco_id((*one)->root()) == *sco_id((*two)->root()));
  }

  TEST_CASE("stix/sco_id: empty or malformed hashes contribute nothing") {
    for (const char* text : {R"({"type":"file","hashes":{}})", R"({"type":"file","hashes":"x"})"}) {
      CHECK(sco_id((*json::Document::parse(text))->root()).error().code == Code::kNotFound);
    }
    const auto with = json::Document::parse(R"({"type":"file","hashes":{},"name":"a"})");
    const auto without = json::Document::parse(R"({"type":"file","name":"a"})");
    CHECK(*sco_id((*with)->root()) == *sco_id((*without)->root()));
  }

  TEST_CASE("stix/sco_id: only cyber-observables have one") {
    for (const char* text : {R"({"type":"tool","name":"a"})", R"({"name":"a"})", "7", "[]"}) {
      CHECK(sco_id((*json::Document::parse(text))->root()).error().code == Code::kStixInvalid);
    }
  }
}
