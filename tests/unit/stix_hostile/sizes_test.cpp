// Objects of absurd size: a million of everything costs seconds and a few times its bytes, or is refused by name. The
// time limit of this test is the bound of time.
#include <sys/resource.h>

#include <string>

#include "stix/marking_circle.h"
#include "stix/marking_map.h"
#include "stix/match/match.h"
#include "stix/pattern/parse.h"
#include "stix/selector.h"
#include "stix/upgrade/upgrade.h"
#include "stix/validate/validate.h"
#include "stix/versions.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // where a tenth is as hard
#else
constexpr bool kSanitized = false;
#endif
constexpr int kMillion = kSanitized ? 100'000 : 1'000'000;
constexpr std::size_t kMostFindings = 301;
constexpr std::size_t kWide = 256u << 20;

std::string tool(const std::string& members) {
  return R"({"type":"tool","spec_version":"2.1","id":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",)"
         R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"VNC")" +
         members + "}";
}

/// `count` pieces, the number between `before` and `after`, joined by commas.
std::string many(int count, const std::string& before, const std::string& after) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    out += before;
    out += std::to_string(i);
    out += after;
  }
  return out;
}

std::size_t findings(const std::string& text) {
  const auto document = json::Document::parse(text);
  REQUIRE(document.ok());
  return validate((*document)->root()).size();
}

/// Megabytes that this process ever held at once; 0 under a sanitizer, which has its own idea of memory.
long peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return kSanitized ? 0 : usage.ru_maxrss >> 10;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/hostile: a string of 100 MB") {
    for (const std::string piece : {"\\n", "\xE5\x8D\xB1"}) {
      const long before = peak_megabytes();
      std::string text = R"(,"description":")";
      std::string thousand;
      for (int i = 0; i < 1000; ++i) thousand += piece;
      while (text.size() < std::size_t{100} * kMillion) text += thousand;
      text = tool(text + '"');
      CHECK(Object::parse(text).error().code == Code::kLimitExceeded);
      const auto document = json::Document::parse(text);
      REQUIRE(document.ok());
      CHECK(validate((*document)->root()).empty());
      CHECK(MarkingMap((*document)->root()).at("/description").ok());
      CHECK(peak_megabytes() - before < 800);
    }
  }

  TEST_CASE("stix/hostile: a million levels") {
    const std::string open(kMillion, '[');
    CHECK(Object::parse(tool(R"(,"x_a":)" + open)).error().code == Code::kLimitExceeded);
    CHECK(Object::parse(tool(R"(,"x_a":)" + open + std::string(kMillion, ']'))).error().code == Code::kLimitExceeded);
    CHECK(open_container(open).error().code == Code::kLimitExceeded);

    const std::string parentheses(kMillion, '(');
    CHECK(pattern::parse(parentheses).error().code == Code::kLimitExceeded);
    CHECK(pattern::parse("[" + parentheses + "a:b=1").error().code == Code::kLimitExceeded);
    std::string path = "[a:b";
    while (path.size() < kMillion) path += ".b";
    CHECK(pattern::parse(path + "=1]").error().code == Code::kLimitExceeded);

    std::string selector = "a";
    while (selector.size() < kMillion) selector += ".a";
    CHECK(Selector::parse(selector).error().code == Code::kStixInvalid);
    const auto object = Object::parse(tool(R"(,"granular_markings":[{"lang":"en","selectors":[")" + selector + "\"]}]"));
    REQUIRE(object.ok());
    CHECK_FALSE(acceptable(validate(**object)));
    CHECK(MarkingMap((*object)->root()).at("/name")->lang == "en");  // a selector that cannot be read holds for all
  }

  TEST_CASE("stix/hostile: a million names") {
    for (const char* ending : {"", "_ref", "_refs", "_bin", "_hex", "_enc"}) {
      CAPTURE(ending);
      CHECK(findings(tool("," + many(kMillion, "\"a", std::string(ending) + "\":1"))) <= kMostFindings);
    }
    const std::string names = many(kMillion, "\"k", "\":1");
    CHECK(findings(tool(R"(,"extensions":{)" + names + "}")) <= kMostFindings);
    CHECK(Object::parse(tool("," + names + ",\"k0\":1"), kWide).error().code == Code::kJsonDuplicateKey);
    const auto object = Object::parse(tool("," + names), kWide);
    REQUIRE(object.ok());
    const auto next = new_version(**object, R"({"name":"x"})", Timestamp{1'790'000'000, 0});
    CHECK((next.ok() || next.error().code == Code::kLimitExceeded));  // what is made keeps to the limit of objects
    CHECK(references(**object).empty());
  }

  TEST_CASE("stix/hostile: a million elements") {
    CHECK(findings(tool(",\"labels\":[" + many(kMillion, "", "") + "]")) <= kMostFindings);
    CHECK(findings(tool(",\"labels\":[" + many(kMillion, "\"a", "\"") + "]")) <= kMostFindings);
    CHECK(findings(tool(",\"external_references\":[" + many(kMillion, "{\"url\":", "}") + "]")) <= kMostFindings);
    CHECK(findings(tool(",\"object_marking_refs\":[" + many(kMillion, "\"", "\"") + "]")) <= kMostFindings);
    const auto bundle = json::Document::parse(R"({"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":[)" +
                                              many(kMillion, "{\"type\":\"a", "\"}") + "]}");
    REQUIRE(bundle.ok());
    const auto upgraded = upgrade::upgrade_bundle((*bundle)->root());
    REQUIRE(upgraded.ok());
    CHECK(upgraded->objects.empty());
    CHECK(upgraded->refused.size() == kMillion);
  }

  TEST_CASE("stix/hostile: a million selectors") {
    const std::string marking = R"("marking_ref":"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1")";
    for (const char* name : {"\"labels.[", "\"nothing.["}) {
      const auto document = json::Document::parse(
          tool(",\"labels\":[" + many(kMillion, "\"", "\"") + "],\"granular_markings\":[{" + marking + ",\"selectors\":[" +
               many(kMillion, name, "]\"") + "]}]"));
      REQUIRE(document.ok());
      const json::Value root = (*document)->root();
      CHECK(validate(root).size() <= kMostFindings);
      const MarkingMap map(root);
      CHECK(map.at("/labels/" + std::to_string(kMillion - 1))->granular.size() == 1);
      CHECK(effective_tlp(map.at("").value(), nullptr, Tlp::kClear).tlp == Tlp::kRed);
    }
    std::string entries;  // and a million markings of one selector each
    for (int i = 0; i < kMillion; ++i) entries += (i > 0 ? "," : "") + ("{" + marking) + ",\"selectors\":[\"name\"]}";
    const auto document = json::Document::parse(tool(",\"granular_markings\":[" + entries + "]"));
    REQUIRE(document.ok());
    CHECK(MarkingMap((*document)->root()).at("/name")->granular.size() == 1);
  }

  TEST_CASE("stix/hostile: references that lead back") {
    const std::string ids[] = {"marking-definition--00000000-0000-4000-8000-00000000000a",
                               "marking-definition--00000000-0000-4000-8000-00000000000b"};
    ObjectPtr markings[2];
    for (int i = 0; i < 2; ++i) {
      markings[i] = Object::parse(R"({"type":"marking-definition","id":")" + ids[i] + R"(","object_marking_refs":[")" +
                                  ids[1 - i] + "\"]}").value();
    }
    const auto circle = marking_circle(*markings[0], [&](std::string_view id) { return markings[id == ids[0] ? 0 : 1]; });
    REQUIRE(circle.ok());
    CHECK(circle->size() == 2);

    // Two processes, each the parent and the child of both: as many ways as 2 to the number of steps.
    const auto document = json::Document::parse(R"([{"type":"observed-data","id":"o","first_observed":"2026-01-01T00:00:00Z",
      "last_observed":"2026-01-01T00:00:00Z","number_observed":1,"objects":{
      "0":{"type":"process","pid":1,"parent_ref":"1","child_refs":["0","1"]},
      "1":{"type":"process","pid":2,"parent_ref":"0","child_refs":["0","1"]}}}])");
    REQUIRE(document.ok());
    const auto set = match::ObservationSet::build({(*document)->root().at(0)});
    std::string parents = "[process:", children = "[process:";
    for (int i = 0; i < 90; ++i) {
      parents += "parent_ref.";
      if (i < 45) children += "child_refs[*].";
    }
    const auto of = [&](const std::string& text) {
      return match::Matcher::compile(pattern::parse(text).value()).value().matches(*set);
    };
    CHECK(of(parents + "pid=1]").value().matched);
    CHECK(of(children + "pid=2]").value().matched);
    const auto nowhere = of(children + "pid=3]");
    if (nowhere.ok()) CHECK_FALSE(nowhere->matched);
    else CHECK(nowhere.error().code == Code::kLimitExceeded);
  }
}
