#include "store/dedup/calendar.h"

#include <algorithm>
#include <chrono>

namespace sekisho::store::dedup {
namespace {

using Civil = std::chrono::year_month_day;

Civil civil(Day day) { return std::chrono::sys_days(std::chrono::days(day)); }
Day day_number(Civil date) { return std::chrono::sys_days(date).time_since_epoch().count(); }

std::string month_name(Civil date) {
  static constexpr const char* kNames[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return kNames[static_cast<unsigned>(date.month()) - 1];
}

std::string two_digits(unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); }

Civil first_of_month(Civil date) { return date.year() / date.month() / std::chrono::day(1); }
/// Quarters of the fiscal year begin with those of the calendar.
Civil first_of_quarter(Civil date) {
  const unsigned month = static_cast<unsigned>(date.month());
  return date.year() / std::chrono::month(month - (month - 1) % 3) / std::chrono::day(1);
}

void name_month(Period& period, Civil start) {
  const std::string year = std::to_string(static_cast<int>(start.year()));
  const unsigned month = static_cast<unsigned>(start.month());
  period.label = year + "-" + two_digits(month);
  period.japanese_label = year + "年" + std::to_string(month) + "月";
}

void name_quarter(Period& period, Civil start) {
  const int year = static_cast<int>(start.year());
  const unsigned calendar_quarter = (static_cast<unsigned>(start.month()) - 1) / 3;  // from 0
  const std::string fiscal_year = std::to_string(calendar_quarter == 0 ? year - 1 : year);
  const std::string quarter = std::to_string(calendar_quarter == 0 ? 4U : calendar_quarter);
  const std::string months = month_name(start) + "–" + month_name(start + std::chrono::months(2));
  period.label = "FY" + fiscal_year + " Q" + quarter + " (" + months + " " + std::to_string(year) + ")";
  period.japanese_label = fiscal_year + "年度 第" + quarter + "四半期";
}

}  // namespace

Day day_of(Timestamp t, int zone_minutes) {
  const std::int64_t local = t.seconds + std::int64_t{zone_minutes} * 60;
  const std::int64_t day = local / 86'400;
  return local % 86'400 < 0 ? day - 1 : day;
}

std::string day_text(Day day) {
  const Civil date = civil(day);
  const std::string year = std::to_string(static_cast<int>(date.year()));
  return std::string(year.size() < 4 ? 4 - year.size() : 0, '0') + year + "-" + two_digits(static_cast<unsigned>(date.month())) + "-" +
         two_digits(static_cast<unsigned>(date.day()));
}

std::vector<Period> periods(Day first, Day last, Grain grain) {
  std::vector<Period> out;
  Civil start = grain == Grain::kMonth ? first_of_month(civil(first)) : first_of_quarter(civil(first));
  while (day_number(start) <= last) {
    const Civil next = start + std::chrono::months(grain == Grain::kMonth ? 1 : 3);
    Period period;
    period.first = std::max(first, day_number(start));
    period.last = std::min(last, day_number(next) - 1);
    if (grain == Grain::kMonth) name_month(period, start);
    else name_quarter(period, start);
    out.push_back(std::move(period));
    start = next;
  }
  return out;
}

Period whole(Day first, Day last) {
  const auto quarters = [](Day from, Day to) { return periods(from, to, Grain::kQuarter); };
  const bool one_quarter = quarters(first, last).size() == 1 && quarters(first - 1, last).size() == 2 &&
                           quarters(first, last + 1).size() == 2;
  if (one_quarter) return quarters(first, last).front();
  return {first, last, day_text(first) + " to " + day_text(last), day_text(first) + "～" + day_text(last)};
}

}  // namespace sekisho::store::dedup
