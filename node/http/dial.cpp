#include "node/http/dial.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

#include "node/http/address.h"

namespace sekisho::node::http {
namespace {

constexpr std::int64_t kStepMicros = 15'000'000;  // one address, or one look-up
constexpr int kMaxLookups = 8;                    // look-ups running at once, given up ones included

using Addresses = std::vector<sockaddr_storage>;

Addresses look_up(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* list = nullptr;
  Addresses out;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list) != 0) return out;
  for (const addrinfo* one = list; one != nullptr && out.size() < 8; one = one->ai_next) {
    sockaddr_storage storage{};
    std::memcpy(&storage, one->ai_addr, one->ai_addrlen);
    out.push_back(storage);
  }
  ::freeaddrinfo(list);
  return out;
}

/// getaddrinfo cannot be interrupted, so a name is looked up on a thread that may be given up.
Result<Addresses> resolve(const Url& url, const Deadline& deadline) {
  static std::atomic<int> running{0};
  if (++running > kMaxLookups) {
    --running;
    return make_error(Code::kConnect, "Too many name look-ups are hanging.", url.host);
  }
  auto promise = std::make_shared<std::promise<Addresses>>();
  auto future = promise->get_future();
  try {
    std::thread([promise, host = url.host, port = url.port] {
      promise->set_value(look_up(host, port, 0));
      --running;
    }).detach();
  } catch (const std::system_error&) {
    --running;
    return make_error(Code::kConnect, "No thread for the name look-up.", url.host);
  }
  const auto patience = std::chrono::microseconds(std::clamp<std::int64_t>(deadline.left_micros(), 0, kStepMicros));
  if (future.wait_for(patience) != std::future_status::ready) {
    return make_error(Code::kTimeout, "The name look-up took too long.", url.host);
  }
  Addresses found = future.get();
  if (found.empty()) return make_error(Code::kConnect, "The host name is not known.", url.host);
  return found;
}

/// Whether the host is an address as people write it; `127.1` or `0x7f000001` are names that lead somewhere.
bool is_written_address(const std::string& host) {
  in6_addr scratch{};
  return inet_pton(AF_INET, host.c_str(), &scratch) == 1 || inet_pton(AF_INET6, host.c_str(), &scratch) == 1;
}

bool within(Reach reach, bool written, const sockaddr_storage& address) {
  if (reach == Reach::kLoopback) return is_loopback(address);
  return reach == Reach::kAny || written || is_public(address);
}

int connect_one(const sockaddr_storage& storage, const Deadline& deadline, Fd& out) {
  Fd fd(::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return errno;
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const socklen_t size = storage.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0) {
    if (errno != EINPROGRESS) return errno;
    if (!deadline.wait(fd.get(), POLLOUT, kStepMicros)) return ETIMEDOUT;
    int error = 0;
    socklen_t error_size = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &error_size);
    if (error != 0) return error;
  }
  out = std::move(fd);
  return 0;
}

}  // namespace

bool Deadline::wait(int fd, short events, std::int64_t at_most_micros) const {
  const std::int64_t left = std::min(left_micros(), at_most_micros);
  if (left <= 0) return false;
  pollfd watch{fd, events, 0};
  int ready = 0;
  do {
    ready = ::poll(&watch, 1, static_cast<int>(std::min<std::int64_t>((left + 999) / 1000, 3'600'000)));
  } while (ready < 0 && errno == EINTR && left_micros() > 0);
  return ready > 0;
}

Result<Fd> dial(const Url& url, Reach reach, const Deadline& deadline) {
  Addresses addresses = look_up(url.host, url.port, AI_NUMERICHOST);
  const bool written = is_written_address(url.host);
  if (addresses.empty()) {
    SEKISHO_ASSIGN(addresses, resolve(url, deadline));
  }
  bool tried = false;
  int error = 0;
  for (const auto& address : addresses) {
    if (!within(reach, written, address)) continue;
    tried = true;
    Fd fd;
    error = connect_one(address, deadline, fd);
    if (error == 0) return fd;
    if (deadline.left_micros() <= 0) break;
  }
  if (!tried && reach == Reach::kLoopback) return make_error(Code::kConnect, "Plain HTTP goes to loopback addresses only.", url.authority);
  if (!tried) {
    return make_error(Code::kInvalidArgument, "The name leads to a private, loopback or link-local address, which is not allowed for this peer "
                                      "(peer add --private-network).", url.authority);
  }
  if (error == ETIMEDOUT) return make_error(Code::kTimeout, "Connecting took too long.", url.authority);
  return make_error(Code::kConnect, std::string("Cannot connect: ") + std::strerror(error), url.authority);
}

}  // namespace sekisho::node::http
