#include "sync/change.h"

#include <algorithm>

#include "core/crash_point.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kStep = 1000;   // rows of the change log at once
constexpr std::uint32_t kWatch = 256; // rows between two looks at the watch

bool is_definition(std::string_view type) { return type == "marking-definition" || type == "extension-definition"; }

/// Whether the row says all that there is to say about an item.
bool is_plain(const PlanItem& item) { return item.definitions.empty(); }

}  // namespace

std::vector<Place> places_beside(const PlanItem& item) {
  std::vector<Place> places;
  for (const store::ObjectNo definition : item.definitions) places.push_back({definition, item.collection});
  return places;
}

Status Change::prepare(const Views& views, const std::vector<store::Collection>& collections, const Watch& watch) {
  planner_.set_collections(collections);
  SEKISHO_ASSIGN(auto recalled, Recalled::load(store_));
  planner_.set_recalled(std::move(recalled));
  SEKISHO_ASSIGN(applied_, Applied::read(store_));
  SEKISHO_ASSIGN(const auto sources, read_sources(store_));
  known_ = sources.has_value();
  if (sources) sources_ = *sources;
  const bool stands = known_ && applied_.same_ground(Applied::of(*policy_, now_), sources_);
  for (Move& move : views.moves(*policy_, now_, !stands)) {
    Target target;
    if (!move.from.empty()) target.from = *views.named(move.from);
    if (move.rebuild) {
      candidates_[move.audience];
      SEKISHO_ASSIGN(const auto holds, store_.holds(target.from.name));
      for (const auto& hold : holds) target.held_before.insert(hold.object);
    }
    target.move = std::move(move);
    targets_.push_back(std::move(target));
  }
  SEKISHO_TRY(scan(watch));
  for (Target& target : targets_) SEKISHO_TRY(choose(target));
  return {};
}

// One pass over the rows for all audiences: each object is read and parsed once.
Status Change::scan(const Watch& watch) {
  SEKISHO_ASSIGN(const store::ChangeNo through, store_.released_through());
  if (candidates_.empty() && known_) {
    mark_ = through;
    return {};
  }
  planner_.look_again();
  while (mark_ < through) {
    SEKISHO_ASSIGN(const auto changes, store_.changes(mark_, kStep));
    if (changes.empty()) return {};
    for (const auto& change : changes) {
      if (change.no > through) return {};
      mark_ = change.no;
      if (rows_.size() % kWatch == 0) {
        if (watch.progress) watch.progress(static_cast<std::size_t>(mark_), static_cast<std::size_t>(through));
        if (watch.cancelled && watch.cancelled()) return make_error(Code::kUnavailable, "cancelled; nothing has changed");
        crash_point("policy-while-preparing");
      }
      const auto row = static_cast<std::uint32_t>(rows_.size());
      rows_.push_back({change.object, change.collection, false, nullptr});
      SEKISHO_TRY(decide(row));
      SEKISHO_TRY(note_carried(row));
    }
  }
  return {};
}

Status Change::decide(std::uint32_t at) {
  Row& row = rows_[at];
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(row.no));
  if (!loaded->stored.source.empty()) sources_.insert(loaded->stored.source);
  row.definition = is_definition(loaded->stored.type);
  for (auto& [audience, candidates] : candidates_) SEKISHO_TRY(candidate(audience, candidates, at));
  return {};
}

Status Change::candidate(const std::string& audience, Candidates& candidates, std::uint32_t at) {
  ++decisions_;
  Row& row = rows_[at];
  View nobody;
  nobody.audience = audience;
  SEKISHO_ASSIGN(auto item, planner_.candidate(*policy_, nobody, {row.no, row.collection}, candidates.holds, now_));
  if (!item) return {};
  row.links = item->links;
  candidates.rows.push_back(at);
  if (!is_plain(*item)) candidates.whole.emplace(at, std::move(*item));
  return {};
}

PlanItem Change::item_of(const Candidates& candidates, std::uint32_t at) const {
  const auto whole = candidates.whole.find(at);
  if (whole != candidates.whole.end()) return whole->second;
  PlanItem item;
  item.no = rows_[at].no;
  item.collection = rows_[at].collection;
  item.links = rows_[at].links;
  return item;
}

Status Change::note_carried(std::uint32_t at) {
  if (candidates_.empty()) return {};
  const Row& row = rows_[at];
  SEKISHO_ASSIGN(const auto placed, store_.placements(row.no));
  for (Target& target : targets_) {
    if (!target.move.rebuild) continue;
    target.had.resize(rows_.size());
    for (const auto& [collection, stream] : target.from.streams) {
      const store::Collection* where = planner_.collection(collection);
      if (where == nullptr || where->companion_of || (!row.definition && collection != row.collection)) continue;
      const bool carried = std::find(placed.begin(), placed.end(), stream) != placed.end();
      if (!row.definition) {
        target.had[at] = carried;
      } else if (carried) {
        target.had_definitions.insert({row.no, collection});
      }
    }
  }
  return {};
}

bool Change::has(const Target& target, std::uint32_t at) const {
  const Row& row = rows_[at];
  return row.definition ? target.had_definitions.count({row.no, row.collection}) != 0 : target.had[at];
}

bool Change::wants(const Target& target, std::uint32_t at) const {
  const Row& row = rows_[at];
  return row.definition ? target.wanted_definitions.count({row.no, row.collection}) != 0 : target.wanted[at];
}

// What is carried now keeps its place where two copies of one version compete.
Status Change::choose(Target& target) {
  if (!target.move.rebuild) return {};
  target.had.resize(rows_.size());
  target.wanted.assign(rows_.size(), false);
  target.wanted_definitions.clear();
  const Candidates& candidates = candidates_.at(target.move.audience);
  std::vector<std::uint32_t> order;
  order.reserve(candidates.rows.size());
  for (const bool carried : {true, false}) {
    for (const std::uint32_t at : candidates.rows) {
      if (has(target, at) == carried) order.push_back(at);
    }
  }
  std::vector<PlanItem> items;
  items.reserve(order.size());
  for (const std::uint32_t at : order) items.push_back(item_of(candidates, at));
  View view;
  view.audience = target.move.audience;
  SEKISHO_ASSIGN(Plan plan, planner_.choose(*policy_, view, std::move(items), candidates.holds, true, now_));
  target.holds = std::move(plan.holds);
  std::size_t next = 0;  // what is released is a part of what was given, in its order
  for (const std::uint32_t at : order) {
    if (next == plan.released.size()) break;
    const PlanItem& item = plan.released[next];
    if (item.no != rows_[at].no || item.collection != rows_[at].collection) continue;
    ++next;
    if (rows_[at].definition) target.wanted_definitions.insert({item.no, item.collection});
    else target.wanted[at] = true;
    for (const Place& place : places_beside(item)) target.wanted_definitions.insert(place);
  }
  return {};
}

Status Change::extend() {
  SEKISHO_ASSIGN(const store::ChangeNo through, store_.released_through());
  if (through == mark_ || candidates_.empty()) {
    mark_ = through;
    return {};
  }
  const auto first = static_cast<std::uint32_t>(rows_.size());
  SEKISHO_TRY(scan({}));
  std::set<std::string> definitions;
  for (std::uint32_t at = first; at < rows_.size(); ++at) {
    if (!rows_[at].definition) continue;
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(rows_[at].no));
    definitions.insert(loaded->stored.id);
  }
  if (!definitions.empty()) SEKISHO_TRY(wake(definitions));
  // What waited may have come to be carried since.
  std::set<store::ObjectNo> moved;
  for (const Target& target : targets_) moved.insert(target.held_before.begin(), target.held_before.end());
  for (std::uint32_t at = 0; at < first; ++at) {
    if (rows_[at].definition || moved.count(rows_[at].no) != 0) SEKISHO_TRY(note_carried(at));
  }
  for (Target& target : targets_) SEKISHO_TRY(choose(target));
  return {};
}

// What was held for a definition is decided again.
Status Change::wake(const std::set<std::string>& definitions) {
  for (auto& [audience, candidates] : candidates_) {
    std::set<Place> again;
    for (const auto& hold : candidates.holds) {
      if (definitions.count(hold.missing) != 0) again.insert({hold.object, hold.collection});
    }
    if (again.empty()) continue;
    std::erase_if(candidates.holds, [&](const store::Hold& hold) { return again.count({hold.object, hold.collection}) != 0; });
    for (std::uint32_t at = 0; at < rows_.size(); ++at) {
      if (again.count({rows_[at].no, rows_[at].collection}) != 0) SEKISHO_TRY(candidate(audience, candidates, at));
    }
    std::sort(candidates.rows.begin(), candidates.rows.end());
  }
  return {};
}

std::vector<PlanItem> Change::gained(const Target& target) const {
  std::vector<PlanItem> out;
  if (!target.move.rebuild) return out;
  const Candidates& candidates = candidates_.at(target.move.audience);
  std::set<Place> definitions;
  std::set_difference(target.wanted_definitions.begin(), target.wanted_definitions.end(), target.had_definitions.begin(),
                      target.had_definitions.end(), std::inserter(definitions, definitions.end()));
  const auto alone = [](const Place& place) {
    PlanItem item;
    item.no = place.no;
    item.collection = place.collection;
    return item;
  };
  for (std::uint32_t at = 0; at < rows_.size(); ++at) {
    const Place place{rows_[at].no, rows_[at].collection};
    if (rows_[at].definition) {
      if (definitions.erase(place) != 0) out.push_back(alone(place));
    } else if (target.wanted[at] && !target.had[at]) {
      out.push_back(item_of(candidates, at));
      for (const Place& beside : places_beside(out.back())) definitions.erase(beside);
    }
  }
  for (const Place& place : definitions) out.push_back(alone(place));
  return out;
}

std::vector<Place> Change::lost(const Target& target) const {
  std::vector<Place> out;
  if (!target.move.rebuild) return out;
  for (std::uint32_t at = 0; at < rows_.size(); ++at) {
    if (!rows_[at].definition && target.had[at] && !target.wanted[at]) out.push_back({rows_[at].no, rows_[at].collection});
  }
  std::set_difference(target.had_definitions.begin(), target.had_definitions.end(), target.wanted_definitions.begin(),
                      target.wanted_definitions.end(), std::back_inserter(out));
  return out;
}

}  // namespace sekisho::sync
