#include "taxii/client.h"

#include <algorithm>
#include <utility>

#include "core/digest.h"
#include "core/time.h"
#include "taxii/media_type.h"
#include "taxii/remote.h"
#include "taxii/uri.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kMaxResourceBytes = 4u << 20;  // discovery, root, collections
constexpr std::size_t kMaxPageBytes = 64u << 20;

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

Result<Client::Answer> Client::get(const std::string& url, std::size_t max_body) {
  HttpTransport::Call call;
  call.method = "GET";
  call.url = url;
  call.max_body = max_body;
  call.headers = {{"Accept", std::string(kTaxiiMediaType)}, {"User-Agent", user_agent_}};
  SEKISHO_ASSIGN(std::string credential, authorization());
  if (!credential.empty()) call.headers.emplace_back("Authorization", std::move(credential));

  SEKISHO_ASSIGN(HttpResponse response, transport_.send(call));
  if (response.status != 200) return status_error(response);
  if (!is_taxii(header(response.headers, "Content-Type").value_or(""))) {
    return peer_fault("must be " + std::string(kTaxiiMediaType), "Content-Type");
  }
  if (response.shared_body) response.body = *response.shared_body;
  json::ParseLimits limits;
  limits.max_bytes = max_body;
  auto document = json::Document::parse(std::move(response.body), limits);
  if (!document) {
    return peer_fault("the body is not strict JSON: " + printable(document.error().detail, 200),
                      document.error().where);
  }
  return Answer{std::move(response.headers), std::move(document).value()};
}

Result<std::vector<std::string>> Client::discover(const std::string& origin) {
  const auto url = Url::parse(origin);
  if (!url || (!url->path.empty() && url->path != "/")) {
    return make_error(Code::kInvalidArgument, "must be https://host or https://host:port", origin);
  }
  SEKISHO_ASSIGN(const Answer answer, get(url->origin + "/taxii2/", kMaxResourceBytes));
  return read_roots(answer.document->root(), url->origin);
}

Result<RemoteRoot> Client::root(const std::string& url) {
  SEKISHO_ASSIGN(std::string full, url_below(url, ""));
  SEKISHO_ASSIGN(const Answer answer, get(full, kMaxResourceBytes));
  return read_root(answer.document->root(), std::move(full));
}

Result<std::vector<RemoteCollection>> Client::collections(const RemoteRoot& root) {
  SEKISHO_ASSIGN(const std::string url, url_below(root.url, "collections/"));
  SEKISHO_ASSIGN(const Answer answer, get(url, kMaxResourceBytes));
  return read_collections(answer.document->root());
}

Result<RemotePage> Client::objects(const RemoteRoot& root, const RemoteCollection& collection,
                                   const PullState& from, std::size_t limit) {
  if (limit == 0) return make_error(Code::kInvalidArgument, "must be above zero", "limit");
  SEKISHO_ASSIGN(std::string url,
                 url_below(root.url, "collections/" + percent_encode(collection.id) + "/objects/"));
  auto answer = get(url.append("?").append(objects_query(from, limit)), kMaxPageBytes);
  if (!answer) {
    Error error = std::move(answer).error();
    if (error.code == Code::kTaxiiBadQuery && !from.next.empty())
      error.code = Code::kTaxiiBadCursor;
    return error;
  }
  SEKISHO_ASSIGN(RemoteEnvelope envelope, read_envelope(answer->document->root()));
  RemotePage page;
  SEKISHO_ASSIGN(page.after,
                 advance(from, envelope, header(answer->headers, "X-TAXII-Date-Added-Last")));
  page.document = std::move(answer->document);
  page.objects = std::move(envelope.objects);
  page.more = envelope.more;
  return page;
}

}  // namespace sekisho::taxii
