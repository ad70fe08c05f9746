// A clock that never runs back. A machine whose clock was wrong and is set back would otherwise accept, date and sign again within
// a time that is over: dates would repeat, embargoes return, keys come back to life. Any thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "core/ports/clock.h"

namespace sekisho {

/// Gives the time of `source`, but never less than it gave before nor less than the floor: then time stands still until the source
/// has caught up.
class ForwardClock : public Clock {
 public:
  /// `source` outlives this.
  explicit ForwardClock(const Clock& source) : source_(source) {}

  Timestamp now() const override;
  std::int64_t monotonic_micros() const override { return source_.monotonic_micros(); }

  /// From here on no time before `floor` is given: the latest instant that is on record, say.
  void not_before(Timestamp floor) { raise(floor.micros()); }
  std::int64_t behind_micros() const override;

 private:
  /// The latest instant given so far, this one included.
  std::int64_t raise(std::int64_t micros) const;

  const Clock& source_;
  mutable std::atomic<std::int64_t> latest_{INT64_MIN};  ///< microseconds; written by every caller, only upwards
};

}  // namespace sekisho
