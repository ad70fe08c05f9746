// The serving side of the control socket. One thread accepts and reads requests, without waiting for any of them; each command
// has a thread of its own.
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <list>
#include <memory>
#include <thread>

#include "core/json.h"
#include "core/mutex.h"
#include "node/app/control.h"
#include "node/app/control_wire.h"

namespace sekisho::node::app {
namespace {

using control::Descriptor;

constexpr std::size_t kRequestBytes = 1u << 20;
constexpr std::size_t kSilent = 128;    ///< connections that have not said yet what they want
constexpr std::size_t kQueue = 64;      ///< commands that wait for their turn
constexpr std::size_t kOrdinary = 6;    ///< commands at the same time
constexpr std::size_t kUrgent = 16;     ///< beside them, of those that wait for no other
constexpr int kPauseMillis = 100;       ///< without descriptors

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

void say_end(int fd, int code) {
  json::Writer w;
  w.begin_object().member_int("exit", code).end_object();
  control::send_all(fd, w.take() + "\n");
}

/// A caller that is not served, and why.
void turn_away(const Descriptor& connection, const std::string& why) {
  control::send_all(connection.get(), control::frame("err", "control: " + why + "\n"));
  say_end(connection.get(), cli::kRefused);
}

class UnixControlServer : public ControlServer {
 public:
  UnixControlServer(Descriptor listener, Descriptor wake, std::string path, Log& log, IsUrgent urgent, Run run)
      : listener_(std::move(listener)), wake_(std::move(wake)), path_(std::move(path)), log_(log), urgent_(std::move(urgent)),
        run_(std::move(run)), thread_([this] { loop(); }) {}

  // Whatever runs uses what this was given, so nothing outlives it.
  ~UnixControlServer() override {
    stopping_ = true;
    ring();
    thread_.join();
    ::unlink(path_.c_str());
    for (const auto& [request, connection] : queue_) turn_away(*connection, "the node is stopping");
    while (!running_.empty()) {
      running_.front().thread.join();
      running_.pop_front();
    }
  }

 private:
  using Connection = std::shared_ptr<Descriptor>;
  struct Silent {
    Connection connection;
    std::string buffer;
  };
  struct Running {
    std::thread thread;
    bool urgent = false;
    std::shared_ptr<std::atomic<bool>> over = std::make_shared<std::atomic<bool>>(false);
  };

  void ring() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof(one));
  }

  void loop() {
    while (!stopping_) {
      std::vector<pollfd> fds{{paused_ ? -1 : listener_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
      for (const Silent& one : silent_) fds.push_back({one.connection->get(), POLLIN, 0});
      if (::poll(fds.data(), fds.size(), paused_ ? kPauseMillis : -1) < 0 && errno != EINTR) return;
      paused_ = false;
      if (fds[1].revents != 0) {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof(count));
      }
      listen_to_silent(fds);
      if (fds[0].revents != 0) accept_one();
      start_what_may();
    }
  }

  // The oldest gives way to a new one. Without descriptors the next one is tried a moment later, not at once again.
  void accept_one() {
    auto connection = std::make_shared<Descriptor>(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection->get() < 0) {
      paused_ = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
      if (paused_) log_.write(LogLevel::kWarning, "control-out-of-descriptors", {});
      return;
    }
    if (!same_user(connection->get())) return;
    const timeval limit{30, 0};
    ::setsockopt(connection->get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (silent_.size() >= kSilent) silent_.pop_front();
    silent_.push_back({std::move(connection), {}});
  }

  void listen_to_silent(const std::vector<pollfd>& fds) {
    std::size_t at = 2;
    for (auto one = silent_.begin(); one != silent_.end(); ++at) {
      const bool kept = fds[at].revents == 0 || hear(*one);
      one = kept ? std::next(one) : silent_.erase(one);
    }
  }

  /// False: it has said what it wants, or is gone.
  bool hear(Silent& one) {
    std::array<char, 65536> chunk{};
    const ssize_t got = ::recv(one.connection->get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) return false;
    one.buffer.append(chunk.data(), static_cast<std::size_t>(got));
    const std::size_t newline = one.buffer.find('\n');
    if (newline == std::string::npos) return one.buffer.size() <= kRequestBytes;
    one.buffer.resize(newline);
    const auto request = parse_request(one.buffer);
    if (!request.ok()) {
      turn_away(*one.connection, request.error().to_string());
    } else if (queue_.size() >= kQueue) {
      log_.write(LogLevel::kWarning, "control-busy", {});
      turn_away(*one.connection, "too many commands wait for the node; try again");
    } else {
      queue_.emplace_back(*request, one.connection);
    }
    return false;
  }

  /// In order, but that what is urgent passes by what is not.
  void start_what_may() {
    for (auto one = running_.begin(); one != running_.end();) {
      if (!*one->over) {
        ++one;
        continue;
      }
      one->thread.join();
      one = running_.erase(one);
    }
    for (auto one = queue_.begin(); one != queue_.end();) {
      const bool urgent = urgent_(one->first.words);
      const auto like = static_cast<std::size_t>(std::count_if(running_.begin(), running_.end(), [&](const Running& other) { return other.urgent == urgent; }));
      if (like >= (urgent ? kUrgent : kOrdinary)) {
        ++one;
        continue;
      }
      start(std::move(one->first), std::move(one->second), urgent);
      one = queue_.erase(one);
    }
  }

  void start(ControlRequest request, Connection connection, bool urgent) {
    Running& now = running_.emplace_back();
    now.urgent = urgent;
    now.thread = std::thread([this, request = std::move(request), connection = std::move(connection), over = now.over] {
      serve(request, *connection);
      *over = true;
      ring();
    });
  }

  void serve(const ControlRequest& request, const Descriptor& connection) const {
    const int fd = connection.get();
    cli::Console console;
    console.out = [fd](std::string_view text) { control::send_all(fd, control::frame("out", text)); };
    console.err = [fd](std::string_view text) { control::send_all(fd, control::frame("err", text)); };
    say_end(fd, run_(request, console));
    ::shutdown(fd, SHUT_WR);
  }

  const Descriptor listener_, wake_;
  const std::string path_;
  Log& log_;
  const IsUrgent urgent_;
  const Run run_;
  // The thread's own, until it has ended:
  std::list<Silent> silent_;
  std::deque<std::pair<ControlRequest, Connection>> queue_;
  std::list<Running> running_;
  bool paused_ = false;
  std::atomic<bool> stopping_{false};
  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::string& path, Log& log, IsUrgent urgent, Run run) {
  SEKISHO_ASSIGN(const sockaddr_un address, control::address_of(path));
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  ::unlink(path.c_str());  // the directory is locked, so a socket here is left from a process that died
  const mode_t before = ::umask(0177);
  const int bound = ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  ::umask(before);
  if (bound != 0 || ::listen(listener.get(), 64) != 0) {
    return make_error(Code::kIo, std::string("cannot listen: ") + std::strerror(errno), path);
  }
  return std::unique_ptr<ControlServer>(std::make_unique<UnixControlServer>(std::move(listener), std::move(wake), path, log,
                                                                            std::move(urgent), std::move(run)));
}

}  // namespace sekisho::node::app
