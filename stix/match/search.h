// The search for observations that make a plan true. Choices of OR and instants of anchors are narrowed
// step by step; at each step a flow says whether what is still open could work, and whether what it
// found already does. Exact; ends with kLimitExceeded when its steps are used up. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/result.h"
#include "stix/match/flow.h"
#include "stix/match/instant.h"
#include "stix/match/plan.h"

namespace sekisho::stix::match {

/// One observation, seen from the plan.
struct Supply {
  std::size_t observation = 0;
  std::int64_t count = 1;
  Instant first = 0, last = 0;
  bool timed = false;
  DemandSet usable;  ///< demands whose tests it satisfies
};

/// The observations of one match, or nothing if there is none. Errors: kLimitExceeded.
Result<std::optional<std::vector<std::size_t>>> search(const Plan& plan, std::vector<Supply> supplies,
                                                       std::uint64_t max_steps);

}  // namespace sekisho::stix::match
