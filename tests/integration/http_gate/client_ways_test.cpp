// The ways of the client: TLS versions and suites that it offers, certificates out of date, proxies.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/system/system.h"
#include "node/http/client.h"
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

/// A listening socket on loopback, and what is done with each connection, one after another.
class Listener {
 public:
  explicit Listener(std::function<void(int)> serve) : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
    ::listen(listener_, 5);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (int fd = 0; (fd = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(fd)) serve_(fd);
    });
  }
  ~Listener() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::uint16_t port = 0;

 private:
  const std::function<void(int)> serve_;
  int listener_;
  std::thread thread_;
};

std::string read_head(int fd) {
  std::string head;
  char one = 0;
  while (head.find("\r\n\r\n") == std::string::npos && ::recv(fd, &one, 1, 0) == 1) head.push_back(one);
  return head;
}

/// A TLS server of its own make, with any versions and any paper; remembers the suites that were offered.
struct TlsPeer {
  ClientContext context{SSL_CTX_new(TLS_server_method())};
  std::set<std::uint16_t> offered;
  Listener listener{[this](int fd) { answer(fd); }};

  TlsPeer(const certs::Certificate& paper, int min, int max) {
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), min);
    SSL_CTX_set_max_proto_version(context.get(), max);
    BIO* certificate = BIO_new_mem_buf(paper.certificate_pem.data(), -1);
    BIO* key = BIO_new_mem_buf(paper.key_pem.data(), -1);
    X509* x = PEM_read_bio_X509(certificate, nullptr, nullptr, nullptr);
    EVP_PKEY* k = PEM_read_bio_PrivateKey(key, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context.get(), x);
    SSL_CTX_use_PrivateKey(context.get(), k);
    X509_free(x);
    EVP_PKEY_free(k);
    BIO_free(certificate);
    BIO_free(key);
    SSL_CTX_set_client_hello_cb(context.get(), hello, this);
  }

  static int hello(SSL* ssl, int*, void* self) {
    const unsigned char* bytes = nullptr;
    const std::size_t size = SSL_client_hello_get0_ciphers(ssl, &bytes);
    for (std::size_t i = 0; i + 1 < size; i += 2) {
      static_cast<TlsPeer*>(self)->offered.insert(static_cast<std::uint16_t>(bytes[i] << 8 | bytes[i + 1]));
    }
    return SSL_CLIENT_HELLO_SUCCESS;
  }

  void answer(int fd) {
    SSL* ssl = SSL_new(context.get());
    SSL_set_fd(ssl, fd);
    char buffer[4096];
    if (SSL_accept(ssl) == 1 && SSL_read(ssl, buffer, sizeof buffer) > 0) {
      const std::string text = std::string("HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\n") + SSL_get_version(ssl);
      SSL_write(ssl, text.data(), static_cast<int>(text.size()));
    }
    ERR_clear_error();
    SSL_free(ssl);
  }

  Result<taxii::HttpResponse> call(const ClientTrust& trust) const {
    HttpTransport::Call call;
    call.method = "GET";
    call.url = "https://127.0.0.1:" + std::to_string(listener.port) + "/";
    call.timeout_micros = 20'000'000;
    return make_transport(trust, real_clock())->send(call);
  }
};

ClientTrust by_ca() {
  ClientTrust trust;
  trust.ca_pem = papers().ca.certificate_pem;
  return trust;
}

certs::Certificate paper_from(std::int64_t days_ago) {
  const std::int64_t day = 86'400'000'000;
  return certs::make_leaf(papers().ca, "Server", {"127.0.0.1", "localhost"}, real_clock().now().plus_micros(-days_ago * day), 2).value();
}

/// A proxy that knows CONNECT and nothing else. `say`: what it answers; a tunnel only behind 200.
struct Proxy {
  std::string say = "HTTP/1.1 200 Connection established\r\n\r\n";
  std::vector<std::string> heads;
  std::uint16_t target = 0;
  Listener listener{[this](int fd) { serve(fd); }};

  void serve(int near) {
    heads.push_back(read_head(near));
    ::send(near, say.data(), say.size(), MSG_NOSIGNAL);
    const int far = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(target);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    pollfd watch[2] = {{near, POLLIN, 0}, {far, POLLIN, 0}};
    bool on = say.find(" 200 ") != std::string::npos && ::connect(far, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    while (on && ::poll(watch, 2, 20'000) > 0) {
      for (const auto& [from, to] : {std::pair{0, 1}, std::pair{1, 0}}) {
        if (watch[from].revents == 0) continue;
        char buffer[16384];
        const ssize_t n = ::recv(watch[from].fd, buffer, sizeof buffer, 0);
        on = on && n > 0 && ::send(watch[to].fd, buffer, static_cast<std::size_t>(n), MSG_NOSIGNAL) == n;
      }
    }
    ::close(far);
  }
  ClientTrust::Proxy as_user(const std::string& user = "", const std::string& password = "") const {
    return {"http://127.0.0.1:" + std::to_string(listener.port), user, password};
  }
};

}  // namespace

TEST_SUITE("integration") {
  TEST_CASE("node/http/client: TLS 1.2 and 1.3 are spoken, nothing older") {
    for (const auto& [version, name] : {std::pair{TLS1_2_VERSION, "TLSv1.2"}, std::pair{TLS1_3_VERSION, "TLSv1.3"}}) {
      TlsPeer peer(papers().server, version, version);
      const auto answer = peer.call(by_ca());
      REQUIRE(answer.ok());
      CHECK(answer->body == name);
    }
    TlsPeer any(papers().server, TLS1_VERSION, TLS1_3_VERSION);
    CHECK(any.call(by_ca())->body == "TLSv1.3");
    TlsPeer old(papers().server, TLS1_VERSION, TLS1_1_VERSION);
    CHECK(old.call(by_ca()).error().code == Code::kTls);
  }

  TEST_CASE("node/http/client: only suites with ECDHE and AEAD are offered") {
    TlsPeer peer(papers().server, TLS1_2_VERSION, TLS1_3_VERSION);
    REQUIRE(peer.call(by_ca()).ok());
    const std::set<std::uint16_t> good = {0x1301, 0x1302, 0x1303, 0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9};
    CHECK(peer.offered.size() >= 9);
    for (const std::uint16_t suite : peer.offered) CHECK((good.count(suite) == 1 || suite == 0x00ff));  // 00ff: no renegotiation
  }

  TEST_CASE("node/http/client: a certificate that is out of date or not yet valid is refused, unless it is the pinned one") {
    for (const std::int64_t days_ago : {10, -10}) {
      const certs::Certificate paper = paper_from(days_ago);
      TlsPeer peer(paper, TLS1_2_VERSION, TLS1_3_VERSION);
      const auto refused = peer.call(by_ca());
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.error().code == Code::kTls);
      ClientTrust pinned;
      pinned.pinned_sha256 = certs::certificate_fingerprint(paper.certificate_pem).value();
      CHECK(peer.call(pinned).ok());
    }
    TlsPeer valid(paper_from(0), TLS1_2_VERSION, TLS1_3_VERSION);
    CHECK(valid.call(by_ca()).ok());
  }

  TEST_CASE("node/http/client: through a proxy: it is asked for the way alone, and sees neither request nor credentials") {
    Gate gate(real_clock(), tls_options());
    Proxy proxy;
    proxy.target = gate.port();
    ClientTrust trust = by_ca();
    trust.proxy = proxy.as_user("me", "p:w");
    HttpTransport::Call call;
    call.method = "GET";
    call.url = "https://localhost:" + std::to_string(gate.port()) + "/page";
    call.headers = {{"Authorization", "Bearer secret"}};
    {
      const auto transport = make_transport(trust, real_clock());
      for (int i = 0; i < 3; ++i) {
        const auto answer = transport->send(call);
        REQUIRE_MESSAGE(answer.ok(), answer.error().to_string());
        CHECK(answer->body == page_text());
      }
    }
    REQUIRE(proxy.heads.size() == 1);
    const std::string where = "localhost:" + std::to_string(gate.port());
    CHECK(proxy.heads[0] == "CONNECT " + where + " HTTP/1.1\r\nHost: " + where + "\r\nProxy-Authorization: Basic " + base64("me:p:w") + "\r\n\r\n");
  }

  TEST_CASE("node/http/client: a proxy that refuses, talks on, or is none gives an error, and the server's certificate still counts") {
    Gate gate(real_clock(), tls_options());
    for (const char* say : {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno",
                            "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "SSH-2.0-x\r\n\r\n", ""}) {
      CAPTURE(say);
      Proxy proxy;
      proxy.say = say;
      proxy.target = gate.port();
      ClientTrust trust = by_ca();
      trust.proxy = proxy.as_user();
      HttpTransport::Call call;
      call.method = "GET";
      call.url = "https://localhost:" + std::to_string(gate.port()) + "/page";
      call.timeout_micros = 5'000'000;
      CHECK_FALSE(make_transport(trust, real_clock())->send(call).ok());
    }
    for (const char* body : {"Content-Length: 4\r\n\r\nnope", "Transfer-Encoding: chunked\r\n\r\n4\r\nnope\r\n0\r\n\r\n", "Content-Encoding: gzip\r\n\r\nnope"}) {
      Proxy asks;
      asks.say = std::string("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\n") + body;
      ClientTrust trust = by_ca();
      trust.proxy = asks.as_user();
      HttpTransport::Call call;
      call.method = "GET";
      call.url = "https://localhost:" + std::to_string(gate.port()) + "/page";
      const auto refused = make_transport(trust, real_clock())->send(call);
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.error().code == Code::kConnect);
      CHECK(refused.error().detail == "The proxy answered 407. It wants a user and a password.");
    }
    Proxy proxy;
    proxy.target = gate.port();
    ClientTrust stranger;
    stranger.pinned_sha256 = std::string(64, 'a');
    stranger.proxy = proxy.as_user();
    HttpTransport::Call call;
    call.method = "GET";
    call.url = "https://localhost:" + std::to_string(gate.port()) + "/page";
    const auto answer = make_transport(stranger, real_clock())->send(call);
    REQUIRE_FALSE(answer.ok());
    CHECK(answer.error().code == Code::kTls);
    CHECK(gate.server->counters().requests == 0);
  }
}
