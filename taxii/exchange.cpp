#include "taxii/exchange.h"

#include <algorithm>
#include <utility>

#include "core/digest.h"
#include "taxii/media_type.h"
#include "taxii/remote.h"
#include "taxii/uri.h"

namespace sekisho::taxii {
namespace {

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

bool visible_ascii(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

/// Value of the Authorization header; empty without credentials (RFC 7617, RFC 6750).
Result<std::string> Exchange::authorization() const {
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

Result<HttpResponse> Exchange::send(HttpTransport::Call call) {
  call.headers.emplace_back("Accept", kTaxiiMediaType);
  call.headers.emplace_back("User-Agent", user_agent_);
  SEKISHO_ASSIGN(std::string credential, authorization());
  if (!credential.empty()) call.headers.emplace_back("Authorization", std::move(credential));
  SEKISHO_ASSIGN(HttpResponse response, transport_.send(call));
  join_body(response);
  if (response.status != (call.method == "POST" ? 202 : 200)) return status_error(response);
  return response;
}

Result<std::string> url_below(const std::string& root, const std::string& below) {
  const auto url = Url::parse(root);
  if (!url) return make_error(Code::kInvalidArgument, "is not an absolute HTTPS URL", root);
  const bool slash = !url->path.empty() && url->path.back() == '/';
  return url->origin + url->path + (slash ? "" : "/") + below;
}

Result<std::string> list_url(const std::string& root, const std::string& collection_id, std::string_view list) {
  return url_below(root, "collections/" + percent_encode(collection_id) + "/" + std::string(list) + "/");
}

}  // namespace sekisho::taxii
