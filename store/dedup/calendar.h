// Days, months and Japanese fiscal quarters in a zone of fixed offset. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/time.h"

namespace sekisho::store::dedup {

using Day = std::int64_t;  ///< days since 1970-01-01 of the zone's calendar

/// The day that `t` falls on, `zone_minutes` east of UTC.
Day day_of(Timestamp t, int zone_minutes);
std::string day_text(Day day);  ///< 2025-07-01

/// A span of days, both ends in it.
struct Period {
  Day first = 0, last = 0;
  std::string label;           ///< "2025-07", or "FY2025 Q2 (Jul–Sep 2025)"
  std::string japanese_label;  ///< "2025年7月", or "2025年度 第2四半期"

  bool holds(Day day) const { return first <= day && day <= last; }
};

enum class Grain { kMonth, kQuarter };
/// The months or fiscal quarters (a year starts on 1 April) that touch first..last, in order; the outer ones
/// are cut to it.
std::vector<Period> periods(Day first, Day last, Grain grain);
/// first..last as one; a whole fiscal quarter has its name.
Period whole(Day first, Day last);

}  // namespace sekisho::store::dedup
