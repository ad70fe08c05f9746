// Which claim of each id counts, of what a plan may release and of what the view has already. docs/specs/release.md,
// docs/specs/ownership.md §2, §4, §11.
#include <algorithm>

#include "sync/release/plan/making.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kStakesKept = 100'000;

}  // namespace

Result<Stake> Planner::stake(const policy::Compiled& policy, store::ObjectNo no) {
  if (!stakes_ || stakes_of_ != &policy || stake_of_.size() >= kStakesKept) {
    stakes_.emplace(policy.policy());
    stakes_of_ = &policy;
    stake_of_.clear();
  }
  if (const auto found = stake_of_.find(no); found != stake_of_.end()) return found->second;
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(no));
  const stix::Object& object = *loaded->object;
  const Stake stake = stakes_->of(object, loaded->stored.source, loaded->provenance, Stakes::is_computed(object));
  stake_of_.emplace(no, stake);
  return stake;
}

// What this node made, of what nobody gave, came to no collection and has no claim.
Result<const Planner::Family*> Planner::family(const policy::Compiled& policy, const std::string& id) {
  const auto found = families_.find(id);
  if (found != families_.end()) return &found->second;
  Family family;
  SEKISHO_ASSIGN(const auto held, versions(id));
  for (const auto& version : *held) {
    SEKISHO_ASSIGN(const auto where, store_.collections_of(version.no));
    for (const store::CollectionNo no : where) {
      const store::Collection* place = collection(no);
      if (place == nullptr || place->companion_of) continue;
      SEKISHO_ASSIGN(const auto came, store_.arrival(version.no, no));
      if (!came) continue;
      SEKISHO_ASSIGN(const Stake mine, stake(policy, version.no));
      family.push_back({version.no, no, came->no, version.version, version.content, mine});
    }
  }
  return &families_.emplace(id, std::move(family)).first->second;
}

// Where all are of one line, and none is of the same version, none stands in the way of another.
Result<bool> Planner::is_contested(const policy::Compiled& policy, const Loaded& loaded) {
  SEKISHO_ASSIGN(const Family* all, family(policy, loaded.stored.id));
  SEKISHO_ASSIGN(const auto held, versions(loaded.stored.id));
  const bool made = std::any_of(held->begin(), held->end(), [&](const auto& version) {
    return std::none_of(all->begin(), all->end(), [&](const Relative& one) { return one.no == version.no; });
  });
  if (made) return true;
  SEKISHO_ASSIGN(const Stake mine, stake(policy, loaded.stored.no));
  return std::any_of(all->begin(), all->end(), [&](const Relative& other) {
    if (other.stake.claim != mine.claim || other.stake.creator != mine.creator) return true;
    return other.no != loaded.stored.no && other.version == loaded.stored.version;
  });
}

Result<bool> Planner::touched_in_step(const std::string& id, std::optional<std::size_t> reader) {
  const auto is_theirs = [reader](const auto& readers) { return reader ? readers.is_with(*reader) : readers.any(); };
  if (const auto found = touched_.find(id); found != touched_.end() && is_theirs(found->second)) return true;
  if (fresh_versions_.empty()) return false;
  SEKISHO_ASSIGN(const auto held, versions(id));
  return std::any_of(held->begin(), held->end(), [&](const auto& version) {
    const auto [from, to] = fresh_versions_.equal_range(id + "\n" + version.version);
    return std::any_of(from, to, [&](const auto& fresh) { return fresh.second.no != 0 && is_theirs(fresh.second.readers); });
  });
}

Result<bool> Planner::waits_for_step(const policy::Compiled& policy, const Input& input) {
  if (firsts_.count({input.no, input.collection}) != 0) return false;
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(input.no));
  if (is_definition(loaded->stored.id)) return false;
  SEKISHO_ASSIGN(const bool touched, touched_in_step(loaded->stored.id, std::nullopt));
  return touched ? is_contested(policy, *loaded) : Result<bool>(false);
}

// What the view carried, or whose place is kept, and may not be read now. What a policy takes keeps its place where somebody
// waits for it.
void Planner::Making::find_unread() {
  unread_.clear();
  for (const Was& was : was_) {
    if (was.candidate && !candidates_[*was.candidate].out && may_go(*was.candidate)) continue;
    const std::string& id = was.links->closure.id;
    const bool kept = before_->left.count(was.place) != 0 || before_->displaced.count(id) != 0;
    auto& places = unread_[id];
    places.taken = places.taken || kept;
    places.places.push_back(was.place);
  }
}

// In order of id; what may go of one id together.
Status Planner::Making::contend() {
  outcomes_.assign(candidates_.size(), ClaimOutcome::kServed);
  winners_.clear();
  displaced_.clear();
  plan_.gone.clear();
  plan_.left.clear();
  plan_.filled.clear();
  std::set<std::string_view> contested;
  find_unread();
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (!candidates_[i].out && may_go(i) && !is_definition(candidates_[i].id())) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) { return candidates_[a].id() < candidates_[b].id(); });
  for (std::size_t at = 0; at < order.size();) {
    std::size_t end = at + 1;
    while (end < order.size() && candidates_[order[end]].id() == candidates_[order[at]].id()) ++end;
    contested.insert(candidates_[order[at]].id());
    SEKISHO_TRY(contend_for(candidates_[order[at]].id(), {order.begin() + static_cast<std::ptrdiff_t>(at), order.begin() + static_cast<std::ptrdiff_t>(end)}));
    at = end;
  }
  for (const auto& [id, unread] : unread_) {
    if (unread.taken && contested.count(id) == 0) SEKISHO_TRY(contend_for(id, {}));
  }
  return {};
}

Status Planner::Making::add_others(const std::string& id, const std::vector<std::size_t>& who, std::vector<ClaimCopy>& copies,
                                   std::vector<Place>& places) {
  if (whole_) {
    const auto unread = unread_.find(id);
    if (unread == unread_.end()) return {};
    for (const Place& place : unread->second.places) {
      places.push_back(place);
      copies.emplace_back().left = true;
    }
    return {};
  }
  const auto is_candidate = [&](const Place& place) {
    return std::any_of(who.begin(), who.end(), [&](std::size_t i) { return place_of(i) == place; });
  };
  SEKISHO_ASSIGN(const Family* all, planner_.family(policy_, id));
  const std::vector<Place> left = planner_.waiting_ == nullptr ? std::vector<Place>() : planner_.waiting_->for_id(marked(Mark::kLeft, id));
  for (const Relative& relative : *all) {
    const Place place{relative.no, relative.collection};
    if (is_candidate(place)) continue;
    SEKISHO_ASSIGN(const bool carried, planner_.has_form(view_, relative.no, relative.collection));
    const bool went = !carried && std::find(left.begin(), left.end(), place) != left.end();
    if (!carried && !went) continue;
    places.push_back(place);
    ClaimCopy& copy = copies.emplace_back();
    copy.carried = carried;
    copy.left = went;
  }
  return {};
}

/// Whether more than this plan's own candidates has to be looked at, or these meet one another.
Result<bool> Planner::Making::is_alone(const std::string& id, const std::vector<std::size_t>& who) {
  if (whole_) return who.size() == 1 && unread_.count(id) == 0;
  SEKISHO_ASSIGN(const auto held, planner_.versions(id));
  return held->size() < 2;
}

Status Planner::Making::contend_for(const std::string& id, const std::vector<std::size_t>& who) {
  SEKISHO_ASSIGN(const bool alone, is_alone(id, who));
  if (alone) return {};
  if (!whole_ && planner_.supposed_ == nullptr) {
    // The streams do not show yet what came in the same step.
    SEKISHO_ASSIGN(const bool touched, planner_.touched_in_step(id, planner_.readers_.view(view_.name)));
    plan_.cut = plan_.cut || touched;
    plan_.contested.insert(id);
  }
  std::vector<ClaimCopy> copies(who.size());
  std::vector<Place> places;
  for (std::size_t n = 0; n < who.size(); ++n) {
    places.push_back(place_of(who[n]));
    SEKISHO_ASSIGN(copies[n].carried, carried_before(places.back()));
  }
  SEKISHO_TRY(add_others(id, who, copies, places));
  if (!whole_ && copies.size() == 1) return {};
  std::vector<std::string> versions;
  for (std::size_t n = 0; n < copies.size(); ++n) {
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(places[n].first));
    SEKISHO_ASSIGN(copies[n].stake, planner_.stake(policy_, places[n].first));
    SEKISHO_ASSIGN(const auto came, planner_.store_.arrival(places[n].first, places[n].second));
    copies[n].arrival = came ? came->no : 0;
    const auto version = std::find(versions.begin(), versions.end(), loaded->stored.version);
    copies[n].version = version - versions.begin();
    if (version == versions.end()) versions.push_back(loaded->stored.version);
    copies[n].content = loaded->stored.content;
    copies[n].collection = places[n].second;
  }
  const auto outcomes = settle_claims(copies);
  for (std::size_t n = 0; n < outcomes.size(); ++n) {
    if (n < who.size()) outcomes_[who[n]] = outcomes[n];
    settle(id, places[n], copies[n], outcomes[n], n < who.size() ? std::optional(who[n]) : std::nullopt);
  }
  return {};
}

void Planner::Making::settle(const std::string& id, const Place& place, const ClaimCopy& copy, ClaimOutcome outcome,
                             std::optional<std::size_t> candidate) {
  switch (outcome) {
    case ClaimOutcome::kServed: winners_.insert(id); return;
    case ClaimOutcome::kStaysEmpty: plan_.left.emplace_back(place, id); return;
    case ClaimOutcome::kFilled: plan_.filled.emplace_back(place, id); return;
    default: break;
  }
  if (copy.carried && !whole_) plan_.gone.push_back(place);
  if (outcome == ClaimOutcome::kPassedOver) return;
  const bool rendition = candidate && closed_[*candidate].as != Reads::kOriginal;
  Awaited awaited{marked(rendition ? Mark::kDisplacedRendition : Mark::kDisplaced, id), std::nullopt};
  if (candidate) {
    awaited.due = candidates_[*candidate].again;
  } else if (const Awaited* before = planner_.waiting_ == nullptr ? nullptr : planner_.waiting_->of(place)) {
    awaited.due = before->due;
  }
  displaced_.emplace_back(place, std::move(awaited));
}

Result<bool> Planner::Making::carried_before(const Place& place) {
  if (before_ != nullptr) return before_->carries(place);
  return whole_ ? Result<bool>(false) : planner_.has_form(view_, place.first, place.second);
}

}  // namespace sekisho::sync
