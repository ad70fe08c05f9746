#include "core/time.h"

#include <algorithm>

namespace sekisho {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kMinSeconds = -62'167'219'200;  // 0000-01-01T00:00:00Z
constexpr std::int64_t kMaxSeconds = 253'402'300'799;  // 9999-12-31T23:59:59Z
constexpr std::uint32_t kSecondNanos = 1'000'000'000;

struct Date {
  int year;
  int month;
  int day;
};

bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(int year, int month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Days since 1970-01-01 in the proleptic Gregorian calendar, and back: years run from March so that
// the leap day is the last of its year, and repeat every 400 years of 146,097 days.
std::int64_t days_from_date(Date date) {
  const int year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const int month_from_march = (date.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

Date date_from_days(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = floor_div(days, 146'097);
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  const int month =
      static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  const int year = static_cast<int>(year_of_era + era * 400) + (month <= 2 ? 1 : 0);
  return {year, month, day};
}

/// Reads from the front of a text; every read fails once one has failed.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!ok_ || i >= rest_.size() || rest_[i] < '0' || rest_[i] > '9') {
        ok_ = false;
        return 0;
      }
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  bool take(std::string_view any_of) {
    const bool found =
        ok_ && !rest_.empty() && any_of.find(rest_.front()) != std::string_view::npos;
    if (found) rest_.remove_prefix(1);
    return found;
  }
  void expect(std::string_view any_of) { ok_ = take(any_of) && ok_; }
  void require(bool condition) { ok_ = ok_ && condition; }

  /// Digits as nanoseconds, at least one; those beyond the ninth are cut.
  std::uint32_t fraction(std::size_t& count) {
    std::uint32_t nanos = 0;
    for (count = 0; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++count) {
      if (count < 9) nanos = nanos * 10 + static_cast<std::uint32_t>(rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    require(count > 0);
    for (std::size_t i = count; i < 9; ++i) nanos *= 10;
    return nanos;
  }

  bool at_end() const { return rest_.empty(); }
  bool ok() const { return ok_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::int64_t scan_date(Scanner& scan) {
  Date date{};
  date.year = scan.digits(4);
  scan.expect("-");
  date.month = scan.digits(2);
  scan.expect("-");
  date.day = scan.digits(2);
  scan.require(date.month >= 1 && date.month <= 12);
  if (!scan.ok()) return 0;
  scan.require(date.day >= 1 && date.day <= days_in_month(date.year, date.month));
  return days_from_date(date) * kDaySeconds;
}

/// `HH:MM:SS[.d+]`, with second 60 as the next minute's 0 by mere addition.
void scan_time(Scanner& scan, Timestamp& t, std::size_t& fraction_digits) {
  const int hour = scan.digits(2);
  scan.expect(":");
  const int minute = scan.digits(2);
  scan.expect(":");
  const int second = scan.digits(2);
  scan.require(hour <= 23 && minute <= 59 && second <= 60);
  t.seconds += hour * 3600 + minute * 60 + second;
  fraction_digits = 0;
  if (scan.take(".")) t.nanos = scan.fraction(fraction_digits);
}

/// Minutes east of UTC.
int scan_offset(Scanner& scan) {
  if (scan.take("Zz")) return 0;
  const bool west = scan.take("-");
  if (!west) scan.expect("+");
  const int hours = scan.digits(2);
  scan.expect(":");
  const int minutes = scan.digits(2);
  scan.require(hours <= 23 && minutes <= 59);
  return (west ? -1 : 1) * (hours * 60 + minutes);
}

Result<Timestamp> finish(const Scanner& scan, Timestamp t, std::string_view form) {
  if (!scan.ok() || !scan.at_end()) {
    return make_error(Code::kInvalidArgument,
                      "not a time that exists; write it as " + std::string(form));
  }
  if (t.seconds < kMinSeconds || t.seconds > kMaxSeconds) {
    return make_error(Code::kInvalidArgument, "the time is outside the years 0000 to 9999 in UTC");
  }
  return t;
}

Timestamp clamp(Timestamp t) {
  if (t.seconds < kMinSeconds) return {kMinSeconds, 0};
  if (t.seconds > kMaxSeconds) return {kMaxSeconds, kSecondNanos - 1};
  return t;
}

void append_number(std::string& out, std::int64_t value, std::size_t width) {
  const std::string text = std::to_string(value);
  out.append(width - std::min(width, text.size()), '0');
  out += text;
}

void append_date(std::string& out, std::int64_t days) {
  const Date date = date_from_days(days);
  append_number(out, date.year, 4);
  out += '-';
  append_number(out, date.month, 2);
  out += '-';
  append_number(out, date.day, 2);
}

std::string format(Timestamp t, int digits) {
  t = clamp(t);
  const std::int64_t days = floor_div(t.seconds, kDaySeconds);
  const std::int64_t second = t.seconds - days * kDaySeconds;
  std::string out;
  out.reserve(32);
  append_date(out, days);
  out += 'T';
  append_number(out, second / 3600, 2);
  out += ':';
  append_number(out, second / 60 % 60, 2);
  out += ':';
  append_number(out, second % 60, 2);
  out += '.';
  std::string fraction;
  append_number(fraction, t.nanos, 9);
  out += fraction.substr(0, static_cast<std::size_t>(digits));
  out += 'Z';
  return out;
}

}  // namespace

Timestamp Timestamp::from_micros(std::int64_t micros) {
  return Timestamp{}.plus_micros(micros);
}

Timestamp Timestamp::plus_micros(std::int64_t delta) const {
  const Timestamp from = clamp(*this);
  const std::int64_t micros = (delta % 1'000'000 + 1'000'000) % 1'000'000;
  const std::int64_t fraction = std::int64_t{from.nanos} + micros * 1000;
  return clamp({from.seconds + floor_div(delta, 1'000'000) + fraction / kSecondNanos,
                static_cast<std::uint32_t>(fraction % kSecondNanos)});
}

Result<Timestamp> parse_stix_time(std::string_view text) {
  Scanner scan(text);
  Timestamp t;
  std::size_t digits = 0;
  t.seconds = scan_date(scan);
  scan.expect("T");
  scan_time(scan, t, digits);
  scan.expect("Z");
  return finish(scan, t, "2026-01-31T12:34:56.789Z (STIX 2.1 section 2.16)");
}

Result<Timestamp> parse_taxii_time(std::string_view text) {
  Scanner scan(text);
  Timestamp t;
  std::size_t digits = 0;
  t.seconds = scan_date(scan);
  scan.expect("T");
  scan_time(scan, t, digits);
  scan.require(digits == 6);
  scan.expect("Z");
  return finish(scan, t, "2026-01-31T12:34:56.789012Z (TAXII 2.1 section 2)");
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
  Scanner scan(text);
  Timestamp t;
  std::size_t digits = 0;
  t.seconds = scan_date(scan);
  scan.expect("Tt");
  scan_time(scan, t, digits);
  t.seconds -= std::int64_t{scan_offset(scan)} * 60;
  return finish(scan, t, "2026-01-31T12:34:56+09:00 (RFC 3339)");
}

Result<Timestamp> parse_date(std::string_view text, int offset_minutes) {
  Scanner scan(text);
  Timestamp t;
  t.seconds = scan_date(scan) - std::int64_t{offset_minutes} * 60;
  return finish(scan, t, "2026-01-31");
}

std::string format_taxii_time(Timestamp t) {
  return format(t, 6);
}

std::string format_stix_time(Timestamp t, int digits) {
  return format(t, digits <= 3 ? 3 : digits <= 6 ? 6 : 9);
}

std::string format_date(Timestamp t, int offset_minutes) {
  t = clamp(t);
  t.seconds += std::int64_t{offset_minutes} * 60;
  std::string out;
  append_date(out, floor_div(clamp(t).seconds, kDaySeconds));
  return out;
}

}  // namespace sekisho
