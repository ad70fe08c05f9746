#include "stix/redact/blur.h"

#include "core/time.h"

namespace sekisho::stix::redact {
namespace {

constexpr std::int64_t kHour = 3600, kDay = 24 * kHour, kWeek = 7 * kDay, kMonth = 30 * kDay;
constexpr std::int64_t kThursday = 3 * kDay;  // 1970-01-01 was one; weeks begin on Monday

std::int64_t seconds_of(Blur blur) {
  switch (blur) {
    case Blur::kHour: return kHour;
    case Blur::kDay: return kDay;
    case Blur::kWeek: return kWeek;
    case Blur::kMonth: return kMonth;
    case Blur::kNone: break;
  }
  return 1;
}

std::int64_t floor_to(std::int64_t value, std::int64_t unit) {
  const std::int64_t rest = value % unit;
  return value - (rest < 0 ? rest + unit : rest);
}

}  // namespace

std::optional<std::string> blurred(std::string_view text, Blur blur) {
  const auto time = parse_stix_time(text);
  if (!time.ok()) return std::nullopt;
  if (blur == Blur::kMonth) return std::string(text.substr(0, 8)) + "01T00:00:00.000Z";
  const std::int64_t shift = blur == Blur::kWeek ? kThursday : 0;
  return format_stix_time({floor_to(time->seconds + shift, seconds_of(blur)) - shift, 0});
}

std::int64_t shift_of(std::string_view id, Blur blur, const KeyedHash& hash) {
  const auto bytes = hash("sekisho-blur-1\n" + std::string(id));
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | bytes[i];
  const std::uint64_t millis = static_cast<std::uint64_t>(seconds_of(blur)) * 1000;
  return (static_cast<std::int64_t>(number % (2 * millis - 1)) - static_cast<std::int64_t>(millis - 1)) * 1000;
}

}  // namespace sekisho::stix::redact
