// A connected non-blocking socket, plain or TLS, with one set of outcomes. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "node/http/socket.h"
#include "node/http/tls.h"

namespace sekisho::node::http {

class Channel {
 public:
  enum class Io : std::uint8_t {
    kOk,         ///< something was done
    kWantRead,   ///< again when the socket is readable
    kWantWrite,  ///< again when the socket is writable
    kEnd,        ///< the peer ended its side properly
    kFailed,     ///< broken, or the peer broke the protocol
  };
  explicit Channel(Fd fd) : fd_(std::move(fd)) {}

  void secure(SslPtr ssl) { ssl_ = std::move(ssl); }
  SSL* ssl() const { return ssl_.get(); }
  int fd() const { return fd_.get(); }

  Io handshake();
  Io read(char* buffer, std::size_t size, std::size_t& got);
  static constexpr std::size_t kPieces = 32;  ///< written in one go
  /// Writes from the pieces in order (none is empty; of TLS from the first alone); `put` counts over all.
  Io write(std::span<const std::string_view> pieces, std::size_t& put);
  /// What is left of them when `put` octets are written; shortens the first of the rest.
  static std::span<std::string_view> rest_of(std::span<std::string_view> pieces, std::size_t put);
  /// Tells the peer that nothing more comes; its bytes may still be read with drain().
  void end_writing();
  /// Throws away received bytes without decrypting them.
  Io drain(char* buffer, std::size_t size, std::size_t& got);

 private:
  Io receive(char* buffer, std::size_t size, std::size_t& got);
  Io outcome(int result);

  Fd fd_;
  SslPtr ssl_;  // before the socket goes
};

}  // namespace sekisho::node::http
