#include "node/http/framing.h"

#include <algorithm>

#include "node/http/grammar.h"
#include "taxii/header_text.h"

namespace sekisho::node::http {
namespace {

constexpr std::size_t kChunkDigits = 8;
constexpr std::size_t kExtensionBytes = 4096;

bool is_plain(char c) { return c == '\t' || (c >= 0x20 && c < 0x7f); }

}  // namespace

std::size_t HeadScanner::feed(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && !done_ && !refusal_) {
    std::size_t end = at;
    while (end < bytes.size() && is_plain(bytes[end])) ++end;
    if (end > at) {
      plain(bytes.substr(at, end - at));
      at = end;
    } else {
      special(bytes[at++]);
    }
  }
  return at;
}

void HeadScanner::plain(std::string_view run) {
  if (after_cr_) return refuse(400, Code::kHttpMalformed, "A carriage return without line feed.");
  if (text_.size() == line_start_ && (lines_ > 0 || bounds_.first_line == 0) &&
      (run.front() == ' ' || run.front() == '\t')) {
    return refuse(400, Code::kHttpMalformed, "A folded header line.");
  }
  const std::size_t room = bounds_.bytes - std::min(text_.size(), bounds_.bytes);
  if (in_first_line() && text_.size() + run.size() > std::min(bounds_.first_line, bounds_.bytes)) {
    return refuse(414, Code::kHttpHeaderTooLarge, "The request line is over the limit.");
  }
  if (run.size() > room) {
    return refuse(431, Code::kHttpHeaderTooLarge, "The header section is over the limit.");
  }
  text_.append(run);
}

void HeadScanner::special(char c) {
  if (after_cr_) {
    if (c != '\n') return refuse(400, Code::kHttpMalformed, "A carriage return without line feed.");
    after_cr_ = false;
    return line_feed();
  }
  if (c == '\r') {
    after_cr_ = true;
  } else if (c == '\n') {
    refuse(400, Code::kHttpMalformed, "A line feed without carriage return.");
  } else {
    refuse(400, Code::kHttpMalformed, "A control character or non-ASCII octet in the header section.");
  }
}

void HeadScanner::line_feed() {
  const bool empty = text_.size() == line_start_;
  if (empty && in_first_line()) return refuse(400, Code::kHttpMalformed, "An empty request line.");
  text_ += "\r\n";
  if (text_.size() > bounds_.bytes + 4) {
    return refuse(431, Code::kHttpHeaderTooLarge, "The header section is over the limit.");
  }
  line_start_ = text_.size();
  if (empty) {
    done_ = true;
  } else if (++lines_ > bounds_.fields + (bounds_.first_line > 0 ? 1 : 0)) {
    refuse(431, Code::kHttpHeaderTooLarge, "Too many header lines.");
  }
}

std::string_view HeadScanner::first_line() const {
  return std::string_view(text_).substr(0, text_.find('\r'));
}

std::string_view HeadScanner::fields() const {
  const std::size_t begin = bounds_.first_line > 0 ? first_line().size() + 2 : 0;
  return std::string_view(text_).substr(begin, text_.size() - 2 - begin);
}

std::optional<Refusal> parse_fields(std::string_view lines, taxii::Headers& out) {
  while (!lines.empty()) {
    const std::size_t end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end + 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !taxii::is_token(line.substr(0, colon))) {
      return Refusal{400, Code::kHttpMalformed, "A header line without a proper name."};
    }
    out.emplace_back(line.substr(0, colon), taxii::trim(line.substr(colon + 1)));
  }
  return std::nullopt;
}

std::optional<Refusal> body_length(const taxii::Headers& headers, BodyLength& out) {
  bool twice = false;
  const std::string* coding = only_field(headers, "Transfer-Encoding", twice);
  if (twice) return Refusal{400, Code::kHttpMalformed, "Transfer-Encoding more than once."};
  const std::string* length = only_field(headers, "Content-Length", twice);
  if (twice) return Refusal{400, Code::kHttpMalformed, "Content-Length more than once."};
  if (coding != nullptr && length != nullptr) {
    return Refusal{400, Code::kHttpMalformed, "Content-Length together with Transfer-Encoding."};
  }
  if (coding != nullptr) {
    if (!taxii::equal_ignoring_case(*coding, "chunked")) {
      return Refusal{501, Code::kHttpMalformed, "A transfer coding other than chunked."};
    }
    out.chunked = true;
  }
  if (length != nullptr) {
    out.octets = decimal(*length, 18);
    if (!out.octets) return Refusal{400, Code::kHttpMalformed, "Content-Length is not a number."};
  }
  return std::nullopt;
}

std::size_t ChunkedDecoder::feed(std::string_view bytes, std::string& body) {
  std::size_t at = 0;
  while (at < bytes.size() && state_ != State::kDone && !refusal_) {
    if (state_ == State::kData) {
      const std::size_t take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
      body.append(bytes.substr(at, take));
      at += take;
      left_ -= take;
      if (left_ == 0) state_ = State::kDataCr;
    } else if (state_ == State::kTrailers) {
      feed_trailers(bytes, at);
    } else {
      control(bytes[at++], body.size());
    }
  }
  return at;
}

void ChunkedDecoder::control(char c, std::size_t body_size) {
  switch (state_) {
    case State::kSize:
      if (hexadecimal(std::string_view(&c, 1), 1) && digits_.size() < kChunkDigits) {
        digits_ += c;
      } else if (c == ';' && !digits_.empty()) {
        state_ = State::kExtension;
      } else if (c == '\r' && !digits_.empty()) {
        state_ = State::kSizeLf;
      } else {
        refuse(400, Code::kHttpMalformed, "A chunk size that is not a short hexadecimal number.");
      }
      return;
    case State::kExtension:
      return extension(c);
    case State::kSizeLf:
      if (c != '\n') return refuse(400, Code::kHttpMalformed, "A chunk line without CRLF.");
      return size_line_end(body_size);
    default:  // kDataCr, kDataLf
      if (c != (state_ == State::kDataCr ? '\r' : '\n')) {
        return refuse(400, Code::kHttpMalformed, "A chunk longer than its size.");
      }
      state_ = state_ == State::kDataCr ? State::kDataLf : State::kSize;
  }
}

void ChunkedDecoder::extension(char c) {
  if (c == '\r') {
    state_ = State::kSizeLf;
  } else if (!is_plain(c)) {
    refuse(400, Code::kHttpMalformed, "A control character in a chunk extension.");
  } else if (++extension_bytes_ > kExtensionBytes) {
    refuse(400, Code::kHttpMalformed, "Chunk extensions over the limit.");
  }
}

void ChunkedDecoder::size_line_end(std::size_t body_size) {
  left_ = *hexadecimal(digits_, kChunkDigits);
  digits_.clear();
  if (left_ > max_body_ - std::min(body_size, max_body_)) {
    return refuse(413, Code::kHttpTooLarge, "The body is over the limit.");
  }
  state_ = left_ == 0 ? State::kTrailers : State::kData;
}

void ChunkedDecoder::feed_trailers(std::string_view bytes, std::size_t& at) {
  at += trailers_.feed(bytes.substr(at));
  if (trailers_.refusal()) {
    refusal_ = trailers_.refusal();
  } else if (trailers_.done()) {
    taxii::Headers dropped;
    refusal_ = parse_fields(trailers_.fields(), dropped);
    if (!refusal_) state_ = State::kDone;
  }
}

}  // namespace sekisho::node::http
