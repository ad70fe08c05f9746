// Dates as people write them in spreadsheets. Any thread.
#pragma once

#include <optional>
#include <string_view>

#include "core/time.h"

namespace sekisho::stix::convert {

/// `2025-07-01`, `2025/7/1`, `2025.7.1` or `2025年7月1日`, each with an optional ` HH:MM[:SS]`, at
/// `offset_minutes` east of UTC; or RFC 3339 with its own offset. Full-width digits are folded.
std::optional<Timestamp> parse_local_time(std::string_view text, int offset_minutes);

}  // namespace sekisho::stix::convert
