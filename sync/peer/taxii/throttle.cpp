#include "sync/peer/taxii/throttle.h"

#include <algorithm>

namespace sekisho::sync {
namespace {

constexpr std::int64_t kMinute = 60'000'000, kSecond = 1'000'000;

}  // namespace

// A bucket of `per_minute` tokens, told by the instant at which it will be full: each request moves that by one token's
// time, and none may move it further than a whole bucket ahead of now.
std::int64_t RequestThrottle::wait_seconds(const taxii::Principal& caller) {
  if (per_minute_ == 0) return 0;
  const std::int64_t now = clock_.monotonic_micros(), token = kMinute / per_minute_;
  const MutexLock lock(mutex_);
  std::int64_t& full_at = full_at_.try_emplace(caller.party, now).first->second;
  const std::int64_t next = std::max(full_at, now) + token;
  const std::int64_t over = next - now - token * per_minute_;
  if (over > 0) return (over + kSecond - 1) / kSecond;
  full_at = next;
  return 0;
}

std::int64_t RequestThrottle::wait_to_post(const taxii::Principal& caller, const std::vector<std::string_view>& objects) {
  if (budgets_ == nullptr) return 0;
  Sent sent;
  for (const std::string_view object : objects) sent.add(object);
  return budgets_->wait_seconds(caller.party, sent);
}

}  // namespace sekisho::sync
