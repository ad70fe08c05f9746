#include <time.h>

#include "core/system/system.h"

namespace sekisho::system {
namespace {

timespec read(clockid_t which) {
  timespec time{};
  clock_gettime(which, &time);  // cannot fail for the two clocks used
  return time;
}

class SystemClock : public Clock {
 public:
  Timestamp now() const override {
    const timespec time = read(CLOCK_REALTIME);
    return Timestamp{time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec)};
  }
  std::int64_t monotonic_micros() const override {
    const timespec time = read(CLOCK_MONOTONIC);
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000;
  }
};

}  // namespace

std::unique_ptr<Clock> make_clock() {
  return std::make_unique<SystemClock>();
}

}  // namespace sekisho::system
