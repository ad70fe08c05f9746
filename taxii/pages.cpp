#include "taxii/pages.h"

#include "core/json.h"
#include "core/time.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kFrameBytes = 64;  // around the entries, without `next`

void append_manifest_entry(const Item& item, std::string& out) {
  out.append(R"({"id":)");
  json::append_quoted(item.id, out);
  out.append(R"(,"date_added":")");
  out.append(format_taxii_time(Timestamp::from_micros(item.date_added)));
  out.append(R"(","version":)");
  json::append_quoted(item.version, out);
  for (const std::string_view type : kContentTypes) {
    if (type.substr(type.rfind('=') + 1) != item.spec_version) continue;
    out.append(R"(,"media_type":)");
    json::append_quoted(type, out);
  }
  out.push_back('}');
}

}  // namespace

void append_entry(Listing listing, const Item& item, std::string& out) {
  switch (listing) {
    case Listing::kEnvelope:
      out.append(item.bytes);
      break;
    case Listing::kManifest:
      append_manifest_entry(item, out);
      break;
    case Listing::kVersions:
      json::append_quoted(item.version, out);
      break;
  }
}

std::string page_text(Listing listing, const std::vector<Run>& runs, const PageInfo& page) {
  std::size_t size = kFrameBytes + page.next.value_or("").size();
  for (const Run& run : runs) size += run.text.size() + 1;
  std::string out;
  out.reserve(size);
  out.push_back('{');
  for (const Run& run : runs) {
    if (&run == &runs.front()) out.append(listing == Listing::kVersions ? R"("versions":[)" : R"("objects":[)");
    else out.push_back(',');
    out.append(run.text);
  }
  if (!runs.empty()) out.push_back(']');
  if (page.more) {
    out.append(runs.empty() ? R"("more":true)" : R"(,"more":true)");
    if (page.next && listing != Listing::kVersions) {
      out.append(R"(,"next":)");
      json::append_quoted(*page.next, out);
    }
  }
  out.push_back('}');
  return out;
}

}  // namespace sekisho::taxii
