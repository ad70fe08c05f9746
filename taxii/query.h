// Query strings: limit, added_after, next and match[...] (TAXII 2.1 §3.4, §3.5). Any thread.
#pragma once

#include <string_view>

#include "core/limits.h"
#include "core/result.h"
#include "taxii/ports.h"

namespace sekisho::taxii {

/// Parameters that an endpoint understands (the filter rows of the endpoint tables); a set of bits.
enum Filter : unsigned {
  kNoFilter = 0,
  kAddedAfter = 1,
  kLimit = 2,
  kNext = 4,
  kMatchId = 8,
  kMatchType = 16,
  kMatchVersion = 32,
  kMatchSpecVersion = 64,
};

/// Checks `raw` (percent-encoded, without '?') and gives the query with `limit` set: what was asked
/// for, at most limits.page_items. Parameters outside `filters` are ignored. kTaxiiBadQuery with
/// the parameter's name in `where`; the detail never repeats what was sent.
Result<Query> parse_query(std::string_view raw, unsigned filters, const Limits& limits);

}  // namespace sekisho::taxii
