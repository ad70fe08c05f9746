#include "tests/integration/http_gate/gate.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include "core/system/system.h"

namespace sekisho::node::http::tests {
namespace {

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().to_string());
  return std::move(result).value();
}

Papers make_papers() {
  const Timestamp now = system::make_clock()->now();
  Papers out;
  out.ca = must(certs::make_ca("Gate test", now, 30));
  out.server = must(certs::make_leaf(out.ca, "Server", {"localhost", "127.0.0.1"}, now, 30));
  out.client = must(certs::make_leaf(out.ca, "Client", {"client.example"}, now, 30));
  const auto other = must(certs::make_ca("Another", now, 30));
  out.stranger = must(certs::make_leaf(other, "Stranger", {"localhost", "127.0.0.1"}, now, 30));
  return out;
}

}  // namespace

const Papers& papers() {
  static const Papers made = make_papers();
  return made;
}

std::string page_text() {
  std::string text;
  for (unsigned i = 0; text.size() < 120'000; ++i) text += std::to_string(i) + ' ';
  return text;
}

taxii::HttpResponse echo(const taxii::HttpRequest& request) {
  static const auto page = std::make_shared<const std::string>(page_text());
  taxii::HttpResponse response;
  response.headers = {{"Content-Type", "text/plain"}};
  if (request.path == "/large") {
    response.body = std::string(8u << 20, 'l');
  } else if (request.path == "/page") {
    const std::string_view text = *page;
    response.body = text.substr(0, 100);
    for (std::size_t at = 100; at < text.size(); at += 1000) response.parts.push_back({text.substr(at, 1000), page, page->size()});
  } else if (request.path == "/identity") {
    response.body = request.connection->peer_certificate_sha256;
  } else if (request.path == "/bad") {
    response.headers.emplace_back("X-Bad", "a\r\nSet-Cookie: b");
  } else {
    response.body = request.method + ' ' + request.path + '?' + request.query + ' ' + std::to_string(request.body.size());
  }
  return response;
}

RawClient::RawClient(std::uint16_t port, int receive_buffer) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{20, 0};
  const int on = 1;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), ssl_(std::exchange(other.ssl_, nullptr)), received_(std::move(other.received_)) {}

RawClient::~RawClient() {
  SSL_free(ssl_);
  if (fd_ >= 0) ::close(fd_);
}

bool RawClient::secure(SSL_CTX* context) {
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, fd_);
  SSL_set_tlsext_host_name(ssl_, "localhost");
  return SSL_connect(ssl_) == 1;
}

bool RawClient::send(std::string_view octets) {
  while (!octets.empty()) {
    const auto n = ssl_ != nullptr ? static_cast<ssize_t>(SSL_write(ssl_, octets.data(), static_cast<int>(octets.size())))
                                   : ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    octets.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

void RawClient::half_close() { ::shutdown(fd_, SHUT_WR); }

std::size_t RawClient::read_some(char* buffer, std::size_t size) {
  const auto n = ssl_ != nullptr ? static_cast<ssize_t>(SSL_read(ssl_, buffer, static_cast<int>(size)))
                                 : ::recv(fd_, buffer, size, 0);
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

Answer RawClient::answer(bool head) {
  Answer out;
  std::array<char, 65536> buffer;
  std::size_t end = std::string::npos;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    const std::size_t n = read_some(buffer.data(), buffer.size());
    if (n == 0) return out;
    received_.append(buffer.data(), n);
  }
  out.head = received_.substr(0, end + 4);
  received_.erase(0, end + 4);
  const std::size_t field = out.head.find("\r\nContent-Length: ");
  const std::size_t length = field == std::string::npos || head ? 0 : std::stoul(out.head.substr(field + 18));
  while (received_.size() < length) {
    const std::size_t n = read_some(buffer.data(), buffer.size());
    if (n == 0) return out;
    received_.append(buffer.data(), n);
  }
  out.body = received_.substr(0, length);
  received_.erase(0, length);
  out.status = std::stoi(out.head.substr(9, 3));
  return out;
}

bool RawClient::ended() {
  char octet = 0;
  return received_.empty() && read_some(&octet, 1) == 0 && errno != EAGAIN;
}

Answer RawClient::get(std::string_view target) {
  if (!send("GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")) return {};
  return answer();
}

ClientContext client_context(int min, int max) {
  ClientContext context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context.get(), min);
  SSL_CTX_set_max_proto_version(context.get(), max);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const std::string& pem = papers().ca.certificate_pem;
  BIO* source = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* ca = PEM_read_bio_X509(source, nullptr, nullptr, nullptr);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), ca);
  X509_free(ca);
  BIO_free(source);
  return context;
}

Gate::Gate(const Clock& clock, ServerOptions options, Handler handler)
    : server(must(Server::start(options, std::move(handler), clock, log_))) {}

ServerOptions tls_options() {
  ServerOptions options;
  options.certificate_pem = papers().server.certificate_pem;
  options.key_pem = papers().server.key_pem;
  options.client_ca_pem = papers().ca.certificate_pem;
  return options;
}

}  // namespace sekisho::node::http::tests
