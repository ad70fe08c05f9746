#include "node/http/parser.h"

#include <algorithm>

#include "node/http/grammar.h"
#include "taxii/header_text.h"

namespace sekisho::node::http {
namespace {

constexpr std::size_t kPathBytes = 1024;
constexpr std::size_t kFirstReserve = 64 * 1024;
// Fields that decide framing, routing or identity: two of them are two readings of one request.
constexpr std::string_view kOnce[] = {"Host", "Content-Type", "Authorization", "Expect", "Content-Encoding"};

std::size_t target_bytes(const Limits& limits) { return kPathBytes + 1 + limits.query_bytes; }

Refusal malformed(const char* detail, int status = 400) {
  return Refusal{status, Code::kHttpMalformed, detail};
}

}  // namespace

RequestParser::RequestParser(const Limits& limits)
    : limits_(limits),
      head_(HeadScanner::Bounds{limits.head_bytes, target_bytes(limits) + 32, limits.header_count}) {}

std::size_t RequestParser::feed(std::string_view bytes) {
  std::size_t at = 0;
  if (phase_ == Phase::kHead) {
    at = head_->feed(bytes);
    if (head_->refusal()) refuse(*head_->refusal());
    if (head_->done()) head_complete();
  }
  if (phase_ == Phase::kBody && at < bytes.size()) {
    body_begun_ = true;
    at += feed_body(bytes.substr(at));
  }
  return at;
}

std::size_t RequestParser::feed_body(std::string_view bytes) {
  if (chunked_) {
    const std::size_t taken = chunked_->feed(bytes, request_.body);
    if (chunked_->done()) phase_ = Phase::kComplete;
    if (chunked_->refusal()) refuse(*chunked_->refusal());
    return taken;
  }
  const std::size_t take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  request_.body.append(bytes.substr(0, take));
  left_ -= take;
  if (left_ == 0) phase_ = Phase::kComplete;
  return take;
}

void RequestParser::head_complete() {
  std::optional<Refusal> refusal = read_request_line(head_->first_line());
  if (!refusal) refusal = parse_fields(head_->fields(), request_.headers);
  if (!refusal) refusal = check_fields();
  if (!refusal) refusal = begin_body();
  head_.reset();
  if (refusal) refuse(*refusal);
}

std::optional<Refusal> RequestParser::read_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return malformed("A request line without three parts.");
  const std::string_view method = line.substr(0, first);
  const std::string_view version = line.substr(last + 1);
  if (!is_method(method)) return malformed("The method is not a word of capital letters.");
  if (version.size() != 8 || version.substr(0, 5) != "HTTP/" || version[6] != '.' ||
      !decimal(version.substr(5, 1), 1) || !decimal(version.substr(7), 1)) {
    return malformed("The request line does not end in an HTTP version.");
  }
  version_1_0_ = version == "HTTP/1.0";
  if (!version_1_0_ && version != "HTTP/1.1") return malformed("Only HTTP/1.1 and HTTP/1.0 are spoken.", 505);
  if (method == "CONNECT" || method == "TRACE") return malformed("The method is not offered.", 501);
  request_.method = method;
  return read_target(line.substr(first + 1, last - first - 1));
}

std::optional<Refusal> RequestParser::read_target(std::string_view target) {
  const std::size_t mark = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, mark);
  const std::string_view query = target.substr(std::min(mark + 1, target.size()));
  if (path.size() > kPathBytes || query.size() > limits_.query_bytes) {
    return Refusal{414, Code::kHttpHeaderTooLarge, "The request target is over the limit."};
  }
  if (!is_path(path) || !is_query(query)) return malformed("The request target is not a proper path and query.");
  request_.path = path;
  request_.query = query;
  return std::nullopt;
}

std::optional<Refusal> RequestParser::check_fields() {
  const auto& headers = request_.headers;
  bool twice = false;
  for (const std::string_view name : kOnce) {
    only_field(headers, name, twice);
    if (twice) return malformed("A header that may come once came more than once.");
  }
  const std::string* host = only_field(headers, "Host", twice);
  if (host == nullptr && !version_1_0_) return malformed("No Host header.");
  if (host != nullptr && !is_authority(*host)) return malformed("The Host header is not a host and port.");
  const std::string* coding = only_field(headers, "Content-Encoding", twice);
  if (coding != nullptr && !taxii::equal_ignoring_case(*coding, "identity")) {
    return malformed("Compressed bodies are not taken.", 415);
  }
  const std::string* expect = only_field(headers, "Expect", twice);
  if (expect != nullptr && !version_1_0_) {
    if (!taxii::equal_ignoring_case(*expect, "100-continue")) return malformed("An unknown expectation.", 417);
    expects_continue_ = true;
  }
  keep_alive_ = !version_1_0_ && !lists_token(headers, "Connection", "close");
  return std::nullopt;
}

std::optional<Refusal> RequestParser::begin_body() {
  BodyLength length;
  if (const auto refusal = body_length(request_.headers, length)) return refusal;
  if (length.chunked && version_1_0_) return malformed("Transfer-Encoding in an HTTP/1.0 request.");
  if (length.octets.value_or(0) > limits_.max_content_length) {
    return Refusal{413, Code::kHttpTooLarge, "The body is over the limit."};
  }
  if (length.chunked) {
    chunked_.emplace(limits_.max_content_length,
                     HeadScanner::Bounds{limits_.head_bytes, 0, limits_.header_count});
    phase_ = Phase::kBody;
  } else {
    left_ = length.octets.value_or(0);
    request_.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(left_, kFirstReserve)));
    phase_ = left_ == 0 ? Phase::kComplete : Phase::kBody;
  }
  return std::nullopt;
}

void RequestParser::refuse(Refusal refusal) {
  refusal_ = refusal;
  phase_ = Phase::kRefused;
  std::string().swap(request_.body);  // an assignment would keep the memory
  chunked_.reset();
}

}  // namespace sekisho::node::http
