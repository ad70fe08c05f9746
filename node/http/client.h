// HTTPS client transport: cpp-httplib behind limits, with the server pinned by certificate fingerprint or
// verified against a CA. One call at a time per object.
#pragma once

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
};

/// Connections are kept open between calls to one host. Redirects are never followed.
std::unique_ptr<taxii::HttpTransport> make_transport(ClientTrust trust, const Clock& clock);

}  // namespace sekisho::node::http
