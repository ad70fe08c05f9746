// One step of the release follower: what arrived, and what was waited for, in every view.
#include <algorithm>

#include "core/crash_point.h"
#include "sync/release/plan/coming.h"
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
                                                        bool arriving, Timestamp now, Extent& extent, Found& found) {
  Planned planned;
  for (const View& view : views.all()) planned.push_back({planner.side(view), &waiting[view.name], {}});
  for (std::size_t at = 0; at < extent.rows; ++at) {
    const Planner::Input& input = inputs[at];
    SEKISHO_ASSIGN(const bool waits, at == 0 ? Result<bool>(false) : planner.waits_for_step(policy, input));
    if (waits) {
      extent.rows = at;
      return planned;
    }
    if (arriving) {
      SEKISHO_ASSIGN(auto turned, planner.arrived_turning(policy, views.all(), input.no, now));
      found.turned.merge(turned);
    }
    SEKISHO_ASSIGN(Planner::Coming coming, planner.come(policy, input, arriving, now));
    if (arriving) {
      SEKISHO_TRY(bind(policy, planned, coming, now, found));
      if (found.cut) {
        extent.rows = at;
        return planned;
      }
    }
    for (Gaining& mine : planned) {
      SEKISHO_TRY(planner.follow(policy, mine.side, coming, *mine.waiting, now, mine.plan));
      if (!mine.plan.cut) continue;
      found.cut = true;
      extent.rows = at;
      return planned;
    }
    planner.settle_decisions();
    // What depends on what leaves is settled before the next row is planned, however many rows there are.
    if (found.takes()) {
      extent.rows = at + 1;
      return planned;
    }
  }
  for (Gaining& mine : planned) {
    SEKISHO_TRY(plan_due(policy, mine, now, extent, found));
    if (found.cut) break;
  }
  return planned;
}

// What comes may bind other copies of its content, and their texts may name who gave it: what may not go any more leaves, as by a date.
Status Release::Impl::bind(const policy::Compiled& policy, Planned& planned, const Planner::Coming& coming, Timestamp now, Found& found) {
  SEKISHO_ASSIGN(const auto copies, planner.bound_by_arrival(policy, coming));
  for (const Planner::Rebound& copy : copies) {
    const Place& place = copy.place;
    for (Gaining& mine : planned) {
      const View& view = *mine.side.view;
      SEKISHO_ASSIGN(const bool carried, planner.has_form(view, place.first, place.second));
      const Awaited* awaited = mine.waiting->of(place);
      const bool displaced = awaited != nullptr && awaited->is_displaced();
      if (!carried && !displaced) continue;
      const bool another_giver = carried && !coming.loaded->stored.source.empty();
      SEKISHO_ASSIGN(const bool named, another_giver ? planner.names_giver(policy, view, place, now) : Result<bool>(false));
      const bool leaves = named || planner.is_tightened(policy, view.audience, copy, now);
      if (!leaves && !(carried && copy.is_attested_anew())) continue;
      found.cut = found.cut || planner.came_in_step(mine.side, place);
      if (found.cut) return {};
      if (!leaves) {
        found.anew.insert({view.name, place});
        continue;
      }
      if (carried) {
        planner.lapse_in_step(mine.side, place);
        found.lapsed.emplace_back(&view, place);
      }
      if (!displaced) continue;
      found.rewritten = found.rewritten || awaited->has(Mark::kDisplacedRendition);
      mine.waiting->take(place);
      found.met.emplace_back(&view, place);
    }
  }
  return {};
}

Status Release::Impl::plan_due(const policy::Compiled& policy, Gaining& mine, Timestamp now, Extent& extent, Found& found) {
  const Waiting& held = *mine.waiting;
  const auto& released = mine.plan.released;
  std::vector<Place> due = held.due(now);
  SEKISHO_TRY(planner.sort_by_arrival(due));
  const auto most = extent.due.find(mine.side.view->name);
  if (most != extent.due.end() && due.size() > most->second) due.resize(most->second);
  const auto is_displaced = [&held](const Place& place) {
    const Awaited* awaited = held.of(place);
    return awaited != nullptr && awaited->is_displaced();
  };
  for (std::size_t at = 0; at < due.size(); ++at) {
    const Place& place = due[at];
    if (held.of(place) == nullptr) continue;
    const bool was_displaced = is_displaced(place);
    found.rewritten = found.rewritten || (was_displaced && held.of(place)->has(Mark::kDisplacedRendition));
    const auto before = static_cast<std::ptrdiff_t>(released.size());
    SEKISHO_ASSIGN(Planner::Coming coming, planner.come(policy, {place.first, place.second}, false, now));
    SEKISHO_TRY(planner.follow(policy, mine.side, coming, *mine.waiting, now, mine.plan));
    if (mine.plan.cut) {
      found.cut = true;
      extent.due[mine.side.view->name] = at;
      return {};
    }
    const bool stays = std::any_of(released.begin() + before, released.end(), [&place](const PlanItem& item) {
      return Place{item.no, item.collection} == place;
    });
    if (stays || is_displaced(place)) continue;
    found.lapsed.emplace_back(mine.side.view, place);
    if (was_displaced) found.met.emplace_back(mine.side.view, place);
  }
  return {};
}

// What was planned beyond the cut has not come to be.
Result<Release::Impl::Planned> Release::Impl::plan_extent(const policy::Compiled& policy, const std::vector<Planner::Input>& inputs,
                                                          bool arriving, Timestamp now, std::size_t& taken, Found& found) {
  const store::ObjectNo horizon = planner.horizon();
  const store::ChangeNo reached = planner.reached();
  Extent extent{inputs.size(), {}};
  while (true) {
    planner.next_step();
    planner.begin_decisions();
    found = Found();
    SEKISHO_ASSIGN(Planned planned, plan_step(policy, inputs, arriving, now, extent, found));
    taken = extent.rows;
    if (!found.cut) return planned;
    planner.back_to(horizon, reached);
    for (auto& [view, held] : waiting) held.go_back();
    note_due();
  }
}

// Of the withdrawals from `from` on.
Status Release::Impl::keep_places(Writing& writing, const View& view, std::size_t from) {
  for (std::size_t i = from; i < writing.release.withdrawals.size(); ++i) {
    const auto& [stream, no] = writing.release.withdrawals[i];
    for (const auto& [collection, mine] : view.streams) {
      if (mine != stream) continue;
      SEKISHO_ASSIGN(const auto came, store.arrival(no, collection));
      SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(no));
      if (came && !is_definition(loaded->stored.id)) waiting[view.name].add({no, collection}, marked(Mark::kLeft, loaded->stored.id));
    }
  }
  return {};
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

Result<std::size_t> Release::Impl::step(const policy::Compiled& policy, const std::vector<Planner::Input>& inputs,
                                        const std::vector<store::Change>& changes, Timestamp now) {
  std::size_t taken = 0;
  const Status done = write_step(policy, inputs, changes, now, taken);
  if (done.ok()) return taken;
  // What was planned has not come to be: everything that follows it is read back.
  Status back = planner.forget();
  if (back.ok()) back = planner.arrived_all();
  const Status held = load_all_waiting();
  const auto given = read_sources(store);
  if (given.ok() && *given) sources = **given;
  if (!back.ok() || !held.ok()) make_stale(now);
  return done.error();
}

Status Release::Impl::write_step(const policy::Compiled& policy, const std::vector<Planner::Input>& all, const std::vector<store::Change>& changes,
                                 Timestamp now, std::size_t& taken) {
  const bool arriving = !changes.empty();
  Found found;
  SEKISHO_ASSIGN(Planned planned, plan_extent(policy, all, arriving, now, taken, found));
  if (arriving && taken == 0) return make_error(Code::kInternal, "a step of the follower takes nothing");
  const std::vector<Planner::Input> inputs(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(taken));
  const store::ChangeNo through = arriving ? changes[taken - 1].no : 0;
  Writing writing;
  for (const Gaining& mine : planned) {
    for (const Place& place : mine.plan.overtaken) found.lapsed.emplace_back(mine.side.view, place);
  }
  // What a date takes back leaves the view that it counts for; what depended on it there goes next.
  for (const auto& [view, place] : found.lapsed) {
    const std::size_t before = writing.release.withdrawals.size();
    SEKISHO_TRY(withdraw_forms(writing, place.first, view, place.second));
    SEKISHO_TRY(keep_places(writing, *view, before));
  }
  std::map<std::string, Left> left;
  for (const auto& [view, place] : found.met) {
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(place.first));
    left[view->name].ids.insert(loaded->stored.id);
  }
  SEKISHO_ASSIGN(const bool plain, note_left(writing, left));
  if (!found.turned.empty()) {
    for (const View& view : views.all()) left[view.name].definitions.insert(found.turned.begin(), found.turned.end());
  }
  const bool stands = found.turned.empty() && found.met.empty() && writing.release.withdrawals.empty();
  if (!stands) writing.release.documents.push_back({kReleaseSpace, kAppliedKey, std::nullopt});
  // What no longer counts leaves those alone who now read the other: nothing depends on it but by its id.
  for (const auto& [side, held, plan] : planned) {
    SEKISHO_TRY(withdraw_displaced(writing, *side.view, plan.gone));
    for (const Place& place : plan.gone) found.anew.erase({side.view->name, place});
  }
  for (const auto& [view, place] : found.lapsed) found.anew.erase({view->name, place});
  for (View& view : views.all()) {
    for (auto at = found.anew.lower_bound({view.name, {}}); at != found.anew.end() && at->first == view.name; ++at) {
      SEKISHO_TRY(give_anew(writing, view, at->second));
    }
  }
  const bool taken_away = !stands || !writing.release.withdrawals.empty();
  writing.release.through = through;
  for (auto& [side, held, plan] : planned) {
    SEKISHO_TRY(store_made(plan.released, now));
    for (const PlanItem& item : plan.released) SEKISHO_TRY(write_item(writing, *side.view, item));
    held->write(side.view->name, now, writing.release);
  }
  SEKISHO_TRY(note_sources(inputs, writing.release));
  if (arriving) {
    planner.note_horizon(writing.release.documents);
    for (const Planner::Input& input : inputs) {
      SEKISHO_TRY(planner.note_bearers(input.no, writing.release.documents));
      SEKISHO_TRY(planner.note_translation(input.no, writing.release.documents));
    }
  }
  const char* cause = through != 0 ? "step" : inputs.empty() ? "due" : "look";
  SEKISHO_TRY(decision_root(store, {cause, policy.policy().digest, through, planner.take_decisions()}, clock.now(), writing.release.documents));
  if (!stands) show_left(left);
  crash_point("release-before-commit");
  const auto done = append(writing.release, arriving ? clock.now() : now);
  if (!done.ok()) return done.error();
  crash_point("release-after-commit");
  for (const auto& created : writing.release.created) planner.made_version_of(created.object->id());
  note_due();
  if (!stands) owe(std::move(left), plain && !found.rewritten, now);
  if (taken_away) ++recalls;
  return {};
}

}  // namespace sekisho::sync
