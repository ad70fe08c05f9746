#include "tests/peers/name_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace sekisho::tests {
namespace {

constexpr std::uint16_t kService = 33, kAlias = 5, kInternet = 1;
constexpr std::size_t kHeadBytes = 12;

void append_16(std::string& out, std::uint16_t value) {
  out.push_back(static_cast<char>(value >> 8));
  out.push_back(static_cast<char>(value & 0xff));
}

/// Labels with their lengths, uncompressed; empty = the root.
std::string name_bytes(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    out.push_back(static_cast<char>(dot));
    out.append(name.substr(0, dot));
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return out + '\0';
}

/// The end of the one question in a message.
std::size_t question_end(std::string_view message) {
  std::size_t at = kHeadBytes;
  while (at < message.size() && message[at] != 0) at += static_cast<unsigned char>(message[at]) + 1u;
  return std::min(at + 5, message.size());
}

}  // namespace

NameAnswer& NameAnswer::service(const std::string& owner, const ServiceRecord& one) {
  std::string data;
  append_16(data, one.priority);
  append_16(data, one.weight);
  append_16(data, one.port);
  record(owner, kService, data + name_bytes(one.target));
  return *this;
}

NameAnswer& NameAnswer::alias(const std::string& owner, const std::string& target) {
  record(owner, kAlias, name_bytes(target));
  return *this;
}

NameAnswer& NameAnswer::flags(std::uint16_t value) {
  flags_ = value;
  return *this;
}

void NameAnswer::record(const std::string& owner, std::uint16_t type, const std::string& data) {
  records_ += name_bytes(owner);
  append_16(records_, type);
  append_16(records_, kInternet);
  records_ += std::string("\0\0\0\x3c", 4);  // a minute
  append_16(records_, static_cast<std::uint16_t>(data.size()));
  records_ += data;
  ++count_;
}

std::string NameAnswer::bytes() const {
  std::string out(question_.substr(0, 2));
  append_16(out, flags_);
  append_16(out, 1);
  append_16(out, count_);
  out += std::string(4, '\0');
  return out + question_.substr(kHeadBytes, question_end(question_) - kHeadBytes) + records_;
}

std::string NameAnswer::question(const std::string& name) {
  std::string out("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", kHeadBytes);
  out += name_bytes(name);
  append_16(out, kService);
  append_16(out, kInternet);
  return out;
}

NameServer::NameServer(Answer answer) : answer_(std::move(answer)) {
  socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in loopback{};
  loopback.sin_family = AF_INET;
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::array<int, 2> ends{};
  if (socket_ < 0 || ::bind(socket_, reinterpret_cast<const sockaddr*>(&loopback), sizeof loopback) != 0 || ::pipe(ends.data()) != 0) std::abort();
  stop_read_ = ends[0];
  stop_write_ = ends[1];
  thread_ = std::thread([this] { run(); });
}

NameServer::~NameServer() {
  ::close(stop_write_);
  thread_.join();
  ::close(stop_read_);
  ::close(socket_);
}

std::string NameServer::address() const {
  sockaddr_in bound{};
  socklen_t size = sizeof bound;
  ::getsockname(socket_, reinterpret_cast<sockaddr*>(&bound), &size);
  return "127.0.0.1:" + std::to_string(ntohs(bound.sin_port));
}

void NameServer::run() {
  while (true) {
    std::array<pollfd, 2> watch{{{socket_, POLLIN, 0}, {stop_read_, POLLIN, 0}}};
    if (::poll(watch.data(), watch.size(), -1) <= 0) continue;
    if (watch[1].revents != 0) return;
    std::array<char, 1500> buffer{};
    sockaddr_storage from{};
    socklen_t from_size = sizeof from;
    const ssize_t got = ::recvfrom(socket_, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &from_size);
    if (got < static_cast<ssize_t>(kHeadBytes)) continue;
    ++questions_;
    const std::string answer = answer_({buffer.data(), static_cast<std::size_t>(got)});
    if (!answer.empty()) ::sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&from), from_size);
  }
}

}  // namespace sekisho::tests
