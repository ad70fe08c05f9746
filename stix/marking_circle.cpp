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

Stop stop_at(const Object& object) {
  MarkingRefs refs = marking_refs(object);
  Stop stop{std::string(object.id()), std::move(refs.object)};
  stop.next.insert(stop.next.end(), refs.granular.begin(), refs.granular.end());
  return stop;
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

Result<std::vector<std::string>> marking_circle(const Object& start,
                                                const MarkingDefinitions& definitions) {
  enum class State { kOnTheWay, kDone };
  const State first = start.type() == "marking-definition" ? State::kOnTheWay : State::kDone;
  std::map<std::string, State> seen{{std::string(start.id()), first}};
  std::vector<Stop> way{stop_at(start)};
  while (!way.empty()) {
    if (way.back().next.empty()) {
      seen[way.back().id] = State::kDone;
      way.pop_back();
      continue;
    }
    const std::string id = std::move(way.back().next.back());
    way.back().next.pop_back();
    const auto [known, fresh] = seen.try_emplace(id, State::kOnTheWay);
    if (!fresh) {
      if (known->second == State::kOnTheWay) return circle_from(way, id);
      continue;
    }
    if (seen.size() > kMaxMarkingsFollowed) {
      return make_error(Code::kLimitExceeded, "more marking definitions than are followed");
    }
    const ObjectPtr definition = definitions(id);
    if (definition && definition->id() == id && definition->type() == "marking-definition") {
      way.push_back(stop_at(*definition));
    } else {
      known->second = State::kDone;
    }
  }
  return std::vector<std::string>{};
}

}  // namespace sekisho::stix
