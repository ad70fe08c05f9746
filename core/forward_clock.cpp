#include "core/forward_clock.h"

namespace sekisho {

std::int64_t ForwardClock::raise(std::int64_t micros) const {
  std::int64_t latest = latest_.load(std::memory_order_relaxed);
  while (latest < micros && !latest_.compare_exchange_weak(latest, micros, std::memory_order_relaxed)) {
  }
  return latest < micros ? micros : latest;
}

Timestamp ForwardClock::now() const {
  const Timestamp now = source_.now();
  const std::int64_t latest = raise(now.micros());
  return latest > now.micros() ? Timestamp::from_micros(latest) : now;
}

std::int64_t ForwardClock::behind_micros() const {
  const std::int64_t now = source_.now().micros();
  return raise(now) - now;
}

}  // namespace sekisho
