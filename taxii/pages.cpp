#include "taxii/pages.h"

#include "core/json.h"
#include "core/time.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kHeldBytes = 16 * 1024;  // shorter runs are copied: a piece more to send costs more
constexpr std::size_t kHeldShare = 4;           // and so are those that would keep more than so many times their length

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

/// What follows the entries.
std::string frame_of(Listing listing, bool any, const PageInfo& page) {
  std::string out = any ? "]" : "{";
  if (page.more) {
    out.append(any ? R"(,"more":true)" : R"("more":true)");
    if (page.next && listing != Listing::kVersions) {
      out.append(R"(,"next":)");
      json::append_quoted(*page.next, out);
    }
  }
  out.push_back('}');
  return out;
}

/// A body in pieces: text of its own, and runs as they are held.
class Body {
 public:
  explicit Body(HttpResponse& response) : response_(response) {}

  void add(std::string_view text) {
    if (response_.parts.empty()) {
      response_.body.append(text);
      return;
    }
    if (own_ == nullptr || response_.parts.back().held != own_) {
      own_ = std::make_shared<std::string>();
      response_.parts.push_back({{}, own_, 0});
    }
    own_->append(text);
    response_.parts.back() = {*own_, own_, own_->capacity()};
  }
  void add(const Run& run) {
    const bool held = run.held != nullptr && run.text.size() >= kHeldBytes && run.held_bytes / kHeldShare <= run.text.size();
    if (!held) return add(run.text);
    response_.parts.push_back({run.text, run.held, run.held_bytes});
  }

 private:
  HttpResponse& response_;
  std::shared_ptr<std::string> own_;  ///< the last part, if text of its own
};

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

void write_page(Listing listing, const std::vector<Run>& runs, const PageInfo& page, HttpResponse& response) {
  const std::string frame = frame_of(listing, !runs.empty(), page);
  Body body(response);
  std::string_view before = runs.empty() ? std::string_view() : listing == Listing::kVersions ? R"({"versions":[)" : R"({"objects":[)";
  for (const Run& run : runs) {
    body.add(before);
    body.add(run);
    before = ",";
  }
  body.add(frame);
}

}  // namespace sekisho::taxii
