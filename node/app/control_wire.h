// What both ends of the control socket share. docs/specs/control.md.
#pragma once

#include <sys/un.h>

#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"

namespace sekisho::node::app::control {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// kConfig: the path is too long for a socket.
Result<sockaddr_un> address_of(const std::string& path);
/// False if the other end is gone, or takes nothing for too long.
bool send_all(int fd, std::string_view bytes);
/// {"kind":"text"} and a newline.
std::string frame(std::string_view kind, std::string_view text);

}  // namespace sekisho::node::app::control
