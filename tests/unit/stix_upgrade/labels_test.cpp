#include "check.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::tests;

TEST_SUITE("unit") {
  TEST_CASE("stix/upgrade: labels become the type of five objects") {
    struct Row {
      const char* type;
      const char* property;
      const char* members;
    };
    for (
        const Row& row : {
            Row{"indicator", "indicator_types",
                R"("pattern":"[url:value = 'a']","valid_from":"2017-03-01T10:00:00Z",)"},
            Row{"malware", "malware_types", R"("name":"a",)"},
            Row{"report", "report_types",
                R"("name":"a","published":"2017-03-01T10:00:00Z","object_refs":["tool--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11"],)"},
            Row{"threat-actor", "threat_actor_types", R"("name":"a",)"},
            Row{"tool", "tool_types", R"("name":"a",)"},
        }) {
      const auto out = made(
          object_20(row.type, std::string(row.members) + R"("labels":["unknown","own-term"])"));
      CHECK_MESSAGE(out.last()[row.property].raw() == R"(["unknown","own-term"])", row.type);
      CHECK_FALSE(out.last()["labels"].exists());
    }
  }

  TEST_CASE("stix/upgrade: a label that cannot be a vocabulary term stays a label") {
    const auto out = made(object_20(
        "tool",
        R"("name":"a","labels":["remote-access","misp:tool=\"x\"","Two Words","under_score"])"));
    CHECK(out.last()["tool_types"].raw() == R"(["remote-access"])");
    CHECK(out.last()["labels"].raw() == R"(["misp:tool=\"x\"","Two Words","under_score"])");
    CHECK(out.losses.empty());
  }

  TEST_CASE("stix/upgrade: labels of an identity are its roles") {
    const auto out = made(
        object_20("identity", R"("name":"a","identity_class":"group","labels":["CEO","Doctors"])"));
    CHECK(out.last()["roles"].raw() == R"(["CEO","Doctors"])");
    CHECK_FALSE(out.last()["labels"].exists());
  }

  TEST_CASE("stix/upgrade: labels of other types stay, and so do those beside a 2.1 property") {
    const auto out = made(object_20("campaign", R"("name":"a","labels":["spring"])"));
    CHECK(out.last()["labels"].raw() == R"(["spring"])");
    const auto both = made(object_20(
        "tool", R"("name":"a","tool_types":["remote-access"],"labels":["exploitation"])"));
    CHECK(both.last()["tool_types"].raw() == R"(["remote-access"])");
    CHECK(both.last()["labels"].raw() == R"(["exploitation"])");
  }
}
