// Time as one whole number, so that windows can be shifted and compared exactly. Any thread.
#pragma once

#include "core/time.h"

namespace sekisho::stix::match {

/// Nanoseconds since 1970; the years 0 to 9999 need more than 64 bits.
__extension__ typedef __int128 Instant;

inline constexpr Instant kSecond = 1'000'000'000;
/// Beyond every timestamp, far enough from the ends to add and subtract windows.
inline constexpr Instant kFar = static_cast<Instant>(1) << 100;

inline Instant instant_of(Timestamp time) { return static_cast<Instant>(time.seconds) * kSecond + time.nanos; }

}  // namespace sekisho::stix::match
