#include "node/app/control.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "core/json.h"

namespace sekisho::node::app {
namespace {

constexpr std::size_t kRequestBytes = 1u << 20;
constexpr std::size_t kLineBytes = 64u << 20;

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

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

bool same_user(int fd) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == ::geteuid() || peer.uid == 0;
}

Result<ControlRequest> parse_request(const std::string& line) {
  SEKISHO_ASSIGN(const auto document, json::Document::parse(line));
  ControlRequest request;
  for (const auto& entry : document->root()["words"]) request.words.emplace_back(entry.value.string_or(""));
  request.cwd = std::string(document->root()["cwd"].string_or("/"));
  return request;
}

std::string frame(std::string_view kind, std::string_view text) {
  json::Writer w;
  w.begin_object().member(kind, text).end_object();
  return w.take() + "\n";
}

void serve_one(const Descriptor& connection, const ControlServer::Run& run) {
  const int fd = connection.get();
  std::string buffer;
  const auto line = read_line(fd, buffer, kRequestBytes);
  if (!line.ok()) return;
  cli::Console console;
  console.out = [fd](std::string_view text) { send_all(fd, frame("out", text)); };
  console.err = [fd](std::string_view text) { send_all(fd, frame("err", text)); };
  const auto request = parse_request(*line);
  int code = cli::kUsage;
  if (request.ok()) {
    code = run(*request, console);
  } else {
    console.complain("control: " + request.error().to_string());
  }
  json::Writer w;
  w.begin_object().member_int("exit", code).end_object();
  send_all(fd, w.take() + "\n");
}

class UnixControlServer : public ControlServer {
 public:
  UnixControlServer(Descriptor listener, Descriptor wake, std::string path, Executor& executor, Log& log, Run run)
      : listener_(std::move(listener)), wake_(std::move(wake)), path_(std::move(path)), executor_(executor),
        log_(log), run_(std::move(run)), thread_([this] { accept_loop(); }) {}
  ~UnixControlServer() override {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof(one));
    thread_.join();
    ::unlink(path_.c_str());
  }

 private:
  void accept_loop() {
    while (true) {
      std::array<pollfd, 2> fds{{{listener_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
      if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return;
      if (fds[1].revents != 0) return;
      if (fds[0].revents == 0) continue;
      auto connection = std::make_shared<Descriptor>(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (connection->get() < 0 || !same_user(connection->get())) continue;
      const timeval limit{30, 0};
      ::setsockopt(connection->get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
      ::setsockopt(connection->get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
      if (!executor_.post([connection, this] { serve_one(*connection, run_); })) {
        log_.write(LogLevel::kWarning, "control-busy", {});
      }
    }
  }

  Descriptor listener_, wake_;
  std::string path_;
  Executor& executor_;
  Log& log_;
  Run run_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::string& path, Executor& executor, Log& log,
                                                            Run run) {
  SEKISHO_ASSIGN(const sockaddr_un address, address_of(path));
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Descriptor wake(::eventfd(0, EFD_CLOEXEC));
  ::unlink(path.c_str());  // the directory is locked, so a socket here is left from a process that died
  const mode_t before = ::umask(0177);
  const int bound = ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  ::umask(before);
  if (bound != 0 || ::listen(listener.get(), 64) != 0) {
    return make_error(Code::kIo, std::string("cannot listen: ") + std::strerror(errno), path);
  }
  return std::unique_ptr<ControlServer>(
      std::make_unique<UnixControlServer>(std::move(listener), std::move(wake), path, executor, log, std::move(run)));
}

Result<int> run_remotely(const std::string& path, const ControlRequest& request, cli::Console& console) {
  SEKISHO_ASSIGN(const sockaddr_un address, address_of(path));
  const Descriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return make_error(Code::kNotFound, "no node is serving here", path);
  }
  json::Writer w;
  w.begin_object().key("words").begin_array();
  for (const std::string& word : request.words) w.string(word);
  w.end_array().member("cwd", request.cwd).end_object();
  if (!send_all(connection.get(), w.take() + "\n")) return make_error(Code::kUnavailable, "the node does not answer", path);
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
