// One object as it arrives, in one view after the other: with those that wait for it, and without the machinery of a plan
// where nothing needs it. What is the same for every view is looked up and decided once. docs/specs/release.md.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "sync/release/plan/coming.h"
#include "sync/release/plan/making.h"
#include "sync/release/plan/waking.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kAlikeAtOnce = 16;

}  // namespace

Planner::Side Planner::side(const View& view) {
  const std::size_t audience = audiences_.try_emplace(view.audience, audiences_.size()).first->second;
  return {&view, readers_.view(view.name), audience, log_of(view.name)};
}

Result<Planner::Coming> Planner::come(const policy::Compiled& policy, const Input& input, bool arriving, Timestamp now) {
  Coming coming;
  coming.input = input;
  coming.first = arriving && firsts_.erase({input.no, input.collection}) != 0;
  coming.told_nothing = arriving && told_nothing_ == input.no;
  const store::Collection* where = collection(input.collection);
  coming.nobody = where == nullptr || where->companion_of;
  if (coming.nobody) return coming;
  SEKISHO_ASSIGN(coming.loaded, load(input.no));
  if (coming.first) note_first(*coming.loaded);
  SEKISHO_TRY(note_held(policy, *coming.loaded, input));
  coming.plain = coming.loaded->definitions.empty() && coming.loaded->named.empty() && !denied_unasked(*coming.loaded);
  if (!coming.plain) return coming;
  SEKISHO_ASSIGN(coming.alike, alike(policy, coming.loaded, input.collection, now));
  return coming;
}

Result<Planner::Alike*> Planner::alike(const policy::Compiled& policy, const LoadedPtr& loaded, store::CollectionNo collection, Timestamp now) {
  SEKISHO_ASSIGN(const Bound bound, this->bound(policy, *loaded));
  Alike mine{&policy, now, loaded, facts_of(policy, *loaded, collection, bound), judge_marking(policy, {}, *loaded, collection, now, bound), {}};
  mine.facts.judged = &mine.judged;
  for (Alike& other : alike_) {
    if (other.policy == &policy && other.now == now && policy.alike(other.facts, mine.facts)) return &other;
  }
  if (alike_.size() >= kAlikeAtOnce) alike_.clear();
  Alike& kept = alike_.emplace_back(std::move(mine));
  kept.facts.judged = &kept.judged;
  return &kept;
}

const Planner::Verdict& Planner::verdict(const policy::Compiled& policy, const Side& side, Alike& alike, Timestamp now) {
  if (alike.verdicts.size() <= side.audience) alike.verdicts.resize(side.audience + 1);
  auto& known = alike.verdicts[side.audience];
  if (known) return *known;
  Verdict& verdict = known.emplace();
  verdict.reads = policy.reads(side.view->audience, alike.facts.collection, now);
  if (!verdict.reads) return verdict;
  const policy::Decision decision = policy.decide(side.view->audience, alike.facts, now, Reasons::kRule);
  verdict.again = decision.again.has_value();
  verdict.effect = decision.effect;
  verdict.rule = DecisionLog::rule_of(decision);
  return verdict;
}

Status Planner::look_up(const policy::Compiled& policy, Coming& coming, Timestamp now) {
  if (coming.looked_up) return {};
  const Loaded& loaded = *coming.loaded;
  const std::string& id = loaded.stored.id;
  coming.bare = fresh_made_.count(id) == 0 && made_of_.count(loaded.stored.no) == 0;
  coming.rivals = fresh_versions_.count(loaded.links->version) != 0;
  if (!coming.first) {
    SEKISHO_ASSIGN(const auto held, versions(id));
    if (is_definition(id)) {
      coming.rivals = coming.rivals || held->size() > 1;
    } else if (!coming.rivals && held->size() > 1) {
      SEKISHO_ASSIGN(coming.rivals, is_contested(policy, loaded));
    }
    SEKISHO_ASSIGN(const bool made, any_made(id));
    coming.bare = coming.bare && !made;
  }
  coming.row = readers_.row(id);
  for (const std::string& reference : loaded.links->closure.references) {
    if (policy.is_public_id(reference)) continue;
    SEKISHO_ASSIGN(const Meant meant, this->meant(policy, loaded.stored.source, {coming.input.no, coming.input.collection}, reference, now));
    coming.meant_otherwise = coming.meant_otherwise || meant.kind != Meant::Kind::kAny;
    coming.references.emplace_back(readers_.row(reference), reference);
  }
  coming.fresh = &fresh_version(loaded.links, coming.input.collection, loaded.stored.no);
  coming.looked_up = true;
  return {};
}

Planner::FreshVersion& Planner::fresh_version(const std::shared_ptr<const Links>& links, store::CollectionNo collection, store::ObjectNo no) {
  const auto [from, to] = fresh_versions_.equal_range(links->version);
  for (auto it = from; it != to; ++it) {
    const FreshVersion& known = it->second;
    if (known.no == no && known.collection == collection && known.links->content == links->content) return it->second;
  }
  ReaderSet* of_id = no == 0 ? nullptr : &fresh_ids_[links->closure.id];
  FreshVersion& made = fresh_versions_.emplace(std::string_view(links->version), FreshVersion{links, collection, no, of_id, {}})->second;
  if (no != 0) fresh_of_.emplace(no, &made);
  return made;
}

bool Planner::given_in_step(std::size_t reader, const Place& place) const {
  const auto [from, to] = fresh_of_.equal_range(place.first);
  return std::any_of(from, to, [&](const auto& one) { return one.second->collection == place.second && one.second->is_with(reader); });
}

Result<std::optional<Needs>> Planner::needs_of(const policy::Compiled& policy, const Side& side, Coming& coming, Timestamp now) {
  if (coming.nobody) return std::optional<Needs>();
  const Loaded& loaded = *coming.loaded;
  // What a marking means may turn without its definition going anywhere.
  if (is_definition(loaded.stored.id)) return std::optional(Needs{});
  if (coming.plain) {
    const Verdict& verdict = this->verdict(policy, side, *coming.alike, now);
    const bool permitted = verdict.effect == policy::Effect::kPermit;
    if (!verdict.reads || (verdict.effect == policy::Effect::kDeny && !verdict.again)) return std::optional<Needs>();
    if (permitted && !verdict.again) {
      return std::optional(Needs{std::shared_ptr<const ClosureCandidate>(loaded.links, &loaded.links->closure), loaded.stored.source,
                                 is_rigid(loaded.stored.type), nullptr, nullptr, {}});
    }
  }
  return Making(*this, policy, *side.view, nullptr, now).needs_alone(coming.input);
}

// Though it goes to nobody: what somebody's references mean is there from here on, and others' copies of that may be read. It is once for each
// giver of references, so that whoever waits is not looked at again for every version.
Result<bool> Planner::turns_meanings(const policy::Compiled& policy, Coming& coming, const Waiting& waiting, Timestamp now) {
  const std::string& id = coming.loaded->stored.id;
  if (is_definition(id)) return false;
  if (waiting.any_unknown_for(id)) {  // who gave these is not asked: once for each party that gives something of the id
    SEKISHO_ASSIGN(const Family* all, family(policy, id));
    if (all->copies_by(coming.loaded->stored.source) == 1) return true;
  }
  const auto* givers = waiting.givers_for(id);
  if (givers == nullptr) return false;
  for (const auto& [giver, those] : *givers) {
    const auto [known, fresh] = coming.turns.emplace(giver, false);
    if (fresh) {
      SEKISHO_ASSIGN(known->second, turns_meaning(policy, giver, coming, now));
    }
    if (known->second) return true;
  }
  return false;
}

Result<bool> Planner::turns_meaning(const policy::Compiled& policy, const std::string& giver, const Coming& coming, Timestamp now) {
  const std::string& id = coming.loaded->stored.id;
  SEKISHO_ASSIGN(const Family* all, divided(policy, giver, id));
  if (all == nullptr) return false;
  const std::string& source = coming.loaded->stored.source;
  if (source.empty() && all->copies_by(source) == 1) return true;
  SEKISHO_ASSIGN(const Meaning* meaning, meaning_of(policy, giver, id, *all, now));
  const Relative* copy = all->at({coming.input.no, coming.input.collection});
  return copy != nullptr && !meaning->copies.empty() && meaning->copies.front().arrival == copy->arrival;
}

// The order of waking depends on what arrived unseen in between: it is that of acceptance instead.
Result<std::vector<Planner::Input>> Planner::wake(const policy::Compiled& policy, const Side& side, Coming& coming, Waiting& waiting,
                                                  Timestamp now, std::optional<std::string>& missing) {
  std::vector<Input> inputs;
  if (coming.nobody || !waiting.any_for(coming.loaded->stored.id)) return inputs;
  if (coming.told_nothing) {
    SEKISHO_ASSIGN(const bool news, is_first_readable(policy, *side.view, *coming.loaded, now));
    if (!news) return inputs;
  }
  SEKISHO_ASSIGN(const auto needs, needs_of(policy, side, coming, now));
  Waking::Found found;
  if (needs) {
    SEKISHO_ASSIGN(found, Waking(*this, policy, *side.view, waiting, now).run(coming.input, coming.loaded->stored.id, *needs));
  }
  SEKISHO_ASSIGN(const bool turns, !needs || found.missing ? turns_meanings(policy, coming, waiting, now) : Result<bool>(false));
  if (turns) {
    SEKISHO_ASSIGN(auto others, Waking(*this, policy, *side.view, waiting, now).turned(coming.input, coming.loaded->stored.id));
    found.wait_on = std::move(others.wait_on);
    found.may_go = std::move(others.may_go);
  }
  for (const auto& [place, id] : found.wait_on) {
    if (waiting.of(place)->id != id) waiting.wait_for(place, id);
  }
  missing = std::move(found.missing);
  SEKISHO_TRY(add_by_arrival(std::move(found.may_go), inputs));
  return inputs;
}

// What is displaced of the ids at hand is decided with them: it may count from here on.
Status Planner::add_displaced(std::vector<Input>& together, const Waiting& waiting) {
  if (waiting.empty()) return {};
  std::set<Place> listed;
  std::vector<Place> more;
  for (const Input& input : together) listed.emplace(input.no, input.collection);
  for (const Input& input : together) {
    SEKISHO_ASSIGN(const LoadedPtr loaded, load(input.no));
    for (const Mark mark : {Mark::kDisplaced, Mark::kDisplacedRendition}) {
      for (const Place& place : waiting.for_id(marked(mark, loaded->stored.id))) {
        if (listed.insert(place).second) more.push_back(place);
      }
    }
  }
  return add_by_arrival(std::move(more), together);
}

// What was passed over left no trace: where this copy brings its content to count, other copies of that content go with it.
Status Planner::add_same_content(const policy::Compiled& policy, const Side& side, const Coming& coming, std::vector<Input>& together) {
  if (coming.nobody || coming.first || is_definition(coming.loaded->stored.id)) return {};
  SEKISHO_ASSIGN(const Family* all, family(policy, coming.loaded->stored.id));
  std::set<Place> listed;
  for (const Input& input : together) listed.emplace(input.no, input.collection);
  std::vector<Place> more;
  for (const Relative* relative : all->of_version(coming.loaded->stored.version)) {
    const Place place{relative->no, relative->collection};
    if (relative->content != coming.loaded->stored.content || !listed.insert(place).second) continue;
    // What has just left, because of this very copy, is settled with what depended on it.
    if (gone_in_step(side.place, place)) continue;
    SEKISHO_ASSIGN(const bool carried, has_form(*side.view, place.first, place.second));
    if (!carried) more.push_back(place);
  }
  return add_by_arrival(std::move(more), together);
}

Status Planner::absorb(const policy::Compiled& policy, const Side& side, const Plan& plan) {
  for (const std::string& id : plan.contested) touched_[id].give(side.place);
  for (const auto* places : {&plan.gone, &plan.overtaken}) {
    for (const Place& place : *places) gone_places_.insert({side.place, place});
  }
  for (const PlanItem& item : plan.released) {
    const std::string& id = item.links->closure.id;
    if (item.original) readers_.note(readers_.row(id), side.place);
    fresh_version(item.links, item.collection, item.no).give(side.place);
    const auto known = item.made.empty() && item.stored.empty() ? made_known_.end() : made_known_.find({side.place, id});
    if (known != made_known_.end()) known->second.lately.emplace_back(step_, item.no);
    for (const Made& made : item.made) {
      fresh_made_[id].push_back({side.place, item.no, item.collection, made});
      SEKISHO_TRY(note_made(policy, {0, item.no, made}, item.collection, fresh_known_[{side.place, id}]));
      auto links = std::make_shared<Links>();
      links->version = version_of(*made.object);
      links->content = made.object->content_hash();
      fresh_version(links, item.collection, 0).give(side.place);
    }
    for (const store::ObjectNo no : item.definitions) {
      SEKISHO_ASSIGN(const LoadedPtr definition, load(no));
      readers_.note(readers_.row(definition->stored.id), side.place);
      fresh_version(definition->links, item.collection, no).give(side.place);
    }
  }
  return {};
}

// What Making comes to where nothing is to be made, waited for or told: most of what arrives.
Result<Planner::Plain> Planner::plain(const policy::Compiled& policy, const Side& side, Coming& coming, Timestamp now, Plan& plan) {
  if (coming.nobody) return Plain::kDone;
  if (!coming.plain) return Plain::kNo;
  const Verdict& verdict = this->verdict(policy, side, *coming.alike, now);
  if (!verdict.reads) return Plain::kDone;
  const bool permitted = verdict.effect == policy::Effect::kPermit;
  if (verdict.again || (!permitted && verdict.effect != policy::Effect::kDeny)) return Plain::kNo;
  const Input& input = coming.input;
  if (permitted) {
    SEKISHO_TRY(look_up(policy, coming, now));
    if (!coming.bare || coming.meant_otherwise) return Plain::kNo;
    // Of what it translates another version may go redacted.
    if (coming.loaded->stored.type == kTranslationType && renditions_matter(policy)) return Plain::kNo;
    for (const auto& [row, id] : coming.references) {
      if (readers_.reads(row, side.place)) continue;
      SEKISHO_ASSIGN(const bool there, view_reads(*side.view, id));
      if (!there) return Plain::kNo;
    }
    if (coming.rivals) return Plain::kCompetes;
    release_plainly(side, coming, plan);
  }
  decisions_.logs.add(side.log, input.no, input.collection, coming.loaded->stored.content, verdict.effect, verdict.rule);
  return Plain::kDone;
}

void Planner::release_plainly(const Side& side, Coming& coming, Plan& plan) {
  plan.released.push_back({coming.input.no, coming.input.collection, coming.loaded->links, {}, true, {}, {}});
  readers_.note(coming.row, side.place);
  coming.fresh->give(side.place);
}

// What waits, from here on. Who left keeps the place unless that was filled.
Status Planner::take_up(const std::vector<Input>& together, const Plan& mine, Waiting& waiting) {
  std::vector<std::pair<Place, std::string>> kept;
  for (const Input& each : together) {
    const Place place{each.no, each.collection};
    const Awaited* awaited = waiting.of(place);
    if (awaited == nullptr) continue;
    if (awaited->has(Mark::kLeft)) {
      SEKISHO_ASSIGN(const LoadedPtr loaded, load(each.no));
      kept.emplace_back(place, marked(Mark::kLeft, loaded->stored.id));
    }
    waiting.take(place);
  }
  for (const auto& held : mine.holds) waiting.put({held.object, held.collection}, Awaited::from_text(held.missing));
  for (const auto& [place, needs] : mine.needs) waiting.set_needs(place, needs);
  for (const PlanItem& item : mine.released) {
    std::erase_if(kept, [&item](const auto& one) { return one.first == Place{item.no, item.collection}; });
  }
  for (const auto& [place, word] : kept) {
    const Awaited* now = waiting.of(place);
    const bool read = now != nullptr && now->is_displaced();
    if (!read) waiting.add(place, word);
  }
  for (const auto& [place, id] : mine.filled) waiting.remove(place, marked(Mark::kLeft, id));
  return {};
}

Status Planner::follow(const policy::Compiled& policy, const Side& side, Coming& coming, Waiting& waiting, Timestamp now,
                       Plan& plan) {
  SEKISHO_TRY(go_on());
  waiting_ = &waiting;
  if (!coming.nobody) claim_reads_.erase(coming.loaded->stored.id);
  const Status done = follow_waiting(policy, side, coming, waiting, now, plan);
  if (!coming.nobody) claim_reads_.erase(coming.loaded->stored.id);
  waiting_ = nullptr;
  return done;
}

Status Planner::follow_waiting(const policy::Compiled& policy, const Side& side, Coming& coming, Waiting& waiting, Timestamp now,
                               Plan& plan) {
  std::optional<std::string> missing;
  SEKISHO_ASSIGN(const std::vector<Input> woken, wake(policy, side, coming, waiting, now, missing));
  if (woken.empty()) {
    SEKISHO_ASSIGN(const Plain plain, this->plain(policy, side, coming, now, plan));
    if (plain == Plain::kDone) {
      waiting.take({coming.input.no, coming.input.collection});
      return {};
    }
    SEKISHO_ASSIGN(const bool settled, plain == Plain::kCompetes ? settle_beside(policy, side, coming, waiting, now, plan) : Result<bool>(false));
    if (settled) return {};
  }
  std::vector<Input> together{coming.input};
  together.insert(together.end(), woken.begin(), woken.end());
  SEKISHO_TRY(add_displaced(together, waiting));
  SEKISHO_TRY(add_same_content(policy, side, coming, together));
  SEKISHO_ASSIGN(Plan mine, this->plan(policy, *side.view, together, now));
  if (mine.cut) {
    plan.cut = true;
    return {};
  }
  for (const Input& each : together) {
    SEKISHO_ASSIGN(const LoadedPtr loaded, load(each.no));
    claim_reads_.erase(loaded->stored.id);
  }
  SEKISHO_TRY(take_up(together, mine, waiting));
  // Others wait for the object: it must not wait for one of them, or nothing would wake either.
  const Place place{coming.input.no, coming.input.collection};
  if (missing && waiting.needs(place) != nullptr) waiting.wait_for(place, *missing);
  SEKISHO_TRY(absorb(policy, side, mine));
  SEKISHO_TRY(note_contests(policy, side, mine, waiting));
  std::move(mine.gone.begin(), mine.gone.end(), std::back_inserter(plan.gone));
  std::move(mine.overtaken.begin(), mine.overtaken.end(), std::back_inserter(plan.overtaken));
  std::move(mine.released.begin(), mine.released.end(), std::back_inserter(plan.released));
  std::move(mine.holds.begin(), mine.holds.end(), std::back_inserter(plan.holds));
  return {};
}

}  // namespace sekisho::sync
