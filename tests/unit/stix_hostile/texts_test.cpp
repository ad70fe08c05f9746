// Texts that break readers: UTF-8 that ends too early, at every place; regular expressions that take for ever.
#include <string>
#include <vector>

#include "stix/match/match.h"
#include "stix/object.h"
#include "stix/pattern/parse.h"
#include "stix/selector.h"
#include "stix/validate/validate.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

// One, two, three and four bytes to a character.
const std::string kObject = "{\"type\":\"tool\",\"spec_version\":\"2.1\",\"id\":\"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\","
                            "\"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"2026-01-01T00:00:00.000Z\","
                            "\"x_\xC3\xA9\":1,\"name\":\"\xC3\xA9\xE5\x8D\xB1\xE9\x99\xBA\xF0\x9F\x9A\x80 \\ud83d\\ude80\"}";
const std::string kPattern = "[file:name = '\xC3\xA9\xE5\x8D\xB1\xF0\x9F\x9A\x80' OR file:'k\xC3\xA9' LIKE '\xE5\x8D\xB1%']";

bool is_tail(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/hostile: an object cut anywhere is refused by name") {
    REQUIRE(Object::parse(kObject).ok());
    for (std::size_t cut = 0; cut < kObject.size(); ++cut) {
      const auto object = Object::parse(kObject.substr(0, cut));
      CAPTURE(cut);
      REQUIRE_FALSE(object.ok());
      const bool half_a_pair = kObject.substr(0, cut).find("\\ud83d") != std::string::npos &&
                               kObject.substr(0, cut).find("\\ude80") == std::string::npos;
      const Code code = object.error().code;
      if (is_tail(kObject[cut])) CHECK(code == Code::kJsonEncoding);
      else if (half_a_pair) CHECK((code == Code::kJsonEncoding || code == Code::kJsonSyntax));
      else CHECK(code == Code::kJsonSyntax);
    }
  }

  TEST_CASE("stix/hostile: a character that loses a byte is refused at every place") {
    for (const std::string& text : {kObject, kPattern}) {
      const bool is_object = text == kObject;
      for (std::size_t at = 0; at < text.size(); ++at) {
        if (static_cast<unsigned char>(text[at]) < 0x80) continue;
        std::string damaged = text;
        damaged.erase(at, 1);
        CAPTURE(at);
        if (is_object) CHECK(Object::parse(damaged).error().code == Code::kJsonEncoding);
        else CHECK(pattern::parse(damaged).error().code == Code::kStixPattern);
      }
    }
  }

  TEST_CASE("stix/hostile: a pattern cut anywhere is refused with its place") {
    REQUIRE(pattern::parse(kPattern).ok());
    for (std::size_t cut = 0; cut < kPattern.size(); ++cut) {
      const auto pattern = pattern::parse(kPattern.substr(0, cut));
      CAPTURE(cut);
      REQUIRE_FALSE(pattern.ok());
      CHECK(pattern.error().code == Code::kStixPattern);
      CHECK(pattern.error().where.starts_with("1:"));
    }
  }

  TEST_CASE("stix/hostile: regular expressions that take others for ever") {
    const std::string subject(1'000'000, 'a');
    const auto document = json::Document::parse(
        R"([{"type":"observed-data","id":"o","first_observed":"2026-01-01T00:00:00Z","last_observed":"2026-01-01T00:00:00Z",)"
        R"("number_observed":1,"objects":{"0":{"type":"file","name":")" + subject + "\"}}}]");
    REQUIRE(document.ok());
    const auto set = match::ObservationSet::build({(*document)->root().at(0)});
    const std::string deep = std::string(5000, '(') + "a" + std::string(5000, ')');
    std::string wide = "b";
    while (wide.size() < 200'000) wide += "|a?b";
    struct Case {
      std::string expression;
      const char* outcome;  ///< "no", or the text name of the error
    };
    const std::vector<Case> cases = {
        {"(a+)+$b", "no"}, {"^(a|a)*b", "no"}, {"^(a|aa)+$b", "no"}, {"(.*)*x", "no"}, {"^(([a-z])+.)+[A-Z]([a-z])+$", "no"},
        {"(a?){500}a{500}b", "limit-exceeded"}, {"((a{100}){100}){100}", "limit-exceeded"}, {"(a{1000}){1000}", "limit-exceeded"},
        {wide, "limit-exceeded"}, {deep, "limit-exceeded"}, {"(", "stix-pattern"}, {"[", "stix-pattern"}, {"a**", "stix-pattern"},
        {"(?P<n", "stix-pattern"}, {"a{2,1}", "limit-exceeded"}, {"(a)\\\\1", "stix-pattern"}, {"(?=a)a", "stix-pattern"},
        {"\\\\", "stix-pattern"}};
    for (const Case& each : cases) {
      CAPTURE(each.expression.substr(0, 60));
      const auto pattern = pattern::parse("[file:name MATCHES '" + each.expression + "']");
      REQUIRE(pattern.ok());
      const auto matcher = match::Matcher::compile(*pattern);
      std::string outcome;
      if (matcher.ok()) {
        const auto result = matcher->matches(*set);
        outcome = !result.ok() ? std::string(info(result.error().code).text) : result->matched ? "yes" : "no";
      } else {
        outcome = info(matcher.error().code).text;
        CHECK(matcher.error().where.starts_with("byte "));
      }
      CHECK(outcome == each.outcome);
    }
  }
}
