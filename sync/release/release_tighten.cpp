// What givers said again of what they gave, tighter than at first: docs/specs/ownership.md §5.3. Known and on disk at once, brought to the
// streams by the follower.
#include <algorithm>

#include "core/crash_point.h"
#include "sync/release/release_impl.h"

namespace sekisho::sync {

Status Release::Impl::read_tightened() {
  const MutexLock one(reading_recalled);
  if (tightened->loaded()) return {};
  SEKISHO_ASSIGN(auto open, tightened->load(store));
  if (!open.empty()) leaving.wrote(leaving.add({{}, std::move(open)}), true);
  return {};
}

Status Release::tighten(const std::vector<Tightening>& said) {
  if (said.empty()) return {};
  SEKISHO_TRY(impl_->read_tightened());
  {
    const MutexLock lock(impl_->leaving.writing);
    std::map<store::ObjectNo, certs::Handling> tighter;
    for (const Tightening& one : said) {
      const auto found = tighter.find(one.object);
      const auto known = found == tighter.end() ? impl_->tightened->of(one.object) : std::optional(found->second);
      const certs::Handling all = known ? tightest(*known, one.handling) : one.handling;
      if (!known || all != *known) tighter[one.object] = all;
    }
    if (tighter.empty()) return {};
    std::vector<store::ObjectNo> objects;
    store::Batch batch;
    for (const auto& [no, handling] : tighter) {
      objects.push_back(no);
      batch.documents.push_back(tightened_row({no, handling}, true));
    }
    const std::uint64_t number = impl_->leaving.add({{}, std::move(objects)});
    ++impl_->recalls;
    ++impl_->epoch;
    const auto done = impl_->store.commit(batch, impl_->clock.now());
    if (done.ok()) {
      for (const auto& [no, handling] : tighter) impl_->tightened->put({no, handling});
      ++impl_->recalls;  // who has begun to read before this was known reads again
    }
    impl_->leaving.wrote(number, done.ok());
    if (!done.ok()) return done.error();
  }
  crash_point("tighten-after-commit");
  impl_->tell();
  return {};
}

Status Release::Impl::give_anew(Writing& writing, View& view, const Place& place) {
  const auto& [no, collection] = place;
  const auto stream = view.streams.find(collection);
  if (stream == view.streams.end()) return {};
  SEKISHO_ASSIGN(auto forms, store.renditions_of(no));
  if (!forms.empty()) {
    SEKISHO_ASSIGN(const LoadedPtr original, planner.load(no));
    SEKISHO_ASSIGN(certs::Handling handling, planner.handling_of(*policy_in_force, *original));
    if (!original->stored.source.empty() && handling.max_hops && *handling.max_hops > 0) --*handling.max_hops;
    for (const store::ObjectNo form : forms) {
      tightened->put({form, handling});
      writing.release.documents.push_back(tightened_row({form, handling}, false));
    }
  }
  forms.push_back(no);
  for (const store::ObjectNo form : forms) {
    SEKISHO_ASSIGN(const auto placed, store.placements(form));
    if (std::find(placed.begin(), placed.end(), stream->second) == placed.end()) continue;
    SEKISHO_TRY(withdraw(writing, view, {form, collection}));
    SEKISHO_TRY(write_attestation(writing, view, {form, collection}));
    writing.items(stream->second).push_back({form, std::nullopt});
  }
  return {};
}

// What stays is given anew before anything leaves: a start in between does both again.
Status Release::Impl::let_tighter(const std::vector<store::ObjectNo>& said) {
  const std::set<store::ObjectNo> objects(said.begin(), said.end());
  if (objects.empty()) return {};
  planner.withdrew();
  const Timestamp now = clock.now();
  Writing again, taken;
  std::map<std::string, Left> left;
  bool exact = true;
  std::vector<store::ObjectNo> done;
  for (const store::ObjectNo no : objects) {
    const auto copies = planner.bound_by_words(*policy_in_force, no);
    if (!copies.ok() && copies.error().code == Code::kStoreCorrupt) continue;  // withheld as damaged; looked at by the next start
    if (!copies.ok()) return copies.error();
    done.push_back(no);
    SEKISHO_TRY(note_turned(no, left));
    for (const Planner::Rebound& copy : *copies) {
      for (View& view : views.all()) {
        Waiting& held = waiting[view.name];
        SEKISHO_ASSIGN(const bool carried, planner.has_form(view, copy.place.first, copy.place.second));
        const Awaited* awaited = held.of(copy.place);
        const bool displaced = awaited != nullptr && awaited->is_displaced();
        if (!carried && !displaced) continue;
        if (!planner.is_tightened(*policy_in_force, view.audience, copy, now)) {
          if (carried && copy.is_attested_anew()) SEKISHO_TRY(give_anew(again, view, copy.place));
          continue;
        }
        exact = exact && policy_in_force->policy().profiles.empty();  // it may go in another form from here on
        if (carried) SEKISHO_TRY(withdraw_forms(taken, copy.place.first, &view, copy.place.second));
        if (!displaced) continue;
        exact = exact && !awaited->has(Mark::kDisplacedRendition);
        held.take(copy.place);
        left[view.name].ids.insert(copy.loaded->stored.id);
      }
    }
  }
  SEKISHO_ASSIGN(const bool plain, note_left(taken, left));
  const bool leaves = !taken.release.withdrawals.empty() || !left.empty();
  auto& last = leaves ? taken.release.documents : again.release.documents;
  for (const store::ObjectNo no : done) {
    if (const auto handling = tightened->of(no)) last.push_back(tightened_row({no, *handling}, false));
  }
  const auto given = append(again.release, now);
  if (!given.ok()) {
    SEKISHO_TRY(load_all_waiting());
    return given.error();
  }
  if (!again.release.withdrawals.empty()) {
    planner.withdrew();
    ++recalls;
    tell();
  }
  crash_point("tighten-between");
  return leaves ? write_leaving(taken, std::move(left), exact && plain) : Status();
}

}  // namespace sekisho::sync
