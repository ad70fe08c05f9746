// What is handed in as one object and may be a bundle: opened, so that each member is judged alone and no bundle is ever
// stored. docs/specs/ownership.md §1. Pure; any thread. Work: the bytes times the depth of the bundle.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "stix/object.h"

namespace sekisho::sync {

/// A bundle within a bundle within … so many deep is opened.
inline constexpr std::size_t kBundleLevels = 8;

/// One object as it came, by itself or in a bundle.
struct Handed {
  Result<stix::ObjectPtr> object;  ///< or why it cannot be taken
  std::string unreadable;          ///< its bytes where it cannot be
};

struct OpenLimits {
  std::size_t object_bytes = 4u << 20;     ///< of one object; a bundle may be larger
  std::size_t levels = kBundleLevels;      ///< that may still be opened
  std::size_t members = std::numeric_limits<std::size_t>::max();  ///< of one bundle, at all depths together
};

/// The object that `bytes` are, or all that a bundle holds at any depth, in order; nothing for a bundle without members.
/// Whatever the bundle says besides its `objects` does not count. A bundle that is nested deeper, that holds
/// more members (kLimitExceeded) or whose `objects` is no list is one entry that cannot be taken.
std::vector<Handed> opened(std::string_view bytes, const OpenLimits& limits);

}  // namespace sekisho::sync
