// What identity objects call the sources of an object, and whether it names one of them. docs/specs/ownership.md §9.
#include <algorithm>

#include "sync/release/plan/making.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kNamesOfOneGiver = 64;  // of one identity; the latest

/// Whose word for the name of an identity counts: ours, that of its own party, of who may relay for it, and of who gave the content.
bool may_name(const policy::Policy& policy, const std::string& giver, const std::string& identity, const Renditions::Ask& ask) {
  if (giver.empty() || giver == ask.source) return true;
  if (std::find(ask.further_givers.begin(), ask.further_givers.end(), giver) != ask.further_givers.end()) return true;
  const policy::Party* party = policy.find_party(giver);
  return party != nullptr && policy::speaks_for(policy, *party, identity);
}

}  // namespace

// Each version is read once, however many objects are redacted.
Status Planner::read_names(const std::string& identity, KnownNames& known) {
  SEKISHO_ASSIGN(const auto held, versions(identity));
  for (; known.read < held->size() && (*held)[known.read].no <= horizon_; ++known.read) {
    const store::ObjectNo no = (*held)[known.read].no;
    SEKISHO_ASSIGN(const LoadedPtr loaded, load(no));
    const std::string name(loaded->object->root()["name"].string_or(""));
    auto& names = known.by_giver[loaded->stored.source];
    const bool there = std::any_of(names.begin(), names.end(), [&name](const auto& one) { return one.second == name; });
    if (name.empty() || there) continue;
    names.emplace_back(no, name);
    if (names.size() > kNamesOfOneGiver) names.erase(names.begin());
  }
  return {};
}

Result<std::vector<std::string>> Planner::source_names(const policy::Policy& policy, const Renditions::Ask& ask, store::ObjectNo known_until) {
  std::vector<std::string> out;
  for (const std::string& identity : renditions_.hidden_identities(policy, ask)) {
    KnownNames& known = names_[identity];
    SEKISHO_TRY(read_names(identity, known));
    for (const auto& [giver, names] : known.by_giver) {
      if (!may_name(policy, giver, identity, ask)) continue;
      for (const auto& [no, name] : names) {
        if (no <= std::min(horizon_, known_until)) out.push_back(name);
      }
    }
  }
  return out;
}

Result<bool> Planner::names_giver(const policy::Compiled& policy, const View& view, const Place& place, Timestamp now) {
  if (!renditions_matter(policy)) return false;
  return Making(*this, policy, view, nullptr, now).names_source({place.first, place.second});
}

Result<bool> Planner::Making::names_source(const Input& input) {
  tells_ = false;
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(input.no));
  const policy::Decision decision = planner_.decide(policy_, view_.audience, *loaded, input.collection, now_, Reasons::kOmit);
  if (decision.effect != policy::Effect::kRedact) return false;
  Candidate candidate;
  candidate.item.no = input.no;
  candidate.item.collection = input.collection;
  candidate.profiles = decision.profiles;
  SEKISHO_ASSIGN(const Renditions::Ask ask, ask_for(*loaded, candidate));
  return planner_.renditions_.make(policy_.policy(), ask).kind == stix::redact::Outcome::Kind::kWithheld;
}

}  // namespace sekisho::sync
