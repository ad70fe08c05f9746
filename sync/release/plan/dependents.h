// What goes, and comes, in one view because something left it. docs/specs/release.md.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "sync/release/plan/planner.h"

namespace sekisho::sync {

/// What has left one view: it is withdrawn already, or was displaced there and no longer is.
struct Left {
  std::set<std::string> ids;
  std::set<Place> places;  ///< of what was carried
  std::set<std::string> definitions;  ///< of which a version left, or whose meaning is another one: whatever bears or names them is planned again
};

/// What is to be done about it in that view.
struct Dependents {
  std::vector<Place> lost;                          ///< carried: are taken out, in order
  std::vector<PlanItem> gains;                      ///< of which something is not carried yet, in the order of the plan
  std::vector<std::pair<Place, std::string>> holds; ///< what the places that were looked at wait for from here on, as the store has it
  std::vector<Place> looked_at;                     ///< those places: what they waited for before is over
};

}  // namespace sekisho::sync
