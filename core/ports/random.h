// Port: randomness. The system one is in core/system; tests give a seeded one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sekisho {

/// Cryptographically strong bytes. `purpose` names what they are for ("uuid/status", "key/node"), so
/// that a seeded run draws the same bytes for a purpose whatever else happens. Any thread.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out, std::string_view purpose) = 0;
};

}  // namespace sekisho
