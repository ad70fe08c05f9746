#include "sync/closure.h"

#include <cstddef>
#include <unordered_map>

namespace sekisho::sync {

std::vector<std::string> close_references(const std::vector<const ClosureCandidate*>& candidates,
                                          const std::function<bool(std::string_view id)>& available) {
  std::vector<std::string> missing(candidates.size());
  std::unordered_map<std::string_view, std::size_t> alive;  // id -> candidates that still stand
  alive.reserve(candidates.size());
  for (const ClosureCandidate* candidate : candidates) ++alive[candidate->id];

  // Who depends on an id only through candidates, and the first deaths.
  std::unordered_map<std::string_view, std::vector<std::size_t>> dependents;
  std::unordered_map<std::string_view, bool> known;
  const auto is_available = [&](std::string_view id) {
    const auto found = known.find(id);
    if (found != known.end()) return found->second;
    return known.emplace(id, available(id)).first->second;
  };
  std::vector<std::size_t> dead;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    for (const std::string& reference : candidates[i]->references) {
      if (alive.count(reference) != 0) {
        dependents[reference].push_back(i);
      } else if (missing[i].empty() && !is_available(reference)) {
        missing[i] = reference;
        dead.push_back(i);
      }
    }
  }
  while (!dead.empty()) {
    const std::size_t i = dead.back();
    dead.pop_back();
    const std::string_view id = candidates[i]->id;
    if (--alive[id] != 0 || is_available(id)) continue;
    for (const std::size_t dependent : dependents[id]) {
      if (!missing[dependent].empty()) continue;
      missing[dependent] = std::string(id);
      dead.push_back(dependent);
    }
  }
  return missing;
}

}  // namespace sekisho::sync
