// HTTPS client transport: our own HTTP/1.1 behind limits, with the server pinned by certificate fingerprint or
// verified against a CA, directly or through a proxy. One call at a time per object.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/ports/clock.h"
#include "taxii/http.h"

namespace sekisho::node::http {

struct ClientTrust {
  std::string pinned_sha256;   ///< lower-case hex of the server certificate's DER; wins if not empty
  std::string ca_pem;          ///< else a CA for this peer; else the system's CAs
  std::string client_certificate_pem, client_key_pem;  ///< empty = none
  bool allow_plain_loopback = false;
  bool private_network = false;  ///< a name may lead to an address that is not public
  struct Proxy {
    std::string url;             ///< "http://HOST:PORT" of a proxy that knows CONNECT; empty = none
    std::string user, password;  ///< Basic, for the proxy alone; empty user = none
  } proxy;
  std::function<bool()> may_send = {};  ///< asked before each write of a body; false: the rest is not sent. Empty: always
};

/// Connections are kept open between calls to one host. Redirects are never followed. A name that leads to an address
/// that is not public is refused (kInvalidArgument), judged on the address connected to, each time, unless `private_network`
/// says otherwise; behind a proxy that is the proxy's business.
std::unique_ptr<taxii::HttpTransport> make_transport(ClientTrust trust, const Clock& clock);

/// The same with patience: waits and sends again as taxii::RetryPolicy says.
std::unique_ptr<taxii::HttpTransport> make_patient(std::unique_ptr<taxii::HttpTransport> transport, const Clock& clock);
/// Waits. For commands that follow something at a peer to its end.
void pause(std::int64_t micros);

}  // namespace sekisho::node::http
