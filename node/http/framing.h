// Where an HTTP/1.1 message's parts begin and end: header section, Content-Length, chunked. Incremental
// and bounded; cutting the same bytes at other places never changes the outcome. RFC 9112 §2.2, §5-§7.
// One thread at a time per object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/errors.h"
#include "taxii/http.h"

namespace sekisho::node::http {

/// Why a message is not taken: the status of the answer and one sentence that quotes nothing.
struct Refusal {
  int status = 400;
  Code code = Code::kHttpMalformed;
  const char* detail = "";
};

/// Takes bytes up to and including the blank line; refuses line ends other than CRLF, control
/// characters, octets above 0x7e, folded lines and anything over the limits at the first octet at fault.
class HeadScanner {
 public:
  struct Bounds {
    std::size_t bytes = 0;        ///< whole section: 431 above
    std::size_t first_line = 0;   ///< start line: 414 above; 0 = a section without one (trailers)
    std::size_t fields = 0;       ///< field lines: 431 above
  };
  explicit HeadScanner(const Bounds& bounds) : bounds_(bounds) {}

  /// Bytes taken; fewer than given only when done or refused.
  std::size_t feed(std::string_view bytes);
  bool done() const { return done_; }
  const std::optional<Refusal>& refusal() const { return refusal_; }
  const std::string& text() const { return text_; }  ///< the lines with their CRLF
  std::string_view first_line() const;
  std::string_view fields() const;  ///< the field lines with their CRLF, without the blank line

 private:
  void plain(std::string_view run);
  void special(char c);
  void line_feed();
  bool in_first_line() const { return lines_ == 0 && bounds_.first_line > 0; }
  void refuse(int status, Code code, const char* detail) { refusal_ = Refusal{status, code, detail}; }

  Bounds bounds_;
  std::string text_;
  std::size_t line_start_ = 0;
  std::size_t lines_ = 0;
  bool after_cr_ = false;
  bool done_ = false;
  std::optional<Refusal> refusal_;
};

/// Splits field lines (each ending in CRLF) into names and values without surrounding blanks.
std::optional<Refusal> parse_fields(std::string_view lines, taxii::Headers& out);

/// How the body ends, as the header fields say.
struct BodyLength {
  bool chunked = false;
  std::optional<std::uint64_t> octets;
};
/// Refuses repeated or malformed Content-Length, any transfer coding but one `chunked`, and both together.
std::optional<Refusal> body_length(const taxii::Headers& headers, BodyLength& out);

/// Decodes a chunked body; trailers are checked, bounded and dropped.
class ChunkedDecoder {
 public:
  ChunkedDecoder(std::size_t max_body, const HeadScanner::Bounds& trailers)
      : max_body_(max_body), trailers_(trailers) {}
  /// Appends what it decodes to `body`; bytes taken, fewer than given only when done or refused.
  /// The first octet announced over `max_body` is refused with 413.
  std::size_t feed(std::string_view bytes, std::string& body);
  bool done() const { return state_ == State::kDone; }
  const std::optional<Refusal>& refusal() const { return refusal_; }

 private:
  enum class State : std::uint8_t { kSize, kExtension, kSizeLf, kData, kDataCr, kDataLf, kTrailers, kDone };
  void control(char c, std::size_t body_size);
  void size_line_end(std::size_t body_size);
  void extension(char c);
  void feed_trailers(std::string_view bytes, std::size_t& at);
  void refuse(int status, Code code, const char* detail) { refusal_ = Refusal{status, code, detail}; }

  std::size_t max_body_;
  HeadScanner trailers_;
  State state_ = State::kSize;
  std::string digits_;
  std::size_t extension_bytes_ = 0;  ///< over the whole body
  std::uint64_t left_ = 0;
  std::optional<Refusal> refusal_;
};

}  // namespace sekisho::node::http
