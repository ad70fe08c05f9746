#include "node/http/answer.h"

#include <algorithm>
#include <utility>

#include "node/http/grammar.h"
#include "taxii/header_text.h"

namespace sekisho::node::http {
namespace {

constexpr std::uint64_t kReserved = 4u << 20;  // at most, on a server's word alone
constexpr HeadScanner::Bounds kHeadBounds{AnswerParser::kHeadBytes, 1024, AnswerParser::kHeaderCount};

}  // namespace

AnswerParser::AnswerParser(std::string_view method, std::size_t max_body)
    : head_request_(method == "HEAD"), connect_request_(method == "CONNECT"), max_body_(max_body), head_(kHeadBounds) {}

std::size_t AnswerParser::feed(std::string_view bytes) {
  std::size_t at = 0;
  begun_ = begun_ || !bytes.empty();
  while (phase_ == Phase::kHead && at < bytes.size()) {
    at += head_->feed(bytes.substr(at));
    if (head_->refusal()) refuse(*head_->refusal());
    else if (head_->done()) head_complete();
  }
  if (phase_ == Phase::kBody) at += feed_body(bytes.substr(at));
  if (connect_request_ && phase_ == Phase::kComplete && response_.status >= 300) return bytes.size();
  return at;
}

std::size_t AnswerParser::feed_body(std::string_view bytes) {
  std::string& body = response_.body;
  if (chunked_) {
    const std::size_t taken = chunked_->feed(bytes, body);
    if (chunked_->refusal()) refuse(*chunked_->refusal());
    if (chunked_->done()) phase_ = Phase::kComplete;
    return taken;
  }
  if (until_close_) {
    if (bytes.size() > max_body_ - body.size()) {
      fault("The answer's body is over the limit.", Code::kLimitExceeded);
      return bytes.size();
    }
    body.append(bytes);
    return bytes.size();
  }
  const std::size_t take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  body.append(bytes.substr(0, take));
  left_ -= take;
  if (left_ == 0) phase_ = Phase::kComplete;
  return take;
}

void AnswerParser::end() {
  if (phase_ == Phase::kBody && until_close_) {
    phase_ = Phase::kComplete;
  } else if (phase_ == Phase::kHead || phase_ == Phase::kBody) {
    fault("The connection ended in the middle of the answer.");
  }
}

void AnswerParser::head_complete() {
  if (!read_status_line(head_->first_line())) return fault("The answer does not begin with an HTTP/1.1 status line.");
  if (response_.status < 200) {
    if (response_.status == 101 || ++interim_ > kInterim) return fault("Too many interim answers.");
    head_.emplace(kHeadBounds);
    return;
  }
  if (const auto refusal = parse_fields(head_->fields(), response_.headers)) return refuse(*refusal);
  head_.reset();
  if (connect_request_) {
    phase_ = Phase::kComplete;
  } else {
    begin_body();
  }
}

bool AnswerParser::read_status_line(std::string_view line) {
  version_1_0_ = line.substr(0, 9) == "HTTP/1.0 ";
  if (!version_1_0_ && line.substr(0, 9) != "HTTP/1.1 ") return false;
  const auto status = decimal(line.substr(9, 3), 3);
  if (!status || *status < 100 || *status > 599 || (line.size() > 12 && line[12] != ' ')) return false;
  response_.status = static_cast<int>(*status);
  return true;
}

void AnswerParser::begin_body() {
  bool twice = false;
  const std::string* coding = only_field(response_.headers, "Content-Encoding", twice);
  if (coding != nullptr && !taxii::equal_ignoring_case(*coding, "identity")) return fault("The answer is compressed, which was not asked for.");
  BodyLength length;
  if (const auto refusal = body_length(response_.headers, length)) return refuse(*refusal);
  keep_alive_ = !version_1_0_ && !lists_token(response_.headers, "Connection", "close");
  if (head_request_ || response_.status == 204 || response_.status == 304) {
    phase_ = Phase::kComplete;
  } else if (length.chunked) {
    if (version_1_0_) return fault("A chunked HTTP/1.0 answer.");
    chunked_.emplace(max_body_, HeadScanner::Bounds{kHeadBytes, 0, kHeaderCount});
    phase_ = Phase::kBody;
  } else if (length.octets) {
    if (*length.octets > max_body_) return fault("The answer's body is over the limit.", Code::kLimitExceeded);
    left_ = *length.octets;
    response_.body.reserve(static_cast<std::size_t>(std::min(left_, kReserved)));
    phase_ = left_ == 0 ? Phase::kComplete : Phase::kBody;
  } else {
    until_close_ = true;
    keep_alive_ = false;
    phase_ = Phase::kBody;
  }
}

void AnswerParser::refuse(const Refusal& refusal) {
  if (refusal.status == 413) return fault("The answer's body is over the limit.", Code::kLimitExceeded);
  fault(std::string("The answer is not proper HTTP/1.1: ") + refusal.detail);
}

void AnswerParser::fault(std::string detail, Code code) {
  error_ = make_error(code, std::move(detail));
  phase_ = Phase::kRefused;
  keep_alive_ = false;
  response_.body = std::string();
}

}  // namespace sekisho::node::http
