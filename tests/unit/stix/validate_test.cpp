#include "stix/validate/validate.h"

#include <algorithm>

#include "core/json.h"
#include "stix_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

std::vector<Finding> findings_of(std::string text, ValidateOptions options = {}) {
  return validate(*cases::object(std::move(text)), options);
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/validate: a good object of every type has no finding") {
    const auto lines = cases::vector_lines("valid.jsonl");
    CHECK(lines.size() == 44);
    for (const std::string& line : lines) {
      const auto findings = findings_of(line, {.strict = true});
      INFO(line);
      CHECK(cases::listing(findings) == "");
    }
  }

  TEST_CASE("stix/validate: a finding has the position in the text and says what is right") {
    const std::string text =
        cases::changed(cases::valid_object("report"), {}, R"({"published":"yesterday"})");
    const auto findings = findings_of(text);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].pointer == "/published");
    CHECK(findings[0].position.offset == text.find("\"yesterday\""));
    CHECK(findings[0].position.line == 1);
    CHECK(findings[0].message.find("YYYY-MM-DD") != std::string::npos);
  }

  TEST_CASE("stix/validate: findings come in order of position") {
    const auto findings =
        findings_of(cases::changed(cases::valid_object("report"), {"name"},
                                   R"({"x_z":null,"lang":"english","object_refs":[]})"));
    REQUIRE(findings.size() >= 4);
    for (std::size_t i = 1; i < findings.size(); ++i) {
      CHECK(findings[i - 1].position.offset <= findings[i].position.offset);
    }
  }

  TEST_CASE("stix/validate: strict makes an error of a warning") {
    const std::string text =
        cases::changed(cases::valid_object("report"), {}, R"({"report_types":["newsletter"]})");
    CHECK(acceptable(findings_of(text)));
    CHECK_FALSE(acceptable(findings_of(text, {.strict = true})));
  }

  TEST_CASE("stix/validate: notes and warnings are acceptable, errors are not") {
    Finding finding;
    finding.severity = Severity::kNote;
    CHECK(acceptable({finding}));
    finding.severity = Severity::kWarning;
    CHECK(acceptable({finding}));
    finding.severity = Severity::kError;
    CHECK_FALSE(acceptable({finding}));
    CHECK(acceptable({}));
  }

  TEST_CASE("stix/validate: a type without table says so") {
    const std::string custom =
        R"({"type":"x-acme-asset","id":"x-acme-asset--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3",)"
        R"("spec_version":"2.1","created":"2024-05-01T09:00:00.000Z",)"
        R"("modified":"2024-05-01T09:00:00.000Z","confidence":101})";
    auto findings = findings_of(custom);
    CHECK(cases::has(findings, Severity::kNote, "S-11-3", "/type"));
    CHECK(cases::has(findings, Severity::kWarning, "S-3.2-1", "/type"));
    CHECK(cases::has(findings, Severity::kError, "S-3.2-8", "/confidence"));

    findings = findings_of(cases::changed(
        custom, {"confidence"},
        R"({"extensions":{"extension-definition--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3":{"extension_type":"new-sdo"}}})"));
    CHECK(cases::count(findings, Severity::kWarning) == 0);
    CHECK(cases::count(findings, Severity::kError) == 0);
  }

  TEST_CASE("stix/validate: an unknown domain object needs the common properties") {
    const auto findings = findings_of(
        R"({"type":"x-acme-asset","id":"x-acme-asset--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3",)"
        R"("extensions":{"extension-definition--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3":{"extension_type":"new-sdo"}}})");
    CHECK(cases::count(findings, Severity::kError) == 3);  // spec_version, created, modified
  }

  TEST_CASE("stix/validate: a flood of findings is bounded and still an error") {
    std::string refs = "[";
    for (int i = 0; i < 5000; ++i) refs += "\"x\",";
    refs += "7]";
    const auto findings = findings_of(
        cases::changed(cases::valid_object("report"), {}, "{\"object_refs\":" + refs + "}"));
    CHECK(cases::count(findings, Severity::kError) == 100);
    CHECK(findings.back().message == "4901 further findings are not listed");
    CHECK_FALSE(acceptable(findings));
  }

  TEST_CASE("stix/validate: warnings cannot crowd out an error") {
    std::string terms = "[";
    for (int i = 0; i < 500; ++i) terms += "\"x\",";
    terms += "\"y\"]";
    const auto findings = findings_of(cases::changed(
        cases::valid_object("report"), {}, "{\"report_types\":" + terms + ",\"published\":1}"));
    CHECK(cases::has(findings, Severity::kError, "S-2.16-1", "/published"));
  }
}
