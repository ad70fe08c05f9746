// Recalls: hidden and written at once, taken out of the streams by the follower.
#include <algorithm>

#include "core/crash_point.h"
#include "sync/release/release_impl.h"

namespace sekisho::sync {

Result<std::shared_ptr<const Recalled>> Release::Impl::read_recalled() {
  MutexLock one(reading_recalled);
  SEKISHO_ASSIGN(auto known, Recalled::load(store));
  MutexLock lock(snapshot_mutex);
  recalled = known;
  return known;
}

Result<bool> Release::Impl::carried_anywhere(const std::vector<store::ObjectNo>& objects) const {
  for (const store::ObjectNo no : objects) {
    SEKISHO_ASSIGN(auto forms, store.renditions_of(no));
    forms.push_back(no);
    for (const store::ObjectNo form : forms) {
      SEKISHO_ASSIGN(const auto placed, store.placements(form));
      if (!placed.empty()) return true;
    }
  }
  return false;
}

// A version that came while the recall was written, and was planned before it was known, is one of them.
Result<std::set<store::ObjectNo>> Release::Impl::all_recalled(const std::vector<store::ObjectNo>& objects) const {
  std::set<store::ObjectNo> out(objects.begin(), objects.end());
  std::set<std::string> ids;
  for (const store::ObjectNo no : objects) {
    const auto object = store.object(no);
    if (!object.ok() && object.error().code == Code::kStoreCorrupt) continue;  // withheld from everybody as damaged
    if (!object.ok()) return object.error();
    ids.insert(object->id);
  }
  const auto known = recalled_now();
  for (const std::string& id : ids) {
    SEKISHO_ASSIGN(const auto versions, store.versions_of(id, false));
    for (const auto& version : versions) {
      if (known->why(version) != nullptr) out.insert(version.no);
    }
  }
  return out;
}

Status Release::Impl::let_go() {
  if (!leaving.any()) return {};
  std::uint64_t through = 0;
  const auto objects = leaving.wait_for_all(through);
  SEKISHO_TRY(load_recalled());
  SEKISHO_TRY(let_tighter(objects.tightened));
  SEKISHO_ASSIGN(const auto all, all_recalled(objects.recalled));
  Writing writing;
  std::map<std::string, Left> left;
  bool exact = true, forgotten = false;
  for (const store::ObjectNo no : all) {
    SEKISHO_TRY(withdraw_everywhere(writing, no));
    SEKISHO_ASSIGN(const bool any, forget_waiting(no, left, exact));
    forgotten = forgotten || any;
    SEKISHO_TRY(note_turned(no, left));
  }
  SEKISHO_ASSIGN(const bool plain, note_left(writing, left));
  if (forgotten || !left.empty() || !writing.release.withdrawals.empty()) SEKISHO_TRY(write_leaving(writing, std::move(left), exact && plain));
  leaving.gone(through);
  return {};
}

// What a definition says counts for its users in every view, whether a view carries it or not.
Status Release::Impl::note_turned(store::ObjectNo no, std::map<std::string, Left>& left) {
  const auto object = store.object(no);
  if (!object.ok()) return object.error().code == Code::kStoreCorrupt ? Status() : Status(object.error());  // damaged, it said nothing before
  if (!is_definition(object->id)) return {};
  for (const View& view : views.all()) left[view.name].definitions.insert(object->id);
  return {};
}

// The place of what leaves is kept: a weaker claim does not step in (docs/specs/ownership.md §4).
Status Release::Impl::write_leaving(Writing& writing, std::map<std::string, Left> left, bool exact) {
  const Timestamp now = clock.now();
  if (!left.empty() || !exact) writing.release.documents.push_back({kReleaseSpace, kAppliedKey, std::nullopt});
  for (const View& view : views.all()) {
    SEKISHO_TRY(keep_places(writing, view, 0));
    waiting[view.name].write(view.name, now, writing.release);
  }
  show_left(left);
  crash_point("recall-before-withdrawing");
  const auto done = append(writing.release, now);
  if (!done.ok()) {
    SEKISHO_TRY(load_all_waiting());
    return done.error();
  }
  crash_point("recall-after-withdrawing");
  planner.withdrew();
  if (!left.empty() || !exact) owe(std::move(left), exact, now);
  return {};
}

Status Release::recall(const std::vector<store::ObjectNo>& objects, std::vector<store::DocumentPut> together) {
  if (!policy()) return make_error(Code::kUnavailable, "no policy is in force");
  const std::uint64_t number = impl_->leaving.add({objects, {}});
  ++impl_->recalls;
  ++impl_->epoch;
  const auto write = [&]() -> Status {
    MutexLock lock(impl_->leaving.writing);
    SEKISHO_ASSIGN(const bool carried, impl_->carried_anywhere(objects));
    store::Batch batch;
    batch.documents = std::move(together);
    batch.own_withdrawals = objects;
    if (carried) batch.documents.push_back({kReleaseSpace, kAppliedKey, std::nullopt});
    const auto done = impl_->store.commit(batch, impl_->clock.now());
    return done.ok() ? Status() : Status(done.error());
  };
  const Status written = write();
  if (!written.ok()) {
    impl_->leaving.wrote(number, false);
    return written;
  }
  crash_point("recall-after-commit");
  // Before what waits for it may go on: who plans now plans with it.
  const auto known = impl_->read_recalled();
  ++impl_->recalls;  // who has begun to read before this was known reads again
  impl_->leaving.wrote(number, true);
  impl_->tell();
  return known.ok() ? Status() : Status(known.error());
}

// What denied it is no longer on record: it goes as if it came now.
Status Release::given_again(const std::vector<store::ObjectNo>& objects) {
  SEKISHO_TRY(advance());
  {
    FollowerLock lock(impl_->follower);
    SEKISHO_TRY(impl_->load_recalled());
    ++impl_->epoch;
  }
  return look_at(objects);
}

bool Release::gave_way(std::string_view source, std::string_view object_id, const Sha256& content) const {
  return impl_->recalled_now()->gave_way(source, object_id, content);
}

bool Release::any_gave_way(std::string_view source) const { return impl_->recalled_now()->any_gave_way(source); }

std::optional<std::string> Release::recalled(std::string_view source, std::string_view object_id,
                                             std::optional<Timestamp> version) const {
  const std::string* why = impl_->recalled_now()->by_source(source, object_id, version);
  return why == nullptr ? std::nullopt : std::optional<std::string>(*why);
}

std::shared_ptr<const store::PassedOver> Release::recalled_by(std::string_view party) const {
  return impl_->recalled_now()->of_source(party);
}

}  // namespace sekisho::sync
