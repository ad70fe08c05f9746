// Which claim of each id counts, of what a plan may release and of what the view has already. docs/specs/release.md,
// docs/specs/ownership.md §2, §4, §11.
#include <algorithm>

#include "stix/sco_id.h"
#include "sync/release/plan/making.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kStakesKept = 100'000;

}  // namespace

Result<Stake> Planner::stake(const policy::Compiled& policy, store::ObjectNo no) {
  if (!stakes_ || stakes_of_ != &policy) {
    stakes_.emplace(policy.policy(), settled_);
    stakes_of_ = &policy;
    stake_of_.clear();
    forget_families();
  }
  if (stake_of_.size() >= kStakesKept) stake_of_.clear();
  if (const auto found = stake_of_.find(no); found != stake_of_.end()) return found->second;
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(no));
  const stix::Object& object = *loaded->object;
  const Stake stake = stakes_->of(object, loaded->stored.source, loaded->provenance, stix::has_computed_id(object));
  stake_of_.emplace(no, stake);
  return stake;
}

void Planner::set_settled(std::shared_ptr<const SettledIds> settled) {
  settled_ = std::move(settled);
  stakes_.reset();
  stake_of_.clear();
  forget_families();
}

bool Planner::touched_in_step(const std::string& id, std::optional<std::size_t> reader) const {
  const auto is_theirs = [&](const std::unordered_map<std::string, ReaderSet>& ids) {
    const auto found = ids.find(id);
    return found != ids.end() && (reader ? found->second.is_with(*reader) : found->second.any());
  };
  return is_theirs(touched_) || is_theirs(fresh_ids_);
}

Result<bool> Planner::waits_for_step(const policy::Compiled& policy, const Input& input) {
  if (!renditions_matter(policy) || firsts_.count({input.no, input.collection}) != 0) return false;
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(input.no));
  if (is_definition(loaded->stored.id) || !touched_in_step(loaded->stored.id, std::nullopt)) return false;
  SEKISHO_ASSIGN(const bool made, may_be_made(loaded->stored.id));
  if (!made) return false;
  return is_contested(policy, *loaded);
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
  stay_originals_.clear();
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
  std::set<Place> candidates;
  for (const std::size_t i : who) candidates.insert(place_of(i));
  SEKISHO_ASSIGN(const Family* all, planner_.family(policy_, id));
  const std::vector<Place> left = planner_.waiting_ == nullptr ? std::vector<Place>() : planner_.waiting_->for_id(marked(Mark::kLeft, id));
  for (const Relative& relative : all->all()) {
    const Place place{relative.no, relative.collection};
    if (candidates.count(place) != 0) continue;
    SEKISHO_ASSIGN(const bool carried, planner_.has_form(view_, relative.no, relative.collection));
    const bool went = !carried && std::binary_search(left.begin(), left.end(), place);
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
  if (held->size() < 2) return true;
  if (who.size() != 1) return false;
  const Waiting* waiting = planner_.waiting_;
  for (const Mark mark : {Mark::kLeft, Mark::kDisplaced, Mark::kDisplacedRendition}) {
    if (waiting != nullptr && waiting->any_for(marked(mark, id))) return false;
  }
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(candidates_[who.front()].item.no));
  SEKISHO_ASSIGN(const bool contested, planner_.is_contested(policy_, *loaded));
  return !contested;
}

Status Planner::Making::contend_for(const std::string& id, const std::vector<std::size_t>& who) {
  SEKISHO_ASSIGN(const bool alone, is_alone(id, who));
  if (alone) return {};
  if (!whole_ && planner_.supposed_ == nullptr) {
    // The streams do not show yet what was made in the same step.
    SEKISHO_ASSIGN(const bool made, renditions_matter_ ? planner_.may_be_made(id) : Result<bool>(false));
    const bool touched = made && planner_.touched_in_step(id, planner_.readers_.view(view_.name));
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
  std::map<std::string, std::int64_t> versions;
  for (std::size_t n = 0; n < copies.size(); ++n) {
    SEKISHO_ASSIGN(const Relative given, relative_at(id, places[n]));
    copies[n].stake = given.stake;
    copies[n].arrival = given.arrival;
    copies[n].version = versions.emplace(given.version, static_cast<std::int64_t>(versions.size())).first->second;
    copies[n].content = given.content;
    copies[n].collection = given.collection;
    copies[n].gave_way = copies[n].left && planner_.recalled_->gave_way(given.source, id, given.content);
  }
  const auto outcomes = settle_claims(copies);
  for (std::size_t n = 0; n < outcomes.size(); ++n) {
    if (n < who.size()) outcomes_[who[n]] = outcomes[n];
    cut_if_both(places[n], copies[n], outcomes[n]);
    if (n >= who.size() && outcomes[n] == ClaimOutcome::kServed && !whole_) {
      SEKISHO_ASSIGN(const bool original, planner_.carries(view_, places[n].first, places[n].second));
      if (original) stay_originals_.insert(id);
    }
    settle(id, places[n], copies[n], outcomes[n], n < who.size() ? std::optional(who[n]) : std::nullopt);
  }
  return {};
}

// The whole of everything looks at each object once anyway: nothing more is read for it.
Result<Relative> Planner::Making::relative_at(const std::string& id, const Place& place) {
  if (!whole_) {
    SEKISHO_ASSIGN(const Family* all, planner_.family(policy_, id));
    if (const Relative* known = all->at(place); known != nullptr) return *known;
  }
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(place.first));
  SEKISHO_ASSIGN(const Stake mine, planner_.stake(policy_, place.first));
  SEKISHO_ASSIGN(const auto came, planner_.store_.arrival(place.first, place.second));
  const store::StoredObject& stored = loaded->stored;
  return Relative{place.first, place.second, came ? came->no : 0, stored.version, stored.content, stored.source, mine};
}

// One transaction cannot give and take the same.
void Planner::Making::cut_if_both(const Place& place, const ClaimCopy& copy, ClaimOutcome outcome) {
  if (whole_ || planner_.supposed_ != nullptr || copy.left) return;
  const std::size_t reader = planner_.readers_.view(view_.name);
  const bool served = outcome == ClaimOutcome::kServed;
  plan_.cut = plan_.cut || (served ? planner_.gone_in_step(reader, place) : copy.carried && planner_.given_in_step(reader, place));
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
  const bool rendition = candidate && closed_[*candidate].as != Reads::kOriginal && !candidates_[*candidate].passed;
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
