// One HTTP/1.1 answer, as strict and as bounded as the requests (a hostile server must not exhaust us).
// One thread at a time per object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/http/framing.h"
#include "taxii/http.h"

namespace sekisho::node::http {

class AnswerParser {
 public:
  enum class Phase : std::uint8_t { kHead, kBody, kComplete, kRefused };
  static constexpr std::size_t kHeadBytes = 32 * 1024;
  static constexpr std::size_t kHeaderCount = 128;
  static constexpr int kInterim = 8;  ///< 1xx answers before the real one

  /// `method` is the request's: an answer to HEAD has no body, nor has a 2xx to CONNECT (RFC 9112 §6.3). The body of any other
  /// answer to CONNECT is thrown away unread: nothing follows it.
  AnswerParser(std::string_view method, std::size_t max_body);

  /// Bytes taken; fewer than given only when complete or refused.
  std::size_t feed(std::string_view bytes);
  /// The connection ended: completes a body that lasts until then, refuses anything unfinished.
  void end();
  Phase phase() const { return phase_; }
  bool begun() const { return begun_; }  ///< at least one octet came
  /// kTaxiiPeerFault, or kLimitExceeded for a body over `max_body`.
  const Error& error() const { return error_; }
  bool keep_alive() const { return keep_alive_; }
  taxii::HttpResponse take() { return std::move(response_); }

 private:
  std::size_t feed_body(std::string_view bytes);
  void head_complete();
  bool read_status_line(std::string_view line);
  void begin_body();
  void fault(std::string detail, Code code = Code::kTaxiiPeerFault);
  void refuse(const Refusal& refusal);

  const bool head_request_, connect_request_;
  const std::size_t max_body_;
  std::optional<HeadScanner> head_;
  taxii::HttpResponse response_;
  Phase phase_ = Phase::kHead;
  Error error_;
  int interim_ = 0;
  bool begun_ = false;
  bool version_1_0_ = false;
  bool keep_alive_ = false;
  bool until_close_ = false;
  std::uint64_t left_ = 0;
  std::optional<ChunkedDecoder> chunked_;
};

}  // namespace sekisho::node::http
