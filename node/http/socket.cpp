#include "node/http/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sekisho::node::http {
namespace {

constexpr int kBacklog = 4096;
constexpr int kUnsentBytes = 256 * 1024;  // what the kernel may queue unsent for one connection

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  int family = AF_UNSPEC;
};

Address parse(const std::string& text, std::uint16_t port) {
  Address out;
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr = v4;
    address.sin_port = htons(port);
    std::memcpy(&out.storage, &address, sizeof address);
    out.size = sizeof address;
    out.family = AF_INET;
  } else if (inet_pton(AF_INET6, text.c_str(), &v6) == 1) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = v6;
    address.sin6_port = htons(port);
    std::memcpy(&out.storage, &address, sizeof address);
    out.size = sizeof address;
    out.family = AF_INET6;
  }
  return out;
}

std::string to_text(const sockaddr_storage& storage) {
  char text[INET6_ADDRSTRLEN] = "";
  if (storage.ss_family == AF_INET) {
    sockaddr_in address{};
    std::memcpy(&address, &storage, sizeof address);
    inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  } else {
    sockaddr_in6 address{};
    std::memcpy(&address, &storage, sizeof address);
    inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text);
  }
  return text;
}

std::uint16_t bound_port(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  sockaddr_in address{};  // the port is at the same place in both families
  std::memcpy(&address, &storage, sizeof address);
  return ntohs(address.sin_port);
}

}  // namespace

void Fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<Listener> listen_on(const std::string& address, std::uint16_t port) {
  const std::string where = address + ":" + std::to_string(port);
  const Address at = parse(address, port);
  if (at.family == AF_UNSPEC) return make_error(Code::kConfig, "The address is not numeric.", where);
  Listener out;
  out.fd = Fd(::socket(at.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  // Accepted sockets inherit these.
  ::setsockopt(out.fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(out.fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(out.fd.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytes, sizeof kUnsentBytes);
  if (!out.fd || ::bind(out.fd.get(), reinterpret_cast<const sockaddr*>(&at.storage), at.size) != 0 ||
      ::listen(out.fd.get(), kBacklog) != 0) {
    return make_error(Code::kIo, std::string("Cannot listen: ") + std::strerror(errno), where);
  }
  out.port = bound_port(out.fd.get());
  return out;
}

bool is_loopback(const std::string& address) {
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  return inet_pton(AF_INET6, address.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

Fd accept_from(int listener, std::string& remote, int& error) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  Fd fd(::accept4(listener, reinterpret_cast<sockaddr*>(&storage), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  error = fd ? 0 : errno;
  if (fd) remote = to_text(storage);
  return fd;
}

}  // namespace sekisho::node::http
