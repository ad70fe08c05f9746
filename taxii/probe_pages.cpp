#include "taxii/probe_pages.h"

#include <algorithm>
#include <utility>

#include "core/json_split.h"
#include "core/time.h"
#include "taxii/probe.h"
#include "taxii/uri.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kMaxBytes = 64u << 20;

}  // namespace

Result<HttpResponse> ProbeReader::get(std::string url, std::size_t max_bytes) {
  if (requests_ >= kMaxProbeRequests) return make_error(Code::kLimitExceeded, "The probe has asked often enough.");
  ++requests_;
  HttpTransport::Call call;
  call.method = "GET";
  call.url = std::move(url);
  call.max_body = max_bytes;
  call.once = true;  // whether repeating is harmless is one of the questions
  SEKISHO_ASSIGN(HttpResponse response, exchange_.send(std::move(call)));
  const std::string_view type = header(response.headers, "Content-Type").value_or("");
  if (!Quirks().takes_media_type(type)) odd_media_types_.insert(bare_media_type(type));
  return response;
}

Result<std::unique_ptr<const json::Document>> ProbeReader::resource(const std::string& url) {
  SEKISHO_ASSIGN(HttpResponse response, get(url, kMaxBytes));
  return strict_document(std::move(response.body), kMaxBytes);
}

Result<HttpResponse> ProbeReader::list(const std::string& root, const std::string& collection, std::string_view name,
                                       const ProbeAsk& ask) {
  SEKISHO_ASSIGN(std::string url, list_url(root, collection, name));
  url.append("?match%5Bversion%5D=all&limit=").append(std::to_string(ask.limit));
  if (!ask.after.empty()) url.append("&added_after=").append(percent_encode(ask.after));
  if (!ask.next.empty()) url.append("&next=").append(percent_encode(ask.next));
  return get(std::move(url), kMaxBytes);
}

Result<ProbePage> ProbeReader::objects(const std::string& root, const std::string& collection, const ProbeAsk& ask) {
  SEKISHO_ASSIGN(const HttpResponse response, list(root, collection, "objects", ask));
  json::ParseLimits limits;
  limits.max_bytes = kMaxBytes;
  auto cut = json::split(response.body, "objects", limits);
  if (!cut) return not_strict(cut.error());
  Quirks any;
  any.more_untold = true;  // a `next` counts without `more`
  SEKISHO_ASSIGN(const RemoteEnvelope envelope, read_envelope(std::move(*cut), any));
  ProbePage page;
  for (const std::string_view object : envelope.objects) page.items.push_back(version_of(object).value_or(ObjectVersion()));
  page.more = envelope.more;
  page.next = envelope.next;
  page.first_header = header(response.headers, kFirstDateHeader).value_or("");
  page.last_header = header(response.headers, kLastDateHeader).value_or("");
  return page;
}

Result<ProbePage> ProbeReader::manifest(const std::string& root, const std::string& collection, const ProbeAsk& ask) {
  SEKISHO_ASSIGN(HttpResponse response, list(root, collection, "manifest", ask));
  SEKISHO_ASSIGN(const auto document, strict_document(std::move(response.body), kMaxBytes));
  ProbePage page;
  for (const auto& entry : document->root()["objects"]) {
    const auto text = [&](const char* name) { return std::string(entry.value[name].string_or("")); };
    page.items.push_back({text("id"), text("version")});
    page.dates.push_back(text("date_added"));
  }
  page.more = document->root()["more"].boolean().value_or(false);
  return page;
}

std::optional<DateSpelling> read_date(std::string_view text) {
  const auto at = parse_rfc3339(text);
  if (!at.ok()) return std::nullopt;
  DateSpelling out;
  out.exact = parse_taxii_time(text).ok();
  out.micros = at->micros();
  const std::size_t dot = text.find('.');
  std::size_t digits = 0;
  while (dot != std::string_view::npos && dot + 1 + digits < text.size() && text[dot + 1 + digits] >= '0' &&
         text[dot + 1 + digits] <= '9') {
    ++digits;
  }
  for (; digits < 6; ++digits) out.unit *= 10;
  return out;
}

}  // namespace sekisho::taxii
