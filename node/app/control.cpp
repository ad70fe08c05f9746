#include "node/app/control.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/json.h"
#include "node/app/control_wire.h"

namespace sekisho::node::app {
namespace control {

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return make_error(Code::kConfig, "the node's directory has too long a path for a socket (107 bytes)", path);
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string frame(std::string_view kind, std::string_view text) {
  json::Writer w;
  w.begin_object().member(kind, text).end_object();
  return w.take() + "\n";
}

}  // namespace control

namespace {

using control::Descriptor;

constexpr std::size_t kLineBytes = 64u << 20;

/// Reads up to a newline; what follows stays in `buffer`.
Result<std::string> read_line(int fd, std::string& buffer, std::size_t max_bytes) {
  std::size_t scanned = 0;
  while (true) {
    const std::size_t newline = buffer.find('\n', scanned);
    if (newline != std::string::npos) {
      std::string line = buffer.substr(0, newline);
      buffer.erase(0, newline + 1);
      return line;
    }
    scanned = buffer.size();
    if (buffer.size() > max_bytes) return make_error(Code::kLimitExceeded, "a control message is too long");
    std::array<char, 65536> chunk{};
    const ssize_t got = ::recv(fd, chunk.data(), chunk.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return make_error(Code::kUnavailable, "the node closed the connection before the command ended");
    buffer.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

Result<int> run_remotely(const std::string& path, const ControlRequest& request, cli::Console& console,
                         std::int64_t patience_micros) {
  SEKISHO_ASSIGN(const sockaddr_un address, control::address_of(path));
  const Descriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{patience_micros / 1'000'000, patience_micros % 1'000'000};
  ::setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));  // connect() waits while too many do
  ::setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    if (errno == EAGAIN || errno == EINTR) return make_error(Code::kUnavailable, "the node does not answer", path);
    return make_error(Code::kNotFound, "no node is serving here", path);
  }
  json::Writer w;
  w.begin_object().key("words").begin_array();
  for (const std::string& word : request.words) w.string(word);
  w.end_array().member("cwd", request.cwd).end_object();
  if (!control::send_all(connection.get(), w.take() + "\n")) return make_error(Code::kUnavailable, "the node does not answer", path);
  std::string buffer;
  while (true) {
    SEKISHO_ASSIGN(const std::string line, read_line(connection.get(), buffer, kLineBytes));
    SEKISHO_ASSIGN(const auto document, json::Document::parse(line));
    const json::Value root = document->root();
    if (const auto text = root["out"].string()) console.out(*text);
    if (const auto text = root["err"].string()) console.err(*text);
    if (const auto code = root["exit"].integer()) return static_cast<int>(*code);
  }
}

}  // namespace sekisho::node::app
