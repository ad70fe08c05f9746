// Claims of an id, as an operator sees and settles them. docs/specs/ownership.md §2, §4.
#include <algorithm>
#include <map>

#include "core/uuid.h"
#include "sync/release/release_impl.h"

namespace sekisho::sync {

void Release::set_settled(std::shared_ptr<const SettledIds> settled) {
  FollowerLock lock(impl_->follower);
  {
    MutexLock shared(impl_->snapshot_mutex);
    impl_->settled_ids = settled;
  }
  impl_->planner.set_settled(std::move(settled));
  ++impl_->epoch;
}

// Where claims compete something is displaced, and what is displaced is decided together with all there is of its id: one look at it
// brings a view to what counts now.
Status Release::settle(const std::string& id) {
  SEKISHO_TRY(advance());
  FollowerLock lock(impl_->follower);
  std::set<Place> looked_at;
  for (const View& view : impl_->views.all()) {
    std::vector<Place> displaced;
    for (const Mark mark : {Mark::kDisplaced, Mark::kDisplacedRendition}) {
      for (const Place& place : impl_->waiting[view.name].for_id(marked(mark, id))) displaced.push_back(place);
    }
    const bool done = std::any_of(displaced.begin(), displaced.end(), [&](const Place& place) { return looked_at.count(place) != 0; });
    if (!done && !displaced.empty()) looked_at.insert(displaced.front());
  }
  for (const auto& [no, collection] : looked_at) {
    SEKISHO_TRY(impl_->step(*impl_->policy_in_force, {{no, collection}}, {}, impl_->clock.now()));
  }
  ++impl_->epoch;
  impl_->tell();
  return {};
}

// A form is what the stream carries: the object, or a rendition of it, which is nobody's but ours and is told to all but its source.
Status Release::Impl::add_displaced(store::StreamNo stream, store::ObjectNo form, store::ObjectNo original, Displaced& out) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(form));
  if (loaded->stored.type == kAttestationType) return {};
  SEKISHO_ASSIGN(const LoadedPtr given, planner.load(original));
  SEKISHO_ASSIGN(const auto places, store.positions(form));
  for (const auto& [at, position] : places) {
    if (at == stream) out.all.push_back({loaded->stored.id, loaded->stored.version, loaded->stored.content, given->stored.source, stream, position});
  }
  return {};
}

void Release::Impl::note_displaced(Displaced displaced, std::vector<store::DocumentPut>& out) {
  if (displaced.all.empty() || displaced.parties.empty()) return;
  out.push_back({kDisplacedSpace, Uuid::v4(random, "displaced").to_string(), displaced.to_json()});
}

Status Release::Impl::withdraw_displaced(Writing& writing, const View& view, const std::vector<Place>& gone) {
  Displaced displaced{view.parties, {}};
  for (const Place& place : gone) {
    const std::size_t before = writing.release.withdrawals.size();
    SEKISHO_TRY(withdraw_forms(writing, place.first, &view, place.second));
    for (std::size_t i = before; i < writing.release.withdrawals.size(); ++i) {
      const auto [stream, form] = writing.release.withdrawals[i];
      SEKISHO_TRY(add_displaced(stream, form, place.first, displaced));
    }
  }
  note_displaced(std::move(displaced), writing.release.documents);
  return {};
}

// Of what a policy takes from a view, that of which another claim counts in it from then on.
Status Release::Impl::note_displaced_by(const Change::Target& target, const Places& lost, Writing& writing) {
  Displaced displaced{target.move.parties, {}};
  for (const auto& [place, missing] : target.holds) {
    const Awaited awaited = Awaited::from_text(missing);
    if (!awaited.is_displaced()) continue;
    SEKISHO_ASSIGN(auto forms, store.renditions_of(place.first));
    forms.push_back(place.first);
    const auto stream = target.from.streams.find(place.second);
    for (const store::ObjectNo form : forms) {
      const bool leaves = stream != target.from.streams.end() && std::binary_search(lost.begin(), lost.end(), Place{form, place.second});
      if (leaves) SEKISHO_TRY(add_displaced(stream->second, form, place.first, displaced));
    }
  }
  note_displaced(std::move(displaced), writing.release.documents);
  return {};
}

Result<std::vector<Place>> Release::Impl::copies_of(const std::string& id) {
  FollowerLock lock(follower);
  planner.look_again();
  SEKISHO_ASSIGN(const auto versions, store.versions_of(id, false));
  std::vector<std::tuple<std::string, store::ChangeNo, Place>> copies;
  for (const auto& version : versions) {
    SEKISHO_ASSIGN(const auto where, store.collections_of(version.no));
    for (const store::CollectionNo no : where) {
      SEKISHO_ASSIGN(const auto came, store.arrival(version.no, no));
      if (!came || planner.collection(no) == nullptr) continue;
      SEKISHO_ASSIGN(const Stake stake, planner.stake(*policy_in_force, version.no));
      copies.emplace_back(planner.claim_name(stake), came->no, Place{version.no, no});
    }
  }
  if (copies.empty()) return make_error(Code::kNotFound, "nobody gave an object of this id", id);
  std::sort(copies.begin(), copies.end());
  std::vector<Place> out;
  for (const auto& [claim, came, place] : copies) out.push_back(place);
  return out;
}

Result<std::string> Release::Impl::state_of(const View& view, const Loaded& loaded, store::CollectionNo where) {
  const Place place{loaded.stored.no, where};
  SEKISHO_ASSIGN(const auto placed, store.placements(place.first));
  const auto stream = view.streams.find(where);
  if (stream != view.streams.end() && std::find(placed.begin(), placed.end(), stream->second) != placed.end()) return std::string("counts");
  SEKISHO_ASSIGN(const bool rendition, planner.has_form(view, place.first, place.second));
  if (rendition) return std::string("rendition");
  const Awaited* awaited = waiting[view.name].of(place);
  if (awaited != nullptr && awaited->is_displaced()) return std::string("displaced");
  if (awaited != nullptr && awaited->has(Mark::kLeft)) return std::string("kept");
  const auto decision = planner.decide(*policy_in_force, view.audience, loaded, where, clock.now(), Planner::Reasons::kOmit);
  if (decision.effect == policy::Effect::kDeny) return std::string("denied");
  if (decision.effect == policy::Effect::kHold) return std::string("held");
  if (awaited != nullptr) return std::string("waits");
  return std::string(decision.effect == policy::Effect::kRedact ? "withheld" : "passed-over");
}

Result<CopyStanding> Release::Impl::copy_standing(const Place& place) {
  FollowerLock lock(follower);
  planner.look_again();
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(place.first));
  SEKISHO_ASSIGN(const Stake stake, planner.stake(*policy_in_force, place.first));
  SEKISHO_ASSIGN(const auto came, store.arrival(place.first, place.second));
  CopyStanding out;
  out.claim = is_definition(loaded->stored.id) ? "definition" : planner.claim_name(stake);
  out.version = loaded->stored.version;
  out.source = loaded->stored.source;
  const store::Collection* where = planner.collection(place.second);
  out.collection = where == nullptr ? "" : where->alias;
  out.accepted_at = came ? format_taxii_time(came->accepted_at) : "";
  out.content = loaded->stored.content;
  out.provenance = loaded->provenance;
  out.settled = stake.settled;
  for (const View& view : views.all()) {
    if (view.audience == kIdle || where == nullptr || !policy_in_force->reads(view.audience, where->alias, clock.now())) continue;
    SEKISHO_ASSIGN(std::string state, state_of(view, *loaded, place.second));
    out.towards.push_back({{view.parties.begin(), view.parties.end()}, std::move(state)});
  }
  return out;
}

// A copy at a time: whoever wants the follower comes in between, and who prints may be slow.
Status Release::each_copy(const std::string& object_id, const std::function<void(const CopyStanding&)>& visit) {
  SEKISHO_TRY(advance());
  SEKISHO_ASSIGN(const auto places, impl_->copies_of(object_id));
  for (const Place& place : places) {
    SEKISHO_ASSIGN(const CopyStanding copy, impl_->copy_standing(place));
    visit(copy);
    impl_->follower.give_way();
  }
  return {};
}

}  // namespace sekisho::sync
