// Name resolution and connecting, both bounded by a deadline. Any thread.
#pragma once

#include <cstdint>

#include "core/ports/clock.h"
#include "core/result.h"
#include "node/http/socket.h"
#include "node/http/url.h"

namespace sekisho::node::http {

/// An instant that no step of one exchange may pass. Waits end at latest after the time left when they began.
class Deadline {
 public:
  Deadline(const Clock& clock, std::int64_t micros) : clock_(clock), due_(clock.monotonic_micros() + micros) {}
  std::int64_t left_micros() const { return due_ - clock_.monotonic_micros(); }
  /// Waits until the socket is ready for `events` (poll(2)); false if the deadline, or `at_most_micros`, passes first.
  bool wait(int fd, short events, std::int64_t at_most_micros) const;

 private:
  const Clock& clock_;
  std::int64_t due_;
};

/// Where a name may lead. An address written in the URL itself is one that the operator chose, so kPublic takes it.
enum class Reach : std::uint8_t { kAny, kPublic, kLoopback };

/// A connected non-blocking socket to one of the host's addresses, tried in order; those out of reach are not tried.
/// kConnect, kTimeout, kInvalidArgument (every address of the name is out of reach).
Result<Fd> dial(const Url& url, Reach reach, const Deadline& deadline);

}  // namespace sekisho::node::http
