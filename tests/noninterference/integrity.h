// The second judge: in one node, whatever hostile writers do, every honest reader is given the creator's versions as their
// creator gave them, what is hidden is in no byte that goes to whom it is hidden from, and what was taken back goes to nobody.
#pragma once

#include <cstdint>

#include "honest.h"

namespace sekisho::noninterference {

/// Plays the worlds of these seeds; the number of those that fail. `small`: a failing one is made small and printed.
int run_integrity(std::uint64_t seed, std::uint64_t worlds, const HonestFeatures& features, bool keep_going, bool small);
/// Whether the world of a seed fails.
bool integrity_fails(std::uint64_t seed, const HonestFeatures& features);

}  // namespace sekisho::noninterference
