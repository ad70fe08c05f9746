#include "policy/groups.h"

#include <algorithm>
#include <set>

namespace sekisho::policy {
namespace {

bool holds(const Validity& validity, std::optional<Timestamp> now) { return !now || validity.holds(*now); }

/// A name without a record has no dates of its own.
bool holds(const Policy& policy, const std::string& group, std::optional<Timestamp> now) {
  for (const Group& record : policy.group_records) {
    if (record.id == group) return holds(record.validity, now);
  }
  return true;
}

}  // namespace

std::vector<std::string> groups_of(const Policy& policy, const Party& party, std::optional<Timestamp> now) {
  std::set<std::string> in;
  for (const Membership& member : party.groups) {
    if (holds(member.validity, now) && holds(policy, member.group, now)) in.insert(member.group);
  }
  for (bool more = !in.empty(); more;) {
    more = false;
    for (const Group& record : policy.group_records) {
      const auto is_in = [&in](const std::string& group) { return in.count(group) != 0; };
      if (!holds(record.validity, now) || !std::any_of(record.includes.begin(), record.includes.end(), is_in)) continue;
      more = in.insert(record.id).second || more;
    }
  }
  return {in.begin(), in.end()};
}

}  // namespace sekisho::policy
