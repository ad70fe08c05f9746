// HTTP messages as taxii sees them: checked by the gate before, written by the gate after. No
// socket here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace sekisho::taxii {

using Headers = std::vector<std::pair<std::string, std::string>>;
/// First value of a header, name compared without case.
std::optional<std::string_view> header(const Headers& headers, std::string_view name);

/// A complete, well-formed request.
struct HttpRequest {
  std::string method;  ///< upper case
  std::string path;    ///< percent-encoded as received, begins with '/', no query
  std::string query;   ///< without '?', percent-encoded
  Headers headers;
  std::string body;
  /// What the gate knows of the connection; one object for its life, so that a verified credential
  /// can be remembered in it. Never null behind the gate.
  struct Connection {
    std::string peer_certificate_sha256;  ///< lower-case hex, empty without client certificate
    std::string remote;                   ///< address, for logs
    std::string verified_credential;      ///< set by the authenticator
    std::string verified_principal;
  };
  std::shared_ptr<Connection> connection;
};

/// Text that lives elsewhere, a cache mostly: sent without a copy.
struct HeldText {
  std::string_view text;
  std::shared_ptr<const void> held;  ///< keeps it as long as it lives
  std::size_t held_bytes = 0;        ///< of memory that this keeps, with what else is there
};

struct HttpResponse {
  int status = 200;
  Headers headers;  ///< Content-Length and Date are the gate's business
  std::string body;
  std::vector<HeldText> parts;  ///< of the body, behind `body`
  std::string reader;  ///< the party whose reading this is, asked after before each write; empty: nothing that was shared
  std::optional<Error>
      cause;  ///< of an answer that reports a failure, for the log only; never sent
};

/// Octets of `body` and `parts`.
std::size_t body_size(const HttpResponse& response);
/// The same text in `body` alone.
void join_body(HttpResponse& response);

/// Sends one request to one server and gives its answer. Implemented by node/http; scripted in
/// tests. Errors: kConnect, kTls, kTimeout, kLimitExceeded (body over `max_body`), kTaxiiPeerFault
/// (not HTTP).
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  struct Call {
    std::string method, url;  ///< absolute https URL
    Headers headers;
    std::string body;
    std::size_t max_body = 64u << 20;
    std::int64_t timeout_micros = 60'000'000;  ///< for the whole exchange
    bool once = false;  ///< never sent a second time, whatever happens: it is not harmless there
  };
  virtual Result<HttpResponse> send(const Call& call) = 0;
};

}  // namespace sekisho::taxii
