// Marking-definitions that mark each other in a circle, directly or over others: STIX forbids it
// (§3.2 of STIX 2.1 for object_marking_refs and granular_markings, S-3.2-10), since no reader could
// ever tell what they mean. Pure; any thread. Limit: kMaxMarkingsFollowed definitions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "stix/object.h"

namespace sekisho::stix {

inline constexpr std::size_t kMaxMarkingsFollowed = 1000;

/// The ids that mark the definition of an id; nothing if it is not at hand (then the way ends there).
using MarkingsOf = std::function<std::optional<std::vector<std::string>>(std::string_view id)>;

/// A circle that can be reached by following these ids, as below.
Result<std::vector<std::string>> marking_circle(std::vector<std::string> ids, const MarkingsOf& markings);

/// The definition of an id; null if it is not at hand (then the way ends there).
using MarkingDefinitions = std::function<ObjectPtr(std::string_view id)>;

/// A circle that can be reached from `start` by following markings of markings: its ids in order,
/// the last marked by the first again; empty if there is none. An object that is no
/// marking-definition may be the start, but is in no circle. kLimitExceeded: more definitions than
/// may be followed, so nothing is known.
Result<std::vector<std::string>> marking_circle(const Object& start,
                                                const MarkingDefinitions& definitions);

}  // namespace sekisho::stix
