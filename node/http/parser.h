// One HTTP/1.1 request, octet by octet, strict and bounded (docs/specs/http-gate.md has the decisions).
// Cutting the same bytes at other places never changes the outcome. One thread at a time per object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/limits.h"
#include "node/http/framing.h"
#include "taxii/http.h"

namespace sekisho::node::http {

class RequestParser {
 public:
  enum class Phase : std::uint8_t { kHead, kBody, kComplete, kRefused };
  explicit RequestParser(const Limits& limits);

  /// Bytes taken; fewer than given only when complete or refused, so the rest is the next request.
  std::size_t feed(std::string_view bytes);
  Phase phase() const { return phase_; }
  const Refusal& refusal() const { return refusal_; }  ///< in kRefused
  /// The client waits for "100 Continue" before it sends the body (and none of it has come).
  bool wants_continue() const { return phase_ == Phase::kBody && expects_continue_ && !body_begun_; }
  bool keep_alive() const { return keep_alive_; }
  bool is_head() const { return request_.method == "HEAD"; }
  std::size_t buffered() const { return request_.body.capacity(); }  ///< memory of the body so far
  taxii::HttpRequest take() { return std::move(request_); }  ///< in kComplete, once

 private:
  std::size_t feed_body(std::string_view bytes);
  void head_complete();
  std::optional<Refusal> read_request_line(std::string_view line);
  std::optional<Refusal> read_target(std::string_view target);
  std::optional<Refusal> check_fields();
  std::optional<Refusal> begin_body();
  void refuse(Refusal refusal);  ///< by value: it may lie in what this throws away

  const Limits& limits_;
  std::optional<HeadScanner> head_;  ///< only while the head comes in
  taxii::HttpRequest request_;
  Phase phase_ = Phase::kHead;
  Refusal refusal_;
  bool version_1_0_ = false;
  bool keep_alive_ = false;
  bool expects_continue_ = false;
  bool body_begun_ = false;
  std::uint64_t left_ = 0;
  std::optional<ChunkedDecoder> chunked_;
};

}  // namespace sekisho::node::http
