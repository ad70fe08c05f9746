// Port: time. Nothing outside core/system reads a clock of the machine.
#pragma once

#include <cstdint>

#include "core/time.h"

namespace sekisho {

/// Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall clock in UTC; may step.
  virtual Timestamp now() const = 0;
  /// By how many microseconds the machine's clock is behind what now() gives; 0 unless time was set back (core/forward_clock.h).
  virtual std::int64_t behind_micros() const { return 0; }
  /// Microseconds since some start; never steps back. For durations and deadlines only.
  virtual std::int64_t monotonic_micros() const = 0;
};

}  // namespace sekisho
