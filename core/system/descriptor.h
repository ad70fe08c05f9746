// A file descriptor with an owner. One thread at a time.
#pragma once

#include <unistd.h>

#include <utility>

namespace sekisho::system {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close(); }
  bool ok() const { return fd_ >= 0; }
  int get() const { return fd_; }
  /// False if the kernel reports a write that failed late.
  bool close() { return fd_ < 0 || ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

}  // namespace sekisho::system
