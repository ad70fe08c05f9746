// Links over gRPC: mutual TLS by pinned certificates, a listener and a dialer, one reader and one writer thread for
// each link. The only file of the project that knows gRPC's API. docs/specs/sync.md §1. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "sync/peer/grpc/session.h"

namespace sekisho::sync {

struct LinkIdentity {
  std::string certificate_pem, key_pem;  ///< presented by whichever side dials
};

/// Called as links come and go, on their threads.
struct LinkEvents {
  /// A link with this party is about to begin. The session to run, or why not (kAlreadyLinked, kPeerUnknown).
  std::function<Result<std::shared_ptr<Session>>(const std::string& party, std::function<void()> wake)> open;
  /// Some link has nothing to send at the moment; may be empty.
  std::function<void()> idle;
  /// Asked before a frame with content is written; false ends the link. May be empty: always.
  std::function<bool(const std::string& party)> may_send = {};
  /// A frame with content is on its way from now on; `cancel` ends the link, whatever the frame waits for. Called again with
  /// nothing when it is written. May be empty.
  std::function<void(const Session& link, std::function<void()> cancel)> sending = {};
  /// It is over. `why` is ok after a Goodbye.
  std::function<void(const std::string& party, const std::shared_ptr<Session>& session, const Status& why)> closed;
};

class LinkListener {
 public:
  struct Options {
    std::string address;  ///< numeric
    std::uint16_t port = 0;
    LinkIdentity identity;
    unsigned links = 256;
    /// The party that a certificate (SHA-256 of its DER form, hex) is pinned for now, if any. Asked for every frame
    /// as well: a link ends as soon as the answer is another one.
    std::function<std::optional<std::string>(const std::string& fingerprint)> party_of;
  };
  /// kTls (certificate or key unusable), kIo (address in use).
  static Result<std::unique_ptr<LinkListener>> start(const Options& options, LinkEvents events);
  virtual ~LinkListener() = default;  ///< stops
  virtual std::uint16_t port() const = 0;
  /// Ends all links after their Goodbye, within the time given.
  virtual void stop(std::int64_t grace_micros) = 0;
};

struct DialOptions {
  std::string target;  ///< host:port
  std::string pin;     ///< SHA-256 of the other side's certificate, lower-case hex
  LinkIdentity identity;
};

/// A link that this side dialled. Runs on the calling thread until it is over; `stop` may be called from another.
class LinkDialer {
 public:
  explicit LinkDialer(DialOptions options);
  ~LinkDialer();
  /// kConnect, kTls, kTimeout, or what ended the link; ok after a Goodbye.
  Status run(const std::string& party, const LinkEvents& events);
  /// Ends run() at once; later runs fail at once too.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::sync
