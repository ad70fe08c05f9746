// Entity tags of pages (RFC 9110 §8.8.3, §13.1.2). A tag is a function of the caller and of what its page shows, and of
// nothing else: the marks of its items, `more` and `next`. Weak, since a page may be sent compressed. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "taxii/ports.h"

namespace sekisho::taxii {

/// The header's value: W/"…". The same however the page was cut into runs.
std::string page_tag(const Principal& caller, Listing listing, const std::vector<Run>& runs, const PageInfo& page);

/// Whether an If-None-Match header names this tag, by weak comparison; "*" names any. What is malformed names nothing.
bool names_tag(std::string_view if_none_match, std::string_view tag);

}  // namespace sekisho::taxii
