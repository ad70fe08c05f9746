// The client against our server, and against scripted hostile ones.
#include "node/http/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/system/system.h"
#include "tests/integration/http_gate/gate.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::node::http;
using namespace sekisho::node::http::tests;
using taxii::HttpTransport;

namespace {

const Clock& real_clock() {
  static const auto clock = system::make_clock();
  return *clock;
}

HttpTransport::Call call_to(std::uint16_t port, const std::string& target = "/", const std::string& scheme = "https") {
  HttpTransport::Call call;
  call.method = "GET";
  call.url = scheme + "://localhost:" + std::to_string(port) + target;
  call.timeout_micros = 20'000'000;
  return call;
}

ClientTrust pinned_to(const certs::Certificate& certificate) {
  ClientTrust trust;
  trust.private_network = true;
  trust.pinned_sha256 = certs::certificate_fingerprint(certificate.certificate_pem).value();
  return trust;
}

/// Takes `localhost`, which leads to this machine.
ClientTrust local() {
  ClientTrust trust;
  trust.private_network = true;
  return trust;
}

ClientTrust plain() {
  ClientTrust trust = local();
  trust.allow_plain_loopback = true;
  return trust;
}

/// Accepts connections one after another and answers each request head with the given octets; then
/// closes, or (`hang`) waits for the client's end.
class Hostile {
 public:
  explicit Hostile(std::string octets, bool hang = false, bool endless = false)
      : octets_(std::move(octets)), hang_(hang), endless_(endless), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
    ::listen(listener_, 5);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Hostile() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::uint16_t port = 0;

 private:
  void serve() {
    while (true) {
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      char buffer[4096];
      std::string got;
      while (got.find("\r\n\r\n") == std::string::npos) {
        const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
        if (n <= 0) break;
        got.append(buffer, static_cast<std::size_t>(n));
      }
      while (::send(fd, octets_.data(), octets_.size(), MSG_NOSIGNAL) > 0 && endless_) {
      }
      if (hang_) {
        while (::recv(fd, buffer, sizeof buffer, 0) > 0) {
        }
      }
      ::close(fd);
    }
  }
  std::string octets_;
  bool hang_, endless_;
  int listener_;
  std::thread thread_;
};

Code failure(const ClientTrust& trust, const HttpTransport::Call& call) {
  const auto result = make_transport(trust, real_clock())->send(call);
  return result.ok() ? Code::kInternal : result.error().code;
}

}  // namespace

TEST_SUITE("integration") {
  TEST_CASE("node/http/client: pinned or by CA, with bodies both ways, over one kept connection") {
    Gate gate(real_clock(), tls_options());
    ClientTrust by_ca = local();
    by_ca.ca_pem = papers().ca.certificate_pem;
    by_ca.client_certificate_pem = papers().client.certificate_pem;
    by_ca.client_key_pem = papers().client.key_pem;
    for (const ClientTrust& trust : {pinned_to(papers().server), by_ca}) {
      const auto before = gate.server->counters().accepted;
      auto transport = make_transport(trust, real_clock());
      for (int i = 0; i < 5; ++i) {
        const auto page = transport->send(call_to(gate.port(), "/page?n=" + std::to_string(i)));
        REQUIRE(page.ok());
        CHECK(page->body == page_text());
      }
      auto post = call_to(gate.port(), "/post");
      post.method = "POST";
      post.body = std::string(3'000'000, 'b');
      const auto posted = transport->send(post);
      REQUIRE(posted.ok());
      CHECK(posted->body == "POST /post? 3000000");
      const auto identity = transport->send(call_to(gate.port(), "/identity"));
      REQUIRE(identity.ok());
      CHECK(identity->body == (trust.ca_pem.empty() ? "" : certs::certificate_fingerprint(papers().client.certificate_pem).value()));
      CHECK(gate.server->counters().accepted == before + 1);
    }
  }

  TEST_CASE("node/http/client: another certificate than the pinned one gets nothing, not even a request") {
    Gate gate(real_clock(), tls_options());
    auto trust = pinned_to(papers().stranger);
    trust.client_certificate_pem = papers().client.certificate_pem;
    trust.client_key_pem = papers().client.key_pem;
    CHECK(failure(trust, call_to(gate.port())) == Code::kTls);
    trust.ca_pem = papers().ca.certificate_pem;  // the pin wins over a CA that would do
    CHECK(failure(trust, call_to(gate.port())) == Code::kTls);
    RawClient barrier(gate.port());
    REQUIRE(barrier.secure(client_context().get()));
    CHECK(barrier.get().status == 200);
    CHECK(gate.server->counters().requests == 1);
    CHECK(gate.server->counters().malformed == 2);
  }

  TEST_CASE("node/http/client: a CA does not stand for another host, nor the system's CAs for ours") {
    ServerOptions options = tls_options();
    options.certificate_pem = papers().client.certificate_pem;  // for client.example
    options.key_pem = papers().client.key_pem;
    Gate gate(real_clock(), options);
    ClientTrust by_ca = local();
    by_ca.ca_pem = papers().ca.certificate_pem;
    CHECK(failure(by_ca, call_to(gate.port())) == Code::kTls);
    auto by_address = call_to(gate.port());
    by_address.url = "https://127.0.0.1:" + std::to_string(gate.port()) + "/";
    CHECK(failure(by_ca, by_address) == Code::kTls);
    CHECK(failure(local(), call_to(gate.port())) == Code::kTls);
    CHECK(gate.server->counters().requests == 0);
  }

  TEST_CASE("node/http/client: a kept connection that the server has closed is replaced") {
    ScriptClock clock;
    Gate gate(clock);
    auto transport = make_transport(plain(), real_clock());
    CHECK(transport->send(call_to(gate.port(), "/", "http")).ok());
    clock.advance_seconds(61);
    RawClient poke(gate.port());
    CHECK(poke.get().status == 200);
    auto post = call_to(gate.port(), "/again", "http");
    post.method = "POST";
    const auto again = transport->send(post);
    REQUIRE(again.ok());
    CHECK(again->body == "POST /again? 0");
  }

  TEST_CASE("node/http/client: an early refusal is read although the body was not taken") {
    ServerOptions options;
    options.limits.max_content_length = 1000;
    Gate gate(real_clock(), options);
    auto post = call_to(gate.port(), "/", "http");
    post.method = "POST";
    post.body = std::string(12u << 20, 'b');
    const auto refused = make_transport(plain(), real_clock())->send(post);
    REQUIRE(refused.ok());
    CHECK(refused->status == 413);
  }

  TEST_CASE("node/http/client: calls that would not be what they seem are not sent (CVE-2026-21428)") {
    Gate gate(real_clock());
    auto call = call_to(gate.port(), "/", "http");
    CHECK(failure({}, call) == Code::kConnect);  // plain HTTP was not asked for
    for (const taxii::Headers& bad : {taxii::Headers{{"X", "a\r\nY: b"}}, taxii::Headers{{"X\r\nY", "b"}},
                                      taxii::Headers{{"Host", "other"}}, taxii::Headers{{"Content-Length", "1"}},
                                      taxii::Headers{{"Transfer-Encoding", "chunked"}}}) {
      call.headers = bad;
      CHECK(failure(plain(), call) == Code::kInvalidArgument);
    }
    call.headers.clear();
    call.method = "GET / HTTP/1.1\r\nX:";
    CHECK(failure(plain(), call) == Code::kInvalidArgument);
    CHECK(gate.server->counters().accepted == 0);
    auto far = call_to(1, "/", "http");
    far.url = "http://192.0.2.1/";
    CHECK(failure(plain(), far) == Code::kConnect);
  }

  TEST_CASE("node/http/client: redirects are answers, not orders") {
    Gate gate(real_clock(), {}, [](const taxii::HttpRequest&) {
      taxii::HttpResponse response;
      response.status = 302;
      response.headers = {{"Location", "https://other.example/"}};
      return response;
    });
    const auto answer = make_transport(plain(), real_clock())->send(call_to(gate.port(), "/", "http"));
    REQUIRE(answer.ok());
    CHECK(answer->status == 302);
    CHECK(gate.server->counters().requests == 1);
  }

  TEST_CASE("node/http/client: hostile answers end in an error, and soon") {
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    {
      Hostile endless_head(ok + "X: " + std::string(4000, 'a'), false, true);
      CHECK(failure(plain(), call_to(endless_head.port, "/", "http")) == Code::kTaxiiPeerFault);
    }
    {
      Hostile endless_body(ok + "\r\n" + std::string(4000, 'a'), false, true);
      auto call = call_to(endless_body.port, "/", "http");
      call.max_body = 1u << 20;
      CHECK(failure(plain(), call) == Code::kLimitExceeded);
    }
    {
      Hostile negative(ok + "Transfer-Encoding: chunked\r\n\r\n-2\r\n", true);
      CHECK(failure(plain(), call_to(negative.port, "/", "http")) == Code::kTaxiiPeerFault);
    }
    {
      Hostile announced(ok + "Content-Length: 999999999999\r\n\r\n", true);
      CHECK(failure(plain(), call_to(announced.port, "/", "http")) == Code::kLimitExceeded);
    }
    {
      Hostile cut(ok + "Content-Length: 10\r\n\r\nabc");
      CHECK(failure(plain(), call_to(cut.port, "/", "http")) == Code::kTaxiiPeerFault);
    }
    {
      Hostile two(ok + "Content-Length: 0\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n", true);
      CHECK(failure(plain(), call_to(two.port, "/", "http")) == Code::kTaxiiPeerFault);
    }
  }

  TEST_CASE("node/http/client: a server that hangs costs the time allowed and no more") {
    for (const char* octets : {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"}) {
      Hostile hanging(octets, true);
      auto call = call_to(hanging.port, "/", "http");
      call.timeout_micros = 50'000;
      CHECK(failure(plain(), call) == Code::kTimeout);
      call.url = "https" + call.url.substr(4);
      const Code in_handshake = failure(local(), call);
      CHECK((in_handshake == Code::kTimeout || in_handshake == Code::kTls));
    }
  }

  TEST_CASE("node/http/client: a name that leads to a private address is not called, however it is spelled; an address that is written is") {
    Gate gate(real_clock(), tls_options());
    ClientTrust trust = pinned_to(papers().server);
    trust.private_network = false;
    const std::string port = std::to_string(gate.port());
    for (const std::string& host : std::vector<std::string>{"localhost", "LOCALHOST", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"}) {
      auto call = call_to(gate.port());
      call.url = "https://" + host + ":" + port + "/";
      CAPTURE(host);
      CHECK(failure(trust, call) == Code::kInvalidArgument);
    }
    CHECK(failure(trust, call_to(gate.port())) == Code::kInvalidArgument);
    auto written = call_to(gate.port());
    written.url = "https://127.0.0.1:" + port + "/";
    CHECK(make_transport(trust, real_clock())->send(written).ok());
  }

  TEST_CASE("node/http/client: nobody listens") {
    std::uint16_t port = 0;
    {
      Gate gate(real_clock());
      port = gate.port();
    }
    CHECK(failure(plain(), call_to(port, "/", "http")) == Code::kConnect);
    CHECK(failure(local(), call_to(port)) == Code::kConnect);
  }
}
