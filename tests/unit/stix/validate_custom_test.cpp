// What is not of STIX itself: unknown types, extensions and properties, plain and strict; texts that are no I-JSON;
// the clauses that have vectors.
#include <algorithm>
#include <set>

#include "core/json.h"
#include "stix/markings.h"
#include "stix/validate/validate.h"
#include "stix_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

constexpr const char* kExtension = "extension-definition--54ef6e27-2222-4d3c-ab6b-0eed339364f8";

std::vector<Finding> findings_of(const std::string& text, bool strict = false) {
  const auto document = json::Document::parse(text);
  REQUIRE(document.ok());
  return validate((*document)->root(), {.strict = strict});
}

std::string custom_object(const std::string& type, const std::string& more = "") {
  return R"({"type":")" + type + R"(","id":")" + type +
         R"(--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3","spec_version":"2.1","created":"2024-05-01T09:00:00.000Z",)"
         R"("modified":"2024-05-01T09:00:00.000Z","name":"n")" +
         more + "}";
}

std::string extended(const std::string& value, const std::string& key = kExtension) {
  return R"("extensions":{")" + key + R"(":)" + value + "}";
}

/// Acceptable with a finding of that clause, and refused under it in strict.
void only_strict_refuses(const std::string& text, std::string_view clause, Severity plain, std::string_view at) {
  INFO(text);
  const auto loose = findings_of(text);
  INFO(cases::listing(loose));
  CHECK(acceptable(loose));
  CHECK(cases::has(loose, plain, clause, at));
  const auto strict = findings_of(text, true);
  CHECK_FALSE(acceptable(strict));
  CHECK(cases::has(strict, Severity::kError, clause, at));
}

/// The clause of the error that reading `text` ends in.
std::string_view refused_under(const std::string& text) {
  const auto document = json::Document::parse(text);
  INFO(text);
  REQUIRE_FALSE(document.ok());
  return info(clause_of(document.error())).id;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/validate: strict refuses unknown types, with and without an extension") {
    only_strict_refuses(custom_object("x-acme-asset"), "S-3.2-1", Severity::kWarning, "/type");
    const std::string defined = custom_object("acme-asset", "," + extended(R"({"extension_type":"new-sdo"})"));
    only_strict_refuses(defined, "S-11-3", Severity::kNote, "/type");
    CHECK(cases::count(findings_of(defined), Severity::kWarning) == 0);
    CHECK(cases::has(findings_of(custom_object("acme-asset")), Severity::kWarning, "S-11-2", "/type"));
  }

  TEST_CASE("stix/validate: strict refuses extensions that this program does not read") {
    const std::string at = std::string("/extensions/") + kExtension;
    const std::string tool = cases::valid_object("tool");
    only_strict_refuses(cases::changed(tool, {}, "{" + extended(R"({"extension_type":"property-extension","rank":1})") + "}"),
                        "S-7.3-8", Severity::kNote, at);
    only_strict_refuses(
        cases::changed(tool, {}, R"({"rank":1,)" + extended(R"({"extension_type":"toplevel-property-extension"})") + "}"),
        "S-7.3-8", Severity::kNote, at);
    only_strict_refuses(cases::changed(cases::valid_object("file"), {}, "{" + extended(R"({"a_b":1})", "x-acme-ext") + "}"),
                        "S-11-4", Severity::kWarning, "/extensions/x-acme-ext");
    CHECK(cases::listing(findings_of(tlp_marking_object(Tlp::kAmber), true)) == "");
  }

  TEST_CASE("stix/validate: strict refuses custom properties, also nested ones") {
    const std::string tool = cases::valid_object("tool");
    only_strict_refuses(cases::changed(tool, {}, R"({"x_acme_score":1})"), "S-11-1", Severity::kWarning, "/x_acme_score");
    only_strict_refuses(
        cases::changed(tool, {}, R"({"kill_chain_phases":[{"kill_chain_name":"a","phase_name":"b","x_c":1}]})"), "S-11-1",
        Severity::kWarning, "/kill_chain_phases/0/x_c");
  }

  TEST_CASE("stix/validate: names of types") {
    const auto under = [](const std::string& type, std::string_view clause) {
      INFO(type);
      CHECK(cases::has(findings_of(custom_object(type)), Severity::kError, clause, "/type"));
    };
    under("Tool", "S-3.1-1");
    under("1tool", "S-3.1-1");
    under("to", "S-3.1-2");
    under("x-acme--asset", "S-3.1-2");
    under("x_acme_asset", "S-3.1-2");
    under("x" + std::string(250, 'a'), "S-3.1-2");
    const auto longest = findings_of(custom_object("x-" + std::string(248, 'a')));
    CHECK(cases::count(longest, Severity::kError) == 0);
  }

  TEST_CASE("stix/validate: a text that cannot be read has a clause") {
    CHECK(refused_under(R"({"type":"tool","type":"tool"})") == "S-1-2");
    CHECK(refused_under(R"({"a":{"b":1,"b":2}})") == "S-1-2");
    CHECK(refused_under(R"({"a":"\ud800"})") == "S-1-2");
    CHECK(refused_under(R"({"a":"\udc00\ud800"})") == "S-1-2");
    CHECK(refused_under(R"({"a":1e400})") == "S-1-2");
    CHECK(refused_under(R"({"a":9007199254740993})") == "S-1-2");
    CHECK(refused_under("{\"a\":\"\xff\"}") == "S-1-1");
    CHECK(refused_under("{\"a\":\"\xed\xa0\x80\"}") == "S-1-1");
    CHECK(refused_under("\xef\xbb\xbf{}") == "S-1-1");
    CHECK(refused_under("{'a':1}") == "S-1-1");
    CHECK(refused_under("{} {}") == "S-1-1");
    CHECK(refused_under("") == "S-1-1");
    CHECK(refused_under(std::string(200, '[') + std::string(200, ']')) == "S-0-2");
    const auto no_object = findings_of("[]");
    CHECK(cases::has(no_object, Severity::kError, "S-1-1", ""));
  }

  TEST_CASE("stix/validate: noncharacters are found as bytes, as escapes and in names") {
    const std::string tool = cases::valid_object("tool");
    const auto at = [&](const std::string& set, std::string_view pointer) {
      INFO(set);
      CHECK(cases::has(findings_of(cases::changed(tool, {}, set)), Severity::kError, "S-1-2", pointer));
    };
    at(R"({"x_a":"\ufffe"})", "/x_a");
    at(R"({"x_a":"\ufdef"})", "/x_a");
    at(R"({"x_a":"\udbff\udfff"})", "/x_a");
    at("{\"x_a\":\"\xf1\x8f\xbf\xbe\"}", "/x_a");
    at(R"({"x_a":{"k\uffff":1}})", "/x_a/k\xef\xbf\xbf");
    at(R"({"x_a":[[["\ufdd0"]]]})", "/x_a/0/0/0");
    const auto good = findings_of(cases::changed(tool, {}, "{\"x_a\":\"\\ufdcf\\ufdf0\\ufffd \xf0\x9f\x98\x80\xf0\x9f\xbe\xbf\xef\xbf\xbd\"}"));
    CHECK(cases::count(good, Severity::kError) == 0);
  }

  TEST_CASE("stix/validate: many names in _enc are judged one by one, and in time") {
    std::string members;
    for (int i = 0; i < 20; ++i) {
      const std::string name = "x_a" + std::to_string(i);
      members += (members.empty() ? "\"" : ",\"") + name + "_enc\":\"UTF-8\"";
      if (i % 5 != 0) members += ",\"" + name + "\":1";
    }
    auto findings = findings_of(cases::changed(cases::valid_object("tool"), {}, "{" + members + "}"));
    CHECK(cases::count(findings, Severity::kError) == 4);
    for (const char* name : {"/x_a0_enc", "/x_a5_enc", "/x_a10_enc", "/x_a15_enc"}) {
      CHECK(cases::has(findings, Severity::kError, "S-3.1-4", name));
    }
    std::string many = "{\"type\":\"tool\"";  // minutes if each looked for its sibling from the start
    for (int i = 0; i < 100'000; ++i) many += ",\"x_" + std::to_string(i) + "_enc\":1";
    findings = findings_of(many + "}");
    CHECK(cases::count(findings, Severity::kError) == 100);
  }

  TEST_CASE("stix/validate: each clause has a vector that breaks it") {
    std::set<std::string> broken;
    for (const std::string& line : cases::vector_lines("changed.jsonl")) {
      const auto vector = json::Document::parse(line);
      REQUIRE(vector.ok());
      if ((*vector)->root()["expect"].string() != "ok") broken.emplace((*vector)->root()["clause"].string_or({}));
    }
    const std::set<std::string_view> elsewhere{
        "S-1-1", "S-3.2-1", "S-7.3-8", "S-11-3", "S-0-1", "S-0-2",                       // this file, validate_test
        "S-2.9-2", "S-3.2-4", "S-3.3-3", "S-3.6-8", "S-3.6-10", "S-3.6-14", "S-7.1-2"};              // need several objects
    for (const ClauseInfo& clause : clauses()) {
      if (clause.id.starts_with("S-9.") || elsewhere.contains(clause.id)) continue;  // patterns: stix/pattern
      INFO(clause.id);
      CHECK(broken.contains(std::string(clause.id)));
    }
  }
}
