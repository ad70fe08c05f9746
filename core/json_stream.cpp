#include "core/json_stream.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <utility>

#include "core/json_node.h"

namespace sekisho::json {
namespace {

constexpr std::size_t kCutToken = 12;  ///< bytes of an escape, a literal or a sequence that was cut
constexpr std::uint64_t kEach = 0x0101010101010101u;

/// Bytes that continue a UTF-8 sequence.
std::size_t count_tails(const char* at, const char* end) {
  std::size_t tails = 0;
  for (; end - at >= 8; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    tails += static_cast<std::size_t>(std::popcount((word >> 7) & ~(word >> 6) & kEach));
  }
  for (; at != end; ++at) tails += (static_cast<unsigned char>(*at) & 0xC0) == 0x80 ? 1 : 0;
  return tails;
}

const char* find_byte(const char* at, const char* end, char c) {
  const void* found = at == end ? nullptr : std::memchr(at, c, static_cast<std::size_t>(end - at));
  return found == nullptr ? end : static_cast<const char*>(found);
}

void advance(Place& place, const char* at, const char* end) {
  place.offset += static_cast<std::size_t>(end - at);
  for (const char* newline = find_byte(at, end, '\n'); newline != end; newline = find_byte(at, end, '\n')) {
    at = newline + 1;
    ++place.line;
    place.column = 1;
    place.tails = 0;
  }
  place.column += static_cast<std::size_t>(end - at);
  place.tails += count_tails(at, end);
}

/// The first '"' or '\\'.
const char* skip_text(const char* at, const char* end) {
  if constexpr (std::endian::native == std::endian::little) {
    for (; end - at >= 8; at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, 8);
      const std::uint64_t quote = word ^ kEach * '"', slash = word ^ kEach * '\\';
      const std::uint64_t found = (((quote - kEach) & ~quote) | ((slash - kEach) & ~slash)) & kEach * 0x80;
      if (found != 0) return at + std::countr_zero(found) / 8;
    }
  }
  while (at != end && *at != '"' && *at != '\\') ++at;
  return at;
}

constexpr std::array<bool, 256> bytes_in(std::string_view text) {
  std::array<bool, 256> table{};
  for (const char c : text) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr auto kBrackets = bytes_in("\"{}[]");
constexpr auto kTop = bytes_in("\"{}[],:");
constexpr auto kScalarEnds = bytes_in(" \n\r\t,:\"{}[]");
constexpr auto kSpace = bytes_in(" \n\r\t");

const char* skip_to(const std::array<bool, 256>& table, const char* at, const char* end) {
  while (at != end && !table[static_cast<unsigned char>(*at)]) ++at;
  return at;
}
bool is_space(char c) { return kSpace[static_cast<unsigned char>(c)]; }

/// Whether the token at that line and column has no end in the text: an open string, or a few bytes of something else.
bool runs_to_end(std::string_view text, const Position& at) {
  std::size_t offset = 0;
  for (std::size_t line = 1; line < at.line; ++line) offset = text.find('\n', offset) + 1;
  offset += at.column - 1;
  if (offset + kCutToken >= text.size()) return true;
  if (text[offset] != '"') return false;
  const char* const end = text.data() + text.size();
  const char* next = skip_text(text.data() + offset + 1, end);
  while (next != end && *next == '\\') next = end - next < 2 ? end : skip_text(next + 2, end);
  return next == end;
}

std::string place_text(const Position& at) {
  return "line " + std::to_string(at.line) + ", column " + std::to_string(at.column);
}

/// "; 'x' stands here" for messages.
std::string found(char c) {
  if (c <= 0x20 || c == 0x7F) return "; a character without a shape or outside ASCII stands here";
  return std::string("; '") + c + "' stands here";
}

}  // namespace

Mistake mistake_of(const Error& error) {
  Mistake mistake;
  mistake.message = error.detail;
  const auto number = [](std::string_view text, std::string_view before, std::size_t& out) {
    const auto start = text.find(before);
    if (start == std::string_view::npos) return std::string_view{};
    const std::string_view digits = text.substr(start + before.size());
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return failed == std::errc() ? digits.substr(static_cast<std::size_t>(end - digits.data())) : std::string_view{};
  };
  if (error.detail.rfind("line ", 0) != 0) return mistake;
  Position at;
  const std::string_view rest = number(number(error.detail, "line ", at.line), ", column ", at.column);
  if (rest.rfind(": ", 0) != 0) return mistake;
  mistake.at = at;
  mistake.message = std::string(rest.substr(2));
  return mistake;
}

Place Piece::place(const Position& inside) const {
  const bool behind = hole_.offset != 0 && (inside.line > hole_.line || (inside.line == hole_.line && inside.column >= hole_.column));
  const Position& from = behind ? hole_ : Position{};
  Place out = behind ? after_ : begin;
  if (inside.line == from.line) {
    out.column += inside.column - from.column;
  } else {
    out.column = inside.column;
    out.line += inside.line - from.line;
    out.tails = 0;
  }
  return out;
}

Place Piece::place(std::string_view whole, const Position& inside) const {
  const bool behind = hole_.offset != 0 && inside.offset >= hole_.offset;
  Place out = place(inside);
  const std::size_t from = behind ? hole_.offset : 0;
  const std::size_t offset = std::min(inside.offset, whole.size());
  const auto newline = offset == 0 ? std::string_view::npos : whole.rfind('\n', offset - 1);
  const std::size_t start = newline == std::string_view::npos ? from : std::max(from, newline + 1);
  out.offset = (behind ? after_.offset : begin.offset) + offset - from;
  out.tails += count_tails(whole.data() + std::min(start, offset), whole.data() + offset);
  return out;
}

Splitter::Splitter(Options options, Take take) : options_(std::move(options)), take_(std::move(take)) {}

bool Splitter::feed(std::string_view chunk) {
  const char* const end = chunk.data() + chunk.size();
  const char* begin = chunk.data();
  while (begin != end) {
    const char* stop = options_.lines ? find_byte(begin, end, '\n') : end;
    run(begin, stop);
    if (stop != end) {
      end_of_input();
      advance(place_, stop, stop + 1);
      state_ = State::kStart;
      ++stop;
    }
    begin = stop;
  }
  return options_.lines || state_ != State::kLost;
}

void Splitter::finish() {
  at_ = end_ = kept_ = counted_ = nullptr;
  end_of_input();
  if (empty_ && !options_.lines) lost(Code::kJsonSyntax, "the text is empty; write an object");
  state_ = State::kLost;
}

void Splitter::run(const char* begin, const char* end) {
  at_ = kept_ = counted_ = begin;
  end_ = end;
  while (at_ != end_ && state_ != State::kLost) {
    switch (state_) {
      case State::kStart:
      case State::kBehind:
        start();
        break;
      case State::kFrame:
        frame();
        break;
      case State::kFirst:
      case State::kNext:
        between();
        break;
      case State::kElement:
        element();
        break;
      case State::kScalar:
        scalar();
        break;
      case State::kLost:
        break;
    }
  }
  if (state_ == State::kFrame || state_ == State::kElement || state_ == State::kScalar) keep();
  at_ = end_;
  count();
}

void Splitter::start() {
  while (at_ != end_ && is_space(*at_)) new_line_ = *at_++ == '\n' || new_line_;
  if (at_ == end_) return;
  const char c = *at_;
  if (state_ == State::kBehind && (c != '{' || !new_line_)) {
    return lost(Code::kJsonSyntax, "the value has ended before this; remove the rest, or begin another value on a new line");
  }
  if (c == '{') {
    begin_value(State::kFrame);
    value_ = element_;
    name_.clear();
    typed_ = listed_ = empty_ = new_line_ = false;
    name_next_ = true;
    elements_ = 0;
    pending_ = {};
    return;
  }
  empty_ = false;
  if (c == '[') {
    return lost(Code::kJsonSyntax,
                R"(a list stands where an object should; write {"objects":[...]} around it, or one object a line)");
  }
  if (static_cast<unsigned char>(c) >= 0x80 || c == 0) {
    return lost(Code::kJsonEncoding,
                "the text begins with a byte order mark or is not UTF-8; save it as UTF-8 without byte order mark");
  }
  lost(Code::kJsonSyntax, "STIX content begins with '{'" + found(c));
}

void Splitter::begin_value(State state) {
  count();
  element_ = place_;
  state_ = state;
  kept_ = at_;
  text_.clear();
  wanted_ = true;
  in_string_ = escaped_ = false;
  depth_ = 0;
}

/// Reads on in a string; false if the chunk ends first.
bool Splitter::string() {
  while (at_ != end_) {
    if (escaped_) {
      escaped_ = false;
      ++at_;
      continue;
    }
    at_ = skip_text(at_, end_);
    if (at_ == end_) return false;
    if (*at_++ == '"') {
      in_string_ = false;
      return true;
    }
    escaped_ = true;
  }
  return false;
}

/// Takes a bracket; false if it closes one of the other shape. Far below every limit of depth shapes are not
/// remembered: the reader refuses such a text anyway.
bool Splitter::bracket(char c) {
  const bool brace = c == '{' || c == '}';
  const auto level = [&]() -> std::uint64_t& { return braces_[depth_ / 64]; };
  const std::uint64_t bit = 1ull << depth_ % 64;
  if (c == '{' || c == '[') {
    if (depth_ < 128) level() = brace ? level() | bit : level() & ~bit;
    ++depth_;
    ++at_;
    return true;
  }
  --depth_;
  if (depth_ >= 128 || ((level() >> depth_ % 64 & 1) != 0) == brace) {
    ++at_;
    return true;
  }
  lost(Code::kJsonSyntax, std::string("'") + c + "' closes a bracket of the other shape");
  return false;
}

void Splitter::element() {
  while (at_ != end_) {
    if (in_string_ && !string()) return;
    if (depth_ > 0) {
      at_ = skip_to(kBrackets, at_, end_);
      if (at_ == end_) return;
      if (*at_ == '"') {
        in_string_ = true;
        ++at_;
        continue;
      }
      if (!bracket(*at_)) return;
    }
    if (depth_ == 0) return hand_out(Piece::Kind::kElement);
  }
}

void Splitter::scalar() {
  at_ = skip_to(kScalarEnds, at_, end_);
  if (at_ != end_) hand_out(Piece::Kind::kElement);
}

/// Between the elements: a comma, a value, the end of the list.
void Splitter::between() {
  while (at_ != end_ && is_space(*at_)) ++at_;
  if (at_ == end_) return;
  const char c = *at_;
  const bool separated = name_next_;  // a comma was read
  if (c == ']' && !separated) {
    count();
    pending_.after_ = place_;
    text_ = std::move(frame_);
    wanted_ = true;
    pending_.hole_ = position_of(text_, text_.size());
    state_ = State::kFrame;
    depth_ = 2;
    braces_[0] = 1;
    in_string_ = escaped_ = false;
    kept_ = at_;
    return;
  }
  if (state_ == State::kNext && !separated) {
    if (c != ',') return lost(Code::kJsonSyntax, "write ',' or ']' after an object of the list" + found(c));
    name_next_ = true;
    ++at_;
    return;
  }
  if (kScalarEnds[static_cast<unsigned char>(c)] && c != '{' && c != '[' && c != '"') {
    return lost(Code::kJsonSyntax, (c == ']' ? "write an object, or remove the ',' before ']'" : "write an object") + found(c));
  }
  name_next_ = false;
  if (c == '{' || c == '[' || c == '"') {
    begin_value(State::kElement);
    if (c == '"') {
      in_string_ = true;
      ++at_;
    } else {
      bracket(c);
    }
  } else {
    begin_value(State::kScalar);
  }
}

void Splitter::frame() {
  while (at_ != end_) {
    if (in_string_) {
      if (!string()) return;
      if (depth_ == 1) end_name_or_value();
      if (state_ != State::kFrame) return;
    }
    at_ = skip_to(depth_ == 1 ? kTop : kBrackets, at_, end_);
    if (at_ == end_) return;
    const char c = *at_;
    if (c == '"') {
      if (depth_ == 1) {
        keep();
        string_begin_ = text_.size();
      }
      in_string_ = true;
      ++at_;
    } else if (c == ',' || c == ':') {
      name_next_ = c == ',';
      ++at_;
    } else if (c == '[' && depth_ == 1 && wanted_ && !name_next_ && !listed_ && name_ == options_.list &&
               (!typed_ || type_ == options_.only_type)) {
      return open_list();
    } else {
      if (!bracket(c)) return;
      if (depth_ == 0) return hand_out(listed_ ? Piece::Kind::kFrame : Piece::Kind::kValue);
    }
    if (state_ != State::kFrame) return;
  }
}

/// A string of the frame's first level has ended: the next member's name, or a value.
void Splitter::end_name_or_value() {
  keep();
  if (!wanted_ || state_ != State::kFrame) return;
  const std::string_view quoted = std::string_view(text_).substr(string_begin_);
  std::string plain(quoted.substr(1, quoted.size() - 2));
  if (plain.find('\\') != std::string::npos && plain.size() <= 6 * options_.list.size()) {
    const auto decoded = Document::parse(std::string(quoted));
    if (decoded.ok()) plain = (*decoded)->root().string_or({});
  }
  if (name_next_) {
    name_ = std::move(plain);
  } else if (name_ == "type") {
    type_ = std::move(plain);
    typed_ = true;
  }
}

void Splitter::open_list() {
  ++at_;
  keep();
  if (state_ != State::kFrame) return;
  listed_ = true;
  name_next_ = false;
  frame_ = std::move(text_);
  state_ = State::kFirst;
}

void Splitter::hand_out(Piece::Kind kind) {
  keep();
  if (state_ == State::kLost) return;
  const bool of_list = kind == Piece::Kind::kElement;
  Piece piece = of_list ? Piece{} : std::move(pending_);
  piece.kind = wanted_ ? kind : Piece::Kind::kTooLarge;
  piece.text = std::exchange(text_, {});
  piece.begin = of_list ? element_ : value_;
  piece.number = of_list ? elements_++ : elements_;
  state_ = of_list ? State::kNext : State::kBehind;
  new_line_ = false;
  take_(std::move(piece));
}

/// Puts what was passed of the chunk into the text of the piece.
void Splitter::keep() {
  const auto size = static_cast<std::size_t>(at_ - kept_);
  const char* const from = std::exchange(kept_, at_);
  if (!wanted_) return;
  const bool around = state_ == State::kFrame && listed_;
  const std::size_t most = around ? options_.frame_bytes : options_.element_bytes;
  if (size <= most && text_.size() <= most - size) {
    text_.append(from, size);
    return;
  }
  wanted_ = false;
  std::string().swap(text_);
  if (around) {
    lost(Code::kLimitExceeded, "more than " + std::to_string(most) + " bytes stand around the list; leave them out");
  }
}

void Splitter::count() {
  if (counted_ != at_) advance(place_, counted_, at_);
  counted_ = at_;
}

/// Here the text cannot be followed. If the strict reader refuses an earlier byte of the value, that is the cause.
void Splitter::lost(Code code, std::string message) {
  Piece piece;
  if (inside() && code != Code::kLimitExceeded) keep();
  count();
  piece.kind = Piece::Kind::kMistake;
  piece.begin = place_;
  piece.error = make_error(code, std::move(message));
  const bool partial = inside() && state_ != State::kFirst && state_ != State::kNext && wanted_ && code != Code::kLimitExceeded;
  if (partial) {
    const bool of_list = state_ != State::kFrame;
    Piece part = of_list ? Piece{} : pending_;
    part.begin = of_list ? element_ : value_;
    const Status strict = check(text_);
    if (!strict.ok()) {
      const Mistake mistake = mistake_of(strict.error());
      if (!runs_to_end(text_, mistake.at)) {
        piece.begin = part.place(mistake.at);
        piece.error = make_error(strict.error().code, mistake.message, strict.error().where);
      }
    }
  }
  state_ = State::kLost;
  std::string().swap(text_);
  std::string().swap(frame_);
  take_(std::move(piece));
}

/// The text, or its line, ends: a value must not be open.
void Splitter::end_of_input() {
  if (inside()) {
    const bool of_list = state_ == State::kElement || state_ == State::kScalar;
    lost(Code::kJsonSyntax, "the text ends inside the value that begins at " + place_text(of_list ? element_ : value_) +
                                "; it was cut short");
  }
}

}  // namespace sekisho::json
