// How often each caller may ask: so many requests a minute, a minute's worth at once; and how much it may post (sync/ingest/budgets.h).
// Each party by itself: what others ask does not show. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/mutex.h"
#include "core/ports/clock.h"
#include "sync/ingest/budgets.h"
#include "taxii/ports.h"

namespace sekisho::sync {

class RequestThrottle : public taxii::Throttle {
 public:
  /// `per_minute`: 0 = as often as they like. Without `budgets` as much as they like.
  RequestThrottle(const Clock& clock, std::uint32_t per_minute, Budgets* budgets = nullptr)
      : clock_(clock), per_minute_(per_minute), budgets_(budgets) {}
  std::int64_t wait_seconds(const taxii::Principal& caller) override;
  std::int64_t wait_to_post(const taxii::Principal& caller, const std::vector<std::string_view>& objects) override;

 private:
  const Clock& clock_;
  const std::uint32_t per_minute_;
  Budgets* const budgets_;
  Mutex mutex_;
  /// When the bucket of a party will be full again, on the monotonic clock. As many rows as parties ever called.
  std::map<std::string, std::int64_t> full_at_ SEKISHO_GUARDED_BY(mutex_);
};

}  // namespace sekisho::sync
