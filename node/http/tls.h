// TLS settings of both sides: TLS 1.2 with ECDHE and AEAD, TLS 1.3 without early data, no renegotiation,
// no compression. Contexts: any thread. The only file with the certificate checks of the client.
#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "core/result.h"
#include "node/http/client.h"

namespace sekisho::node::http {

struct SslDelete {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslDelete>;
using SslPtr = std::unique_ptr<SSL, SslDelete>;

/// kTls with what is wrong with the PEM texts. `client_ca_pem` not empty: client certificates are asked for.
Result<SslContext> server_context(const std::string& certificate_pem, const std::string& key_pem,
                                  const std::string& client_ca_pem);

/// The context refers to `trust`, which must outlive it. kTls.
Result<SslContext> client_context(const ClientTrust& trust);

/// A session over a connected socket (not owned), writing without SIGPIPE. kTls.
Result<SslPtr> server_session(SSL_CTX* context, int fd);
/// `host` is checked against the certificate unless the trust pins one.
Result<SslPtr> client_session(SSL_CTX* context, int fd, const std::string& host, const ClientTrust& trust);

/// SHA-256 of the verified peer certificate's DER in lower-case hex; empty without one.
std::string peer_fingerprint(SSL* ssl);
/// Text of the newest OpenSSL error of this thread; empties the queue.
std::string tls_error_text();

}  // namespace sekisho::node::http
