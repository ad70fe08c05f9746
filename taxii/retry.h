// Patience with a server that is busy or away for a moment (TAXII 2.1 §3.6.1, RFC 9110 §10.2.3). One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "core/ports/clock.h"
#include "taxii/http.h"

namespace sekisho::taxii {

struct RetryPolicy {
  int attempts = 4;                              ///< the first one counts
  std::int64_t first_wait_micros = 1'000'000;    ///< doubled each time
  std::int64_t longest_wait_micros = 60'000'000; ///< of one wait; a server that asks for more gets its answer returned
};

/// Sends again after 429 and 503, by `Retry-After` (seconds or a date) or else after a growing pause; and after
/// 502, 504, kConnect and kTimeout, unless the call may go out only `once`. Every other answer, and the last one, is
/// returned as it is. A POST may go out twice: posting again changes nothing (TAXII 2.1 §5.5).
std::unique_ptr<HttpTransport> make_retrying(std::unique_ptr<HttpTransport> transport, const Clock& clock,
                                             std::function<void(std::int64_t micros)> pause, RetryPolicy policy = {});

/// Microseconds from `now` that a Retry-After asks for; nullopt if it is neither whole seconds nor an HTTP date
/// (RFC 9110 §5.6.7, IMF-fixdate).
std::optional<std::int64_t> retry_after(std::string_view text, Timestamp now);

}  // namespace sekisho::taxii
