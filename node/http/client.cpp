#include "node/http/client.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/digest.h"
#include "node/http/answer.h"
#include "node/http/channel.h"
#include "node/http/dial.h"
#include "node/http/grammar.h"
#include "node/http/tls.h"
#include "node/http/url.h"
#include "taxii/header_text.h"
#include "taxii/retry.h"

namespace sekisho::node::http {
namespace {

using taxii::HttpResponse;
using taxii::HttpTransport;

constexpr std::int64_t kHandshakeMicros = 15'000'000;
constexpr std::int64_t kSilenceMicros = 30'000'000;  // without an octet either way
constexpr std::string_view kRequestFieldsOfOurs[] = {"Host", "Content-Length", "Transfer-Encoding", "Connection",
                                      "Expect", "Upgrade", "TE", "Accept-Encoding"};

bool is_ours(std::string_view name) {
  return std::any_of(std::begin(kRequestFieldsOfOurs), std::end(kRequestFieldsOfOurs),
                     [&](std::string_view own) { return taxii::equal_ignoring_case(own, name); });
}

/// The request's octets; a header that would not stay one header is refused.
Result<std::string> request_text(const HttpTransport::Call& call, const Url& url) {
  if (!is_method(call.method)) return make_error(Code::kInvalidArgument, "The method is not a word of capital letters.");
  std::string out = call.method + ' ' + url.target + " HTTP/1.1\r\nHost: " + url.authority + "\r\n";
  for (const auto& [name, value] : call.headers) {
    if (is_ours(name) || !taxii::is_token(name) || !is_field_value(value)) {
      return make_error(Code::kInvalidArgument, "A header that the caller may not set so.", taxii::is_token(name) ? name : "");
    }
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
  if (!call.body.empty() || call.method == "POST" || call.method == "PUT") {
    out += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
  }
  out += "\r\n";
  return out;
}

class Transport final : public HttpTransport {
 public:
  Transport(ClientTrust trust, const Clock& clock) : trust_(std::move(trust)), clock_(clock) {}
  Result<HttpResponse> send(const Call& call) override;

 private:
  Status open(const Url& url, const Deadline& deadline);
  Status tunnel(const Url& url, const Deadline& deadline);
  Status handshake(const Deadline& deadline);
  Status transmit(const std::string& head, const std::string& body, AnswerParser& answer, const Deadline& deadline);
  Status receive(AnswerParser& answer, const Deadline& deadline);
  Result<HttpResponse> exchange(const std::string& head, const Call& call, const Deadline& deadline, bool& begun);
  bool reusable(const Url& url);
  Status take(AnswerParser& answer, std::string_view bytes);

  const ClientTrust trust_;
  const Clock& clock_;
  SslContext context_;
  std::optional<Channel> channel_;  ///< open and idle between calls, or absent
  std::string connected_to_;
  bool sent_all_ = false;  ///< of the last request
};

std::string endpoint(const Url& url) {
  return (url.tls ? "https " : "http ") + url.host + ' ' + std::to_string(url.port);
}

Result<HttpResponse> Transport::send(const Call& call) {
  SEKISHO_ASSIGN(const Url url, parse_url(call.url));
  SEKISHO_ASSIGN(const std::string head, request_text(call, url));
  if (!url.tls && !trust_.allow_plain_loopback) {
    return make_error(Code::kConnect, "Plain HTTP is not allowed.", url.authority);
  }
  const Deadline deadline(clock_, call.timeout_micros);
  const bool reused = reusable(url);
  if (!reused) SEKISHO_TRY(open(url, deadline));
  bool begun = false;
  auto result = exchange(head, call, deadline, begun);
  // A kept connection may have been closed just before: once more on a fresh one, if that is harmless.
  const bool harmless = !call.once && (call.method == "GET" || call.method == "HEAD" || call.method == "OPTIONS");
  if (!result.ok() && reused && !begun && harmless && result.error().code != Code::kTimeout) {
    SEKISHO_TRY(open(url, deadline));
    result = exchange(head, call, deadline, begun);
  }
  return result;
}

/// Connected to the same place and nothing came in meanwhile (an octet or an end would show).
bool Transport::reusable(const Url& url) {
  if (!channel_ || connected_to_ != endpoint(url)) return false;
  if (channel_->ssl() != nullptr && SSL_has_pending(channel_->ssl()) != 0) return false;
  pollfd watch{channel_->fd(), POLLIN, 0};
  return ::poll(&watch, 1, 0) == 0;
}

Status Transport::open(const Url& url, const Deadline& deadline) {
  channel_.reset();
  const bool by_proxy = url.tls && !trust_.proxy.url.empty();
  const Reach reach = !url.tls ? Reach::kLoopback : trust_.private_network ? Reach::kAny : Reach::kPublic;
  Url to = url;
  if (by_proxy) {
    SEKISHO_ASSIGN(to, parse_url(trust_.proxy.url));
  }
  SEKISHO_ASSIGN(Fd fd, dial(to, by_proxy ? Reach::kAny : reach, deadline));
  const int number = fd.get();
  channel_.emplace(std::move(fd));
  connected_to_ = endpoint(url);
  if (!url.tls) return {};
  Status status = by_proxy ? tunnel(url, deadline) : Status();
  if (status && !context_) {
    auto context = client_context(trust_);
    if (context) context_ = std::move(context).value();
    else status = std::move(context).error();
  }
  if (status) {
    auto session = client_session(context_.get(), number, url.host, trust_);
    if (session) {
      channel_->secure(std::move(session).value());
      status = handshake(deadline);
    } else {
      status = std::move(session).error();
    }
  }
  if (!status) channel_.reset();
  return status;
}

/// Asks the proxy for a way to the server (RFC 9110 §9.3.6). Nothing of the request is shown to it.
Status Transport::tunnel(const Url& url, const Deadline& deadline) {
  const bool v6 = url.host.find(':') != std::string::npos;
  const std::string authority = (v6 ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port);
  std::string head = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
  if (!trust_.proxy.user.empty()) {
    head += "Proxy-Authorization: Basic " + base64(trust_.proxy.user + ":" + trust_.proxy.password) + "\r\n";
  }
  head += "\r\n";
  AnswerParser answer("CONNECT", 0);  // what follows the head of a 200 is the tunnel
  Status status = transmit(head, "", answer, deadline);
  if (status) status = receive(answer, deadline);
  if (!status) return make_error(status.error().code, "The proxy: " + status.error().detail, trust_.proxy.url);
  const int said = answer.take().status;
  if (said == 200) return {};
  const char* what = said != 407 ? "" : trust_.proxy.user.empty() ? " It wants a user and a password." : " It does not take this user and password.";
  return make_error(Code::kConnect, "The proxy answered " + std::to_string(said) + "." + what, trust_.proxy.url);
}

Status Transport::handshake(const Deadline& deadline) {
  const Deadline own(clock_, std::min(kHandshakeMicros, deadline.left_micros()));
  while (true) {
    const auto io = channel_->handshake();
    if (io == Channel::Io::kOk) return {};
    if (io == Channel::Io::kEnd || io == Channel::Io::kFailed) {
      const bool unverified = SSL_get_verify_result(channel_->ssl()) != X509_V_OK;
      const std::string why = tls_error_text();
      return make_error(Code::kTls, unverified ? "The server's certificate is not the pinned or trusted one."
                                               : "The TLS handshake failed (" + why + ").", connected_to_);
    }
    const short events = io == Channel::Io::kWantRead ? POLLIN : POLLOUT;
    if (!own.wait(channel_->fd(), events, kHandshakeMicros)) {
      return make_error(Code::kTimeout, "The TLS handshake took too long.", connected_to_);
    }
  }
}

Result<HttpResponse> Transport::exchange(const std::string& head, const Call& call, const Deadline& deadline,
                                         bool& begun) {
  AnswerParser answer(call.method, call.max_body);
  Status status = transmit(head, call.body, answer, deadline);
  if (status) status = receive(answer, deadline);
  begun = answer.begun();
  if (!status || !sent_all_ || !answer.keep_alive()) channel_.reset();
  if (!status) return status.error();
  return answer.take();
}

/// Sends head and body; stops early when the server has begun to answer (a refusal of the body, say).
Status Transport::transmit(const std::string& head, const std::string& body, AnswerParser& answer,
                           const Deadline& deadline) {
  // Small requests in one record and packet.
  const bool joined = body.size() <= 8192;
  const std::string first = joined ? head + body : head;
  std::array<std::string_view, 2> pieces{first, body};
  std::span<std::string_view> left(pieces.data(), joined ? 1 : 2);
  sent_all_ = false;
  while (!left.empty()) {
    if (!body.empty() && trust_.may_send && !trust_.may_send()) {
      return make_error(Code::kUnavailable, "The operator has stopped sharing.", connected_to_);
    }
    std::size_t put = 0;
    const auto io = channel_->write(left, put);
    left = Channel::rest_of(left, put);
    if (io == Channel::Io::kOk) continue;
    if (io == Channel::Io::kEnd || io == Channel::Io::kFailed) break;  // perhaps an answer lies there
    if (!deadline.wait(channel_->fd(), POLLIN | POLLOUT, kSilenceMicros)) {
      return make_error(Code::kTimeout, "Sending the request took too long.", connected_to_);
    }
    std::array<char, 16 * 1024> buffer;
    std::size_t got = 0;
    if (channel_->read(buffer.data(), buffer.size(), got) == Channel::Io::kOk) {
      SEKISHO_TRY(take(answer, {buffer.data(), got}));
      return {};
    }
  }
  sent_all_ = left.empty();
  return {};
}

Status Transport::receive(AnswerParser& answer, const Deadline& deadline) {
  std::array<char, 16 * 1024> buffer;
  while (answer.phase() != AnswerParser::Phase::kComplete) {
    if (deadline.left_micros() <= 0) return make_error(Code::kTimeout, "The answer took too long.", connected_to_);
    std::size_t got = 0;
    const auto io = channel_->read(buffer.data(), buffer.size(), got);
    if (io == Channel::Io::kOk) {
      SEKISHO_TRY(take(answer, {buffer.data(), got}));
    } else if (io == Channel::Io::kEnd) {
      answer.end();
      if (answer.phase() == AnswerParser::Phase::kRefused) return answer.error();
    } else if (io == Channel::Io::kFailed) {
      return make_error(Code::kConnect, "The connection broke before the answer was complete.", connected_to_);
    } else if (!deadline.wait(channel_->fd(), io == Channel::Io::kWantRead ? POLLIN : POLLOUT, kSilenceMicros)) {
      return make_error(Code::kTimeout, "The answer took too long.", connected_to_);
    }
  }
  return {};
}

Status Transport::take(AnswerParser& answer, std::string_view bytes) {
  const std::size_t taken = answer.feed(bytes);
  if (answer.phase() == AnswerParser::Phase::kRefused) return answer.error();
  if (taken < bytes.size()) return make_error(Code::kTaxiiPeerFault, "More octets than the answer has.", connected_to_);
  return {};
}

}  // namespace

std::unique_ptr<HttpTransport> make_transport(ClientTrust trust, const Clock& clock) {
  return std::make_unique<Transport>(std::move(trust), clock);
}

std::unique_ptr<HttpTransport> make_patient(std::unique_ptr<HttpTransport> transport, const Clock& clock) {
  return taxii::make_retrying(std::move(transport), clock, pause);
}

void pause(std::int64_t micros) {
  ::poll(nullptr, 0, static_cast<int>(std::clamp<std::int64_t>(micros / 1000, 0, 3'600'000)));
}

}  // namespace sekisho::node::http
