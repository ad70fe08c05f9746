#include "taxii/client.h"

#include <algorithm>
#include <utility>

#include "core/digest.h"
#include "core/json_split.h"
#include "core/time.h"
#include "taxii/media_type.h"
#include "taxii/remote.h"
#include "taxii/uri.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kMaxResourceBytes = 4u << 20;  // discovery, root, collections
constexpr std::size_t kMaxPageBytes = 64u << 20;      // pages and statuses
constexpr std::size_t kMaxPageObjects = 100'000;

Code code_of(int status) {
  switch (status) {
    case 400:
      return Code::kTaxiiBadQuery;
    case 401:
      return Code::kTaxiiUnauthorized;
    case 403:
      return Code::kTaxiiForbidden;
    case 404:
      return Code::kNotFound;
    case 413:
      return Code::kLimitExceeded;
    case 422:
      return Code::kTaxiiBadEnvelope;
    case 429:
    case 503:
      return Code::kUnavailable;
    default:
      return Code::kTaxiiPeerFault;
  }
}

Error status_error(const HttpResponse& response) {
  std::string detail = "the server answered " + std::to_string(response.status);
  const std::string title = error_title(response);
  if (!title.empty()) detail.append(": ").append(title);
  return make_error(code_of(response.status), std::move(detail));
}

/// A URL of `root` with `below` after it; kInvalidArgument if it is none.
Result<std::string> url_below(const std::string& root, const std::string& below) {
  const auto url = Url::parse(root);
  if (!url) return make_error(Code::kInvalidArgument, "is not an absolute HTTPS URL", root);
  const bool slash = !url->path.empty() && url->path.back() == '/';
  return url->origin + url->path + (slash ? "" : "/") + below;
}

Result<std::string> objects_url(const RemoteRoot& root, const std::string& collection_id) {
  return url_below(root.url, "collections/" + percent_encode(collection_id) + "/objects/");
}

Error not_strict(const Error& why) {
  return peer_fault("the body is not strict JSON: " + printable(why.detail, 200), why.where);
}

Result<std::unique_ptr<const json::Document>> strict(std::string body, std::size_t max_bytes) {
  json::ParseLimits limits;
  limits.max_bytes = max_bytes;
  auto document = json::Document::parse(std::move(body), limits);
  if (!document) return not_strict(document.error());
  return document;
}

bool visible_ascii(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string objects_query(const PullState& from, std::size_t limit) {
  const std::string& added_after = from.next.empty() ? from.added_after : from.walk_after;
  std::string query = "match%5Bversion%5D=all&limit=" + std::to_string(limit);
  if (!added_after.empty()) query.append("&added_after=").append(percent_encode(added_after));
  if (!from.next.empty()) query.append("&next=").append(percent_encode(from.next));
  return query;
}

}  // namespace

Client::Client(HttpTransport& transport, std::string user_agent, Credentials credentials)
    : transport_(transport),
      user_agent_(std::move(user_agent)),
      credentials_(std::move(credentials)) {}

/// Value of the Authorization header; empty without credentials (RFC 7617, RFC 6750).
Result<std::string> Client::authorization() const {
  if (credentials_.kind.empty()) return std::string();
  if (credentials_.kind == "basic") {
    if (credentials_.user.find(':') != std::string::npos) {
      return make_error(Code::kInvalidArgument, "must not hold a colon", "user");
    }
    return "Basic " + base64(credentials_.user + ":" + credentials_.secret);
  }
  if (credentials_.kind != "bearer" || !visible_ascii(credentials_.secret)) {
    return make_error(Code::kInvalidArgument, "must be basic or bearer with a token",
                      "credentials");
  }
  return "Bearer " + credentials_.secret;
}

/// An answer of the right status and media type, its body in `body`.
Result<HttpResponse> Client::send(HttpTransport::Call call) {
  call.headers.emplace_back("Accept", kTaxiiMediaType);
  call.headers.emplace_back("User-Agent", user_agent_);
  SEKISHO_ASSIGN(std::string credential, authorization());
  if (!credential.empty()) call.headers.emplace_back("Authorization", std::move(credential));

  SEKISHO_ASSIGN(HttpResponse response, transport_.send(call));
  if (response.status != (call.method == "POST" ? 202 : 200)) return status_error(response);
  if (!is_taxii(header(response.headers, "Content-Type").value_or(""))) {
    return peer_fault("must be " + std::string(kTaxiiMediaType), "Content-Type");
  }
  if (response.shared_body) response.body = *response.shared_body;
  return response;
}

Result<std::unique_ptr<const json::Document>> Client::get(const std::string& url) {
  HttpTransport::Call call;
  call.method = "GET";
  call.url = url;
  call.max_body = kMaxResourceBytes;
  SEKISHO_ASSIGN(HttpResponse response, send(std::move(call)));
  return strict(std::move(response.body), kMaxResourceBytes);
}

Result<std::vector<std::string>> Client::discover(const std::string& origin) {
  const auto url = Url::parse(origin);
  if (!url || (!url->path.empty() && url->path != "/")) {
    return make_error(Code::kInvalidArgument, "must be https://host or https://host:port", origin);
  }
  SEKISHO_ASSIGN(const auto document, get(url->origin + "/taxii2/"));
  return read_roots(document->root(), url->origin);
}

Result<RemoteRoot> Client::root(const std::string& url) {
  SEKISHO_ASSIGN(std::string full, url_below(url, ""));
  SEKISHO_ASSIGN(const auto document, get(full));
  return read_root(document->root(), std::move(full));
}

Result<std::vector<RemoteCollection>> Client::collections(const RemoteRoot& root) {
  SEKISHO_ASSIGN(const std::string url, url_below(root.url, "collections/"));
  SEKISHO_ASSIGN(const auto document, get(url));
  return read_collections(document->root());
}

Result<RemotePage> Client::objects(const RemoteRoot& root, const RemoteCollection& collection,
                                   const PullState& from, std::size_t limit) {
  if (limit == 0) return make_error(Code::kInvalidArgument, "must be above zero", "limit");
  HttpTransport::Call call;
  call.method = "GET";
  call.max_body = kMaxPageBytes;
  SEKISHO_ASSIGN(call.url, objects_url(root, collection.id));
  call.url.append("?").append(objects_query(from, limit));
  auto response = send(std::move(call));
  if (!response) {
    Error error = std::move(response).error();
    if (error.code == Code::kTaxiiBadQuery && !from.next.empty())
      error.code = Code::kTaxiiBadCursor;
    return error;
  }
  RemotePage page;
  page.body = std::make_unique<const std::string>(std::move(response->body));
  json::ParseLimits limits;
  limits.max_bytes = kMaxPageBytes;
  limits.max_values = kMaxPageObjects;
  auto cut = json::split(*page.body, "objects", limits);
  if (!cut) return not_strict(cut.error());
  SEKISHO_ASSIGN(RemoteEnvelope envelope, read_envelope(std::move(*cut)));
  SEKISHO_ASSIGN(page.after,
                 advance(from, envelope, header(response->headers, "X-TAXII-Date-Added-Last")));
  page.objects = std::move(envelope.objects);
  page.more = envelope.more;
  return page;
}

Result<RemoteStatus> Client::post(const RemoteRoot& root, const std::string& collection_id,
                                  std::string envelope) {
  HttpTransport::Call call;
  call.method = "POST";
  call.max_body = kMaxPageBytes;
  call.headers.emplace_back("Content-Type", kTaxiiMediaType);
  call.body = std::move(envelope);
  SEKISHO_ASSIGN(call.url, objects_url(root, collection_id));
  SEKISHO_ASSIGN(HttpResponse response, send(std::move(call)));
  SEKISHO_ASSIGN(const auto document, strict(std::move(response.body), kMaxPageBytes));
  return read_status(document->root());
}

Result<RemoteStatus> Client::status(const RemoteRoot& root, const std::string& status_id) {
  HttpTransport::Call call;
  call.method = "GET";
  call.max_body = kMaxPageBytes;
  SEKISHO_ASSIGN(call.url, url_below(root.url, "status/" + percent_encode(status_id) + "/"));
  SEKISHO_ASSIGN(HttpResponse response, send(std::move(call)));
  SEKISHO_ASSIGN(const auto document, strict(std::move(response.body), kMaxPageBytes));
  return read_status(document->root());
}

}  // namespace sekisho::taxii
