// Many clients at once: slow, idle, misbehaving, more than there is room for.
#include <malloc.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/system/system.h"
#include "tests/integration/http_gate/gate.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::node::http;
using namespace sekisho::node::http::tests;

namespace {

const Clock& real_clock() {
  static const auto clock = system::make_clock();
  return *clock;
}

void allow_many_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<RawClient> connect_many(std::uint16_t port, std::size_t count, std::string_view octets = {}) {
  std::vector<RawClient> out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    out.emplace_back(port);
    if (!octets.empty()) out.back().send(octets);
  }
  return out;
}

/// Handlers that wait until the test opens the door, and count who has come in.
class Door {
 public:
  taxii::HttpResponse pass(const taxii::HttpRequest& request) {
    std::unique_lock lock(mutex_);
    ++inside_;
    change_.notify_all();
    change_.wait(lock, [&] { return open_; });
    return echo(request);
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    change_.wait(lock, [&] { return inside_ >= count; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    change_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable change_;
  int inside_ = 0;
  bool open_ = false;
};

std::size_t resident_bytes() {
  std::size_t total = 0, resident = 0;
  FILE* file = std::fopen("/proc/self/statm", "r");
  REQUIRE(std::fscanf(file, "%zu %zu", &total, &resident) == 2);
  std::fclose(file);
  return resident * 4096;
}

}  // namespace

TEST_SUITE("integration") {
  TEST_CASE("node/http/server: 200 slow, 500 idle and 100 lazy readers do not keep a normal client waiting") {
    allow_many_descriptors();
    ScriptClock clock;
    Gate gate(clock);
    auto slow = connect_many(gate.port(), 100, "GET / HTTP/1.1\r\nHo");
    auto bodies = connect_many(gate.port(), 100, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\na");
    auto idle = connect_many(gate.port(), 500);
    auto lazy = connect_many(gate.port(), 100, "GET /page HTTP/1.1\r\nHost: h\r\n\r\nGET /page HTTP/1.1\r\nHost: h\r\n\r\n");
    for (int second = 0; second < 8; ++second) {
      for (auto& each : slow) each.send("s");
      for (auto& each : bodies) each.send("s");
      clock.advance_seconds(1);
      RawClient normal(gate.port());
      for (int i = 0; i < 20; ++i) CHECK(normal.get("/n").body == "GET /n? 0");
    }
    CHECK(gate.server->counters().timed_out == 0);
    CHECK(gate.server->counters().open >= 800);
  }

  TEST_CASE("node/http/server: an idle connection costs less than 3 KB") {
    allow_many_descriptors();
    Gate gate(real_clock());
    constexpr std::size_t kCount = 1000;
    RawClient barrier(gate.port());
    std::vector<RawClient> clients;
    clients.reserve(kCount);
    barrier.get();
    const std::size_t before = mallinfo2().uordblks;
    for (std::size_t i = 0; i < kCount; ++i) clients.emplace_back(gate.port());
    for (auto& client : clients) CHECK(client.get().status == 200);
    barrier.get();
    const std::size_t after = mallinfo2().uordblks;
    MESSAGE("heap per idle connection, the client's side included: " << (after - before) / kCount);
    CHECK(after - before < 3000 * kCount);
  }

  TEST_CASE("node/http/server: at the cap the one idle longest makes room") {
    ScriptClock clock;
    ServerOptions options;
    options.limits.connections = 4;
    Gate gate(clock, std::move(options));
    auto idle = connect_many(gate.port(), 4);
    for (auto& each : idle) CHECK(each.get().status == 200);
    RawClient fifth(gate.port());
    CHECK(fifth.get().status == 200);
    CHECK(idle[0].ended());
    CHECK(idle[1].get().status == 200);
  }

  TEST_CASE("node/http/server: full of slow heads, a new client is still answered") {
    ScriptClock clock;
    ServerOptions options;
    options.limits.connections = 50;
    Gate gate(clock, std::move(options));
    auto slow = connect_many(gate.port(), 500, "GET / HT");
    RawClient normal(gate.port());
    CHECK(normal.get().status == 200);
    CHECK(gate.server->counters().open <= 50);
  }

  TEST_CASE("node/http/server: when all connections are busy a new one gets 503, and so does a full queue") {
    Door door;
    ScriptClock clock;
    ServerOptions options;
    options.workers = 1;
    options.limits.connections = 66;
    Gate gate(clock, std::move(options), [&](const taxii::HttpRequest& request) { return door.pass(request); });
    auto running = connect_many(gate.port(), 1, "GET /r HTTP/1.1\r\nHost: h\r\n\r\n");
    door.wait_for(1);
    auto queued = connect_many(gate.port(), 64, "GET /q HTTP/1.1\r\nHost: h\r\n\r\n");
    RawClient full(gate.port());
    full.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const Answer busy = full.answer();
    CHECK(busy.status == 503);
    CHECK(busy.head.find("Retry-After: ") != std::string::npos);
    full.send("GET / HTTP/1.1\r\nHost: h\r\nContent-Le");  // the connection lives on, busy again
    door.open();
    CHECK(running[0].answer().body == "GET /r? 0");
    for (auto& each : queued) CHECK(each.answer().body == "GET /q? 0");
  }

  TEST_CASE("node/http/server: with every connection in a handler the next is refused politely") {
    Door door;
    ScriptClock clock;
    ServerOptions options;
    options.workers = 2;
    options.limits.connections = 2;
    Gate gate(clock, std::move(options), [&](const taxii::HttpRequest& request) { return door.pass(request); });
    auto running = connect_many(gate.port(), 2, "GET /r HTTP/1.1\r\nHost: h\r\n\r\n");
    door.wait_for(2);
    RawClient third(gate.port());
    const Answer refused = third.answer();
    CHECK(refused.status == 503);
    CHECK(refused.head.find("Connection: close") != std::string::npos);
    CHECK(third.ended());
    CHECK(gate.server->counters().refused == 1);
    door.open();
    for (auto& each : running) CHECK(each.answer().status == 200);
  }

  TEST_CASE("node/http/server: bodies together stay within their budget; the one arriving longest goes") {
    ScriptClock clock;
    ServerOptions options;
    options.limits.gate_bytes = 10'000;
    Gate gate(clock, std::move(options));
    const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8000\r\n\r\n";
    RawClient first(gate.port());
    RawClient second(gate.port());
    RawClient barrier(gate.port());
    first.send(head + std::string(6000, 'a'));
    CHECK(barrier.get().status == 200);
    second.send(head + std::string(6000, 'a'));
    CHECK(first.answer().status == 503);
    second.send(std::string(2000, 'a'));
    CHECK(second.answer().body == "POST /? 8000");
  }

  TEST_CASE("node/http/server: without descriptors it goes on serving, and recovers") {
    Gate gate(real_clock());
    RawClient old(gate.port());
    CHECK(old.get().status == 200);
    std::vector<int> sockets;
    for (int i = 0; i < 20; ++i) sockets.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    rlimit tight = limit;
    tight.rlim_cur = static_cast<rlim_t>(sockets.back()) + 1;  // every number below is taken
    setrlimit(RLIMIT_NOFILE, &tight);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(gate.port());
    for (const int fd : sockets) {
      CHECK(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    char octet = 0;
    CHECK(::recv(sockets[0], &octet, 1, 0) <= 0);  // the server has let it go
    setrlimit(RLIMIT_NOFILE, &limit);
    for (const int fd : sockets) ::close(fd);
    RawClient fresh(gate.port());
    CHECK(fresh.get().status == 200);
    CHECK(gate.server->counters().refused > 0);
  }

  TEST_CASE("node/http/server: 2,000 misbehaving connections leave nothing behind") {
    allow_many_descriptors();
    Gate gate(real_clock());
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same run every time
    const std::string pieces[] = {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "POST / HTTP/1.1\r\nHost: h\r\n", "\r\n",
                                  "Transfer-Encoding: chunked\r\n\r\n", "FFFFFFF\r\n", "Content-Length: 9999999\r\n\r\n",
                                  std::string(5000, 'a'), std::string("\x16\x03\x01\x02\x00\x01\x00", 7), "0\r\n\r\n",
                                  "GET /large HTTP/1.1\r\nHost: h\r\n\r\n", "\n\n", std::string(3, '\0')};
    const auto misbehave = [&](int rounds) {
      for (int round = 0; round < rounds; ++round) {
        std::vector<RawClient> crowd;
        crowd.reserve(50);
        for (int i = 0; i < 50; ++i) {
          crowd.emplace_back(gate.port());
          const auto count = random() % 4;
          for (unsigned piece = 0; piece < count; ++piece) crowd.back().send(pieces[random() % std::size(pieces)]);
          if (random() % 3 == 0) crowd.back().half_close();
          if (random() % 3 == 0) {
            const linger abort{1, 0};  // closing sends a reset
            ::setsockopt(crowd.back().fd(), SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
          }
        }
        RawClient normal(gate.port());
        CHECK(normal.get("/n").status == 200);
      }
    };
    misbehave(20);  // warm up the allocator
    const std::size_t before = resident_bytes();
    misbehave(40);
    const std::size_t after = resident_bytes();
    MESSAGE("resident before " << before / 1024 << " KB, after " << after / 1024 << " KB");
    CHECK(after < before + (64u << 20));
    // What a client has left is let go as soon as that shows; the counter falls back.
    RawClient last(gate.port());
    CHECK(last.get().status == 200);
    CHECK(gate.server->counters().open < 100);
  }

  TEST_CASE("node/http/server: stopping lets the running request finish and takes no other") {
    Door door;
    ScriptClock clock;
    Gate gate(clock, {}, [&](const taxii::HttpRequest& request) { return door.pass(request); });
    const std::uint16_t port = gate.port();
    RawClient idle(port);
    RawClient running(port);
    running.send("GET /last HTTP/1.1\r\nHost: h\r\n\r\n");
    door.wait_for(1);
    std::thread stopper([&] { gate.server->stop(3'600'000'000); });
    CHECK(idle.ended());  // so the stop has begun
    RawClient late(port);
    CHECK(late.fd() == -1);
    door.open();
    const Answer answer = running.answer();
    CHECK(answer.body == "GET /last? 0");
    CHECK(answer.head.find("Connection: close") != std::string::npos);
    CHECK(running.ended());
    running.half_close();
    stopper.join();
    CHECK(gate.server->counters().open == 0);
  }

  TEST_CASE("node/http/server: past the grace it stops all the same") {
    Door door;
    ScriptClock clock;
    Gate gate(clock, {}, [&](const taxii::HttpRequest& request) { return door.pass(request); });
    RawClient running(gate.port());
    running.send("GET /last HTTP/1.1\r\nHost: h\r\n\r\n");
    door.wait_for(1);
    std::thread stopper([&] { gate.server->stop(0); });
    CHECK(running.ended());
    door.open();
    stopper.join();
  }
}
