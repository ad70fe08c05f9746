// Records that say two things of one time: agreements of one party, a membership or an assessment written twice.
#include <algorithm>

#include "policy/loader.h"
#include "policy/text.h"

namespace sekisho::policy {
namespace {

bool overlap(const Validity& a, const Validity& b) {
  return (!a.from || !b.until || *a.from < *b.until) && (!b.from || !a.until || *b.from < *a.until);
}

/// An empty list is everything.
bool share(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return a.empty() || b.empty() || std::any_of(a.begin(), a.end(), [&b](const std::string& word) { return lists(b, word); });
}

bool same_terms(const Agreement& a, const Agreement& b) {
  return a.tlp_ceiling == b.tlp_ceiling && a.profile == b.profile && a.strip_attribution == b.strip_attribution &&
         a.level_map == b.level_map && a.max_hops == b.max_hops;
}

void check_agreements(const Policy& policy, ReadContext& context) {
  const auto& all = policy.agreements;
  for (std::size_t j = 0; j < all.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      const bool both = all[i].party == all[j].party && overlap(all[i].validity, all[j].validity) && share(all[i].types, all[j].types) &&
                        share(all[i].collections, all[j].collections);
      if (!both || same_terms(all[i], all[j])) continue;
      context.error(all[j].line, "agreement " + shown(all[j].id) + " and agreement " + shown(all[i].id) + ", line " + std::to_string(all[i].line) +
                                     ", cover the same of party " + shown(all[j].party) + " at the same time with other terms; end one with \"until\", "
                                     "or let them cover other types or collections");
    }
  }
}

template <typename Record, typename Name>
void check_twice(const std::vector<Record>& records, const std::string& what, const Party& party, Name name, ReadContext& context) {
  for (std::size_t j = 0; j < records.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      if (name(records[i]) != name(records[j]) || !overlap(records[i].validity, records[j].validity)) continue;
      context.error(records[j].line, what + " " + shown(name(records[j])) + " of party " + shown(party.id) + " stands in line " +
                                         std::to_string(records[i].line) + " too, for the same time; remove one, or end it with \"until\"");
    }
  }
}

}  // namespace

void check_overlaps(const Policy& policy, ReadContext& context) {
  check_agreements(policy, context);
  for (const Party& party : policy.parties) {
    check_twice(party.groups, "membership in", party, [](const Membership& one) { return one.group; }, context);
    check_twice(party.assessments, "assessment", party, [](const Assessment& one) { return one.name; }, context);
  }
}

}  // namespace sekisho::policy
