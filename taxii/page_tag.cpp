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

void part(std::string_view text, std::string& out) {
  out.append(std::to_string(text.size())).push_back(':');
  out.append(text);
}

}  // namespace

std::string page_tag(const Principal& caller, Listing listing, const std::vector<Run>& runs, const PageInfo& page) {
  std::string seen, marks;
  for (const Run& run : runs) marks.append(run.marks);
  part(caller.party, seen);
  part(std::to_string(static_cast<int>(listing)), seen);
  part(marks, seen);
  part(page.more ? "more" : "", seen);
  part(page.next.value_or(""), seen);
  const Sha256 digest = sha256(seen);
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
