#include "sync/release/plan/waking.h"

#include <algorithm>

namespace sekisho::sync {

Result<Planner::Waking::Found> Planner::Waking::run(const Input& object, const std::string& id, const Needs& needs) {
  Found found;
  object_id_ = id;
  behind_.insert(object_id_);
  open_.push_back(object_id_);
  nodes_.push_back({{object.no, object.collection}, id, {}, false});
  listed_.insert(nodes_[0].place);
  if (needs.names != nullptr) {
    SEKISHO_ASSIGN(found.missing, first_missing(needs, nodes_[0].place, {}, nodes_[0].lacks));
    if (found.missing) return found;
  }
  SEKISHO_TRY(gather(found));
  settle(found);
  return found;
}

Result<bool> Planner::Waking::is_read(const Needs& needs, const std::string& id, const Meant& meant) {
  SEKISHO_ASSIGN(const Reads there, planner_.reads(policy_, view_, id, meant));
  return there == Reads::kOriginal || (there == Reads::kRendition && !needs.rigid);
}

Result<bool> Planner::Waking::is_object(const Meant& meant) {
  if (stays_) return false;
  if (meant.kind == Meant::Kind::kAny) return true;
  SEKISHO_ASSIGN(const Stake mine, planner_.stake(policy_, nodes_[0].place.first));
  return planner_.is_meant(policy_, object_id_, meant, mine.claim);
}

Result<std::optional<std::string>> Planner::Waking::first_missing(const Needs& needs, const Place& of, std::string_view from,
                                                                  std::vector<std::string_view>& lacks) {
  const auto& references = needs.names->references;
  for (auto at = std::lower_bound(references.begin(), references.end(), from); at != references.end(); ++at) {
    if (policy_.is_public_id(*at)) continue;
    SEKISHO_ASSIGN(const Meant meant, planner_.meant(policy_, needs.giver, of, *at, now_));
    const bool same_id = *at == object_id_;
    SEKISHO_ASSIGN(const bool object, same_id ? is_object(meant) : Result<bool>(false));
    if (!object) {
      SEKISHO_ASSIGN(const bool read, is_read(needs, *at, meant));
      if (read) continue;
      SEKISHO_ASSIGN(const bool leads, same_id ? Result<bool>(false) : leads_to_object(*at));
      if (!leads) return std::optional(*at);
    }
    lacks.push_back(*at);
  }
  return std::optional<std::string>();
}

Result<Planner::Waking::Found> Planner::Waking::turned(const Input& object, const std::string& id) {
  Found found;
  stays_ = true;
  object_id_ = id;
  behind_.insert(object_id_);
  open_.push_back(object_id_);
  nodes_.push_back({{object.no, object.collection}, id, {}, false});
  listed_.insert(nodes_[0].place);
  SEKISHO_TRY(gather(found));
  settle(found);
  return found;
}

// What a marking means is told by the definitions that are here, whoever they go to: nothing has to come with the object.
Result<std::optional<std::string>> Planner::Waking::first_undefined(const Needs& needs, const Place& of, std::string_view from) {
  const auto& ids = needs.markings != nullptr ? *needs.markings : *needs.definitions;
  for (auto at = std::lower_bound(ids.begin(), ids.end(), from); at != ids.end(); ++at) {
    if (needs.markings != nullptr) {
      if (!planner_.marking(policy_, {view_.audience, *at, {needs.giver, needs.creator}, of.second}, now_)) return std::optional(*at);
      continue;
    }
    SEKISHO_ASSIGN(const auto readable, planner_.readable_definition(policy_, view_, *at, of.second, now_));
    if (!readable) return std::optional(*at);
  }
  return std::optional<std::string>();
}

// One after the other, as far as `look` wants: of many that are held under one id the first often tells.
Status Planner::Waking::each_awaited_under(const std::string& id, const std::function<Result<bool>(const std::string&)>& look) {
  const auto look_at = [&](const Place& place) -> Result<bool> {
    for (const std::string& next : waiting_.of(place)->ids()) {
      SEKISHO_ASSIGN(const bool more, look(next));
      if (!more) return false;
    }
    return true;
  };
  if (const auto* held = waiting_.find_held_under(id)) {
    for (const Place& place : *held) {
      SEKISHO_ASSIGN(const bool more, look_at(place));
      if (!more) return {};
    }
  }
  if (!waiting_.any_unknown()) return {};
  SEKISHO_ASSIGN(const auto held, planner_.versions(id));
  for (const auto& version : *held) {
    const auto& all = waiting_.all();
    for (auto at = all.lower_bound({version.no, 0}); at != all.end() && at->first.first == version.no; ++at) {
      if (waiting_.needs(at->first) != nullptr) continue;
      SEKISHO_ASSIGN(const bool more, look_at(at->first));
      if (!more) return {};
    }
  }
  return {};
}

Result<bool> Planner::Waking::look_behind() {
  while (waiters_ == nullptr || next_waiter_ == waiters_->end()) {
    if (open_.empty()) return false;
    waiters_ = waiting_.find_for(open_.back());
    open_.pop_back();
    if (waiters_ != nullptr) next_waiter_ = waiters_->begin();
  }
  const Place place = *next_waiter_++;
  const Needs* needs = waiting_.needs(place);
  std::string id;
  if (needs != nullptr) {
    id = needs->names->id;
  } else {
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(place.first));
    id = loaded->stored.id;
  }
  if (behind_.insert(id).second) open_.push_back(std::move(id));
  return true;
}

// From both ends, a step at a time: a long way that many lead into is not gone along for each of them. What was found stays true while the
// object is looked at.
Result<bool> Planner::Waking::leads_to_object(const std::string& id) {
  if (behind_.count(id) != 0) return true;
  if (stray_.count(id) != 0) return false;
  std::vector<std::string> steps{id};
  std::unordered_set<std::string> seen{id};
  std::optional<bool> leads;
  const auto look = [&](const std::string& next) -> Result<bool> {
    if (behind_.count(next) != 0) {
      leads = true;
    } else {
      if (stray_.count(next) == 0 && seen.insert(next).second) steps.push_back(next);
      SEKISHO_ASSIGN(const bool more, look_behind());
      if (behind_.count(id) != 0) leads = true;
      else if (!more) leads = false;
    }
    return !leads.has_value();
  };
  for (std::size_t at = 0; at < steps.size() && !leads; ++at) {
    const std::string step = steps[at];
    SEKISHO_TRY(each_awaited_under(step, look));
    if (leads) break;
    SEKISHO_ASSIGN(const bool more, look_behind());
    if (behind_.count(id) != 0) leads = true;
    else if (!more) leads = false;
  }
  if (!leads) stray_.insert(steps.begin(), steps.end());
  if (leads.value_or(false) && behind_.insert(id).second) open_.push_back(id);
  return leads.value_or(false);
}

// Who waits for the object, and who waits for those, as far as nothing else is missing.
Status Planner::Waking::gather(Found& found) {
  std::unordered_set<std::string> ids;
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    if (!ids.insert(nodes_[at].id).second) continue;  // all that wait for it are listed
    for (const Place& place : waiting_.for_id(nodes_[at].id)) {
      if (!listed_.insert(place).second) continue;
      const Needs* needs = waiting_.needs(place);
      Node node{place, {}, {}, false};
      if (needs == nullptr) {
        SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(place.first));
        node.id = loaded->stored.id;
      } else {
        node.id = needs->names->id;
        const std::string from = waiting_.of(place)->first();
        const bool undefined = needs->markings != nullptr || needs->definitions != nullptr;
        SEKISHO_ASSIGN(auto missing, undefined ? first_undefined(*needs, place, from) : first_missing(*needs, place, from, node.lacks));
        if (missing) {
          found.wait_on.emplace_back(place, *std::move(missing));
          continue;
        }
      }
      nodes_.push_back(std::move(node));
    }
  }
  return {};
}

// The greatest set in which everything that one lacks comes with another.
void Planner::Waking::settle(Found& found) {
  std::unordered_map<std::string_view, std::size_t> alive;
  std::unordered_map<std::string_view, std::vector<std::size_t>> lacking;
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    if (n != 0 || !stays_) ++alive[nodes_[n].id];
    for (const std::string_view id : nodes_[n].lacks) lacking[id].push_back(n);
  }
  std::vector<std::string_view> gone;
  for (const auto& [id, who] : lacking) {
    if (alive.count(id) == 0) gone.push_back(id);
  }
  std::sort(gone.begin(), gone.end());
  while (!gone.empty()) {
    const std::string_view id = gone.back();
    gone.pop_back();
    for (const std::size_t n : lacking[id]) {
      Node& node = nodes_[n];
      if (node.stays) continue;
      node.stays = true;
      if (n == 0) {
        found.missing = id;
        return;
      }
      found.wait_on.emplace_back(node.place, id);
      if (--alive[node.id] == 0) gone.push_back(node.id);
    }
  }
  for (std::size_t n = 1; n < nodes_.size(); ++n) {
    if (!nodes_[n].stays) found.may_go.push_back(nodes_[n].place);
  }
}

}  // namespace sekisho::sync
