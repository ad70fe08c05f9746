#include "stix/convert/local_time.h"

#include <string>

#include "stix/convert/identifiers.h"

namespace sekisho::stix::convert {
namespace {

/// One or two digits (`most` of them) off the front of `text`.
std::optional<int> number(std::string_view& text, std::size_t most) {
  int value = 0;
  std::size_t count = 0;
  while (count < most && count < text.size() && text[count] >= '0' && text[count] <= '9') {
    value = value * 10 + (text[count++] - '0');
  }
  text.remove_prefix(count);
  if (count == 0) return std::nullopt;
  return value;
}

bool drop(std::string_view& text, std::string_view word) {
  if (text.substr(0, word.size()) != word) return false;
  text.remove_prefix(word.size());
  return true;
}

bool drop_separator(std::string_view& text, std::string_view kanji) {
  return drop(text, "-") || drop(text, "/") || drop(text, ".") || drop(text, kanji);
}

std::string two(int value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

/// Seconds of `H:MM[:SS]` that is all of `text`.
std::optional<int> seconds_of_day(std::string_view text) {
  const auto hour = number(text, 2);
  if (!hour || !drop(text, ":")) return std::nullopt;
  const auto minute = number(text, 2);
  std::optional<int> second = 0;
  if (drop(text, ":")) second = number(text, 2);
  if (!minute || !second || !text.empty() || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  return (*hour * 60 + *minute) * 60 + *second;
}

}  // namespace

std::optional<Timestamp> parse_local_time(std::string_view written, int offset_minutes) {
  const std::string folded = fold_width(written);
  if (const auto exact = parse_rfc3339(folded); exact.ok()) return *exact;
  std::string_view text = folded;
  const std::size_t before = text.size();
  const auto year = number(text, 4);
  if (!year || before - text.size() != 4 || !drop_separator(text, "年")) return std::nullopt;
  const auto month = number(text, 2);
  if (!month || !drop_separator(text, "月")) return std::nullopt;
  const auto day = number(text, 2);
  if (!day) return std::nullopt;
  drop(text, "日");
  std::optional<int> seconds = 0;
  if (!text.empty()) {
    if (!drop(text, " ")) return std::nullopt;
    seconds = seconds_of_day(text);
  }
  if (!seconds) return std::nullopt;
  const std::string date = folded.substr(0, 4) + "-" + two(*month) + "-" + two(*day);
  const auto midnight = parse_date(date, offset_minutes);
  if (!midnight.ok()) return std::nullopt;
  return midnight->plus_micros(std::int64_t{*seconds} * 1'000'000);
}

}  // namespace sekisho::stix::convert
