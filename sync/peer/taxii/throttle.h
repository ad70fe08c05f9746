// How often each caller may ask: so many requests a minute, a minute's worth at once. Each party by itself: what others
// ask does not show. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/mutex.h"
#include "core/ports/clock.h"
#include "taxii/ports.h"

namespace sekisho::sync {

class RequestThrottle : public taxii::Throttle {
 public:
  /// `per_minute`: 0 = as often as they like.
  RequestThrottle(const Clock& clock, std::uint32_t per_minute) : clock_(clock), per_minute_(per_minute) {}
  std::int64_t wait_seconds(const taxii::Principal& caller) override;

 private:
  const Clock& clock_;
  const std::uint32_t per_minute_;
  Mutex mutex_;
  /// When the bucket of a party will be full again, on the monotonic clock. As many rows as parties ever called.
  std::map<std::string, std::int64_t> full_at_ SEKISHO_GUARDED_BY(mutex_);
};

}  // namespace sekisho::sync
