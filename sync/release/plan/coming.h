// An object while it is followed through every view. Not thread safe; the release follower owns it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sync/release/plan/planner.h"

namespace sekisho::sync {

/// What is the same for every view is looked up once.
struct Planner::Coming {
  Input input;
  bool nobody = false;  ///< it is in no collection that is read by itself
  bool plain = false;   ///< nothing about itself asks for the whole of plan()
  bool first = false;   ///< nothing of its id came before it
  bool told_nothing = false;  ///< a definition that turned nothing as it came
  LoadedPtr loaded;
  Alike* alike = nullptr;  ///< if plain

  bool looked_up = false;  ///< what is below; as soon as somebody may have it
  bool bare = false;       ///< there are no renditions of it
  bool rivals = false;     ///< claims, contents or copies may compete with it
  std::uint32_t row = 0;   ///< among the readers
  std::vector<std::pair<std::uint32_t, std::string_view>> references;  ///< row and id; those that not everyone has
  std::map<std::string, bool> turns;  ///< by giver: whether it is the first by which that one's references to its id mean something
  bool meant_otherwise = false;  ///< by one of them not whatever there is of the id
  FreshVersion* fresh = nullptr;
};

}  // namespace sekisho::sync
