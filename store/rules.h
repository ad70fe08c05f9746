// Rules of the store contract that are pure functions, so that every implementation answers alike.
// Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/time.h"
#include "store/store.h"

namespace sekisho::store {

/// TAXII 2.1 §3.4.1 match[version]: the parts of the filter add up. `first` and `last` say what the
/// version is among those of its id and spec version that the stream carries.
bool version_matches(const VersionFilter& filter, bool first, bool last, Timestamp version);

/// date_added of the next item of a stream: strictly rising, never behind the clock, an even number of microseconds.
std::int64_t next_date(std::int64_t now_micros, std::int64_t last_date);
/// The same of an own entry: an odd number, so that no entry of a stream ever has the same date. `last_date`: the later one of the
/// party's own entry before it and of the stream that the party reads.
std::int64_t next_own_date(std::int64_t now_micros, std::int64_t last_date);

/// Small number of a spec_version text that orders as the versions do ("2.1" is 21); 0 if it is none.
std::uint16_t spec_code(std::string_view text);
std::string spec_text(std::uint16_t code);

}  // namespace sekisho::store
