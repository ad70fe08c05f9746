#include "sync/release/plan/waking.h"

#include <algorithm>

namespace sekisho::sync {

Result<Planner::Waking::Found> Planner::Waking::run(const Input& object, const std::string& id, const Needs& needs) {
  Found found;
  object_id_ = id;
  leads_[object_id_] = true;
  nodes_.push_back({{object.no, object.collection}, id, {}, false});
  listed_.insert(nodes_[0].place);
  if (needs.names != nullptr) {
    SEKISHO_ASSIGN(found.missing, first_missing(needs, {}, nodes_[0].lacks));
    if (found.missing) return found;
  }
  SEKISHO_TRY(gather(found));
  settle(found);
  return found;
}

Result<bool> Planner::Waking::is_read(const Needs& needs, std::string_view id) {
  SEKISHO_ASSIGN(const Reads there, planner_.reads(policy_, view_, id));
  return there == Reads::kOriginal || (there == Reads::kRendition && !needs.rigid);
}

Result<std::optional<std::string>> Planner::Waking::first_missing(const Needs& needs, std::string_view from, std::vector<std::string_view>& lacks) {
  const auto& references = needs.names->references;
  for (auto at = std::lower_bound(references.begin(), references.end(), from); at != references.end(); ++at) {
    if (*at != object_id_) {
      SEKISHO_ASSIGN(const bool read, is_read(needs, *at));
      if (read) continue;
      SEKISHO_ASSIGN(const bool leads, leads_to_object(*at));
      if (!leads) return std::optional(*at);
    }
    lacks.push_back(*at);
  }
  return std::optional<std::string>();
}

Result<std::vector<std::string>> Planner::Waking::awaited_under(const std::string& id) {
  std::vector<std::string> out;
  const auto add = [&](const Place& place) {
    const auto ids = waiting_.of(place)->ids();
    out.insert(out.end(), ids.begin(), ids.end());
  };
  for (const Place& place : waiting_.held_under(id)) add(place);
  if (!waiting_.any_unknown()) return out;
  SEKISHO_ASSIGN(const auto held, planner_.versions(id));
  for (const auto& version : *held) {
    const auto& all = waiting_.all();
    for (auto at = all.lower_bound({version.no, 0}); at != all.end() && at->first.first == version.no; ++at) {
      if (waiting_.needs(at->first) == nullptr) add(at->first);
    }
  }
  return out;
}

// What was found stays true while the object is looked at.
Result<bool> Planner::Waking::leads_to_object(const std::string& id) {
  if (const auto known = leads_.find(id); known != leads_.end()) return known->second;
  struct Step {
    std::string id;
    std::size_t from;  // of which step it is the continuation
  };
  std::vector<Step> steps{{id, 0}};
  leads_[id] = false;
  for (std::size_t at = 0; at < steps.size(); ++at) {
    SEKISHO_ASSIGN(const auto awaited, awaited_under(steps[at].id));
    for (const std::string& next : awaited) {
      const auto [known, fresh] = leads_.try_emplace(next, false);
      if (fresh) steps.push_back({next, at});
      if (!known->second) continue;
      for (const Step& step : steps) leads_.erase(step.id);  // not all of them were followed to their ends
      for (std::size_t back = at;; back = steps[back].from) {
        leads_[steps[back].id] = true;
        if (back == 0) return true;
      }
    }
  }
  return false;
}

// Who waits for the object, and who waits for those, as far as nothing else is missing.
Status Planner::Waking::gather(Found& found) {
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    for (const Place& place : waiting_.for_id(nodes_[at].id)) {
      if (!listed_.insert(place).second) continue;
      const Needs* needs = waiting_.needs(place);
      Node node{place, {}, {}, false};
      if (needs == nullptr) {
        SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(place.first));
        node.id = loaded->stored.id;
      } else {
        node.id = needs->names->id;
        SEKISHO_ASSIGN(auto missing, first_missing(*needs, waiting_.of(place)->first(), node.lacks));
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
    ++alive[nodes_[n].id];
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
