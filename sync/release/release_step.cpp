// One step of the release follower: what arrived, and what was waited for, in every view.
#include <algorithm>

#include "core/crash_point.h"
#include "sync/release/release_impl.h"

namespace sekisho::sync {

Status Release::Impl::load_waiting(const View& view) {
  SEKISHO_ASSIGN(const auto holds, store.holds(view.name));
  waiting[view.name].load(holds);
  return {};
}

Status Release::Impl::load_all_waiting() {
  for (const View& view : views.all()) SEKISHO_TRY(load_waiting(view));
  note_due();
  return {};
}

void Release::Impl::note_due() {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  for (const auto& [view, held] : waiting) {
    if (const auto due = held.next_due()) first = std::min(first, due->micros());
  }
  next_due = first;
}

// Object by object through all views, as if each came alone: nothing depends on how many there are in the step.
Result<Release::Impl::Planned> Release::Impl::plan_step(const policy::Compiled& policy, const std::vector<Planner::Input>& inputs,
                                                        bool arriving, Timestamp now, Found& found) {
  Planned planned;
  for (const View& view : views.all()) planned.push_back({planner.side(view), &waiting[view.name], {}});
  for (const Planner::Input& input : inputs) {
    if (arriving) {
      SEKISHO_ASSIGN(const bool turned, planner.arrived_turning(policy, views.all(), input.no, now));
      found.turned = found.turned || turned;
    }
    SEKISHO_ASSIGN(Planner::Coming coming, planner.come(policy, input, arriving, now));
    for (Gaining& mine : planned) SEKISHO_TRY(planner.follow(policy, mine.side, coming, *mine.waiting, now, mine.plan));
    planner.settle_decisions();
  }
  for (Gaining& mine : planned) {
    const Waiting& held = *mine.waiting;
    const auto& released = mine.plan.released;
    std::vector<Place> due = held.due(now);
    SEKISHO_TRY(planner.sort_by_arrival(due));
    for (const Place& place : due) {
      if (held.of(place) == nullptr) continue;
      const auto before = static_cast<std::ptrdiff_t>(released.size());
      SEKISHO_ASSIGN(Planner::Coming coming, planner.come(policy, {place.first, place.second}, false, now));
      SEKISHO_TRY(planner.follow(policy, mine.side, coming, *mine.waiting, now, mine.plan));
      const bool stays = std::any_of(released.begin() + before, released.end(), [&place](const PlanItem& item) {
        return Place{item.no, item.collection} == place;
      });
      if (!stays) found.lapsed.emplace_back(mine.side.view, place);
    }
  }
  return planned;
}

// A party that gives something for the first time is one more that decisions stand on.
Status Release::Impl::note_sources(const std::vector<Planner::Input>& inputs, store::Release& release) {
  const std::size_t before = sources.size();
  for (const auto& input : inputs) {
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(input.no));
    if (!loaded->stored.source.empty()) sources.insert(loaded->stored.source);
  }
  if (sources.size() == before) return {};
  ++epoch;
  release.documents.push_back({kReleaseSpace, kSourcesKey, sources_to_json(sources)});
  return {};
}

Status Release::Impl::step(const policy::Compiled& policy, const std::vector<Planner::Input>& inputs, store::ChangeNo through,
                           bool arriving, Timestamp now) {
  const auto work = [&]() SEKISHO_REQUIRES(follower) -> Status {
    planner.look_again();
    planner.begin_decisions();
    Found found;
    SEKISHO_ASSIGN(Planned planned, plan_step(policy, inputs, arriving, now, found));
    Writing writing;
    // What a date takes back leaves the view that it counts for; what depended on it there goes when all is computed anew.
    for (const auto& [view, place] : found.lapsed) SEKISHO_TRY(withdraw_forms(writing, place.first, view, place.second));
    const bool anew = found.turned || !writing.release.withdrawals.empty();
    if (anew) writing.release.documents.push_back({kReleaseSpace, kAppliedKey, std::nullopt});
    writing.release.through = through;
    for (auto& [side, held, plan] : planned) {
      SEKISHO_TRY(store_made(plan.released, now));
      for (const PlanItem& item : plan.released) SEKISHO_TRY(write_item(writing, *side.view, item));
      held->write(side.view->name, now, writing.release);
    }
    SEKISHO_TRY(note_sources(inputs, writing.release));
    if (arriving) {
      for (const Planner::Input& input : inputs) SEKISHO_TRY(planner.note_bearers(input.no, writing.release.documents));
    }
    const char* cause = through != 0 ? "step" : inputs.empty() ? "due" : "look";
    SEKISHO_TRY(decision_root(store, {cause, policy.policy().digest, through, planner.take_decisions()}, clock.now(), writing.release.documents));
    crash_point("release-before-commit");
    const auto done = store.release(writing.release, now);
    if (!done.ok()) return done.error();
    crash_point("release-after-commit");
    note_due();
    if (anew) make_stale(now);
    if (anew) ++recalls;
    return {};
  };
  const Status done = work();
  if (done.ok()) return {};
  // What was planned has not come to be: everything that follows it is read back.
  Status back = planner.forget();
  if (back.ok()) back = planner.arrived_all();
  const Status held = load_all_waiting();
  const auto given = read_sources(store);
  if (given.ok() && *given) sources = **given;
  if (!back.ok() || !held.ok()) make_stale(now);
  return done;
}

}  // namespace sekisho::sync
