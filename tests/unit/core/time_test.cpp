#include "core/time.h"

#include <array>
#include <ctime>
#include <limits>

#include "tests/support/doctest.h"
#include "tests/support/property.h"

namespace sekisho {
namespace {

constexpr std::int64_t kFirst = -62'167'219'200;
constexpr std::int64_t kLast = 253'402'300'799;

TEST_SUITE("unit") {
  TEST_CASE("core/time: STIX times") {
    CHECK(*parse_stix_time("1970-01-01T00:00:00Z") == Timestamp{0, 0});
    CHECK(*parse_stix_time("2016-05-12T08:17:27.000Z") == Timestamp{1'463'041'047, 0});
    CHECK(*parse_stix_time("2016-05-12T08:17:27.5Z") == Timestamp{1'463'041'047, 500'000'000});
    CHECK(*parse_stix_time("2016-05-12T08:17:27.1234567891234Z") ==
          Timestamp{1'463'041'047, 123'456'789});
    CHECK(*parse_stix_time("0000-01-01T00:00:00Z") == Timestamp{kFirst, 0});
    CHECK(*parse_stix_time("9999-12-31T23:59:59.999999999Z") == Timestamp{kLast, 999'999'999});
    CHECK(*parse_stix_time("2016-12-31T23:59:60.25Z") == Timestamp{1'483'228'800, 250'000'000});
    CHECK(parse_stix_time("2000-02-29T00:00:00Z").ok());
    for (const char* bad : {"",
                            "2016-05-12",
                            "2016-05-12T08:17:27",
                            "2016-05-12t08:17:27Z",
                            "2016-05-12T08:17:27z",
                            "2016-05-12 08:17:27Z",
                            "2016-05-12T08:17:27.Z",
                            "2016-05-12T08:17:27,5Z",
                            "2016-05-12T08:17:27+00:00",
                            "2016-05-12T08:17Z",
                            "2016-13-12T08:17:27Z",
                            "2016-00-12T08:17:27Z",
                            "2016-02-30T08:17:27Z",
                            "2015-02-29T08:17:27Z",
                            "1900-02-29T00:00:00Z",
                            "2016-04-31T00:00:00Z",
                            "2016-05-00T00:00:00Z",
                            "2016-05-12T24:00:00Z",
                            "2016-05-12T08:60:00Z",
                            "2016-05-12T08:17:61Z",
                            "216-05-12T08:17:27Z",
                            "2016-5-12T08:17:27Z",
                            "+2016-05-12T08:17:27Z",
                            "2016-05-12T8:17:27Z",
                            "2016-05-12T08:17:27ZZ",
                            " 2016-05-12T08:17:27Z",
                            "2016-05-12T08:17:27Z ",
                            "20160512T081727Z",
                            "2016-05-12T08:17:-7Z",
                            "9999-12-31T23:59:60Z"}) {
      INFO(bad);
      const auto parsed = parse_stix_time(bad);
      REQUIRE_FALSE(parsed.ok());
      CHECK(parsed.error().code == Code::kInvalidArgument);
    }
    CHECK_FALSE(parse_stix_time(std::string_view("2016-05-12T08:17:27Z\0", 21)).ok());
  }

  TEST_CASE("core/time: TAXII times have six digits") {
    CHECK(*parse_taxii_time("2016-05-12T08:17:27.123456Z") ==
          Timestamp{1'463'041'047, 123'456'000});
    for (const char* bad :
         {"2016-05-12T08:17:27Z", "2016-05-12T08:17:27.123Z", "2016-05-12T08:17:27.1234567Z",
          "2016-05-12T08:17:27.12345Z", "2016-05-12T08:17:27.123456+00:00"}) {
      INFO(bad);
      CHECK_FALSE(parse_taxii_time(bad).ok());
    }
  }

  TEST_CASE("core/time: RFC 3339 with offsets") {
    CHECK(*parse_rfc3339("2016-05-12T17:17:27+09:00") == Timestamp{1'463'041'047, 0});
    CHECK(*parse_rfc3339("2016-05-12T03:47:27.5-04:30") == Timestamp{1'463'041'047, 500'000'000});
    CHECK(*parse_rfc3339("2016-05-12t08:17:27z") == Timestamp{1'463'041'047, 0});
    CHECK(*parse_rfc3339("2016-05-12T08:17:27-00:00") == Timestamp{1'463'041'047, 0});
    for (const char* bad :
         {"2016-05-12T08:17:27", "2016-05-12T08:17:27+9:00", "2016-05-12T08:17:27+0900",
          "2016-05-12T08:17:27+24:00", "2016-05-12T08:17:27+09:60", "2016-05-12T08:17:27+09:00Z",
          "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"}) {
      INFO(bad);
      CHECK_FALSE(parse_rfc3339(bad).ok());
    }
  }

  TEST_CASE("core/time: dates at an offset") {
    CHECK(*parse_date("2016-05-12") == Timestamp{1'463'011'200, 0});
    CHECK(*parse_date("2016-05-12", 9 * 60) == Timestamp{1'463'011'200 - 9 * 3600, 0});
    CHECK(format_date(Timestamp{1'463'011'200 - 9 * 3600, 0}) == "2016-05-11");
    CHECK(format_date(Timestamp{1'463'011'200 - 9 * 3600, 0}, 9 * 60) == "2016-05-12");
    CHECK(format_date(Timestamp{kLast, 0}, 9 * 60) == "9999-12-31");
    for (const char* bad : {"", "2016-05-12Z", "2016-02-30", "2016/05/12", "12-05-2016"})
      CHECK_FALSE(parse_date(bad).ok());
  }

  TEST_CASE("core/time: formats") {
    const Timestamp t{1'463'041'047, 123'456'789};
    CHECK(format_taxii_time(t) == "2016-05-12T08:17:27.123456Z");
    CHECK(format_stix_time(t) == "2016-05-12T08:17:27.123Z");
    CHECK(format_stix_time(t, 6) == "2016-05-12T08:17:27.123456Z");
    CHECK(format_stix_time(t, 9) == "2016-05-12T08:17:27.123456789Z");
    CHECK(format_stix_time(Timestamp{kFirst, 0}) == "0000-01-01T00:00:00.000Z");
    CHECK(format_stix_time(Timestamp{std::numeric_limits<std::int64_t>::max(), 0}) ==
          "9999-12-31T23:59:59.999Z");
    CHECK(format_stix_time(Timestamp{std::numeric_limits<std::int64_t>::min(), 0}) ==
          "0000-01-01T00:00:00.000Z");
  }

  TEST_CASE("core/time: microseconds") {
    CHECK(Timestamp::from_micros(-1) == Timestamp{-1, 999'999'000});
    CHECK(Timestamp{-1, 999'999'000}.micros() == -1);
    CHECK(Timestamp{0, 1'999}.micros() == 1);
    CHECK(Timestamp{5, 999'999'999}.plus_micros(1) == Timestamp{6, 999});
    CHECK(Timestamp{5, 1}.plus_micros(-1) == Timestamp{4, 999'999'001});
    CHECK(Timestamp{0, 0}.plus_micros(std::numeric_limits<std::int64_t>::max()) ==
          Timestamp{kLast, 999'999'999});
    CHECK(Timestamp{0, 0}.plus_micros(std::numeric_limits<std::int64_t>::min()) ==
          Timestamp{kFirst, 0});
  }
}

TEST_SUITE("property") {
  TEST_CASE(
      "core/time: agrees with the C library on every day of 400 years, and on some of all others") {
    constexpr std::int64_t kEra = 146'097;
    for (std::int64_t day = kFirst / 86'400; day <= kLast / 86'400;
         day += day >= 0 && day <= kEra ? 1 : 89) {
      const std::time_t seconds = day * 86'400 + (day & 0xFFFF);
      std::tm parts{};
      gmtime_r(&seconds, &parts);
      std::array<char, 32> text{};
      std::strftime(text.data(), text.size(), "T%H:%M:%S.000Z", &parts);
      std::string expected = std::to_string(10'000 + parts.tm_year + 1900).substr(1);
      std::array<char, 8> date{};
      std::strftime(date.data(), date.size(), "-%m-%d", &parts);
      expected += std::string(date.data()) + text.data();
      const Timestamp t{seconds, 0};
      if (format_stix_time(t) != expected) FAIL(expected);
      if (*parse_stix_time(expected) != t) FAIL(expected);
    }
  }

  TEST_CASE("core/time: parsing undoes formatting") {
    PROPERTY("identity", [] {
      const Timestamp t{*rc::gen::inRange<std::int64_t>(kFirst, kLast + 1),
                        *rc::gen::inRange<std::uint32_t>(0, 1'000'000'000)};
      RC_ASSERT(*parse_stix_time(format_stix_time(t, 9)) == t);
      RC_ASSERT(parse_taxii_time(format_taxii_time(t))->micros() == t.micros());
      RC_ASSERT(Timestamp::from_micros(t.micros()).micros() == t.micros());
    });
  }
}

}  // namespace
}  // namespace sekisho
