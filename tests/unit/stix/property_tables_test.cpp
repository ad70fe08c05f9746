// Every table, row by row: what is required is missed, what has a kind refuses another.
#include <set>

#include "core/json.h"
#include "stix/validate/validate.h"
#include "stix_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

struct Required {
  std::string_view type;
  std::vector<std::string> properties;
};

// STIX 2.1 §4 to §8, beside the common properties.
const std::vector<Required> kRequired = {
    {"attack-pattern", {"name"}},
    {"campaign", {"name"}},
    {"course-of-action", {"name"}},
    {"grouping", {"context", "object_refs"}},
    {"identity", {"name"}},
    {"incident", {"name"}},
    {"indicator", {"pattern", "pattern_type", "valid_from"}},
    {"infrastructure", {"name"}},
    {"intrusion-set", {"name"}},
    {"location", {}},
    {"malware", {"is_family"}},
    {"malware-analysis", {"product"}},
    {"note", {"content", "object_refs"}},
    {"observed-data", {"first_observed", "last_observed", "number_observed"}},
    {"opinion", {"opinion", "object_refs"}},
    {"report", {"name", "published", "object_refs"}},
    {"threat-actor", {"name"}},
    {"tool", {"name"}},
    {"vulnerability", {"name"}},
    {"relationship", {"relationship_type", "source_ref", "target_ref"}},
    {"sighting", {"sighting_of_ref"}},
    {"autonomous-system", {"number"}},
    {"directory", {"path"}},
    {"domain-name", {"value"}},
    {"email-addr", {"value"}},
    {"email-message", {"is_multipart"}},
    {"ipv4-addr", {"value"}},
    {"ipv6-addr", {"value"}},
    {"mac-addr", {"value"}},
    {"mutex", {"name"}},
    {"network-traffic", {"protocols"}},
    {"software", {"name"}},
    {"url", {"value"}},
    {"language-content", {"object_ref", "contents"}},
    {"extension-definition", {"name", "schema", "version", "extension_types", "created_by_ref"}},
};

bool misses(const std::string& text, const std::string& property) {
  const auto findings = validate(*cases::object(text));
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::kError && finding.pointer.empty() &&
        finding.message.ends_with("needs the property " + property)) {
      return true;
    }
  }
  return false;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/tables: each required property is missed") {
    for (const Required& row : kRequired) {
      for (const std::string& property : row.properties) {
        INFO(row.type << "." << property);
        CHECK(misses(cases::changed(cases::valid_object(row.type), {property}), property));
      }
    }
  }

  TEST_CASE("stix/tables: the common properties are missed by class") {
    for (const std::string property : {"spec_version", "created", "modified"}) {
      for (const std::string_view type :
           {"report", "sighting", "extension-definition", "language-content"}) {
        INFO(type << "." << property);
        CHECK(misses(cases::changed(cases::valid_object(type), {property}), property));
      }
      CHECK_FALSE(misses(cases::changed(cases::valid_object("mutex"), {property}), property));
      CHECK_FALSE(misses(cases::valid_object("bundle"), property));
      const bool marking_needs = property != "modified";
      CHECK(misses(cases::changed(cases::valid_object("marking-definition"), {property}),
                   property) == marking_needs);
    }
  }

  TEST_CASE("stix/tables: each property of each good object refuses a value of another kind") {
    for (const std::string& line : cases::vector_lines("valid.jsonl")) {
      const auto document = json::Document::parse(line);
      REQUIRE(document.ok());
      for (const json::Value::Entry& entry : (*document)->root()) {
        const std::string property(entry.key);
        if (std::set<std::string_view>{"type", "id", "created", "modified", "spec_version"}
                .contains(property)) {
          continue;  // Object::parse looks after these
        }
        const char* other = entry.value.is_string() ? "7" : "\"x\"";
        const auto findings = validate(*cases::object(
            cases::changed(line, {}, "{\"" + property + "\":" + other + "}")));
        INFO(line << "\n" << property << "\n" << cases::listing(findings));
        CHECK_FALSE(acceptable(findings));
      }
    }
  }
}
