// Patterns of 2.0 become patterns of 2.1. Any thread. Sources: STIX 2.0 Part 5, STIX 2.1 §9.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "stix/upgrade/losses.h"

namespace sekisho::stix::upgrade {

/// The 2.1 text of a 2.0 pattern; the text itself where 2.1 reads it the same way. Errors:
/// kStixPattern, kLimitExceeded.
Result<std::string> upgrade_pattern(std::string_view text, Losses& losses);

}  // namespace sekisho::stix::upgrade
