// Rules that never decide because another one always comes first.
#include <algorithm>

#include "policy/conditions.h"
#include "policy/loader.h"
#include "policy/text.h"

namespace sekisho::policy {
namespace {

using Words = std::vector<std::string>;

/// Whether whatever is in `narrow` (empty = all) is in `wide`.
bool wider(const Words& wide, const Words& narrow) {
  if (wide.empty()) return true;
  return !narrow.empty() && std::all_of(narrow.begin(), narrow.end(), [&wide](const std::string& word) {
           return lists(wide, word);
         });
}

/// The place of the loosest label among `words`; restrictions reach from there upwards.
template <typename Level>
int loosest(const Words& words, std::optional<Level> (*read)(std::string_view)) {
  int out = 100;
  for (const std::string& word : words) {
    if (const auto level = read(word)) out = std::min(out, static_cast<int>(*level));
  }
  return out;
}

template <typename Level>
bool reaches_as_far(const Words& wide, const Words& narrow, std::optional<Level> (*read)(std::string_view)) {
  return wide.empty() || (!narrow.empty() && loosest(wide, read) <= loosest(narrow, read));
}

bool wider(const Validity& wide, const Validity& narrow) {
  const bool from = !wide.from || (narrow.from && *wide.from <= *narrow.from);
  const bool until = !wide.until || (narrow.until && *narrow.until <= *wide.until);
  return from && until;
}

bool wider_for_objects(const ObjectConditions& wide, const ObjectConditions& narrow) {
  for (const auto list : kListConditions) {
    if (list != &ObjectConditions::pap && !wider(wide.*list, narrow.*list)) return false;
  }
  const bool unsure = !wide.confidence_below || (narrow.confidence_below && *narrow.confidence_below <= *wide.confidence_below);
  return unsure && (!wide.exercise || narrow.exercise);
}

bool grants(const Rule& rule) { return rule.effect == "need-to-know"; }

/// Whether nothing is left to say where `first` holds. Approvals lift a hold, so it forestalls nothing but another hold.
bool outdoes(const Rule& first, const Rule& rule) {
  return first.effect == "deny" || (first.effect == rule.effect && first.profile == rule.profile);
}

/// The labels that `rule` is about are all among those of `first`: upwards, or downwards for two that grant.
bool reaches_as_far(const Rule& first, const Rule& rule) {
  if (grants(rule) && !grants(first)) return first.tlp.empty() && first.object.pap.empty();
  if (grants(rule)) return wider(first.tlp, rule.tlp) && wider(first.object.pap, rule.object.pap);
  return reaches_as_far(first.tlp, rule.tlp, stix::tlp_from_label) && reaches_as_far(first.object.pap, rule.object.pap, stix::pap_from_label);
}

/// Whether `first` says at least as much of all that `rule` is about, at all its times.
bool covers(const Rule& first, const Rule& rule) {
  return outdoes(first, rule) && wider(first.kinds, rule.kinds) &&
         wider(first.classes, rule.classes) && wider(first.groups, rule.groups) && wider(first.roles, rule.roles) &&
         wider(first.parties, rule.parties) &&
         std::all_of(first.without_assessments.begin(), first.without_assessments.end(),
                     [&rule](const std::string& name) {
                       return lists(rule.without_assessments, name);
                     }) &&
         reaches_as_far(first, rule) && wider_for_objects(first.object, rule.object) && wider(first.validity, rule.validity);
}

}  // namespace

void warn_covered(const Policy& policy, ReadContext& context) {
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    for (std::size_t j = 0; j < policy.rules.size(); ++j) {
      const Rule& first = policy.rules[j];
      // Of two that say the same, the later one is told.
      if (i == j || !covers(first, rule) || (j > i && covers(rule, first))) continue;
      context.warning(rule.line, "rule " + shown(rule.id) + " never decides: rule " + shown(first.id) + ", line " +
                                     std::to_string(first.line) + ", always comes first; remove one of the two");
      break;
    }
  }
}

}  // namespace sekisho::policy
