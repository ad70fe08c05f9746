// Media types of TAXII 2.1 (§1.6.8) and content negotiation (RFC 9110 §8.3.1, §12.5.1). Any thread.
#pragma once

#include <string_view>

#include "taxii/http.h"

namespace sekisho::taxii {

inline constexpr std::string_view kTaxiiMediaType = "application/taxii+json;version=2.1";

/// Whether the request takes our only representation: the most specific range that covers it
/// decides, and must not have q=0. No Accept header means anything; a malformed range covers
/// nothing.
bool accepts_taxii(const Headers& headers);

/// Whether a Content-Type names TAXII 2.1: version absent or 2.1; case, white space, quoting and
/// other parameters do not matter.
bool is_taxii(std::string_view content_type);

}  // namespace sekisho::taxii
