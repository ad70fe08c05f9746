#include "stix/marking_circle.h"

#include <algorithm>
#include <map>
#include <utility>

#include "stix/markings.h"

namespace sekisho::stix {
namespace {

/// One definition on the way, and the markings of it that are still to be followed.
struct Stop {
  std::string id;
  std::vector<std::string> next;
};

std::vector<std::string> markings_of(const Object& object) {
  MarkingRefs refs = marking_refs(object);
  std::vector<std::string> ids = std::move(refs.object);
  for (const auto* more : {&refs.granular, &refs.embedded}) ids.insert(ids.end(), more->begin(), more->end());
  return ids;
}

std::vector<std::string> circle_from(const std::vector<Stop>& way, const std::string& id) {
  std::vector<std::string> circle;
  bool inside = false;
  for (const Stop& stop : way) {
    inside = inside || stop.id == id;
    if (inside) circle.push_back(stop.id);
  }
  return circle;
}

}  // namespace

Result<std::vector<std::string>> marking_circle(std::vector<std::string> ids, const MarkingsOf& markings) {
  enum class State { kOnTheWay, kDone };
  std::map<std::string, State> seen;
  std::vector<Stop> way{{std::string(), std::move(ids)}};
  while (!way.empty()) {
    if (way.back().next.empty()) {
      seen[way.back().id] = State::kDone;
      way.pop_back();
      continue;
    }
    std::string id = std::move(way.back().next.back());
    way.back().next.pop_back();
    const auto [known, fresh] = seen.try_emplace(id, State::kOnTheWay);
    if (!fresh) {
      if (known->second == State::kOnTheWay) return circle_from(way, id);
      continue;
    }
    if (seen.size() > kMaxMarkingsFollowed) {
      return make_error(Code::kLimitExceeded, "more marking definitions than are followed");
    }
    if (auto next = markings(id)) {
      way.push_back({std::move(id), std::move(*next)});
    } else {
      known->second = State::kDone;
    }
  }
  return std::vector<std::string>{};
}

Result<std::vector<std::string>> marking_circle(const Object& start,
                                                const MarkingDefinitions& definitions) {
  const bool marking = start.type() == "marking-definition";
  const MarkingsOf markings = [&](std::string_view id) -> std::optional<std::vector<std::string>> {
    if (marking && id == start.id()) return markings_of(start);
    const ObjectPtr definition = definitions(id);
    if (!definition || definition->id() != id || definition->type() != "marking-definition") return std::nullopt;
    return markings_of(*definition);
  };
  return marking_circle(marking ? std::vector<std::string>{std::string(start.id())} : markings_of(start), markings);
}

}  // namespace sekisho::stix
