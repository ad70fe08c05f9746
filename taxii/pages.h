// Pages of items: envelope (TAXII 2.1 §3.7), manifest (§5.3.1) and versions (§5.8.1): how one entry is
// written, and the resource around the runs of entries that the source gives. Any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "taxii/http.h"
#include "taxii/ports.h"

namespace sekisho::taxii {

/// What a collection holds (§5.2.1 media_types); a manifest entry names one of them.
inline constexpr std::array<std::string_view, 2> kContentTypes = {
    "application/stix+json;version=2.1", "application/stix+json;version=2.0"};

/// Appends one entry, without a comma.
void append_entry(Listing listing, const Item& item, std::string& out);
/// Puts the whole resource into the body; no list if there is no run (§2). Only an envelope has `next`. Runs that are long,
/// and most of what is held with them, are not copied: the answer keeps them.
void write_page(Listing listing, const std::vector<Run>& runs, const PageInfo& page, HttpResponse& response);

}  // namespace sekisho::taxii
