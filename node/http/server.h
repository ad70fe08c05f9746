// The HTTP gate: owns accept, TLS, epoll, deadlines, framing and limits, and hands on complete checked
// requests. An idle or slow connection costs no thread. docs/specs/http-gate.md, docs/threat-model.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/limits.h"
#include "core/log.h"
#include "core/ports/clock.h"
#include "core/result.h"
#include "taxii/http.h"

namespace sekisho::node::http {

/// Answers one complete request; called on a worker thread, many at once. Must not throw.
using Handler = std::function<taxii::HttpResponse(const taxii::HttpRequest&)>;

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;              ///< 0 = any free one; see Server::port
  /// PEM texts; all empty = plain HTTP, allowed on loopback addresses only.
  std::string certificate_pem, key_pem;
  std::string client_ca_pem;           ///< not empty: client certificates are asked for (never required) and verified against it
  unsigned workers = 4;
  /// Asked before each write of an answer with a reader; false: what is left of it is not sent. Empty: always. The I/O thread.
  std::function<bool(std::string_view reader)> may_send = {};
  Limits limits;
};

class Server {
 public:
  /// Binds and starts. Errors: kConfig (plain HTTP off loopback), kTls (bad PEM), kIo (address in use), where = address:port.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler, const Clock& clock, Log& log);
  virtual ~Server() = default;  ///< stops
  virtual std::uint16_t port() const = 0;
  /// Takes no new connection, lets running requests finish up to the deadline, closes the rest.
  virtual void stop(std::int64_t grace_micros) = 0;
  struct Counters {
    std::uint64_t accepted = 0, refused = 0, open = 0, requests = 0, malformed = 0, timed_out = 0;
  };
  virtual Counters counters() const = 0;
};

}  // namespace sekisho::node::http
