// SipHash-2-4 (Aumasson, Bernstein 2012): a short keyed hash. Whoever does not know the key cannot choose texts that
// collide, so tables and comparisons over hostile input stay fast and right. Not a signature. Any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/ports/random.h"

namespace sekisho {

struct SipKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  /// Drawn for `purpose` (see Random).
  static SipKey draw(Random& random, std::string_view purpose);
  /// Another key for another use, from this one.
  SipKey derived(std::string_view use) const;
};

std::uint64_t sip_hash(const SipKey& key, std::string_view bytes);

}  // namespace sekisho
