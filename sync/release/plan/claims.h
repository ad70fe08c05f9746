// Which claim of an id counts for an audience, and within it which content of a version and which copy: of what the audience
// may read, and of what counted when it left. docs/specs/ownership.md §2, §3, §4, §8. Pure function; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "core/digest.h"
#include "sync/release/plan/stakes.h"

namespace sekisho::sync {

/// One stored version in one collection.
struct ClaimCopy {
  Stake stake;
  std::uint64_t arrival = 0;     ///< orders copies by when they were accepted into their collections
  std::int64_t version = 0;      ///< equal numbers, the same version
  Sha256 content{};
  std::uint32_t collection = 0;
  bool carried = false;          ///< the audience is served it now
  bool left = false;             ///< the audience may not read it any more; it counted when it left
  bool gave_way = false;         ///< of what left: its giver said that another claim or content of the id counts in its place
};

enum class ClaimOutcome : std::uint8_t {
  kServed,
  kDisplaced,   ///< another claim counts, or its place stays empty: readable, not served, meets references
  kPassedOver,  ///< of the claim that counts; another content or copy of its version is served
  kNoted,       ///< the same, and its claim ranks by it
  kStaysEmpty,  ///< of what left: its claim still keeps the place
  kFilled       ///< of what left: its place is no longer kept
};

/// One outcome for each copy; all are of one id.
std::vector<ClaimOutcome> settle_claims(const std::vector<ClaimCopy>& copies);

}  // namespace sekisho::sync
