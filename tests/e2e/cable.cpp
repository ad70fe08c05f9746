#include "tests/e2e/cable.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace sekisho::e2e {
namespace {

constexpr int kLookMillis = 20;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  if (fd >= 0) ::close(fd);
  return -1;
}

}  // namespace

Cable::Cable() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 16) != 0 || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port for the cable");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { accept_all(); });
}

Cable::~Cable() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
}

void Cable::cut_after(std::int64_t bytes) { cut_in_ = bytes; }
void Cable::garble_at(std::int64_t byte) { garble_in_ = byte; }

void Cable::accept_all() {
  std::vector<std::thread> relays;
  while (!stopping_) {
    pollfd watch{listener_, POLLIN, 0};
    if (::poll(&watch, 1, kLookMillis) <= 0) continue;
    const int near = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (near < 0) continue;
    const int far = target_ == 0 ? -1 : connect_to(target_);
    if (far < 0) {
      ::close(near);
      continue;
    }
    relays.emplace_back([this, near, far] { relay(near, far); });
  }
  for (std::thread& one : relays) one.join();
}

// False: this connection is over.
bool Cable::pass(int from, int to, bool from_target) {
  std::array<char, 16384> buffer{};
  const ssize_t got = ::read(from, buffer.data(), buffer.size());
  if (got <= 0) return false;
  ssize_t size = got;
  bool cut = false;
  if (from_target) {
    const std::int64_t garble = garble_in_;
    if (garble >= 0 && garble < got) buffer[static_cast<std::size_t>(garble)] ^= 0x20;
    if (garble >= 0) garble_in_ = garble < got ? -1 : garble - got;
    const std::int64_t cut_in = cut_in_;
    cut = cut_in >= 0 && cut_in < got;
    if (cut) size = static_cast<ssize_t>(cut_in);
    if (cut_in >= 0) cut_in_ = cut ? -1 : cut_in - got;
  }
  for (ssize_t sent = 0; sent < size;) {
    const ssize_t step = ::send(to, buffer.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
    if (step <= 0) return false;
    sent += step;
  }
  return !cut;
}

void Cable::relay(int near, int far) {
  ++connections_;
  const int cuts = cuts_asked_;
  std::array<pollfd, 2> watch{{{near, POLLIN, 0}, {far, POLLIN, 0}}};
  bool on = true;
  while (on && !stopping_ && cuts == cuts_asked_) {
    if (::poll(watch.data(), watch.size(), kLookMillis) <= 0) continue;
    if (watch[0].revents != 0) on = pass(near, far, false);
    if (on && watch[1].revents != 0) on = pass(far, near, true);
  }
  ::close(near);
  ::close(far);
}

}  // namespace sekisho::e2e
