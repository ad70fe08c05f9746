// What the tests of the gate share: a clock that moves by script across threads, a running server, and
// raw clients that send whatever octets a test wants.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "certs/tls.h"
#include "core/log.h"
#include "core/ports/clock.h"
#include "node/http/server.h"

namespace sekisho::node::http::tests {

/// Moves only by advance(); any thread may read it.
class ScriptClock : public Clock {
 public:
  Timestamp now() const override { return Timestamp::from_micros(1'750'000'000'000'000 + micros_.load()); }
  std::int64_t monotonic_micros() const override { return micros_.load(); }
  void advance_seconds(double seconds) { micros_ += static_cast<std::int64_t>(seconds * 1e6); }

 private:
  std::atomic<std::int64_t> micros_{0};
};

struct NullLog : Log {
  void write(LogLevel, std::string_view, std::initializer_list<Field>) override {}
};

/// A CA and what it signed, made once for the whole program.
struct Papers {
  certs::Certificate ca, server, client, stranger;  ///< `stranger` is signed by another CA
};
const Papers& papers();

/// Answers "METHOD path?query body-size" and a few paths that tests need:
/// /large (8 MiB), /page (shared 120,000 octets), /identity (client certificate), /bad (unwritable header).
/// What "/page" answers, in many pieces.
std::string page_text();
taxii::HttpResponse echo(const taxii::HttpRequest& request);

struct Answer {
  int status = 0;  ///< 0 = the connection ended or broke first
  std::string head, body;
};

/// A blocking client; every wait ends with the peer's octets or end, or fails after 20 seconds.
class RawClient {
 public:
  /// `receive_buffer` in bytes; 0 = as the kernel sees fit.
  explicit RawClient(std::uint16_t port, int receive_buffer = 0);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;

  /// Makes it TLS with a context that the caller prepared; false if the handshake fails.
  bool secure(SSL_CTX* context);
  SSL* ssl() const { return ssl_; }
  int fd() const { return fd_; }
  bool send(std::string_view octets);
  void half_close();
  /// The next answer by Content-Length (HEAD: without body).
  Answer answer(bool head = false);
  /// True if the peer ends (or has broken) the connection without another octet.
  bool ended();
  std::size_t read_some(char* buffer, std::size_t size);
  /// Sends a small GET and takes the answer.
  Answer get(std::string_view target = "/");

 private:
  int fd_ = -1;
  SSL* ssl_ = nullptr;
  std::string received_;
};

struct SslContextDelete {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ClientContext = std::unique_ptr<SSL_CTX, SslContextDelete>;
/// A TLS client that trusts papers().ca, offering `min` to `max`.
ClientContext client_context(int min = TLS1_2_VERSION, int max = TLS1_3_VERSION);

class Gate {
 public:
  explicit Gate(const Clock& clock, ServerOptions options = {}, Handler handler = echo);
  std::uint16_t port() const { return server->port(); }
  std::unique_ptr<Server> server;

 private:
  NullLog log_;
};

ServerOptions tls_options();

}  // namespace sekisho::node::http::tests
