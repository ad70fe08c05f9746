#include "taxii/client.h"

#include <algorithm>
#include <utility>

#include "core/json_split.h"
#include "taxii/media_type.h"
#include "taxii/remote.h"
#include "taxii/uri.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kMaxResourceBytes = 4u << 20;  // discovery, root, collections
constexpr std::size_t kMaxPageBytes = 64u << 20;      // pages and statuses
constexpr std::size_t kMaxPageObjects = 100'000;
constexpr std::size_t kMaxWholeBytes = 512u << 20;    // of a server that passes over `limit`
constexpr std::size_t kMaxWholeObjects = 2'000'000;

/// The place of a pull, for messages.
std::string place(const RemoteCollection& collection, const PullState& from) {
  std::string text = "collection " + printable(collection.alias.empty() ? collection.id : collection.alias, 100);
  text.append(from.added_after.empty() ? ", from the beginning" : ", after " + from.added_after);
  if (from.walk_pages > 0) text.append(", page ").append(std::to_string(from.walk_pages + 1));
  return text;
}

Error at_place(Error error, const RemoteCollection& collection, const PullState& from) {
  if (error.code != Code::kTaxiiPeerFault && from.stretched == 0) return error;
  error.where = place(collection, from) + (error.where.empty() ? "" : " " + error.where);
  return error;
}

}  // namespace

Client::Client(HttpTransport& transport, std::string user_agent, Credentials credentials, Quirks quirks)
    : exchange_(transport, std::move(user_agent), std::move(credentials)), quirks_(std::move(quirks)) {}

/// An answer of the right status and media type, its body in `body`.
Result<HttpResponse> Client::send(HttpTransport::Call call) {
  SEKISHO_ASSIGN(HttpResponse response, exchange_.send(std::move(call)));
  const std::string_view type = header(response.headers, "Content-Type").value_or("");
  if (quirks_.takes_media_type(type)) return response;
  return peer_fault("must be " + std::string(kTaxiiMediaType) + ", not " + (type.empty() ? "absent" : printable(type, 100)),
                    "Content-Type");
}

Result<std::unique_ptr<const json::Document>> Client::get(const std::string& url, std::size_t max_bytes) {
  HttpTransport::Call call;
  call.method = "GET";
  call.url = url;
  call.max_body = max_bytes;
  SEKISHO_ASSIGN(HttpResponse response, send(std::move(call)));
  return strict_document(std::move(response.body), max_bytes);
}

Result<std::vector<std::string>> Client::discover(const std::string& origin) {
  const auto url = Url::parse(origin);
  if (!url || (!url->path.empty() && url->path != "/")) {
    return make_error(Code::kInvalidArgument, "must be https://host or https://host:port", origin);
  }
  SEKISHO_ASSIGN(const auto document, get(url->origin + "/taxii2/", kMaxResourceBytes));
  return read_roots(document->root(), url->origin);
}

Result<RemoteRoot> Client::root(const std::string& url) {
  SEKISHO_ASSIGN(std::string full, url_below(url, ""));
  SEKISHO_ASSIGN(const auto document, get(full, kMaxResourceBytes));
  return read_root(document->root(), std::move(full));
}

Result<std::vector<RemoteCollection>> Client::collections(const RemoteRoot& root) {
  SEKISHO_ASSIGN(const std::string url, url_below(root.url, "collections/"));
  SEKISHO_ASSIGN(const auto document, get(url, kMaxResourceBytes));
  return read_collections(document->root());
}

Result<RemotePage> Client::objects(const RemoteRoot& root, const RemoteCollection& collection,
                                   const PullState& from, std::size_t limit) {
  if (limit == 0) return make_error(Code::kInvalidArgument, "must be above zero", "limit");
  if (quirks_.limit > 0) limit = std::min(limit, quirks_.limit);
  if (from.stretched > 0) limit = from.stretched;
  HttpTransport::Call call;
  call.method = "GET";
  call.max_body = quirks_.whole ? kMaxWholeBytes : kMaxPageBytes;
  call.once = !from.next.empty() && quirks_.next == Quirks::Next::kOnce;
  SEKISHO_ASSIGN(call.url, list_url(root.url, collection.id, "objects"));
  call.url.append("?").append(objects_query(from, limit, quirks_));
  auto response = send(std::move(call));
  if (response.ok()) {
    auto page = read_page(root, collection, from, limit, std::move(response).value());
    if (page.ok()) return page;
    return at_place(std::move(page).error(), collection, from);
  }
  Error error = std::move(response).error();
  if (error.code == Code::kTaxiiBadQuery && !from.next.empty()) error.code = Code::kTaxiiBadCursor;
  return at_place(std::move(error), collection, from);
}

Result<RemotePage> Client::read_page(const RemoteRoot& root, const RemoteCollection& collection,
                                     const PullState& from, std::size_t limit, HttpResponse response) {
  RemotePage page;
  page.body = std::make_unique<const std::string>(std::move(response.body));
  json::ParseLimits limits;
  limits.max_bytes = quirks_.whole ? kMaxWholeBytes : kMaxPageBytes;
  limits.max_values = quirks_.whole ? kMaxWholeObjects : kMaxPageObjects;
  auto cut = json::split(*page.body, "objects", limits);
  if (!cut) return not_strict(cut.error());
  SEKISHO_ASSIGN(RemoteEnvelope envelope, read_envelope(std::move(*cut), quirks_));
  SEKISHO_ASSIGN(const std::string last, last_date(root, collection, envelope.objects, response));
  SEKISHO_ASSIGN(Step step, advance(from, envelope, last, limit, quirks_));
  page.after = std::move(step.after);
  page.more = step.more;
  page.objects = std::move(envelope.objects);
  return page;
}

/// When the page's last object was added, as a TAXII timestamp; empty if there is none or nobody says.
Result<std::string> Client::last_date(const RemoteRoot& root, const RemoteCollection& collection,
                                      const std::vector<std::string_view>& objects, const HttpResponse& response) {
  if (objects.empty() || quirks_.date_headers == Quirks::DateHeaders::kNone) return std::string();
  if (quirks_.date_headers == Quirks::DateHeaders::kManifest) {
    const auto version = version_of(objects.back());
    if (!version) return peer_fault("the last object of the page has no id and version, so it has no date");
    SEKISHO_ASSIGN(std::string url, list_url(root.url, collection.id, "manifest"));
    url.append("?match%5Bid%5D=").append(percent_encode(version->id)).append("&match%5Bversion%5D=all");
    SEKISHO_ASSIGN(const auto document, get(url, kMaxResourceBytes));
    return date_in_manifest(document->root(), *version, quirks_);
  }
  return date_of(header(response.headers, kLastDateHeader).value_or(""), quirks_);
}

Result<RemoteStatus> Client::post(const RemoteRoot& root, const std::string& collection_id,
                                  std::string envelope) {
  HttpTransport::Call call;
  call.method = "POST";
  call.max_body = kMaxPageBytes;
  call.headers.emplace_back("Content-Type", kTaxiiMediaType);
  call.body = std::move(envelope);
  SEKISHO_ASSIGN(call.url, list_url(root.url, collection_id, "objects"));
  SEKISHO_ASSIGN(HttpResponse response, send(std::move(call)));
  SEKISHO_ASSIGN(const auto document, strict_document(std::move(response.body), kMaxPageBytes));
  return read_status(document->root());
}

Result<RemoteStatus> Client::status(const RemoteRoot& root, const std::string& status_id) {
  SEKISHO_ASSIGN(const std::string url, url_below(root.url, "status/" + percent_encode(status_id) + "/"));
  SEKISHO_ASSIGN(const auto document, get(url, kMaxPageBytes));
  return read_status(document->root());
}

}  // namespace sekisho::taxii
