#include "taxii/page_tag.h"

#include "core/digest.h"
#include "taxii/header_text.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kTagBytes = 16;

std::string_view opaque_part(std::string_view tag) {
  if (tag.substr(0, 2) == "W/") tag.remove_prefix(2);
  return tag.size() >= 2 && tag.front() == '"' && tag.back() == '"' ? tag : std::string_view();
}

}  // namespace

PageTag::PageTag(const Principal& caller, Listing listing) {
  part(caller.party);
  part(std::to_string(static_cast<int>(listing)));
}

void PageTag::part(std::string_view text) {
  seen_.append(std::to_string(text.size())).push_back(':');
  seen_.append(text);
}

void PageTag::add(const Item& item) {
  part(item.id);
  part(item.version);
  part(std::to_string(item.date_added));
  part(std::to_string(item.bytes.size()));
}

std::string PageTag::finish(const PageInfo& page) {
  part(page.more ? "more" : "");
  part(page.next.value_or(""));
  const Sha256 digest = sha256(seen_);
  return "W/\"" + base64url(as_chars(digest).substr(0, kTagBytes)) + "\"";
}

bool names_tag(std::string_view if_none_match, std::string_view tag) {
  while (!if_none_match.empty()) {
    const std::string_view one = trim(take_part(if_none_match, ','));
    if (one == "*") return true;
    const std::string_view opaque = opaque_part(one);
    if (!opaque.empty() && opaque == opaque_part(tag)) return true;
  }
  return false;
}

}  // namespace sekisho::taxii
