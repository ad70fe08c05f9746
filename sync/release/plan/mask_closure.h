// The reference rule of sync/release/plan/closure.h for all views at once, where there are no renditions: which objects may go together
// to each view. One bit for each view; cost is linear in the references for as long as few bits go. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sync/release/plan/masks.h"

namespace sekisho::sync {

/// Candidates and what they name, by dense numbers of ids.
struct MaskGraph {
  std::vector<std::uint32_t> id;          ///< of each candidate
  std::multimap<std::uint32_t, std::uint32_t> also;  ///< of some candidates: further numbers under which they are named
  std::vector<std::uint32_t> references;  ///< of all candidates, one after the other
  std::vector<std::uint64_t> end;         ///< of each candidate: behind its last place in `references`
  std::vector<bool> everybody;            ///< by id: anybody may be pointed at it
};

/// Takes from `may` (a row for each candidate) every bit for which some reference leads to nothing that has that bit: what
/// is left is the greatest set in which every reference holds; cycles pass.
void close_masks(const MaskGraph& graph, Masks& may);

}  // namespace sekisho::sync
