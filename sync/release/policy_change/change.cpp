#include "sync/release/policy_change/change.h"

#include <algorithm>

#include "core/crash_point.h"
#include "sync/release/plan/coming.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kStep = 1000;         // rows at once
constexpr store::StreamNo kModel = 1u << 31;  // numbers of the streams of a view that is only supposed

void tidy(Places& places) {
  if (!std::is_sorted(places.begin(), places.end())) std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
}

bool holds(const Places& places, const Place& place) { return std::binary_search(places.begin(), places.end(), place); }

}  // namespace

Places places_of(const PlanItem& item) {
  Places places;
  if (item.original) places.emplace_back(item.no, item.collection);
  for (const store::ObjectNo made : item.stored) places.emplace_back(made, item.collection);
  for (const store::ObjectNo definition : item.definitions) places.emplace_back(definition, item.collection);
  tidy(places);
  return places;
}

void Change::want(Target& target, const std::vector<PlanItem>& items) {
  for (const PlanItem& item : items) {
    const Places places = places_of(item);
    target.wanted.insert(target.wanted.end(), places.begin(), places.end());
  }
  tidy(target.wanted);
}

// With its renditions; what was to be gained is gained no more.
void Change::unwant(Target& target, const Places& gone) const {
  for (const Place& place : gone) {
    std::erase_if(target.wanted, [&](const Place& one) {
      const auto original = original_of_.find(one.first);
      return one.second == place.second && (original == original_of_.end() ? one.first : original->second) == place.first;
    });
    std::erase_if(target.gains, [&](const PlanItem& item) { return Place{item.no, item.collection} == place; });
  }
}

Places Change::lost(const Target& target) {
  Places out;
  if (!target.move.rebuild) return out;
  std::set_difference(target.had.begin(), target.had.end(), target.wanted.begin(), target.wanted.end(), std::back_inserter(out));
  return out;
}

Places Change::stays(const Target& target) {
  Places out;
  for (const Place& place : target.in_order) {
    if (holds(target.wanted, place)) out.push_back(place);
  }
  return out;
}

Status Change::prepare(const Views& views, const std::vector<store::Collection>& collections, const Watch& watch) {
  watch_ = watch;
  SEKISHO_ASSIGN(mark_, store_.released_through());
  planner_.set_collections(collections);
  planner_.set_opaque(policy_->policy().opaque);
  SEKISHO_ASSIGN(auto recalled, Recalled::load(store_));
  planner_.set_recalled(std::move(recalled));
  SEKISHO_TRY(planner_.forget());
  SEKISHO_TRY(planner_.arrived_all());
  planner_.begin_decisions();
  SEKISHO_ASSIGN(const Applied applied, Applied::read(store_));
  SEKISHO_ASSIGN(const auto sources, read_sources(store_));
  if (sources) sources_ = *sources;
  bool stands = sources && applied.same_ground(Applied::of(*policy_), sources_);
  if (stands) {
    // Whose identity is not here is named as a creator by nothing that goes.
    const auto others = applied.other_creators(Applied::of(*policy_));
    SEKISHO_ASSIGN(const auto held, store_.held({others.begin(), others.end()}));
    stands = std::none_of(held.begin(), held.end(), [](bool here) { return here; });
  }
  if (stands) {
    SEKISHO_ASSIGN(const bool turn, meanings_turn(views));
    stands = !turn;
  }
  for (Move& move : views.moves(*policy_, now_, !stands)) {
    Target target;
    if (!move.from.empty()) target.from = *views.named(move.from);
    rebuilds_ = rebuilds_ || move.rebuild;
    target.move = std::move(move);
    target.label = "target " + std::to_string(targets_.size());
    targets_.push_back(std::move(target));
  }
  if (!rebuilds_ && sources) return {};
  return work_out(!sources);
}

// A reference means what its giver may read: of those who ever gave something and read otherwise from here on each object is asked.
Result<bool> Change::meanings_turn(const Views& views) {
  std::set<std::string> givers;
  for (const std::string& party : sources_) {
    const View* before = views.of_party(party);
    const auto after = policy_->audience(party, now_);
    const std::string then = before == nullptr ? std::string(kIdle) : before->audience, now = after.ok() ? *after : std::string(kIdle);
    if (then != now) givers.insert(party);
  }
  if (givers.empty()) return false;
  std::vector<Planner::Input> asked;
  for (store::ChangeNo after = 0; after < mark_;) {
    SEKISHO_TRY(watch(0));
    SEKISHO_ASSIGN(const std::size_t rows, store_.each_change(after, kStep, [&](const store::ChangeRow& row) {
      after = row.change.no;
      if (after <= mark_ && givers.count(row.object.source) != 0) asked.push_back({row.change.object, row.change.collection});
    }));
    if (rows == 0) break;
  }
  for (const auto& input : asked) {
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(input.no));
    for (const std::string& reference : loaded->links->closure.references) {
      SEKISHO_ASSIGN(const bool rests, planner_.meaning_rests_on_rights(*policy_, loaded->stored.source, reference));
      if (rests) return true;
    }
  }
  return false;
}

// One content per version: what stays is not joined by another copy of it.
Status Change::keep_definitions(Target& target) {
  std::map<std::pair<std::string, store::CollectionNo>, store::ObjectNo> kept;
  for (const Place& place : lost(target)) {
    SEKISHO_ASSIGN(const bool stays, planner_.stays_by_itself(*policy_, target.move.audience, place, now_));
    if (!stays) continue;
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(place.first));
    kept.emplace(std::pair(loaded->links->version, place.second), place.first);
    target.wanted.push_back(place);
  }
  if (kept.empty()) return {};
  Places instead;
  for (PlanItem& item : target.gains) {
    const auto stays = [&](const std::string& version) { return kept.count({version, item.collection}) != 0; };
    if (stays(item.links->version)) instead.emplace_back(item.no, item.collection);
    for (const store::ObjectNo no : item.definitions) {
      SEKISHO_ASSIGN(const LoadedPtr definition, planner_.load(no));
      if (stays(definition->links->version)) instead.emplace_back(no, item.collection);
    }
  }
  std::sort(instead.begin(), instead.end());
  for (PlanItem& item : target.gains) {
    std::erase_if(item.definitions, [&](store::ObjectNo no) { return holds(instead, {no, item.collection}); });
  }
  std::erase_if(target.gains, [&](const PlanItem& item) { return holds(instead, {item.no, item.collection}); });
  std::erase_if(target.wanted, [&](const Place& place) { return holds(instead, place); });
  tidy(target.wanted);
  return {};
}

// One pass for all views; those with renditions each by itself.
Status Change::work_out(bool find_sources) {
  SEKISHO_TRY(read_renditions());
  std::vector<Target*> targets;
  std::vector<Sweep::For> views;
  for (Target& target : targets_) {
    if (!target.move.rebuild) continue;
    targets.push_back(&target);
    if (!target.move.from.empty()) {
      SEKISHO_ASSIGN(const auto held, store_.holds(target.move.from));
      target.before = Before::of(held);
    }
    views.push_back({target.move.audience, target.from.streams, target.before});
  }
  Sweep sweep(store_, planner_, *policy_, std::move(views), now_);
  rows_ = mark_;
  SEKISHO_TRY(sweep.read(mark_, [this](std::size_t done) { return watch(done); }));
  if (find_sources) sources_ = sweep.sources();
  note_numbers(sweep.numbers());
  decisions_ += sweep.decisions();
  SEKISHO_TRY(sweep.settle());
  std::vector<Planner::Input> inputs;
  for (std::size_t v = 0; v < targets.size(); ++v) {
    if (sweep.plain(v)) {
      take(sweep, v, *targets[v]);
      SEKISHO_TRY(keep_definitions(*targets[v]));
      continue;
    }
    if (inputs.empty()) SEKISHO_TRY(read_rows(0, inputs));
    done_ = rows_;
    rows_ += inputs.size();
    SEKISHO_TRY(read_carried(*targets[v]));
    SEKISHO_TRY(plan(*targets[v], inputs));
    SEKISHO_TRY(keep_definitions(*targets[v]));
  }
  return {};
}

Status Change::watch(std::size_t done) const {
  if (watch_.progress) watch_.progress(done, rows_);
  if (watch_.cancelled && watch_.cancelled()) return make_error(Code::kUnavailable, "cancelled; nothing has changed");
  crash_point("policy-while-preparing");
  return {};
}

void Change::take(Sweep& sweep, std::size_t view, Target& target) {
  target.had = sweep.carried(view);
  tidy(target.had);
  sweep.give(view, [&](const Sweep::Item& item) {
    bool whole = item.carried;
    target.wanted.emplace_back(item.no, item.collection);
    for (const store::ObjectNo definition : *item.definitions) {
      whole = whole && holds(target.had, {definition, item.collection});
      target.wanted.emplace_back(definition, item.collection);
    }
    if (!whole) target.gains.push_back(sweep.plan_item(item));
  });
  tidy(target.wanted);
  target.holds = sweep.holds(view);
  planner_.put_decisions(target.label, sweep.decision_log(view));
}

Status Change::read_rows(store::ChangeNo after, std::vector<Planner::Input>& inputs) {
  while (after < mark_) {
    SEKISHO_ASSIGN(const auto changes, store_.changes(after, kStep));
    if (changes.empty()) break;
    for (const auto& change : changes) {
      after = change.no;
      if (change.no <= mark_) inputs.push_back({change.object, change.collection});
    }
  }
  return {};
}

void Change::note_numbers(const std::vector<store::ObjectNo>& numbers) {
  numbers_.insert(numbers_.end(), numbers.begin(), numbers.end());
  std::sort(numbers_.begin(), numbers_.end());
}

Status Change::read_renditions() {
  SEKISHO_ASSIGN(const auto pairs, store_.renditions());
  for (const auto& [of, made] : pairs) original_of_[made] = of;
  return {};
}

bool Change::is_ours(store::ObjectNo no) const {
  return std::binary_search(numbers_.begin(), numbers_.end(), no) || original_of_.count(no) != 0;
}

// In order of position: one pass over the blocks of its streams.
Status Change::read_carried(Target& target) {
  target.had.clear();
  for (const auto& [collection, stream] : target.from.streams) {
    const store::Collection* where = planner_.collection(collection);
    if (where == nullptr || where->companion_of) continue;
    store::StreamQuery query;
    query.versions.all = true;
    query.spec_versions = {"2.0", "2.1"};
    query.want_bytes = false;
    query.limit = kStep;
    while (true) {
      SEKISHO_ASSIGN(const auto end, store_.read_stream(stream, query, [&, no = collection](const store::StreamItem& item) {
        if (is_ours(item.object)) target.had.emplace_back(item.object, no);
      }));
      if (!end.more) break;
      query.after_position = end.last_position;
    }
  }
  target.in_order = target.had;
  tidy(target.had);
  return {};
}

// What is carried now, in whatever form, keeps its place where two copies of one version compete.
Status Change::plan(Target& target, const std::vector<Planner::Input>& inputs) {
  Places carried = target.had;
  for (const Place& place : target.had) {
    const auto original = original_of_.find(place.first);
    if (original != original_of_.end()) carried.emplace_back(original->second, place.second);
  }
  tidy(carried);
  std::vector<Planner::Input> order;
  order.reserve(inputs.size());
  for (const bool first : {true, false}) {
    for (const auto& input : inputs) {
      if (holds(carried, {input.no, input.collection}) == first) order.push_back(input);
    }
  }
  View view = target.from;
  view.name = target.label;
  view.audience = target.move.audience;
  planner_.look_again();
  const auto step = [this](std::size_t at) -> Status {
    ++decisions_;
    return at % kStep == 0 ? watch(done_ + at) : Status();
  };
  target.before.carried = &carried;
  target.before.same_audience = target.from.audience == target.move.audience;
  const auto planned = planner_.plan_whole(*policy_, view, order, target.before, now_, step);
  target.before.carried = nullptr;
  SEKISHO_ASSIGN(Plan plan, std::move(planned));
  want(target, plan.released);
  for (PlanItem& item : plan.released) {
    const Places places = places_of(item);
    const bool whole = item.made.empty() && std::all_of(places.begin(), places.end(), [&](const Place& p) { return holds(target.had, p); });
    if (!whole) target.gains.push_back(std::move(item));
  }
  for (auto& hold : plan.holds) target.holds[{hold.object, hold.collection}] = std::move(hold.missing);
  for (const auto& [place, id] : plan.left) {
    Awaited awaited = Awaited::from_text(target.holds[place]);
    awaited.add(marked(Mark::kLeft, id));
    target.holds[place] = awaited.to_text();
  }
  return {};
}

Status Change::extend() {
  const store::ChangeNo before = mark_;
  SEKISHO_ASSIGN(mark_, store_.released_through());
  if (!rebuilds_) return {};
  std::vector<Planner::Input> arrived;
  SEKISHO_TRY(read_rows(before, arrived));
  std::vector<store::ObjectNo> numbers;
  for (const auto& input : arrived) numbers.push_back(input.no);
  note_numbers(numbers);
  SEKISHO_TRY(read_renditions());
  SEKISHO_TRY(planner_.forget());
  for (const auto& input : arrived) SEKISHO_TRY(planner_.arrived(input.no));
  for (Target& target : targets_) {
    if (!target.move.rebuild) continue;
    SEKISHO_TRY(follow(target, arrived));
    SEKISHO_TRY(read_carried(target));
  }
  return {};
}

// As if the view carried what the plan wants and nothing else.
Status Change::follow(Target& target, const std::vector<Planner::Input>& arrived) {
  if (arrived.empty()) return {};
  View model;
  model.name = target.label;
  model.audience = target.move.audience;
  for (const auto& [collection, stream] : target.from.streams) model.streams[collection] = kModel + collection;
  for (const Place& place : target.wanted) model.streams[place.second] = kModel + place.second;
  for (const auto& input : arrived) model.streams[input.collection] = kModel + input.collection;
  std::vector<store::Hold> held;
  for (const auto& [place, missing] : target.holds) held.push_back({model.name, place.first, place.second, missing, now_});
  Waiting waiting;
  waiting.load(held);
  planner_.look_again();
  planner_.suppose(&target.wanted, kModel);
  const Planner::Side side = planner_.side(model);
  const auto follow_one = [&](const Planner::Input& input) -> Status {
    ++decisions_;
    SEKISHO_ASSIGN(Planner::Coming coming, planner_.come(*policy_, input, false, now_));
    Plan plan;
    SEKISHO_TRY(planner_.follow(*policy_, side, coming, waiting, now_, plan));
    if (!plan.gone.empty()) unwant(target, plan.gone);
    if (!plan.overtaken.empty()) {
      unwant(target, plan.overtaken);
      behind_ = true;
    }
    if (!plan.released.empty()) want(target, plan.released);
    std::move(plan.released.begin(), plan.released.end(), std::back_inserter(target.gains));
    return {};
  };
  Status done;
  for (std::size_t i = 0; i < arrived.size() && done.ok(); ++i) done = follow_one(arrived[i]);
  planner_.suppose(nullptr, 0);
  SEKISHO_TRY(done);
  target.holds.clear();
  for (const auto& [place, awaited] : waiting.all()) target.holds[place] = awaited.to_text();
  return {};
}

Result<std::set<std::string>> Change::kept_ids(const Target& target, const std::set<std::string>& among) {
  std::set<std::string> out;
  for (const std::string& id : among) {
    SEKISHO_ASSIGN(const auto versions, store_.versions_of(id, false));
    for (const auto& version : versions) {
      const auto first = std::lower_bound(target.wanted.begin(), target.wanted.end(), Place{version.no, 0});
      if (first != target.wanted.end() && first->first == version.no) out.insert(id);
    }
  }
  return out;
}

}  // namespace sekisho::sync
