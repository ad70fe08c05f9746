#include "tests/support/doctest.h"

#include "stix_cases.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

bool accepts_language(const std::string& tag) {
  const auto findings = validate(*cases::object(
      cases::changed(cases::valid_object("tool"), {}, "{\"lang\":\"" + tag + "\"}")));
  return acceptable(findings);
}

bool accepts_property(const std::string& name) {
  const auto findings = validate(
      *cases::object(cases::changed(cases::valid_object("tool"), {}, "{\"" + name + "\":1}")));
  return acceptable(findings);
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/names: RFC 5646 tags") {
    for (const char* tag :
         {"ja", "en-GB", "jpn", "zh-Hant-TW", "zh-yue-HK", "sl-rozaj-biske", "de-1996", "es-419",
          "en-a-bbb-x-private", "x-whatever", "de-DE-u-co-phonebk", "EN"}) {
      INFO(tag);
      CHECK(accepts_language(tag));
    }
    for (const char* tag : {"", "english", "e", "en-", "-en", "en--GB", "en_GB", "en-x", "en-a",
                            "x", "日本", "en-GB-US", "en-GB-longerthan8"}) {
      INFO(tag);
      CHECK_FALSE(accepts_language(tag));
    }
  }

  TEST_CASE("stix/names: property names are 3 to 250 of a-z 0-9 _") {
    CHECK(accepts_property("x_a"));
    CHECK(accepts_property("x_" + std::string(248, 'a')));
    CHECK_FALSE(accepts_property("x_" + std::string(249, 'a')));
    CHECK_FALSE(accepts_property("xa"));
    CHECK_FALSE(accepts_property("9_a"));
    CHECK_FALSE(accepts_property("x_é"));
    CHECK_FALSE(accepts_property("x.a"));
  }
}
