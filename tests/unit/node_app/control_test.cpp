// The control socket: nobody who waits keeps back what is urgent, and nothing runs on when the server is gone.
#include "node/app/control.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "core/mutex.h"
#include "core/system/system.h"
#include "node/cli/command.h"
#include "tests/support/doctest.h"

namespace sekisho::node::app {
namespace {

/// Opens once.
class Gate {
 public:
  void open() {
    const MutexLock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait() {
    const MutexLock lock(mutex_);
    changed_.wait(mutex_, [this] { return open_; });
  }

 private:
  Mutex mutex_;
  ConditionVariable changed_;
  bool open_ = false;
};

/// Callers that say nothing.
class Silence {
 public:
  explicit Silence(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    for (int& fd : fds_) {
      fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    }
  }
  ~Silence() {
    for (const int fd : fds_) ::close(fd);
  }

 private:
  std::array<int, 40> fds_{};
};

struct Place {
  std::string dir;
  std::unique_ptr<Log> log = system::make_null_log();
  Gate gate;
  std::atomic<int> long_ones{0};
  std::unique_ptr<ControlServer> server;

  Place() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sekisho-XXXXXX").string();
    dir = mkdtemp(pattern.data());
    auto started = ControlServer::start(path(), *log, [](const std::vector<std::string>& words) { return words[0] == "recall"; },
                                        [this](const ControlRequest& request, cli::Console& console) {
                                          if (request.words[0] == "long") {
                                            ++long_ones;
                                            gate.wait();
                                          }
                                          console.line("done " + request.words[0]);
                                          return cli::kDone;
                                        });
    REQUIRE(started.ok());
    server = std::move(*started);
  }
  ~Place() {
    gate.open();
    server.reset();
    std::filesystem::remove_all(dir);
  }
  std::string path() const { return dir + "/control.sock"; }
  Result<int> ask(const std::string& word, std::string& out) const {
    cli::Console console;
    console.out = [&out](std::string_view text) { out += text; };
    console.err = console.out;
    return run_remotely(path(), {{word}, "/"}, console);
  }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("node/control: what is urgent passes by whatever waits, and by callers that say nothing") {
    Place place;
    std::vector<std::thread> callers;
    std::atomic<int> answered{0};
    for (int i = 0; i < 20; ++i) {
      callers.emplace_back([&place, &answered] {
        std::string out;
        const auto code = place.ask("long", out);
        if (code.ok() && *code == cli::kDone && out == "done long\n") ++answered;
      });
    }
    while (place.long_ones == 0) std::this_thread::yield();
    {
      const Silence silence(place.path());
      std::string out;
      const auto code = place.ask("recall", out);
      REQUIRE(code.ok());
      CHECK(*code == cli::kDone);
      CHECK(out == "done recall\n");
    }
    CHECK(answered == 0);
    CHECK(place.long_ones <= 6);
    place.gate.open();
    for (std::thread& caller : callers) caller.join();
    CHECK(answered == 20);
  }

  TEST_CASE("node/control: when the server is gone nothing that it started runs") {
    Place place;
    std::thread caller([&place] {
      std::string out;
      (void)place.ask("long", out);
    });
    while (place.long_ones == 0) std::this_thread::yield();
    std::thread opener([&place] { place.gate.open(); });
    place.server.reset();
    std::string out;
    CHECK(place.ask("recall", out).error().code == Code::kNotFound);
    opener.join();
    caller.join();
  }

  TEST_CASE("node/control: a request that is none is told so") {
    Place place;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, place.path().c_str(), place.path().size() + 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(::send(fd, "nonsense\n", 9, 0) == 9);
    std::string all;
    std::array<char, 256> buffer{};
    for (ssize_t got = 0; (got = ::recv(fd, buffer.data(), buffer.size(), 0)) > 0;) all.append(buffer.data(), static_cast<std::size_t>(got));
    ::close(fd);
    CHECK(all.find("{\"exit\":1}") != std::string::npos);
  }

  TEST_CASE("node/control: what takes away is urgent, what works long is not; each name is a command") {
    CHECK(cli::is_urgent({"recall", "report--1", "--reason", "r"}));
    CHECK(cli::is_urgent({"token", "remove", "acme", "1"}));
    CHECK(cli::is_urgent({"policy", "apply"}));
    CHECK_FALSE(cli::is_urgent({"import", "--collection", "weekly", "x.json"}));
    CHECK_FALSE(cli::is_urgent({"policy", "diff"}));
    CHECK_FALSE(cli::is_urgent({"nonsense"}));
  }
}

}  // namespace sekisho::node::app
