// Which ids an object mentions, as the reverse index of a store keeps them: hashes, in one order. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "stix/object.h"

namespace sekisho::store {

/// XXH3, 64 bits, seed 0, of the text of an id. Two ids may have one hash: who reads the index looks at the object too.
std::uint64_t mention_hash(std::string_view id);

/// The hashes of all ids that it mentions at any depth, ascending, each once: every string that is a STIX id or is written in the
/// place of a marking, and the keys of its extensions; its own id and the TLP markings that everybody has excepted. An attestation
/// mentions nothing: it comes and goes with what it attests, and is found by that (Store::attestations_of).
std::vector<std::uint64_t> mentioned_by(const stix::Object& object);

}  // namespace sekisho::store
