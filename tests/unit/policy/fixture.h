// Short ways to write policies, objects and facts in these tests.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "policy/compiled.h"
#include "policy/model.h"
#include "stix/markings.h"
#include "stix/object.h"
#include "tests/support/doctest.h"

namespace sekisho::policy {

inline Timestamp at(std::string_view text) {
  const auto parsed = parse_rfc3339(text);
  REQUIRE_MESSAGE(parsed.ok(), text);
  return parsed.value();
}
inline const Timestamp kNow{1'790'000'000, 0};  // 2026-09-21

inline const std::string kId = "indicator--01234567-89ab-4def-8123-456789abcdef";

/// An indicator with these marking ids; `more` is JSON members with a leading comma.
inline stix::ObjectPtr object(const std::vector<std::string>& markings, const std::string& more = {},
                              const std::string& id = kId) {
  json::Writer writer;
  writer.begin_array();
  for (const std::string& marking : markings) writer.string(marking);
  writer.end_array();
  std::string text = "{\"type\":\"" + id.substr(0, id.find("--")) + "\",\"spec_version\":\"2.1\",\"id\":\"" + id +
                     "\",\"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"2026-01-01T00:00:00.000Z\"";
  if (!markings.empty()) text += ",\"object_marking_refs\":" + writer.text();
  auto parsed = stix::Object::parse(text + more + "}");
  REQUIRE_MESSAGE(parsed.ok(), (parsed.ok() ? "" : parsed.error().to_string()));
  return parsed.value();
}

inline std::string tlp_id(stix::Tlp tlp) { return std::string(stix::tlp_marking_id(tlp)); }
inline stix::ObjectPtr marked(stix::Tlp tlp, const std::string& more = {}) { return object({tlp_id(tlp)}, more); }
/// A granular marking of the name, as a member.
inline std::string granular(stix::Tlp tlp) {
  return ",\"name\":\"n\",\"granular_markings\":[{\"marking_ref\":\"" + tlp_id(tlp) + "\",\"selectors\":[\"name\"]}]";
}

inline Policy load(const std::string& text) {
  auto loaded = load_policy(text, "policy.toml", nullptr);
  REQUIRE_MESSAGE(loaded.ok(), (loaded.ok() ? "" : loaded.error().to_string()));
  return loaded.value();
}
inline std::shared_ptr<const Compiled> compiled(const std::string& text) { return Compiled::compile(load(text)); }

inline const std::string kHead = R"([policy]
organisation = "Example ISAC"
classes = ["silver", "bronze"]
groups = ["vuln-swg", "sbom-tf"]
)";
/// The table of domain rules, from the policy that `init` writes.
inline std::string tables() {
  const std::string text = initial_policy("x", "identity--01234567-89ab-4def-8123-456789abcdef", "isac");
  const auto begin = text.find("\n[tlp.member]"), end = text.find("\n# Parties are added");
  return text.substr(begin, end - begin) + "\n";
}
inline std::string party(const std::string& id, const std::string& kind, const std::string& more = {}) {
  return "[[party]]\nid = \"" + id + "\"\nkind = \"" + kind + "\"\ncollections = [\"weekly\"]\n" + more + "\n";
}

inline Facts facts_of(const stix::ObjectPtr& object) {
  Facts facts;
  facts.object = object.get();
  facts.collection = "weekly";
  return facts;
}
inline Decision decide(const Compiled& policy, std::string_view party, const Facts& facts, Timestamp now = kNow) {
  const auto audience = policy.audience(party, now);
  REQUIRE_MESSAGE(audience.ok(), party);
  return policy.decide(audience.value(), facts, now);
}
inline Effect effect(const Compiled& policy, std::string_view party, const Facts& facts, Timestamp now = kNow) {
  return decide(policy, party, facts, now).effect;
}

}  // namespace sekisho::policy

namespace doctest {
template <>
struct StringMaker<sekisho::policy::Effect> {
  static String convert(sekisho::policy::Effect effect) {
    switch (effect) {
      case sekisho::policy::Effect::kPermit: return "permit";
      case sekisho::policy::Effect::kRedact: return "redact";
      case sekisho::policy::Effect::kHold: return "hold";
      case sekisho::policy::Effect::kDeny: return "deny";
    }
    return "?";
  }
};
}  // namespace doctest
