#include "store/dedup/calendar.h"

#include "tests/support/doctest.h"

namespace sekisho::store::dedup {
namespace {

Day day(const char* text) {
  const auto time = parse_date(text);
  REQUIRE(time.ok());
  return day_of(*time, 0);
}

std::string shown(const std::vector<Period>& list) {
  std::string out;
  for (const Period& p : list) out += p.label + "|" + p.japanese_label + "|" + day_text(p.first) + "|" + day_text(p.last) + "\n";
  return out;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("dedup/calendar: fiscal quarters begin in April") {
    CHECK(shown(periods(day("2025-01-01"), day("2026-03-31"), Grain::kQuarter)) ==
          "FY2024 Q4 (Jan–Mar 2025)|2024年度 第4四半期|2025-01-01|2025-03-31\n"
          "FY2025 Q1 (Apr–Jun 2025)|2025年度 第1四半期|2025-04-01|2025-06-30\n"
          "FY2025 Q2 (Jul–Sep 2025)|2025年度 第2四半期|2025-07-01|2025-09-30\n"
          "FY2025 Q3 (Oct–Dec 2025)|2025年度 第3四半期|2025-10-01|2025-12-31\n"
          "FY2025 Q4 (Jan–Mar 2026)|2025年度 第4四半期|2026-01-01|2026-03-31\n");
  }

  TEST_CASE("dedup/calendar: months, cut at the ends, leap day") {
    CHECK(shown(periods(day("2024-01-15"), day("2024-03-02"), Grain::kMonth)) ==
          "2024-01|2024年1月|2024-01-15|2024-01-31\n2024-02|2024年2月|2024-02-01|2024-02-29\n2024-03|2024年3月|2024-03-01|2024-03-02\n");
    CHECK(periods(day("2024-12-31"), day("2025-01-01"), Grain::kMonth).size() == 2);
  }

  TEST_CASE("dedup/calendar: the whole range is called a quarter only if it is one") {
    CHECK(whole(day("2025-07-01"), day("2025-09-30")).label == "FY2025 Q2 (Jul–Sep 2025)");
    CHECK(whole(day("2025-07-02"), day("2025-09-30")).label == "2025-07-02 to 2025-09-30");
    CHECK(whole(day("2025-07-01"), day("2025-09-29")).label == "2025-07-01 to 2025-09-29");
    CHECK(whole(day("2025-07-01"), day("2025-12-31")).label == "2025-07-01 to 2025-12-31");
  }

  TEST_CASE("dedup/calendar: a day is a day of the zone") {
    const auto late = parse_stix_time("2025-06-30T15:00:00Z");
    REQUIRE(late.ok());
    CHECK(day_text(day_of(*late, 540)) == "2025-07-01");
    CHECK(day_text(day_of(*late, 539)) == "2025-06-30");
    CHECK(day_text(day_of(*late, 0)) == "2025-06-30");
    CHECK(day_text(day_of(Timestamp{-1, 0}, 0)) == "1969-12-31");
    CHECK(day_text(day_of(Timestamp{0, 0}, -1)) == "1969-12-31");
  }
}

}  // namespace sekisho::store::dedup
