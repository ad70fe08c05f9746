#include "node/http/tls.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "core/digest.h"

namespace sekisho::node::http {
namespace {

constexpr char kTls12Suites[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

struct X509Delete {
  void operator()(X509* x) const { X509_free(x); }
  void operator()(EVP_PKEY* k) const { EVP_PKEY_free(k); }
  void operator()(BIO* b) const { BIO_free(b); }
};
using X509Ptr = std::unique_ptr<X509, X509Delete>;
using KeyPtr = std::unique_ptr<EVP_PKEY, X509Delete>;

Error tls_failure(const std::string& what) {
  const std::string why = tls_error_text();
  return make_error(Code::kTls, why.empty() ? what : what + " (" + why + ")");
}

std::unique_ptr<BIO, X509Delete> pem_source(const std::string& pem) {
  return std::unique_ptr<BIO, X509Delete>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

/// All certificates of a PEM text, in order.
std::vector<X509Ptr> read_certificates(const std::string& pem) {
  std::vector<X509Ptr> out;
  const auto source = pem_source(pem);
  while (X509* x = PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr)) out.emplace_back(x);
  ERR_clear_error();
  return out;
}

/// A key with a passphrase is refused rather than asked for on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

Status use_identity(SSL_CTX* context, const std::string& certificate_pem, const std::string& key_pem) {
  const auto chain = read_certificates(certificate_pem);
  if (chain.empty()) return make_error(Code::kTls, "The certificate is not PEM.");
  const KeyPtr key(PEM_read_bio_PrivateKey(pem_source(key_pem).get(), nullptr, no_passphrase, nullptr));
  if (!key) return tls_failure("The private key is not PEM, or has a passphrase.");
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) return tls_failure("The certificate is not usable.");
  for (std::size_t i = 1; i < chain.size(); ++i) SSL_CTX_add1_chain_cert(context, chain[i].get());
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return tls_failure("The private key does not belong to the certificate.");
  }
  return {};
}

Status trust_only(SSL_CTX* context, const std::string& ca_pem) {
  const auto roots = read_certificates(ca_pem);
  if (roots.empty()) return make_error(Code::kTls, "The CA is not PEM.");
  for (const auto& root : roots) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root.get());
    SSL_CTX_add_client_CA(context, root.get());
  }
  return {};
}

Result<SslContext> base_context(const SSL_METHOD* method) {
  SslContext context(SSL_CTX_new(method));
  if (!context) return tls_failure("OpenSSL refused a context.");
  SSL_CTX* c = context.get();
  SSL_CTX_set_options(c, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_clear_options(c, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
  SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(c, 1);
  if (SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) != 1 || SSL_CTX_set_cipher_list(c, kTls12Suites) != 1 ||
      SSL_CTX_set1_groups_list(c, "X25519:P-256:P-384") != 1) {
    return tls_failure("OpenSSL refused the protocol settings.");
  }
  return context;
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned in_size, void*) {
  // A client that names protocols but not this one speaks something else (cross-protocol attack).
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kHttp11.data(), kHttp11.size(), in, in_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

std::string fingerprint(const X509* certificate) {
  std::array<std::uint8_t, 32> digest{};
  unsigned size = 0;
  if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  return hex(digest);
}

/// Runs inside the handshake, before this side has sent anything but its hello.
int check_pin(X509_STORE_CTX* store, void* trust) {
  const bool same = fingerprint(X509_STORE_CTX_get0_cert(store)) == static_cast<const ClientTrust*>(trust)->pinned_sha256;
  X509_STORE_CTX_set_error(store, same ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
  return same ? 1 : 0;
}

// A socket BIO whose writes cannot raise SIGPIPE.
int bio_write(BIO* bio, const char* data, int size) {
  int fd = -1;
  BIO_get_fd(bio, &fd);
  BIO_clear_retry_flags(bio);
  const ssize_t n = ::send(fd, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(n);
}

BIO_METHOD* make_bio_method() {
  BIO_METHOD* method = BIO_meth_new(BIO_TYPE_SOCKET, "socket without SIGPIPE");
  const BIO_METHOD* socket = BIO_s_socket();
  BIO_meth_set_read(method, BIO_meth_get_read(socket));
  BIO_meth_set_ctrl(method, BIO_meth_get_ctrl(socket));
  BIO_meth_set_create(method, BIO_meth_get_create(socket));
  BIO_meth_set_destroy(method, BIO_meth_get_destroy(socket));
  BIO_meth_set_write(method, bio_write);
  return method;
}

Result<SslPtr> make_session(SSL_CTX* context, int fd) {
  static BIO_METHOD* const method = make_bio_method();
  SslPtr ssl(SSL_new(context));
  BIO* bio = BIO_new(method);
  if (!ssl || bio == nullptr) {
    BIO_free(bio);
    return tls_failure("OpenSSL refused a session.");
  }
  BIO_set_fd(bio, fd, BIO_NOCLOSE);
  SSL_set_bio(ssl.get(), bio, bio);
  return ssl;
}

}  // namespace

std::string tls_error_text() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? std::string() : std::string(text);
}

Result<SslContext> server_context(const std::string& certificate_pem, const std::string& key_pem,
                                  const std::string& client_ca_pem) {
  SEKISHO_ASSIGN(auto context, base_context(TLS_server_method()));
  SEKISHO_TRY(use_identity(context.get(), certificate_pem, key_pem));
  SSL_CTX_set_max_early_data(context.get(), 0);
  SSL_CTX_set_num_tickets(context.get(), 1);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);  // tickets only
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  const Sha256 id = sha256(certificate_pem + client_ca_pem);
  SSL_CTX_set_session_id_context(context.get(), id.data(), static_cast<unsigned>(id.size()));
  if (!client_ca_pem.empty()) {
    SEKISHO_TRY(trust_only(context.get(), client_ca_pem));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  return context;
}

Result<SslContext> client_context(const ClientTrust& trust) {
  SEKISHO_ASSIGN(auto context, base_context(TLS_client_method()));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_alpn_protos(context.get(), kHttp11.data(), kHttp11.size());
  if (!trust.pinned_sha256.empty()) {
    SSL_CTX_set_cert_verify_callback(context.get(), check_pin, const_cast<ClientTrust*>(&trust));
  } else if (!trust.ca_pem.empty()) {
    SEKISHO_TRY(trust_only(context.get(), trust.ca_pem));
  } else {
    SSL_CTX_set_default_verify_paths(context.get());
  }
  if (!trust.client_certificate_pem.empty()) {
    SEKISHO_TRY(use_identity(context.get(), trust.client_certificate_pem, trust.client_key_pem));
  }
  return context;
}

Result<SslPtr> server_session(SSL_CTX* context, int fd) {
  SEKISHO_ASSIGN(auto ssl, make_session(context, fd));
  SSL_set_accept_state(ssl.get());
  return ssl;
}

Result<SslPtr> client_session(SSL_CTX* context, int fd, const std::string& host, const ClientTrust& trust) {
  SEKISHO_ASSIGN(auto ssl, make_session(context, fd));
  SSL_set_connect_state(ssl.get());
  in6_addr scratch{};
  const bool numeric = inet_pton(AF_INET, host.c_str(), &scratch) == 1 || inet_pton(AF_INET6, host.c_str(), &scratch) == 1;
  if (!numeric) SSL_set_tlsext_host_name(ssl.get(), host.c_str());
  if (!trust.pinned_sha256.empty()) return ssl;
  X509_VERIFY_PARAM* check = SSL_get0_param(ssl.get());
  X509_VERIFY_PARAM_set_hostflags(check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const int set = numeric ? X509_VERIFY_PARAM_set1_ip_asc(check, host.c_str())
                          : X509_VERIFY_PARAM_set1_host(check, host.data(), host.size());
  if (set != 1) return tls_failure("The host name cannot be checked.");
  return ssl;
}

std::string peer_fingerprint(SSL* ssl) {
  const X509Ptr certificate(SSL_get1_peer_certificate(ssl));
  return SSL_get_verify_result(ssl) == X509_V_OK ? fingerprint(certificate.get()) : std::string();
}

}  // namespace sekisho::node::http
