// Why a party gets an object or not.
#include <algorithm>

#include "sync/release_impl.h"

namespace sekisho::sync {

Standing Release::Impl::standing_of(const PartyView& view, const View& mine, const Loaded& loaded,
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
  const auto missing = waits_for(mine, loaded.stored.no, no);
  if (missing) standing.waits_for = *missing;
  return standing;
}

std::optional<std::string> Release::Impl::waits_for(const View& mine, store::ObjectNo object, store::CollectionNo no) {
  for (const auto& [missing, input] : waiting[mine.name]) {
    if (input.no == object && input.collection == no) return missing;
  }
  return std::nullopt;
}

Result<std::vector<Standing>> Release::explain(std::string_view object_id, std::string_view party) {
  SEKISHO_ASSIGN(const PartyView view, view_of(party));
  MutexLock lock(impl_->follower);
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
      standings.push_back(impl_->standing_of(view, *mine, *loaded, no, placed));
    }
  }
  return standings;
}


Status Release::each_withheld(std::string_view party, const std::function<void(const Standing&)>& visit) {
  SEKISHO_ASSIGN(const PartyView view, view_of(party));
  MutexLock lock(impl_->follower);
  impl_->planner.look_again();
  const View* mine = impl_->views.of_party(std::string(party));
  if (mine == nullptr) return make_error(Code::kNotFound, "no such party now", std::string(party));
  store::ChangeNo after = 0;
  while (true) {
    SEKISHO_ASSIGN(const auto changes, impl_->store.changes(after, 1000));
    if (changes.empty()) return {};
    for (const auto& change : changes) {
      after = change.no;
      SEKISHO_ASSIGN(const auto placed, impl_->store.placements(change.object));
      const auto stream = view.streams.find(change.collection);
      const bool carried = stream != view.streams.end() &&
                           std::find(placed.begin(), placed.end(), stream->second) != placed.end();
      if (carried || impl_->planner.collection(change.collection) == nullptr) continue;
      SEKISHO_ASSIGN(const LoadedPtr loaded, impl_->planner.load(change.object));
      visit(impl_->standing_of(view, *mine, *loaded, change.collection, placed));
    }
  }
}

}  // namespace sekisho::sync
