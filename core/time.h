// Instants and RFC 3339 text. Values; any thread. No clock is read here (core/ports/clock.h).
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace sekisho {

/// An instant in UTC, nanosecond resolution, years 0000 to 9999.
struct Timestamp {
  std::int64_t seconds = 0;   ///< since 1970-01-01T00:00:00Z
  std::uint32_t nanos = 0;    ///< 0..999,999,999

  auto operator<=>(const Timestamp&) const = default;
  std::int64_t micros() const { return seconds * 1'000'000 + nanos / 1000; }
  static Timestamp from_micros(std::int64_t micros);
  Timestamp plus_micros(std::int64_t delta) const;
};

/// STIX 2.1 §2.16: `YYYY-MM-DDTHH:MM:SS[.d+]Z`, upper-case T and Z, second 60 accepted (counted as
/// the next minute's 0). Digits beyond nanoseconds are cut; keep the text where they matter.
Result<Timestamp> parse_stix_time(std::string_view text);
/// TAXII 2.1 §2: exactly six fraction digits and Z.
Result<Timestamp> parse_taxii_time(std::string_view text);
/// RFC 3339 with any offset and precision, for inputs of other formats (CSAF, CVE).
Result<Timestamp> parse_rfc3339(std::string_view text);
/// `YYYY-MM-DD`, midnight at `offset_minutes` east of UTC.
Result<Timestamp> parse_date(std::string_view text, int offset_minutes = 0);

std::string format_taxii_time(Timestamp t);                    ///< six digits, Z
std::string format_stix_time(Timestamp t, int digits = 3);     ///< 3, 6 or 9 digits, Z
std::string format_date(Timestamp t, int offset_minutes = 0);  ///< YYYY-MM-DD at that offset

}  // namespace sekisho
