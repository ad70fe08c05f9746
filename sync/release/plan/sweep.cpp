// The pass: what each audience may have, row by row. References and contents: sweep_give.cpp.
#include "sync/release/plan/sweep.h"

#include <algorithm>
#include <optional>

namespace sekisho::sync {
namespace {

constexpr std::size_t kStep = 1000;  // rows of one snapshot of the store

}  // namespace

Sweep::Sweep(const store::Store& store, Planner& planner, const policy::Compiled& policy, std::vector<For> views, Timestamp now)
    : store_(store), planner_(planner), policy_(policy), now_(now), views_(std::move(views)), audience_views_(views_.size()),
      touched_(views_.size(), 1), carried_places_(views_.size()), stakes_(policy.policy(), planner.settled()), may_(views_.size()), wanted_(views_.size()), carried_(views_.size()),
      definition_masks_(views_.size()), hold_views_(views_.size()) {
  for (std::size_t v = 0; v < views_.size(); ++v) {
    add_audience(v, views_[v].audience);
    const Before& before = views_[v].before;
    left_.insert(before.left.begin(), before.left.end());
    displaced_.insert(before.displaced.begin(), before.displaced.end());
    for (const auto& [collection, stream] : views_[v].streams) {
      const store::Collection* where = planner_.collection(collection);
      if (where == nullptr || where->companion_of) continue;
      if (streams_.size() <= stream) streams_.resize(stream + 1);
      streams_[stream].collection = collection;
      streams_[stream].views.push_back(v);
    }
  }
}

void Sweep::add_audience(std::size_t view, const std::string& key) {
  const auto found = std::find_if(audiences_.begin(), audiences_.end(), [&key](const Audience& one) { return one.key == key; });
  const auto place = static_cast<std::size_t>(found - audiences_.begin());
  if (found == audiences_.end()) {
    audiences_.push_back({key});
    logs_.add_view();
    audience_views_.add();
  }
  audience_of_.push_back(place);
  Masks::set(audience_views_.row(place), view);
}

Status Sweep::read(store::ChangeNo mark, const std::function<Status(std::size_t done)>& step) {
  SEKISHO_TRY(find_renditions());
  if (!views_.empty()) {
    SEKISHO_ASSIGN(shared_, store_.shared_contents());
  }
  store::ChangeNo after = 0;
  std::size_t done = 0;
  while (after < mark) {
    if (step) SEKISHO_TRY(step(done));
    Status failure;
    SEKISHO_ASSIGN(const std::size_t count, store_.each_change(after, std::min<std::size_t>(kStep, mark - after), [&](const store::ChangeRow& row) {
      after = row.change.no;
      if (failure.ok() && after <= mark) failure = take(row);
    }));
    SEKISHO_TRY(failure);
    if (count == 0) break;
    done += count;
  }
  return {};
}

/// Which views carry any.
Status Sweep::find_renditions() {
  if (views_.empty()) return {};
  SEKISHO_ASSIGN(const auto pairs, store_.renditions());
  for (const auto& [of, made] : pairs) {
    SEKISHO_ASSIGN(const auto placed, store_.placements(made));
    for (const store::StreamNo stream : placed) {
      const Carrier* carrying = carrier(stream);
      if (carrying == nullptr) continue;
      for (const std::size_t view : carrying->views) Masks::set(touched_.row(0), view);
    }
  }
  return {};
}

Status Sweep::take(const store::ChangeRow& row) {
  SEKISHO_TRY(planner_.go_on());
  numbers_.push_back(row.change.object);
  if (!row.object.source.empty() && sources_.count(row.object.source) == 0) sources_.insert(row.object.source);
  if (views_.empty()) return {};
  Masks::Word* carried = carried_.add();
  Masks::Word* may = may_.add();
  note_carried(row, carried);
  const store::Collection* where = planner_.collection(row.change.collection);
  if (where != nullptr && !where->companion_of) {
    const std::uint32_t giver = giver_number(row.object.source);
    SEKISHO_ASSIGN(const auto loaded, parse_stored(row.object));
    const Stake stake = stakes_.of(*loaded->object, row.object.source, loaded->provenance, false);
    note_copy(ids_.number(row.object.id), giver, stake.claim);
    SEKISHO_TRY(decide(*loaded, row.change.collection, may));
    // What a view had, and may not read now, may keep its place.
    const bool definition = is_definition(row.object.id);
    const bool had = !definition && (may_.any(carried) || left_.count({row.change.object, row.change.collection}) != 0);
    if (had || may_.any(may)) {
      Row out;
      out.definition = definition;
      out.giver = giver;
      out.may_be_observable = stix::category_of(row.object.type) == stix::Category::kSco;
      out.stake = stake;
      out.no = row.change.object;
      out.collection = row.change.collection;
      out.content = row.object.content;
      out.version = version_key(row.object.version, row.object.version_time);
      Names names = named_by(*loaded->object, planner_.opaque());
      loaded->named = std::move(names.definitions);
      SEKISHO_ASSIGN(out.definitions, add_definitions(*loaded, out.collection, carried, may));
      if (had || may_.any(may)) {
        graph_.id.push_back(ids_.number(row.object.id));
        for (const std::string& id : names.references) graph_.references.push_back(ids_.number(id));
        graph_.end.push_back(graph_.references.size());
        rows_.push_back(out);
        return {};
      }
    }
  }
  carried_.drop();
  may_.drop();
  return {};
}

/// An object may come in several rows; where it is carried is the same in all of them.
void Sweep::note_carried(const store::ChangeRow& row, Masks::Word* carried) {
  const store::ObjectNo no = row.change.object;
  if (seen_.size() <= no) seen_.resize(std::max<std::size_t>(no + 1, seen_.size() * 2));
  for (const store::StreamNo stream : row.streams) {
    const Carrier* carrying = carrier(stream);
    if (carrying == nullptr) continue;
    for (const std::size_t view : carrying->views) {
      if (!seen_[no]) carried_places_[view].emplace_back(no, carrying->collection);
      if (carrying->collection == row.change.collection) Masks::set(carried, view);
    }
  }
  seen_[no] = true;
}

Status Sweep::decide(const Loaded& loaded, store::CollectionNo collection, Masks::Word* may) {
  auto [reads, fresh] = reads_.try_emplace(collection);
  if (fresh) {
    const std::string& alias = planner_.collection(collection)->alias;
    for (const Audience& audience : audiences_) reads->second.push_back(policy_.reads(audience.key, alias, now_));
  }
  const auto denied = planner_.denied_unasked(loaded);
  const bool same = Planner::same_for_all(loaded);
  const bool shared = std::binary_search(shared_.begin(), shared_.end(), loaded.stored.no);
  SEKISHO_ASSIGN(const Bound bound, shared ? planner_.bound(policy_, loaded) : Result<Bound>(Bound{}));
  std::optional<policy::Facts> facts;
  policy::JudgedMarking judged;
  for (std::size_t a = 0; a < audiences_.size(); ++a) {
    if (!reads->second[a]) continue;
    ++decisions_;
    if (!denied && (!facts || !same)) {
      facts = planner_.facts_of(policy_, loaded, collection, bound);
      judged = planner_.judge_marking(policy_, audiences_[a].key, loaded, collection, now_, bound);
      facts->judged = &judged;
    }
    const policy::Decision decision =
        denied ? *denied : policy_.decide(audiences_[a].key, *facts, now_, policy::Compiled::Reasons::kRule);
    judge(loaded, collection, a, decision, may);
  }
  logs_.settle();
  return {};
}

void Sweep::judge(const Loaded& loaded, store::CollectionNo collection, std::size_t audience, const policy::Decision& decision,
                  Masks::Word* may) {
  const Place place{loaded.stored.no, collection};
  const Masks::Word* views = audience_views_.row(audience);
  logs_.add(audience, place.first, collection, loaded.stored.content, decision);
  if (decision.again && *decision.again > now_) hold(place, Awaited{"", decision.again}.to_text(), views);
  switch (decision.effect) {
    case policy::Effect::kDeny: return;
    case policy::Effect::kRedact: return touched_.join(touched_.row(0), views);
    case policy::Effect::kPermit: return may_.join(may, views);
    case policy::Effect::kHold: break;
  }
  const std::string id = planner_.awaited_marking(policy_, audiences_[audience].key, loaded, collection, now_);
  if (!id.empty()) hold(place, Awaited{id, std::nullopt}.to_text(), views);
}

/// Audiences of one object mostly wait for the same.
void Sweep::hold(const Place& place, const std::string& missing, const Masks::Word* views) {
  for (std::size_t i = holds_.size(); i > 0 && holds_[i - 1].place == place; --i) {
    if (holds_[i - 1].missing == missing) return hold_views_.join(hold_views_.row(i - 1), views);
  }
  holds_.push_back({place, missing});
  hold_views_.join(hold_views_.add(), views);
}

/// Equal for equal texts alone, whatever instant they name: versions are told apart by their text.
std::int64_t Sweep::version_key(const std::string& text, Timestamp time) {
  if (time.micros() >= 0 && text == format_stix_time(time, 3)) return time.micros();
  const auto [found, fresh] = version_numbers_.try_emplace(text, -1 - static_cast<std::int64_t>(versions_.size()));
  if (fresh) versions_.push_back(text);
  return found->second;
}

std::string Sweep::version_text(std::int64_t key) const {
  return key >= 0 ? format_stix_time(Timestamp::from_micros(key), 3) : versions_[static_cast<std::size_t>(-1 - key)];
}

}  // namespace sekisho::sync
