// What may not come into force anew. docs/specs/policy.md §11.
#include <algorithm>

#include "policy/profiles.h"
#include "policy/text.h"

namespace sekisho::policy {
namespace {

constexpr std::int64_t kDayMicros = 86'400'000'000;

bool same(const Agreement& a, const Agreement& b) {
  return a.id == b.id && a.party == b.party && a.validity.from == b.validity.from && a.validity.until == b.validity.until;
}

bool was_in_force(const Agreement& agreement, const Policy* before) {
  return before != nullptr && std::any_of(before->agreements.begin(), before->agreements.end(),
                                          [&agreement](const Agreement& old) { return same(old, agreement); });
}

void refuse_agreements(const Policy& policy, const Policy* before, Timestamp now, std::vector<Problem>& out) {
  for (const Agreement& agreement : policy.agreements) {
    if (!agreement.validity.until || now < *agreement.validity.until || was_in_force(agreement, before)) continue;
    out.push_back({true, agreement.line, "agreement " + shown(agreement.id) + " with party " + shown(agreement.party) + " ended at " +
                                             format_stix_time(*agreement.validity.until) + "; renew \"until\", or remove it"});
  }
}

/// Renditions made since the old date carry ids and times that the new content must not have too.
void refuse_profiles(const Policy& policy, const Policy& before, Timestamp now, std::vector<Problem>& out) {
  for (const RedactionProfile& profile : policy.profiles) {
    const RedactionProfile* old = before.find_profile(profile.change.id);
    if (profile.line == 0 || old == nullptr || content_of(old->change) == content_of(profile.change)) continue;
    if (old->change.from < profile.change.from && now < profile.change.from.plus_micros(kDayMicros)) continue;
    const Timestamp earliest = std::max(now, old->change.from.plus_micros(1'000'000));
    out.push_back({true, profile.line, "profile " + shown(profile.change.id) + " is not what is in force, and renditions with its old content may be out "
                                           "since " + format_stix_time(old->change.from) + "; write from = " +
                                           format_stix_time({earliest.seconds + 1, 0}) + " or later"});
  }
}

}  // namespace

std::vector<Problem> refuse_new(const Policy& policy, const Policy* before, Timestamp now) {
  std::vector<Problem> out;
  refuse_agreements(policy, before, now, out);
  if (before != nullptr) refuse_profiles(policy, *before, now, out);
  std::stable_sort(out.begin(), out.end(), [](const Problem& a, const Problem& b) { return a.line < b.line; });
  return out;
}

}  // namespace sekisho::policy
