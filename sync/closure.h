// Which candidates may be released together: the greatest set in which every reference leads to something
// the audience reads (cycles pass). Pure function; any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::sync {

struct ClosureCandidate {
  std::string id;
  std::vector<std::string> references;
};

/// The candidates outlive the call. For each an empty string if it stays, else the id of a reference that does not hold.
/// `available`: whether the audience already reads the id, or anybody may be pointed at it.
std::vector<std::string> close_references(const std::vector<const ClosureCandidate*>& candidates,
                                          const std::function<bool(std::string_view id)>& available);

}  // namespace sekisho::sync
