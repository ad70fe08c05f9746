// Timestamps of STIX, TAXII and RFC 3339: any text is read or refused; what is read can be written
// and read again as the same instant, and each stricter form is one of the looser ones.
#include <cstdint>
#include <string_view>

#include "core/time.h"
#include "stix/versions.h"
#include "tests/fuzz/require.h"

using namespace sekisho;
using fuzz::require;

namespace {

void check_written(Timestamp t) {
  require(t.nanos < 1'000'000'000, "nanoseconds are less than a second");
  const auto again = parse_stix_time(format_stix_time(t, 9));
  require(again.ok() && *again == t, "nine digits keep an instant");
  const auto six = parse_taxii_time(format_taxii_time(t));
  require(six.ok() && six->micros() == t.micros(), "six digits keep the microsecond");
  const auto three = parse_stix_time(format_stix_time(t, 3));
  require(three.ok() && *three <= t, "fewer digits cut, never round up");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rfc = parse_rfc3339(text);
  const auto stix = parse_stix_time(text);
  const auto taxii = parse_taxii_time(text);
  if (rfc.ok()) check_written(*rfc);
  if (stix.ok()) {
    require(rfc.ok() && *rfc == *stix, "STIX times are RFC 3339 times");
    require(sekisho::stix::same_instant(text, text), "an instant is itself");
  }
  if (taxii.ok()) require(stix.ok() && *stix == *taxii, "TAXII times are STIX times");
  if (const auto date = parse_date(text, 540); date.ok()) {
    require(format_date(*date, 540) == text, "a date reads back as itself");
  }
  return 0;
}
