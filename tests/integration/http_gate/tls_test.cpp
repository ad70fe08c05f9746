// What the server's TLS takes and what it does not.
#include <openssl/err.h>
#include <openssl/pem.h>

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

bool connects(std::uint16_t port, SSL_CTX* context) {
  RawClient client(port);
  const bool secure = client.secure(context) && client.get().status == 200;
  ERR_clear_error();
  return secure;
}

void use(SSL_CTX* context, const certs::Certificate& papers) {
  BIO* certificate = BIO_new_mem_buf(papers.certificate_pem.data(), -1);
  BIO* key = BIO_new_mem_buf(papers.key_pem.data(), -1);
  X509* x = PEM_read_bio_X509(certificate, nullptr, nullptr, nullptr);
  EVP_PKEY* k = PEM_read_bio_PrivateKey(key, nullptr, nullptr, nullptr);
  REQUIRE(SSL_CTX_use_certificate(context, x) == 1);
  REQUIRE(SSL_CTX_use_PrivateKey(context, k) == 1);
  X509_free(x);
  EVP_PKEY_free(k);
  BIO_free(certificate);
  BIO_free(key);
}

}  // namespace

TEST_SUITE("integration") {
  TEST_CASE("node/http/tls: 1.3 and 1.2 with ECDHE and AEAD are spoken, and answer like plain HTTP") {
    Gate gate(real_clock(), tls_options());
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      CAPTURE(version);
      RawClient client(gate.port());
      REQUIRE(client.secure(client_context(version, version).get()));
      CHECK(client.get("/page").body == page_text());
      CHECK(client.get("/large").body.size() == 8u << 20);
      client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n" + std::string(500'000, 'x'));
      CHECK(client.answer().body == "POST /a? 500000");
      CHECK(SSL_get_current_compression(client.ssl()) == nullptr);
    }
  }

  TEST_CASE("node/http/tls: a pipelined burst inside TLS records is answered in order") {
    Gate gate(real_clock(), tls_options());
    RawClient client(gate.port());
    REQUIRE(client.secure(client_context().get()));
    std::string burst;
    for (int i = 0; i < 600; ++i) burst += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
    client.send(burst);
    for (int i = 0; i < 600; ++i) CHECK(client.answer().body == "GET /" + std::to_string(i) + "? 0");
  }

  TEST_CASE("node/http/tls: older versions, CBC, RSA key exchange and other protocols are refused") {
    Gate gate(real_clock(), tls_options());
    auto old = client_context(TLS1_VERSION, TLS1_1_VERSION);
    SSL_CTX_set_cipher_list(old.get(), "ALL:@SECLEVEL=0");
    CHECK_FALSE(connects(gate.port(), old.get()));
    for (const char* suites : {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA384",
                               "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-CCM"}) {
      CAPTURE(suites);
      auto context = client_context(TLS1_2_VERSION, TLS1_2_VERSION);
      REQUIRE(SSL_CTX_set_cipher_list(context.get(), suites) == 1);
      CHECK_FALSE(connects(gate.port(), context.get()));
    }
    auto control = client_context(TLS1_2_VERSION, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(control.get(), "ECDHE-ECDSA-AES128-GCM-SHA256");
    CHECK(connects(gate.port(), control.get()));
    auto http2 = client_context();
    SSL_CTX_set_alpn_protos(http2.get(), reinterpret_cast<const unsigned char*>("\x02h2"), 3);
    CHECK_FALSE(connects(gate.port(), http2.get()));
    RawClient plain(gate.port());
    plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(plain.answer().status == 0);
  }

  TEST_CASE("node/http/tls: sessions resume without early data, and nobody renegotiates") {
    Gate gate(real_clock(), tls_options());
    auto context = client_context(TLS1_3_VERSION, TLS1_3_VERSION);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT);
    RawClient first(gate.port());
    REQUIRE(first.secure(context.get()));
    CHECK(first.get().status == 200);
    SSL_SESSION* session = SSL_get1_session(first.ssl());
    REQUIRE(session != nullptr);
    CHECK(SSL_SESSION_get_max_early_data(session) == 0);
    SSL_SESSION_set_max_early_data(session, 16384);  // send it all the same
    {
      RawClient early(gate.port());
      SSL* ssl = SSL_new(context.get());
      SSL_set_fd(ssl, early.fd());
      SSL_set_session(ssl, session);
      const std::string request = "GET /early HTTP/1.1\r\nHost: h\r\n\r\n";
      std::size_t written = 0;
      SSL_write_early_data(ssl, request.data(), request.size(), &written);
      SSL_connect(ssl);
      CHECK(SSL_get_early_data_status(ssl) != SSL_EARLY_DATA_ACCEPTED);
      SSL_free(ssl);
    }
    SSL_SESSION_free(session);
    ERR_clear_error();
    CHECK(gate.server->counters().requests == 1);

    auto older = client_context(TLS1_2_VERSION, TLS1_2_VERSION);
    RawClient renegotiating(gate.port());
    REQUIRE(renegotiating.secure(older.get()));
    CHECK(renegotiating.get().status == 200);
    SSL_renegotiate(renegotiating.ssl());
    const bool again = SSL_do_handshake(renegotiating.ssl()) == 1 && renegotiating.get().status == 200 &&
                       SSL_num_renegotiations(renegotiating.ssl()) > 0 && SSL_renegotiate_pending(renegotiating.ssl()) == 0;
    ERR_clear_error();
    CHECK_FALSE(again);
    RawClient after(gate.port());
    REQUIRE(after.secure(older.get()));
    CHECK(after.get().status == 200);
  }

  TEST_CASE("node/http/tls: a client certificate is optional, verified, and known by its fingerprint") {
    Gate gate(real_clock(), tls_options());
    RawClient anonymous(gate.port());
    REQUIRE(anonymous.secure(client_context().get()));
    CHECK(anonymous.get("/identity").body.empty());

    auto known = client_context();
    use(known.get(), papers().client);
    const std::string fingerprint = certs::certificate_fingerprint(papers().client.certificate_pem).value();
    RawClient client(gate.port());
    REQUIRE(client.secure(known.get()));
    CHECK(client.get("/identity").body == fingerprint);
    SSL_SESSION* session = SSL_get1_session(client.ssl());

    RawClient resumed(gate.port());
    SSL_CTX_set_session_cache_mode(known.get(), SSL_SESS_CACHE_CLIENT);
    REQUIRE(resumed.secure(known.get()));
    CHECK(resumed.get("/identity").body == fingerprint);
    SSL_SESSION_free(session);

    auto stranger = client_context();
    use(stranger.get(), papers().stranger);
    CHECK_FALSE(connects(gate.port(), stranger.get()));
  }
}
