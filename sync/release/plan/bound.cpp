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

/// The claim of whoever made a content: whom it names; of an identity object its own party; else each giver of its own copy.
std::string creator_of(const policy::Policy& policy, const stix::Object& object, std::string_view source) {
  const bool names_nobody = !object.created_by_ref();
  if (names_nobody && policy::is_identity_of(policy, {}, object.id())) return claim_of(policy, {}, {}, object.id());
  const policy::Party* itself = names_nobody ? policy::party_of_identity(policy, object.id()) : nullptr;
  return claim_of(policy, object.created_by_ref().value_or(""), itself != nullptr ? std::string_view(itself->id) : source, object.id());
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
  const std::string creator = creator_of(policy.policy(), *loaded.object, loaded.stored.source);
  bool ours = false;
  for (const LoadedPtr& copy : copies) {
    if (copy->stored.no == without) continue;
    ours = ours || copy->stored.source.empty();
    if (!copy->stored.source.empty()) bound.givers.push_back(copy->stored.source);
    const auto hops = said_of(*copy).max_hops;
    if (hops && is_creators_word(policy.policy(), *copy->object, copy->stored.source, copy->provenance) &&
        claim_of(policy.policy(), *copy->object, copy->stored.source, copy->provenance.unnamed) == creator) {
      bound.hops_left = std::min(bound.hops_left.value_or(*hops), *hops);
    }
  }
  if (ours || has_owner(policy.policy(), *loaded.object)) bound.givers.clear();
  std::sort(bound.givers.begin(), bound.givers.end());
  return bound;
}

Result<std::vector<Planner::Rebound>> Planner::bound_by_arrival(const policy::Compiled& policy, const Coming& coming) {
  std::vector<Rebound> out;
  if (coming.nobody || coming.first || is_definition(coming.loaded->stored.id) || coming.loaded->provenance.echo) return out;
  SEKISHO_ASSIGN(const auto copies, other_copies(*coming.loaded));
  for (const LoadedPtr& copy : copies) {
    SEKISHO_ASSIGN(const Bound before, bound(policy, *copy, coming.input.no));
    SEKISHO_TRY(add_rebound(policy, copy, before, false, out));
  }
  return out;
}

Result<std::vector<Planner::Rebound>> Planner::bound_by_words(const policy::Compiled& policy, store::ObjectNo no) {
  std::vector<Rebound> out;
  SEKISHO_ASSIGN(const LoadedPtr said, load(no));
  if (said->provenance.echo) return out;
  SEKISHO_TRY(add_rebound(policy, said, {}, true, out));
  SEKISHO_ASSIGN(const auto copies, other_copies(*said));
  for (const LoadedPtr& copy : copies) {
    const FirstWords first(*this, no);
    SEKISHO_ASSIGN(const Bound before, bound(policy, *copy));
    SEKISHO_TRY(add_rebound(policy, copy, before, false, out));
  }
  return out;
}

Status Planner::add_rebound(const policy::Compiled& policy, const LoadedPtr& copy, const Bound& before, bool said_again, std::vector<Rebound>& out) {
  const FirstWords all(*this, 0);
  SEKISHO_ASSIGN(const Bound after, bound(policy, *copy));
  SEKISHO_ASSIGN(const auto where, store_.collections_of(copy->stored.no));
  for (const store::CollectionNo collection : where) out.push_back({{copy->stored.no, collection}, copy, said_again ? after : before, after, said_again});
  return {};
}

certs::Handling Planner::said_of(const Loaded& loaded) const {
  const auto since = loaded.stored.no == first_words_of_ ? std::nullopt : tightened_->of(loaded.stored.no);
  return since ? tightest(loaded.provenance.handling, *since) : loaded.provenance.handling;
}

Result<certs::Handling> Planner::handling_of(const policy::Compiled& policy, const Loaded& loaded) {
  certs::Handling handling = said_of(loaded);
  SEKISHO_ASSIGN(const Bound bound, this->bound(policy, loaded));
  if (bound.hops_left) handling.max_hops = std::min(handling.max_hops.value_or(*bound.hops_left), *bound.hops_left);
  return handling;
}

bool Planner::is_tightened(const policy::Compiled& policy, const std::string& audience, const Rebound& copy, Timestamp now) {
  if ((copy.before == copy.after && !copy.said_again) || denied_unasked(*copy.loaded)) return false;
  const auto by = [&](const Bound& bound) { return decide_by_rules(policy, audience, *copy.loaded, copy.place.second, bound, now, Reasons::kOmit); };
  const policy::Decision then = [&] {
    const FirstWords first(*this, copy.said_again ? copy.loaded->stored.no : first_words_of_);
    return by(copy.before);
  }();
  if (then.effect == policy::Effect::kDeny || then.effect == policy::Effect::kHold) return false;
  const policy::Decision now_on = by(copy.after);
  return now_on.effect != then.effect || now_on.profiles != then.profiles;
}

}  // namespace sekisho::sync
