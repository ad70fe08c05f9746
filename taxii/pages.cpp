#include "taxii/pages.h"

#include <algorithm>
#include <utility>

#include "core/json.h"
#include "core/time.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kMaxReserve = 1u << 20;
constexpr std::size_t kEntryBytes = 64;  // around an object, or the least of a manifest entry

}  // namespace

void PageWriter::add(const Item& item) {
  if (any_) {
    out_.push_back(',');
  } else {
    // Room for a page of items like the first: growing step by step costs several times as much.
    out_.reserve(std::min(kMaxReserve, limit_ * (item.bytes.size() + kEntryBytes)));
    out_.append(listing_ == Listing::kVersions ? R"("versions":[)" : R"("objects":[)");
    any_ = true;
  }
  switch (listing_) {
    case Listing::kEnvelope:
      out_.append(item.bytes);
      break;
    case Listing::kManifest:
      add_manifest_entry(item);
      break;
    case Listing::kVersions:
      json::append_quoted(item.version, out_);
      break;
  }
}

void PageWriter::add_manifest_entry(const Item& item) {
  out_.append(R"({"id":)");
  json::append_quoted(item.id, out_);
  out_.append(R"(,"date_added":")");
  out_.append(format_taxii_time(Timestamp::from_micros(item.date_added)));
  out_.append(R"(","version":)");
  json::append_quoted(item.version, out_);
  for (const std::string_view type : kContentTypes) {
    if (type.substr(type.rfind('=') + 1) != item.spec_version) continue;
    out_.append(R"(,"media_type":)");
    json::append_quoted(type, out_);
  }
  out_.push_back('}');
}

std::string PageWriter::finish(const PageInfo& page) {
  if (any_) out_.push_back(']');
  if (page.more) {
    out_.append(any_ ? R"(,"more":true)" : R"("more":true)");
    if (page.next && listing_ != Listing::kVersions) {
      out_.append(R"(,"next":)");
      json::append_quoted(*page.next, out_);
    }
  }
  out_.push_back('}');
  return std::move(out_);
}

}  // namespace sekisho::taxii
