#include "taxii/retry.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "taxii/header_text.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kMostDigits = 9;

bool digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "Sun, 06 Nov 1994 08:49:37 GMT" as an instant; the day's name does not matter.
std::optional<Timestamp> http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end() || text[7] != ' ' || text[11] != ' ' || text[16] != ' ') return std::nullopt;
  const auto number = static_cast<int>(month - kMonths.begin()) + 1;
  std::string stix(text.substr(12, 4));
  stix.append(number < 10 ? "-0" : "-").append(std::to_string(number)).append("-").append(text.substr(5, 2));
  stix.append("T").append(text.substr(17, 8)).append("Z");
  const auto at = parse_stix_time(stix);
  return at.ok() ? std::optional<Timestamp>(*at) : std::nullopt;
}

class Retrying final : public HttpTransport {
 public:
  Retrying(std::unique_ptr<HttpTransport> transport, const Clock& clock, std::function<void(std::int64_t)> pause,
           RetryPolicy policy)
      : transport_(std::move(transport)), clock_(clock), pause_(std::move(pause)), policy_(policy) {}

  Result<HttpResponse> send(const Call& call) override {
    std::int64_t usual = policy_.first_wait_micros;
    for (int attempt = 1;; ++attempt) {
      auto result = transport_->send(call);
      const auto wait = attempt < policy_.attempts ? wait_after(call, result, usual) : std::nullopt;
      if (!wait) return result;
      pause_(*wait);
      usual = std::min(usual * 2, policy_.longest_wait_micros);
    }
  }

 private:
  /// How long to wait before sending again; nullopt: not at all.
  std::optional<std::int64_t> wait_after(const Call& call, const Result<HttpResponse>& result, std::int64_t usual) const {
    if (!result.ok()) {
      const Code code = result.error().code;
      const bool passing = code == Code::kConnect || code == Code::kTimeout;
      return passing && !call.once ? std::optional(usual) : std::nullopt;
    }
    const int status = result->status;
    if ((status == 502 || status == 504) && !call.once) return usual;
    if (status != 429 && status != 503) return std::nullopt;
    const auto asked = retry_after(header(result->headers, "Retry-After").value_or(""), clock_.now());
    if (!asked) return usual;
    if (*asked > policy_.longest_wait_micros) return std::nullopt;
    return *asked;
  }

  const std::unique_ptr<HttpTransport> transport_;
  const Clock& clock_;
  const std::function<void(std::int64_t)> pause_;
  const RetryPolicy policy_;
};

}  // namespace

std::optional<std::int64_t> retry_after(std::string_view text, Timestamp now) {
  const std::string_view value = trim(text);
  if (digits(value)) {
    if (value.size() > kMostDigits) return INT64_MAX;
    return std::stoll(std::string(value)) * 1'000'000;
  }
  const auto at = http_date(value);
  if (!at) return std::nullopt;
  return std::max<std::int64_t>(0, at->micros() - now.micros());
}

std::unique_ptr<HttpTransport> make_retrying(std::unique_ptr<HttpTransport> transport, const Clock& clock,
                                             std::function<void(std::int64_t micros)> pause, RetryPolicy policy) {
  return std::make_unique<Retrying>(std::move(transport), clock, std::move(pause), policy);
}

}  // namespace sekisho::taxii
