// A checksum that finds damage: bytes that a disk or memory changed by accident. It is no protection against a forger; that is
// what digests (core/digest.h) and signatures are for. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace sekisho {

/// XXH3, 64 bits, seed 0. The value is stored: it never changes between versions of this program.
std::uint64_t checksum(std::string_view bytes);

}  // namespace sekisho
