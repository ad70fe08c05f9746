// Times made less exact. docs/specs/redaction.md §2. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stix/redact/redact.h"

namespace sekisho::stix::redact {

/// The beginning of the unit (UTC; weeks begin on Monday) that a STIX timestamp lies in; nothing if the text is none.
std::optional<std::string> blurred(std::string_view text, Blur blur);
/// Microseconds by which `created` and `modified` of this object move: less than one unit (a month counts 30 days)
/// either way, whole milliseconds, the same for all its versions.
std::int64_t shift_of(std::string_view id, Blur blur, const KeyedHash& hash);

}  // namespace sekisho::stix::redact
