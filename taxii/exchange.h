// One call to a TAXII server: credentials, headers, URLs, and what its status says (TAXII 2.1 §3.1, §3.2,
// §3.6). One thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "taxii/http.h"

namespace sekisho::taxii {

struct Credentials {
  std::string kind;  ///< "", "basic" or "bearer"
  std::string user, secret;
};

class Exchange {
 public:
  Exchange(HttpTransport& transport, std::string user_agent, Credentials credentials)
      : transport_(transport), user_agent_(std::move(user_agent)), credentials_(std::move(credentials)) {}

  /// The answer to a GET with 200 or a POST with 202, its body in `body`. kTaxiiBadQuery (400), kTaxiiUnauthorized
  /// (401), kTaxiiForbidden (403), kNotFound (404), kLimitExceeded (413), kTaxiiBadEnvelope (422), kUnavailable (429,
  /// 503), kTaxiiPeerFault (any other status), each with the title of the server's error resource if it gave one;
  /// kInvalidArgument (a credential that cannot be sent); the transport's.
  Result<HttpResponse> send(HttpTransport::Call call);

 private:
  Result<std::string> authorization() const;
  HttpTransport& transport_;
  std::string user_agent_;
  Credentials credentials_;
};

/// A URL of an API root with `below` after it; kInvalidArgument if it is none.
Result<std::string> url_below(const std::string& root, const std::string& below);
/// "objects" or "manifest" of a collection.
Result<std::string> list_url(const std::string& root, const std::string& collection_id, std::string_view list);

}  // namespace sekisho::taxii
