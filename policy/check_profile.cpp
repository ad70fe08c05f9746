// What redaction profiles take away that STIX requires, and profiles and redactions that never do anything.
#include <algorithm>

#include "policy/loader.h"
#include "policy/text.h"
#include "stix/validate/required.h"

namespace sekisho::policy {
namespace {

/// An object without it would be none: the profile withholds every object of that type.
void check_removals(const RedactionProfile& profile, const std::vector<std::string>& types, const std::string& user, ReadContext& context) {
  for (const std::string& type : types) {
    for (const std::string_view property : stix::required_properties(type)) {
      if (!lists(profile.change.remove, "/" + std::string(property))) continue;
      context.error(profile.line, "profile " + shown(profile.change.id) + " removes \"/" + std::string(property) + "\", which STIX requires of " +
                                      type + " objects, and " + user + " uses it for these; take it out of \"remove\", or deny them");
    }
  }
}

bool changes_something(const stix::redact::Profile& change) {
  return change.strip_attribution || change.granular || !change.remove.empty() || !change.generalise.empty() ||
         change.blur != stix::redact::Blur::kNone || change.approved_text || change.remove_attachments;
}

bool only_unedited(const std::vector<std::string>& types) {
  return !types.empty() && std::all_of(types.begin(), types.end(), [](const std::string& type) { return stix::redact::never_edited(type); });
}

void warn_profile(const Policy& policy, const RedactionProfile& profile, ReadContext& context) {
  const std::string& id = profile.change.id;
  const bool used = std::any_of(policy.rules.begin(), policy.rules.end(), [&id](const Rule& rule) { return rule.profile == id; }) ||
                    std::any_of(policy.agreements.begin(), policy.agreements.end(), [&id](const Agreement& one) { return one.profile == id; });
  if (!used) context.warning(profile.line, "profile " + shown(id) + " changes nothing: no rule and no agreement names it");
  if (!changes_something(profile.change)) {
    context.warning(profile.line, "profile " + shown(id) + " takes nothing away: it has none of attribution, granular, remove, generalise, "
                                  "blur, text, attachments");
  }
}

}  // namespace

void check_profiles(const Policy& policy, ReadContext& context) {
  for (const RedactionProfile& profile : policy.profiles) warn_profile(policy, profile, context);
  for (const Rule& rule : policy.rules) {
    const RedactionProfile* profile = policy.find_profile(rule.profile);
    if (profile == nullptr) continue;
    check_removals(*profile, rule.object.types, "rule " + shown(rule.id) + ", line " + std::to_string(rule.line) + ",", context);
    if (only_unedited(rule.object.types)) {
      context.warning(rule.line, "rule " + shown(rule.id) + " redacts only types that are never edited: they go as they are, or not at all "
                                 "where the profile would change them; write effect = \"deny\" if they are to stay");
    }
  }
  for (const Agreement& agreement : policy.agreements) {
    const RedactionProfile* profile = policy.find_profile(agreement.profile);
    if (profile == nullptr) continue;
    check_removals(*profile, agreement.types, "agreement " + shown(agreement.id) + ", line " + std::to_string(agreement.line) + ",", context);
  }
}

}  // namespace sekisho::policy
