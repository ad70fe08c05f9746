#include "node/http/library.h"

#include <httplib.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <set>
#include <utility>

#include "node/http/answer.h"
#include "node/http/grammar.h"
#include "node/http/message.h"

namespace sekisho::node::http {
namespace {

constexpr std::size_t kPageBytes = 4u << 20;
constexpr std::size_t kHeaderBytes = 256;
constexpr std::string_view kPassedOn[] = {"Accept", "Accept-Language", "User-Agent"};

/// A whole request to read, an answer to collect; no socket behind it.
class MemoryStream final : public httplib::Stream {
 public:
  explicit MemoryStream(std::string in) : in_(std::move(in)) {}
  const std::string& out() const { return out_; }

  bool is_readable() const override { return at_ < in_.size(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override {
    const std::size_t take = std::min(size, in_.size() - at_);
    std::memcpy(to, in_.data() + at_, take);
    at_ += take;
    return static_cast<ssize_t>(take);
  }
  ssize_t write(const char* from, std::size_t size) override {
    if (size > kPageBytes - std::min(out_.size(), kPageBytes)) return -1;
    out_.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& ip, int& port) const override { ip.clear(), port = 0; }
  void get_local_ip_and_port(std::string& ip, int& port) const override { ip.clear(), port = 0; }
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string in_, out_;
  std::size_t at_ = 0;
};

class Router final : public httplib::Server {
 public:
  std::string run(std::string request) {
    MemoryStream stream(std::move(request));
    bool closed = false;
    process_request(stream, true, closed, [](httplib::Request&) {});
    return stream.out();
  }
};

std::string quoted_pattern(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (std::strchr("\\^$.|?*+()[]{}", c) != nullptr) out += '\\';
    out += c;
  }
  return out;
}

/// What the library gets to read: our own text with the few checked headers that pages may look at.
std::string reserialise(const taxii::HttpRequest& request) {
  std::string out = "GET " + request.path + " HTTP/1.1\r\nHost: localhost\r\n";
  for (const std::string_view name : kPassedOn) {
    bool twice = false;
    const std::string* value = only_field(request.headers, name, twice);
    // The library percent-decodes values, so one with an escape could grow a line end.
    if (value == nullptr || twice || value->size() > kHeaderBytes || value->find('%') != std::string::npos ||
        !is_field_value(*value)) {
      continue;
    }
    out += std::string(name) + ": " + *value + "\r\n";
  }
  return out + "Connection: close\r\n\r\n";
}

}  // namespace

struct Pages::Impl {
  Router router;
  std::set<std::string, std::less<>> paths;
};

Pages::Pages() : impl_(std::make_unique<Impl>()) {
  // Without one the library would put an exception's text into a header of the answer.
  impl_->router.set_exception_handler([](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
    response.status = 500;
  });
}
Pages::~Pages() = default;

void Pages::add(const std::string& path, const std::string& content_type, std::function<std::string()> text) {
  impl_->paths.insert(path);
  impl_->router.Get(quoted_pattern(path), [content_type, text = std::move(text)](const httplib::Request&,
                                                                               httplib::Response& response) {
    response.set_content(text(), content_type);
  });
}

void Pages::add_check(const std::string& path, std::function<std::string()> trouble) {
  impl_->paths.insert(path);
  impl_->router.Get(quoted_pattern(path), [trouble = std::move(trouble)](const httplib::Request&,
                                                                         httplib::Response& response) {
    const std::string text = trouble();
    response.status = text.empty() ? 200 : 503;
    response.set_content((text.empty() ? "ok" : text) + "\n", "text/plain");
  });
}

taxii::HttpResponse Pages::handle(const taxii::HttpRequest& request) const {
  if (impl_->paths.find(request.path) == impl_->paths.end()) {
    return refusal_response({404, Code::kNotFound, "There is no such page."});
  }
  if (request.method != "GET" && request.method != "HEAD") {
    auto response = refusal_response({405, Code::kTaxiiMethodNotAllowed, "Pages are only read."});
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  std::string text;
  try {
    text = impl_->router.run(reserialise(request));
  } catch (const std::exception&) {
    text.clear();
  }
  AnswerParser answer("GET", kPageBytes);
  answer.feed(text);
  if (answer.phase() != AnswerParser::Phase::kComplete) {
    return refusal_response({500, Code::kInternal, "The page could not be made."});
  }
  const auto page = answer.take();
  taxii::HttpResponse response;
  response.status = page.status;
  bool twice = false;
  if (const std::string* type = only_field(page.headers, "Content-Type", twice)) {
    response.headers.emplace_back("Content-Type", *type);
  }
  response.body = page.body;
  return response;
}

}  // namespace sekisho::node::http
