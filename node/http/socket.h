// File descriptors and non-blocking TCP sockets. Values own what they hold; one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "core/result.h"

namespace sekisho::node::http {

/// Closes on destruction.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Fd() { reset(); }
  void reset();
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct Listener {
  Fd fd;
  std::uint16_t port = 0;
};
/// Binds and listens on a numeric address. kConfig (not numeric), kIo (in use, not ours).
Result<Listener> listen_on(const std::string& address, std::uint16_t port);
/// True for 127.0.0.0/8 and ::1 in numeric form.
bool is_loopback(const std::string& address);
/// The next waiting connection, non-blocking, and its address; an empty Fd with `error` set (errno).
Fd accept_from(int listener, std::string& remote, int& error);

}  // namespace sekisho::node::http
