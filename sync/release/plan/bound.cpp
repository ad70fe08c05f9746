// What other copies of one content say of it: docs/specs/ownership.md §5.
#include <algorithm>

#include "stix/sco_id.h"
#include "sync/handling/claim.h"
#include "sync/release/plan/coming.h"
#include "sync/release/plan/planner.h"

namespace sekisho::sync {
namespace {

/// Where its creator is a party, its word counts; this organisation's own licence is nobody's.
bool has_owner(const policy::Policy& policy, const stix::Object& object) {
  const auto creator = object.created_by_ref();
  if (!creator) return false;
  return policy::is_identity_of(policy, {}, *creator) || policy::party_of_identity(policy, *creator) != nullptr;
}

/// Definitions say what they say whoever gives them, and observables have copies.
bool has_one_content(const Loaded& loaded) {
  return !loaded.stored.source.empty() && !is_definition(loaded.stored.id) && !stix::has_computed_id(*loaded.object);
}

}  // namespace

Result<std::vector<LoadedPtr>> Planner::other_copies(const Loaded& loaded) {
  std::vector<LoadedPtr> out;
  SEKISHO_ASSIGN(const auto held, of_version(loaded.stored.id, loaded.stored.version));
  if (held.size() < 2) return out;
  std::vector<store::ObjectNo> numbers;
  for (const store::StoredObject* version : held) {
    const bool another = version->content == loaded.stored.content && version->source != loaded.stored.source;
    if (another && version->no <= horizon_) numbers.push_back(version->no);
  }
  for (const store::ObjectNo no : numbers) {
    SEKISHO_ASSIGN(LoadedPtr copy, load(no));
    if (!copy->provenance.echo) out.push_back(std::move(copy));
  }
  return out;
}

Result<Bound> Planner::bound(const policy::Compiled& policy, const Loaded& loaded, store::ObjectNo without) {
  Bound bound;
  if (!has_one_content(loaded)) return bound;
  SEKISHO_ASSIGN(const auto copies, other_copies(loaded));
  bool ours = false;
  for (const LoadedPtr& copy : copies) {
    if (copy->stored.no == without) continue;
    ours = ours || copy->stored.source.empty();
    if (!copy->stored.source.empty()) bound.givers.push_back(copy->stored.source);
    const auto hops = copy->provenance.handling.max_hops;
    if (hops && is_creators_word(policy.policy(), *copy->object, copy->stored.source, copy->provenance)) {
      bound.hops_left = std::min(bound.hops_left.value_or(*hops), *hops);
    }
  }
  if (ours || has_owner(policy.policy(), *loaded.object)) bound.givers.clear();
  std::sort(bound.givers.begin(), bound.givers.end());
  return bound;
}

Result<std::vector<Place>> Planner::bound_by_arrival(const Coming& coming) {
  std::vector<Place> out;
  if (coming.nobody || coming.first || !has_one_content(*coming.loaded) || coming.loaded->provenance.echo) return out;
  SEKISHO_ASSIGN(const auto copies, other_copies(*coming.loaded));
  for (const LoadedPtr& copy : copies) {
    SEKISHO_ASSIGN(const auto where, store_.collections_of(copy->stored.no));
    for (const store::CollectionNo collection : where) out.emplace_back(copy->stored.no, collection);
  }
  return out;
}

Result<bool> Planner::is_tightened(const policy::Compiled& policy, const std::string& audience, const Place& place,
                                   store::ObjectNo arrived, Timestamp now) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(place.first));
  SEKISHO_ASSIGN(const Bound before, bound(policy, *loaded, arrived));
  SEKISHO_ASSIGN(const Bound after, bound(policy, *loaded));
  if (before == after) return false;
  const policy::Decision then = decide_bound(policy, audience, *loaded, place.second, before, now);
  if (then.effect == policy::Effect::kDeny || then.effect == policy::Effect::kHold) return false;
  const policy::Decision now_on = decide_bound(policy, audience, *loaded, place.second, after, now);
  return now_on.effect != then.effect || now_on.profiles != then.profiles;
}

policy::Decision Planner::decide_bound(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                                       store::CollectionNo collection, const Bound& bound, Timestamp now) {
  if (auto denied = denied_unasked(loaded)) return *std::move(denied);
  policy::Facts facts = facts_of(policy, loaded, collection, bound);
  const policy::JudgedMarking judged = judge_marking(policy, audience, loaded, collection, now, bound);
  facts.judged = &judged;
  return policy.decide(audience, facts, now, Reasons::kOmit);
}

}  // namespace sekisho::sync
