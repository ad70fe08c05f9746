// Entity tags of pages (RFC 9110 §8.8.3, §13.1.2). A tag is a function of the caller and of what its page shows, and of
// nothing else: its items (a date added is of one item of a stream, for good), `more` and `next`. Weak, since a page may be sent compressed.
// One thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "taxii/pages.h"
#include "taxii/ports.h"

namespace sekisho::taxii {

class PageTag {
 public:
  PageTag(const Principal& caller, Listing listing);
  void add(const Item& item);
  /// The header's value: W/"…".
  std::string finish(const PageInfo& page);

 private:
  void part(std::string_view text);
  std::string seen_;
};

/// Whether an If-None-Match header names this tag, by weak comparison; "*" names any. What is malformed names nothing.
bool names_tag(std::string_view if_none_match, std::string_view tag);

}  // namespace sekisho::taxii
