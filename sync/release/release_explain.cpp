// Why a party gets an object or not.
#include <algorithm>

#include "sync/release/release_impl.h"

namespace sekisho::sync {

// Whose version goes instead, where this one is displaced.
Result<std::string> Release::Impl::another_claim(const View& view, const Loaded& loaded, store::CollectionNo no) {
  const auto held = waiting.find(view.name);
  const Awaited* awaited = held == waiting.end() ? nullptr : held->second.of({loaded.stored.no, no});
  if (awaited == nullptr || !awaited->is_displaced()) return std::string();
  SEKISHO_ASSIGN(const Family* all, planner.family(*policy_in_force, loaded.stored.id));
  for (const Relative& relative : all->all()) {
    SEKISHO_ASSIGN(const bool served, planner.has_form(view, relative.no, relative.collection));
    if (served) return planner.claim_name(relative.stake);
  }
  return std::string("nobody");
}

Result<Standing> Release::Impl::standing_of(const PartyView& view, const View& mine, const Loaded& loaded,
                                            store::CollectionNo no, const std::vector<store::StreamNo>& placed) {
  Standing standing;
  standing.object = loaded.stored.no;
  standing.id = loaded.stored.id;
  standing.version = loaded.stored.version;
  standing.source = loaded.stored.source;
  standing.collection = planner.collection(no)->alias;
  standing.decision = planner.decide(*policy_in_force, view.audience, loaded, no, clock.now());
  const auto stream = view.streams.find(no);
  standing.released =
      stream != view.streams.end() && std::find(placed.begin(), placed.end(), stream->second) != placed.end();
  SEKISHO_ASSIGN(standing.renditions, planner.renditions_in(mine, loaded.stored.no, no));
  standing.released = standing.released || !standing.renditions.empty();
  if (const auto held = waiting.find(mine.name); held != waiting.end()) {
    if (const Awaited* awaited = held->second.of({loaded.stored.no, no})) {
      if (!awaited->first().empty()) standing.waits_for = awaited->first();
      standing.waits_until = awaited->due;
    }
  }
  SEKISHO_ASSIGN(standing.another_claim, another_claim(mine, loaded, no));
  const bool may = standing.decision.effect == policy::Effect::kPermit || standing.decision.effect == policy::Effect::kRedact;
  if (standing.released || !may || !standing.another_claim.empty()) return standing;
  planner.stand_on(&waiting[mine.name]);
  const auto planned = planner.plan(*policy_in_force, mine, {{loaded.stored.no, no}}, clock.now());
  planner.stand_on(nullptr);
  SEKISHO_ASSIGN(const Plan plan, std::move(planned));
  if (plan.withheld.empty()) return standing;
  standing.withheld = plan.withheld.front().reason;
  standing.waits_for.reset();  // looked at again when one of them comes, but that is not why
  return standing;
}

Result<std::vector<Standing>> Release::explain(std::string_view object_id, std::string_view party) {
  SEKISHO_TRY(impl_->settle());
  SEKISHO_ASSIGN(const PartyView view, view_of(party));
  FollowerLock lock(impl_->follower);
  impl_->planner.look_again();
  SEKISHO_ASSIGN(const auto versions, impl_->store.versions_of(object_id, false));
  if (versions.empty()) return make_error(Code::kNotFound, "no version of this object is stored", std::string(object_id));
  const View* mine = impl_->views.of_party(std::string(party));
  if (mine == nullptr) return make_error(Code::kNotFound, "no such party now", std::string(party));
  std::vector<Standing> standings;
  for (const auto& version : versions) {
    SEKISHO_ASSIGN(const auto where, impl_->store.collections_of(version.no));
    SEKISHO_ASSIGN(const auto placed, impl_->store.placements(version.no));
    SEKISHO_ASSIGN(const LoadedPtr loaded, impl_->planner.load(version.no));
    for (const store::CollectionNo no : where) {
      const store::Collection* collection = impl_->planner.collection(no);
      if (collection == nullptr || collection->companion_of) continue;
      SEKISHO_ASSIGN(Standing standing, impl_->standing_of(view, *mine, *loaded, no, placed));
      standings.push_back(std::move(standing));
    }
  }
  return standings;
}

Result<std::vector<Standing>> Release::Impl::withheld_after(const std::string& party, const PartyView& view, store::ChangeNo& after) {
  FollowerLock lock(follower);
  planner.look_again();
  const View* mine = views.of_party(party);
  if (mine == nullptr) return make_error(Code::kNotFound, "no such party now", party);
  std::vector<Standing> out;
  SEKISHO_ASSIGN(const auto changes, store.changes(after, kExplainedAtOnce));
  if (changes.empty()) after = kEnd;
  for (const auto& change : changes) {
    after = change.no;
    SEKISHO_ASSIGN(const auto placed, store.placements(change.object));
    const auto stream = view.streams.find(change.collection);
    const bool carried = stream != view.streams.end() &&
                         std::find(placed.begin(), placed.end(), stream->second) != placed.end();
    if (carried || planner.collection(change.collection) == nullptr) continue;
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(change.object));
    SEKISHO_ASSIGN(Standing standing, standing_of(view, *mine, *loaded, change.collection, placed));
    if (!standing.released) out.push_back(std::move(standing));
  }
  return out;
}

Result<store::ChangeNo> Release::Impl::add_waiting(store::ChangeNo after, std::string_view giver, std::vector<WaitsForId>& out) {
  FollowerLock lock(follower);
  SEKISHO_ASSIGN(const auto changes, store.changes(after, kLookedAtOnce));
  if (changes.empty()) return kEnd;
  for (const auto& change : changes) {
    for (const auto& [view, held] : waiting) {
      const Awaited* awaited = held.of({change.object, change.collection});
      if (awaited == nullptr || awaited->is_displaced() || awaited->first().empty()) continue;
      const std::string missing = awaited->first();
      SEKISHO_ASSIGN(const auto here, store.versions_of(missing, false));
      if (!here.empty()) continue;
      SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(change.object));
      if (loaded->stored.source == giver) out.push_back({loaded->stored.id, loaded->stored.version, missing});
      break;
    }
  }
  return changes.back().no;
}

Result<std::vector<WaitsForId>> Release::waiting_since(store::ChangeNo after, std::string_view giver) {
  std::vector<WaitsForId> out;
  while (after != Impl::kEnd) {
    SEKISHO_ASSIGN(after, impl_->add_waiting(after, giver, out));
    impl_->follower.give_way();
  }
  return out;
}

// A piece at a time: whoever wants the follower comes in between, and who prints may be slow.
Status Release::each_withheld(std::string_view party, const std::function<void(const Standing&)>& visit) {
  for (store::ChangeNo after = 0;; impl_->follower.give_way()) {
    SEKISHO_TRY(impl_->settle());
    SEKISHO_ASSIGN(const PartyView view, view_of(party));
    SEKISHO_ASSIGN(const auto some, impl_->withheld_after(std::string(party), view, after));
    for (const Standing& standing : some) visit(standing);
    if (after == Impl::kEnd) return {};
  }
}

}  // namespace sekisho::sync
