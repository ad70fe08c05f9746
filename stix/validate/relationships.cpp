#include "stix/validate/relationships.h"

#include <algorithm>

#include "stix/object.h"

namespace sekisho::stix {
namespace {

struct Row {
  std::string_view source;
  std::string_view type;
  std::string_view targets;  ///< type names, one space between; * is any cyber-observable
};
constexpr Row kRows[] = {
    {"attack-pattern", "delivers", "malware"},
    {"attack-pattern", "targets", "identity location vulnerability"},
    {"attack-pattern", "uses", "malware tool"},
    {"campaign", "attributed-to", "intrusion-set threat-actor"},
    {"campaign", "compromises", "infrastructure"},
    {"campaign", "originates-from", "location"},
    {"campaign", "targets", "identity location vulnerability"},
    {"campaign", "uses", "attack-pattern infrastructure malware tool"},
    {"course-of-action", "investigates", "indicator"},
    {"course-of-action", "mitigates", "attack-pattern indicator malware tool vulnerability"},
    {"course-of-action", "remediates", "malware vulnerability"},
    {"domain-name", "resolves-to", "domain-name ipv4-addr ipv6-addr"},
    {"identity", "located-at", "location"},
    {"indicator", "based-on", "observed-data"},
    {"indicator", "indicates",
     "attack-pattern campaign infrastructure intrusion-set malware threat-actor tool"},
    {"infrastructure", "communicates-with", "domain-name infrastructure ipv4-addr ipv6-addr url"},
    {"infrastructure", "consists-of", "* infrastructure observed-data"},
    {"infrastructure", "controls", "infrastructure malware"},
    {"infrastructure", "delivers", "malware"},
    {"infrastructure", "has", "vulnerability"},
    {"infrastructure", "hosts", "malware tool"},
    {"infrastructure", "located-at", "location"},
    {"infrastructure", "uses", "infrastructure"},
    {"intrusion-set", "attributed-to", "threat-actor"},
    {"intrusion-set", "compromises", "infrastructure"},
    {"intrusion-set", "hosts", "infrastructure"},
    {"intrusion-set", "originates-from", "location"},
    {"intrusion-set", "owns", "infrastructure"},
    {"intrusion-set", "targets", "identity location vulnerability"},
    {"intrusion-set", "uses", "attack-pattern infrastructure malware tool"},
    {"ipv4-addr", "belongs-to", "autonomous-system"},
    {"ipv4-addr", "resolves-to", "mac-addr"},
    {"ipv6-addr", "belongs-to", "autonomous-system"},
    {"ipv6-addr", "resolves-to", "mac-addr"},
    {"malware", "authored-by", "intrusion-set threat-actor"},
    {"malware", "beacons-to", "infrastructure"},
    {"malware", "communicates-with", "domain-name ipv4-addr ipv6-addr url"},
    {"malware", "controls", "malware"},
    {"malware", "downloads", "file malware tool"},
    {"malware", "drops", "file malware tool"},
    {"malware", "exfiltrates-to", "infrastructure"},
    {"malware", "exploits", "vulnerability"},
    {"malware", "originates-from", "location"},
    {"malware", "targets", "identity infrastructure location vulnerability"},
    {"malware", "uses", "attack-pattern infrastructure malware tool"},
    {"malware", "variant-of", "malware"},
    {"malware-analysis", "av-analysis-of", "malware"},
    {"malware-analysis", "characterizes", "malware"},
    {"malware-analysis", "dynamic-analysis-of", "malware"},
    {"malware-analysis", "static-analysis-of", "malware"},
    {"threat-actor", "attributed-to", "identity"},
    {"threat-actor", "compromises", "infrastructure"},
    {"threat-actor", "hosts", "infrastructure"},
    {"threat-actor", "impersonates", "identity"},
    {"threat-actor", "located-at", "location"},
    {"threat-actor", "owns", "infrastructure"},
    {"threat-actor", "targets", "identity location vulnerability"},
    {"threat-actor", "uses", "attack-pattern infrastructure malware tool"},
    {"tool", "delivers", "malware"},
    {"tool", "drops", "malware"},
    {"tool", "has", "vulnerability"},
    {"tool", "targets", "identity infrastructure location vulnerability"},
    {"tool", "uses", "infrastructure"},
};

bool lists(std::string_view targets, std::string_view target) {
  while (!targets.empty()) {
    const auto space = targets.find(' ');
    const std::string_view word = targets.substr(0, space);
    if (word == target || (word == "*" && category_of(target) == Category::kSco)) return true;
    targets = space == std::string_view::npos ? std::string_view{} : targets.substr(space + 1);
  }
  return false;
}

}  // namespace

bool is_listed_relationship(std::string_view source, std::string_view type,
                            std::string_view target) {
  if (type == "related-to") return true;
  if (category_of(source) == Category::kUnknown || category_of(target) == Category::kUnknown) {
    return true;
  }
  if (type == "derived-from" || type == "duplicate-of") return source == target;
  return std::any_of(std::begin(kRows), std::end(kRows), [&](const Row& row) {
    return row.source == source && row.type == type && lists(row.targets, target);
  });
}

}  // namespace sekisho::stix
