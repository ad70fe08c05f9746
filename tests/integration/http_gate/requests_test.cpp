// Requests and attacks on framing against the running server, over real sockets.
#include <array>
#include <atomic>
#include <string>

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

ServerOptions with_body_limit(std::size_t bytes) {
  ServerOptions options;
  options.limits.max_content_length = bytes;
  return options;
}

std::string chunk(std::size_t size) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%zx\r\n", size);
  return digits + std::string(size, 'x') + "\r\n";
}

constexpr char kChunkedPost[] = "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_SUITE("integration") {
  TEST_CASE("node/http/server: answers, keeps the connection, counts, dates") {
    Gate gate(real_clock());
    RawClient client(gate.port());
    const Answer first = client.get("/a?b=c");
    CHECK(first.status == 200);
    CHECK(first.body == "GET /a?b=c 0");
    CHECK(first.head.find("\r\nDate: ") != std::string::npos);
    CHECK(first.head.find("\r\nConnection:") == std::string::npos);
    CHECK(client.get("/page").body == page_text());
    CHECK(client.get("/large").body.size() == 8u << 20);
    client.send("HEAD /page HTTP/1.1\r\nHost: h\r\n\r\n");
    const Answer head = client.answer(true);
    CHECK(head.head.find("Content-Length: " + std::to_string(page_text().size())) != std::string::npos);
    CHECK(client.get("/after").body == "GET /after? 0");
    CHECK(gate.server->counters().requests == 5);
    CHECK(gate.server->counters().accepted == 1);
  }

  TEST_CASE("node/http/server: a handler's unwritable header becomes a 500, not a split answer") {
    Gate gate(real_clock());
    RawClient client(gate.port());
    const Answer answer = client.get("/bad");
    CHECK(answer.status == 500);
    CHECK(answer.head.find("Set-Cookie") == std::string::npos);
    CHECK(client.get("/").status == 200);
  }

  TEST_CASE("node/http/server: pipelined requests are answered one by one, in order") {
    Gate gate(real_clock());
    RawClient client(gate.port());
    std::string burst;
    for (int i = 0; i < 200; ++i) {
      burst += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
    }
    client.send(burst);
    for (int i = 0; i < 200; ++i) CHECK(client.answer().body == "POST /" + std::to_string(i) + "? 3");
  }

  TEST_CASE("node/http/server: a half-closed client still gets its answer, then the end") {
    Gate gate(real_clock());
    RawClient client(gate.port());
    client.send("GET /last HTTP/1.1\r\nHost: h\r\n\r\n");
    client.half_close();
    CHECK(client.answer().body == "GET /last? 0");
    CHECK(client.ended());
  }

  TEST_CASE("node/http/server: an answer whose reader is stopped ends where it is, or is not begun") {
    const auto clock = system::make_clock();
    for (const bool tls : {false, true}) {
      CAPTURE(tls);
      std::atomic<bool> stopped{false};
      ServerOptions options = tls ? tls_options() : ServerOptions();
      options.may_send = [&stopped](std::string_view reader) { return !(stopped && reader == "a"); };
      const Gate gate(*clock, options, [&stopped](const taxii::HttpRequest& request) {
        taxii::HttpResponse response;
        response.body = std::string(16u << 20, 'l');
        response.reader = request.path == "/b" ? "b" : "a";
        if (request.path == "/late") stopped = true;
        return response;
      });
      const ClientContext context = client_context();
      const auto begin = [&](const std::string& path) {
        RawClient client(gate.port(), 4096);
        if (tls) REQUIRE(client.secure(context.get()));
        REQUIRE(client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        return client;
      };
      const auto rest = [](RawClient& client) {
        std::array<char, 65536> buffer;
        std::size_t all = 0;
        for (std::size_t n = 0; (n = client.read_some(buffer.data(), buffer.size())) > 0;) all += n;
        return all;
      };
      RawClient slow = begin("/a");
      std::array<char, 16> first;
      REQUIRE(slow.read_some(first.data(), first.size()) > 0);
      stopped = true;
      CHECK(rest(slow) < (12u << 20));
      stopped = false;
      RawClient late = begin("/late");
      const Answer refused = late.answer();
      CHECK(refused.status == 503);
      CHECK(refused.body.find('l') != std::string::npos);
      CHECK(refused.body.size() < 1000);
    }
  }

  TEST_CASE("node/http/server: HTTP/1.0 is answered and closed") {
    Gate gate(real_clock());
    RawClient client(gate.port());
    client.send("GET /old HTTP/1.0\r\n\r\n");
    const Answer answer = client.answer();
    CHECK(answer.status == 200);
    CHECK(answer.head.find("Connection: close") != std::string::npos);
    CHECK(client.ended());
  }

  TEST_CASE("node/http/server: 100-continue comes before the body, or the refusal instead of it") {
    Gate gate(real_clock(), with_body_limit(10));
    RawClient client(gate.port());
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.answer().status == 100);
    client.send("0123456789");
    CHECK(client.answer().body == "POST /? 10");
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.answer().status == 413);
    CHECK(client.ended());
  }

  TEST_CASE("node/http/server: the body limit holds to the octet, also for chunked bodies (CVE-2025-46728)") {
    Gate gate(real_clock(), with_body_limit(100'000));
    RawClient exact(gate.port());
    exact.send(kChunkedPost + chunk(60'000) + chunk(40'000) + "0\r\n\r\n");
    CHECK(exact.answer().body == "POST /p? 100000");
    RawClient over(gate.port());
    over.send(kChunkedPost + chunk(60'000) + chunk(40'001) + "0\r\n\r\n");
    const Answer refused = over.answer();
    CHECK(refused.status == 413);
    CHECK(refused.head.find("application/taxii+json;version=2.1") != std::string::npos);
    CHECK(refused.body.find("\"http_status\":\"413\"") != std::string::npos);
    CHECK(over.ended());
    RawClient announced(gate.port());
    announced.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 100001\r\n\r\n" + std::string(100'001, 'x'));
    CHECK(announced.answer().status == 413);
    CHECK(announced.ended());
  }

  TEST_CASE("node/http/server: a client that goes on sending 8 MiB still sees its 413") {
    Gate gate(real_clock(), with_body_limit(1000));
    RawClient client(gate.port());
    client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 8388608\r\n\r\n");
    CHECK(client.send(std::string(8u << 20, 'x')));
    CHECK(client.answer().status == 413);
    client.half_close();
    CHECK(client.ended());
  }

  TEST_CASE("node/http/server: 100,000 header lines and endless lines end in 431 and 414 (CVE-2025-52887, -53628)") {
    Gate gate(real_clock());
    RawClient lines(gate.port());
    lines.send("GET / HTTP/1.1\r\nHost: h\r\n");
    std::string block;
    for (int i = 0; i < 1000; ++i) block += "X-Header: value\r\n";
    for (int i = 0; i < 100; ++i) {
      if (!lines.send(block)) break;
    }
    CHECK(lines.answer().status == 431);
    RawClient line(gate.port());
    line.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(1u << 20, 'a'));
    CHECK(line.answer().status == 431);
    RawClient target(gate.port());
    target.send("GET /" + std::string(1u << 20, 'a'));
    CHECK(target.answer().status == 414);
    CHECK(gate.server->counters().malformed == 3);
  }

  TEST_CASE("node/http/server: smuggling attempts are refused and end the connection") {
    Gate gate(real_clock());
    const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n";
    const std::string attempts[] = {
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        std::string(kChunkedPost) + "-2\r\n",                  // CVE-2026-45352
        std::string(kChunkedPost) + "FFFFFFFFFFFFFFFF\r\n",    // overflow
        std::string(kChunkedPost) + "1;\nx\r\n0\r\n\r\n",      // line feed inside an extension
        "GET /a%0d%0aX:%20y HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n folded\r\n\r\n"};
    for (const std::string& attempt : attempts) {
      CAPTURE(attempt);
      RawClient client(gate.port());
      client.send(attempt + hidden);
      const int status = client.answer().status;
      CHECK((status == 400 || status == 501));
      CHECK(client.ended());
    }
    CHECK(gate.server->counters().requests == 0);
  }

  TEST_CASE("node/http/server: percent-encoded line ends in a header value stay encoded (CVE-2026-45372)") {
    std::string seen;
    Gate gate(real_clock(), {}, [&](const taxii::HttpRequest& request) {
      for (const auto& [name, value] : request.headers) seen += name + '=' + value + ';';
      return taxii::HttpResponse{};
    });
    RawClient client(gate.port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\nX: a%0D%0AEvil: 1\r\n\r\n");
    CHECK(client.answer().status == 200);
    CHECK(seen == "Host=h;X=a%0D%0AEvil: 1;");
  }

  TEST_CASE("node/http/server: a compressed body is refused before a byte of it is unpacked (CVE-2026-22776)") {
    Gate gate(real_clock());
    RawClient client(gate.port());
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc");
    CHECK(client.answer().status == 415);
  }

  TEST_CASE("node/http/server: plain HTTP is for loopback, wrong papers and taken ports are said") {
    NullLog log;
    ServerOptions options;
    options.address = "0.0.0.0";
    const auto plain = Server::start(options, echo, real_clock(), log);
    REQUIRE_FALSE(plain.ok());
    CHECK(plain.error().code == Code::kConfig);
    options.address = "localhost";
    CHECK(Server::start(options, echo, real_clock(), log).error().code == Code::kConfig);
    ServerOptions bad = tls_options();
    bad.key_pem = papers().client.key_pem;
    CHECK(Server::start(bad, echo, real_clock(), log).error().code == Code::kTls);
    bad.key_pem = "nonsense";
    CHECK(Server::start(bad, echo, real_clock(), log).error().code == Code::kTls);
    bad = tls_options();
    bad.client_ca_pem = "nonsense";
    CHECK(Server::start(bad, echo, real_clock(), log).error().code == Code::kTls);
    Gate gate(real_clock());
    ServerOptions taken;
    taken.port = gate.port();
    const auto second = Server::start(taken, echo, real_clock(), log);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().code == Code::kIo);
    CHECK(second.error().where == "127.0.0.1:" + std::to_string(gate.port()));
  }
}
