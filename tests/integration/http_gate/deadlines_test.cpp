// Deadlines, driven by a clock that moves by script. A round trip on another connection is the barrier:
// octets sent before it have been read when it returns, and it makes the loop look at the clock.
#include <string>

#include "tests/integration/http_gate/gate.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::node::http;
using namespace sekisho::node::http::tests;

namespace {

struct Scripted {
  explicit Scripted(ServerOptions options = {}) : gate(clock, std::move(options)), other(gate.port()) {}
  void barrier() { REQUIRE(other.get().status == 200); }
  void pass(double seconds) {
    barrier();
    clock.advance_seconds(seconds);
    barrier();
  }
  ScriptClock clock;
  Gate gate;
  RawClient other;
};

}  // namespace

TEST_SUITE("integration") {
  TEST_CASE("node/http/server: one byte a second does not extend the deadline of the head") {
    Scripted scripted;
    RawClient slow(scripted.gate.port());
    const std::string request = "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n";
    for (int i = 0; i < 9; ++i) {
      slow.send(request.substr(static_cast<std::size_t>(i), 1));
      scripted.pass(1);
    }
    CHECK(scripted.gate.server->counters().timed_out == 0);
    slow.send(request.substr(9, 1));
    scripted.pass(1.1);
    CHECK(scripted.gate.server->counters().timed_out == 1);
    CHECK(slow.answer().status == 408);
    CHECK(slow.ended());
  }

  TEST_CASE("node/http/server: nor that of the body, plain or chunked") {
    Scripted scripted;
    RawClient plain(scripted.gate.port());
    RawClient chunked(scripted.gate.port());
    plain.send("POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
    chunked.send("POST /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 6; ++i) {
      plain.send("a");
      chunked.send("1\r\na\r\n");
      scripted.pass(9.9);
    }
    CHECK(scripted.gate.server->counters().timed_out == 0);
    plain.send("a");
    chunked.send("1\r\na\r\n");
    scripted.pass(0.7);
    CHECK(plain.answer().status == 408);
    CHECK(chunked.answer().status == 408);
    CHECK(plain.ended());
  }

  TEST_CASE("node/http/server: idle connections end quietly, before and between requests") {
    Scripted scripted;
    RawClient silent(scripted.gate.port());
    RawClient used(scripted.gate.port());
    CHECK(used.get().status == 200);
    scripted.pass(59);
    CHECK(scripted.gate.server->counters().open == 3);
    scripted.pass(2);
    CHECK(silent.ended());
    CHECK(used.ended());
    CHECK(scripted.gate.server->counters().open == 1);
  }

  TEST_CASE("node/http/server: a client that does not read its answer is let go") {
    ServerOptions options;
    options.workers = 1;  // answers come in the order of the requests
    Scripted scripted(std::move(options));
    RawClient lazy(scripted.gate.port(), 65536);
    lazy.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    // What the kernel buffers counts as sent, so the first blocks may pass; 64 KB in half a minute do not.
    std::string buffer(65536, 0);
    scripted.barrier();
    int half_minutes = 0;
    while (scripted.gate.server->counters().open == 2 && half_minutes < 20) {
      lazy.read_some(buffer.data(), buffer.size());
      scripted.pass(30);
      ++half_minutes;
    }
    CHECK(half_minutes >= 2);
    CHECK(half_minutes < 20);
    CHECK(scripted.gate.server->counters().open == 1);
    CHECK(lazy.answer().status == 0);  // cut off in the middle
  }

  TEST_CASE("node/http/server: a slow reader that takes each MiB in time gets all of a large answer") {
    ServerOptions options;
    options.workers = 1;
    Scripted scripted(std::move(options));
    RawClient slow(scripted.gate.port());
    slow.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    std::string buffer(1u << 20, 0);
    std::size_t total = 0;
    while (total < 8u << 20) {
      std::size_t block = 0;
      while (block < 1u << 20 && total < 8u << 20) {
        const std::size_t n = slow.read_some(buffer.data(), buffer.size());
        REQUIRE(n > 0);
        block += n;
        total += n;
      }
      scripted.pass(25);
    }
    CHECK(total > 8u << 20);  // the head too
  }

  TEST_CASE("node/http/server: a TLS handshake has a deadline") {
    ScriptClock clock;
    Gate gate(clock, tls_options());
    RawClient other(gate.port());
    REQUIRE(other.secure(client_context().get()));
    RawClient silent(gate.port());
    RawClient half(gate.port());
    half.send("\x16\x03\x01");
    CHECK(other.get().status == 200);
    clock.advance_seconds(10.1);
    CHECK(other.get().status == 200);
    CHECK(silent.ended());
    CHECK(half.ended());
    CHECK(gate.server->counters().timed_out == 2);
  }
}
