// What depends on what left a view goes with it, view by view, and nothing else is looked at; where that cannot be told, all is
// computed anew. docs/specs/release.md.
#include <algorithm>
#include <utility>

#include "core/crash_point.h"
#include "sync/release/plan/decision_root.h"
#include "sync/release/policy_change/policy_recalls.h"
#include "sync/release/release_impl.h"

namespace sekisho::sync {

/// What left each view by these withdrawals, in any case. False: something of it stood for an object.
Result<bool> Release::Impl::note_left(const Writing& writing, std::map<std::string, Left>& out) {
  bool plain = true;
  for (const auto& [stream, no] : writing.release.withdrawals) {
    for (const View& view : views.all()) {
      for (const auto& [collection, mine] : view.streams) {
        const store::Collection* where = planner.collection(collection);
        if (mine != stream || where == nullptr || where->companion_of) continue;
        SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(no));
        if (loaded->stored.type == kAttestationType) continue;  // inline
        Left& left = out[view.name];
        if (is_definition(loaded->stored.id)) {
          left.definitions.insert(loaded->stored.id);
          continue;
        }
        SEKISHO_ASSIGN(const auto came, store.arrival(no, collection));
        plain = plain && came;
        left.ids.insert(loaded->stored.id);
        left.places.emplace(no, collection);
      }
    }
  }
  return plain;
}

// The streams do not stand until what depends on it is settled: a start in between computes all anew.
void Release::Impl::owe(std::map<std::string, Left> left, bool exact, Timestamp now) {
  if (!exact || stale_since != kNever || most_dependents == 0) {
    make_stale(now);
    return;
  }
  for (auto& [view, mine] : left) {
    Left& all = left_of[view];
    all.ids.merge(mine.ids);
    all.places.merge(mine.places);
    all.definitions.merge(mine.definitions);
  }
  left_since = std::min<std::int64_t>(left_since, now.micros());
}

void Release::Impl::owe_nothing() {
  left_of.clear();
  left_since = kNever;
}

// Before the streams show that it left.
void Release::Impl::show_left(const std::map<std::string, Left>& left) {
  const MutexLock lock(snapshot_mutex);
  for (const auto& [view, mine] : left) {
    auto& shown = left_ids[view];
    auto all = shown ? std::make_shared<std::set<std::string>>(*shown) : std::make_shared<std::set<std::string>>();
    all->insert(mine.ids.begin(), mine.ids.end());
    all->insert(mine.definitions.begin(), mine.definitions.end());
    shown = std::move(all);
  }
}

void Release::Impl::show_nothing_left() {
  const MutexLock lock(snapshot_mutex);
  left_ids.clear();
}

Status Release::Impl::settle_dependents(Timestamp now) {
  const auto done = write_dependents(now);
  planner.withdrew();
  if (done.ok() && *done) {
    owe_nothing();
    show_nothing_left();
    tell();
    return {};
  }
  const Status held = load_all_waiting();
  const bool damaged = !done.ok() && done.error().code == Code::kStoreCorrupt;
  if (done.ok() || damaged || !held.ok()) {
    owe_nothing();
    make_stale(now);
  }
  return done.ok() || damaged ? held : Status(done.error());
}

// One transaction for all views, and with it the streams stand again.
Result<bool> Release::Impl::write_dependents(Timestamp now) {
  planner.withdrew();
  planner.begin_decisions();
  Writing writing;
  PolicyRecalls waiting_recalls(store, clock);
  SEKISHO_TRY(waiting_recalls.begin());
  for (View& view : views.all()) {
    const auto left = left_of.find(view.name);
    if (view.audience == kIdle) continue;
    Waiting& held = waiting[view.name];
    Dependents found;
    if (left != left_of.end()) {
      SEKISHO_ASSIGN(auto exact, planner.dependents(*policy_in_force, view, held, left->second, most_dependents, now));
      if (!exact) return false;
      found = std::move(*exact);
    }
    SEKISHO_TRY(waiting_recalls.note(planner, losses_of(view, found)));
    for (const Place& place : found.looked_at) held.take(place);
    for (const auto& [place, missing] : found.holds) held.put(place, Awaited::from_text(missing));
    for (const auto& [no, collection] : found.lost) SEKISHO_TRY(withdraw(writing, view, {no, collection}));
    for (const PlanItem& item : found.gains) SEKISHO_TRY(write_item(writing, view, item));
    held.write(view.name, now, writing.release);
  }
  SEKISHO_TRY(decision_root(store, {"left", policy_in_force->policy().digest, 0, planner.take_decisions()}, clock.now(), writing.release.documents));
  for (auto& put : waiting_recalls.take_puts()) writing.release.documents.push_back(std::move(put));
  {
    // With a recall that came meanwhile the streams do not stand.
    MutexLock lock(leaving.writing);
    if (!leaving.any()) writing.release.documents.push_back({kReleaseSpace, kAppliedKey, Applied::of(*policy_in_force, now).to_json()});
    crash_point("dependents-before-commit");
    const auto done = append(writing.release, now);
    if (!done.ok()) return done.error();
  }
  crash_point("dependents-after-commit");
  ++epoch;
  ++recalls;
  // At once: pages that pass over what is gone would count as disclosures of it. What cannot be written now is later.
  [[maybe_unused]] const Status settled = waiting_recalls.settle();
  note_due();
  return true;
}

PolicyRecalls::Losses Release::Impl::losses_of(const View& view, const Dependents& found) const {
  std::set<Place> wanted;
  for (const PlanItem& item : found.gains) {
    for (const Place& place : places_of(item)) wanted.insert(place);
  }
  const auto reads = [this, &view, wanted, lost = found.lost](const std::string& id) -> Result<bool> {
    SEKISHO_ASSIGN(const auto versions, store.versions_of(id, false));
    for (const auto& version : versions) {
      SEKISHO_ASSIGN(const auto placed, store.placements(version.no));
      for (const auto& [collection, stream] : view.streams) {
        const Place place{version.no, collection};
        if (wanted.count(place) != 0) return true;
        const bool carried = std::find(placed.begin(), placed.end(), stream) != placed.end();
        if (carried && !std::binary_search(lost.begin(), lost.end(), place)) return true;
      }
    }
    return false;
  };
  return {view.streams, view.parties, found.lost, reads};
}

}  // namespace sekisho::sync
