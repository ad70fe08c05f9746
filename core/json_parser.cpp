#include "core/json_parser.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/ascii.h"
#include "core/json_scan.h"
#include "core/utf8.h"

namespace sekisho::json {
namespace {

constexpr std::size_t kMaxText = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kMaxSafeDigits = 16;

bool is_json_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// True if a literal that does not fit a double is too large (not too small).
bool is_overflow(std::string_view literal) {
  std::size_t at = literal.find_first_of("eE");
  const std::string_view mantissa = literal.substr(0, at);
  std::int64_t exponent = 0;
  if (at != std::string_view::npos) {
    const bool negative = literal[++at] == '-';
    if (negative || literal[at] == '+') ++at;
    for (; at < literal.size() && exponent < 1'000'000'000'000; ++at)
      exponent = exponent * 10 + (literal[at] - '0');
    if (negative) exponent = -exponent;
  }
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t leading = mantissa.find_first_of("123456789");
  if (leading == std::string_view::npos) return false;
  return exponent + static_cast<std::int64_t>(point) - static_cast<std::int64_t>(leading) > 0;
}

}  // namespace

Parser::Parser(std::string_view text, const ParseLimits& limits, std::vector<Node>& nodes,
               std::string& decoded)
    : text_(text),
      limits_(limits),
      nodes_(nodes),
      decoded_(decoded),
      begin_(text.data()),
      end_(text.data() + text.size()),
      at_(text.data()) {}

Status Parser::run() {
  if (!check_size() || !read_text()) return std::move(error_);
  return {};
}

bool Parser::check_size() {
  if (text_.size() > std::min(limits_.max_bytes, kMaxText)) {
    error_ =
        make_error(Code::kLimitExceeded, "the text has " + std::to_string(text_.size()) +
                                             " bytes, more than the limit of " +
                                             std::to_string(std::min(limits_.max_bytes, kMaxText)));
    return false;
  }
  nodes_.reserve(std::min<std::size_t>(text_.size() / 16 + 8, 1u << 20));
  return true;
}

bool Parser::read_text() {
  if (text_.substr(0, 3) == "\xEF\xBB\xBF") {
    return fail(Code::kJsonEncoding, at_, Place::kValue, "remove the byte order mark");
  }
  skip_space();
  do {
    bool opened = false;
    if (!read_value(opened)) return false;
    bool more = opened;
    while (!more && !open_.empty()) {
      if (!continue_container(more)) return false;
    }
  } while (!open_.empty());
  skip_space();
  if (at_ == end_) return true;
  return fail(Code::kJsonSyntax, at_, Place::kValue,
              "nothing may follow the value; remove the rest");
}

inline void Parser::skip_space() {
  while (at_ != end_ && is_json_space(*at_)) ++at_;
}

inline Node& Parser::add(Kind kind, const char* begin) {
  Node& node = nodes_.emplace_back();
  node.kind = kind;
  node.begin = offset(begin);
  node.end = offset(at_);
  node.next = index();
  return node;
}

/// Reads the value that starts here; `opened` if it is an object or array with something inside,
/// in which case the next value (after its name) is up.
bool Parser::read_value(bool& opened) {
  if (at_ == end_) return fail_value();
  if (++values_ > limits_.max_values) {
    return fail(Code::kLimitExceeded, at_, Place::kValue,
                "more than " + std::to_string(limits_.max_values) + " values; split the text");
  }
  switch (*at_) {
    case '{':
      return open_container(Kind::kObject, opened);
    case '[':
      return open_container(Kind::kArray, opened);
    case '"':
      return read_string(Place::kValue);
    case 't':
      return read_literal("true", Kind::kBoolean, 1);
    case 'f':
      return read_literal("false", Kind::kBoolean, 0);
    case 'n':
      return read_literal("null", Kind::kNull, 0);
    default:
      if (*at_ == '-' || ascii::is_digit(*at_)) return read_number();
      return fail_value();
  }
}

bool Parser::open_container(Kind kind, bool& opened) {
  if (open_.size() >= limits_.max_depth) {
    return fail(
        Code::kLimitExceeded, at_, Place::kValue,
        "nested deeper than " + std::to_string(limits_.max_depth) + " levels; flatten the value");
  }
  const std::uint32_t self = index();
  const char* begin = at_++;
  add(kind, begin);
  skip_space();
  if (at_ != end_ && *at_ == (kind == Kind::kObject ? '}' : ']')) {
    nodes_[self].end = offset(++at_);
    return true;
  }
  open_.push_back({self, self});
  opened = true;
  return kind == Kind::kArray || read_key();
}

/// After a value inside an object or array: either the next one is up (`more`) or it closes.
bool Parser::continue_container(bool& more) {
  Node& container = nodes_[open_.back().node];
  ++container.count;
  const bool object = container.kind == Kind::kObject;
  skip_space();
  if (at_ != end_ && *at_ == ',') {
    ++at_;
    skip_space();
    more = true;
    return !object || read_key();
  }
  if (at_ != end_ && *at_ == (object ? '}' : ']')) return close_container();
  return fail(
      Code::kJsonSyntax, at_, Place::kContainer,
      std::string(object ? "write ',' and a member, or '}'" : "write ',' and an element, or ']'") +
          found());
}

bool Parser::close_container() {
  Node& container = nodes_[open_.back().node];
  container.end = offset(++at_);
  container.next = index();
  if (container.kind == Kind::kObject && !check_names(container)) return false;
  open_.pop_back();
  return true;
}

/// Reads `"name" :` and the space after it.
bool Parser::read_key() {
  if (at_ == end_ || *at_ != '"') return fail_key();
  open_.back().key = index();
  if (!read_string(Place::kContainer)) return false;
  skip_space();
  if (at_ == end_ || *at_ != ':') {
    return fail(Code::kJsonSyntax, at_, Place::kValue, "write ':' after the member name" + found());
  }
  ++at_;
  skip_space();
  return true;
}

bool Parser::read_literal(std::string_view word, Kind kind, std::int64_t payload) {
  if (text_.substr(offset(at_), word.size()) != word) return fail_value();
  const char* begin = at_;
  at_ += word.size();
  add(kind, begin).integer = payload;
  return true;
}

bool Parser::read_string(Place place) {
  const char* begin = at_++;
  const char* run = at_;  // start of what is not yet in decoded_
  const std::size_t decoded_from = decoded_.size();
  bool decoded = false;
  for (;;) {
    at_ = skip_plain(at_, end_);
    if (at_ == end_) {
      return fail(Code::kJsonSyntax, begin, place,
                  "the string that starts here has no end; write '\"' after it");
    }
    if (*at_ == '"') break;
    if (*at_ == '\\') {
      decoded_.append(run, at_);
      decoded = true;
      if (!read_escape(place)) return false;
      run = at_;
    } else if (static_cast<unsigned char>(*at_) < 0x20) {
      return fail(Code::kJsonSyntax, at_, place,
                  "write control characters in strings as \\n, \\t or \\u00XX");
    } else if (!skip_encoded()) {
      return fail(Code::kJsonEncoding, at_, place,
                  "the bytes here are not UTF-8; save the text as UTF-8");
    }
  }
  if (decoded) decoded_.append(run, at_);
  ++at_;
  Node& node = add(Kind::kString, begin);
  node.decoded = decoded;
  node.string = decoded ? Slice{static_cast<std::uint32_t>(decoded_from),
                                static_cast<std::uint32_t>(decoded_.size() - decoded_from)}
                        : Slice{node.begin + 1, node.end - node.begin - 2};
  return true;
}

/// Passes over characters outside ASCII.
inline bool Parser::skip_encoded() {
  while (at_ != end_ && static_cast<unsigned char>(*at_) >= 0x80) {
    const std::size_t length = utf8::sequence_length({at_, static_cast<std::size_t>(end_ - at_)});
    if (length == 0) return false;
    at_ += length;
  }
  return true;
}

bool Parser::read_escape(Place place) {
  constexpr std::string_view kLetters = "\"\\/bfnrtu";
  constexpr std::string_view kMeaning = "\"\\/\b\f\n\r\t";
  const char* begin = at_++;
  const std::size_t which = at_ == end_ ? std::string_view::npos : kLetters.find(*at_);
  if (which == std::string_view::npos) {
    return fail(Code::kJsonSyntax, begin, place, "no such escape; write \\\\ for a backslash");
  }
  ++at_;
  if (which == kMeaning.size()) return read_unicode_escape(begin, place);
  decoded_.push_back(kMeaning[which]);
  return true;
}

bool Parser::read_unicode_escape(const char* begin, Place place) {
  std::uint32_t unit = 0;
  if (!read_hex4(begin, place, unit)) return false;
  if (unit >= 0xD800 && unit < 0xE000) {
    std::uint32_t low = 0;
    const bool pair = unit < 0xDC00 && end_ - at_ >= 2 && at_[0] == '\\' && at_[1] == 'u';
    if (pair) {
      at_ += 2;
      if (!read_hex4(begin, place, low)) return false;
    }
    if (low < 0xDC00 || low > 0xDFFF) {
      return fail(Code::kJsonEncoding, begin, place,
                  "half of a surrogate pair; write the character itself");
    }
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  }
  utf8::append(unit, decoded_);
  return true;
}

bool Parser::read_hex4(const char* begin, Place place, std::uint32_t& unit) {
  if (end_ - at_ >= 4) {
    const auto [stop, error] = std::from_chars(at_, at_ + 4, unit, 16);
    if (error == std::errc() && stop == at_ + 4) {
      at_ = stop;
      return true;
    }
  }
  return fail(Code::kJsonSyntax, begin, place, "write four hexadecimal digits after \\u");
}

bool Parser::read_number() {
  const char* begin = at_;
  const auto digits = [&] {
    const char* first = at_;
    while (at_ != end_ && ascii::is_digit(*at_)) ++at_;
    return at_ != first;
  };
  if (*at_ == '-') ++at_;
  const char* integer = at_;
  if (!digits())
    return fail(Code::kJsonSyntax, at_, Place::kValue, "write a digit after '-'" + found());
  if (*integer == '0' && at_ - integer > 1) {
    return fail(Code::kJsonSyntax, integer, Place::kValue,
                "write the number without leading zeros");
  }
  if (at_ == end_ || (*at_ != '.' && *at_ != 'e' && *at_ != 'E'))
    return finish_integer(integer, begin);
  if (*at_ == '.') {
    ++at_;
    if (!digits())
      return fail(Code::kJsonSyntax, at_, Place::kValue, "write a digit after '.'" + found());
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!digits())
      return fail(Code::kJsonSyntax, at_, Place::kValue, "write digits for the exponent" + found());
  }
  return finish_real(begin);
}

bool Parser::finish_integer(const char* digits, const char* begin) {
  const auto length = static_cast<std::size_t>(at_ - digits);
  std::int64_t value = 0;
  if (length <= kMaxSafeDigits) std::from_chars(digits, at_, value);
  if (length > kMaxSafeDigits || value > kMaxSafeInteger) {
    return fail(
        Code::kJsonNumber, begin, Place::kValue,
        "the integer is beyond 2^53-1, which others cannot read exactly; write it as a string");
  }
  add(Kind::kInteger, begin).integer = digits == begin ? value : -value;
  return true;
}

bool Parser::finish_real(const char* begin) {
  double value = 0;
  const auto [stop, error] = std::from_chars(begin, at_, value);
  if (error == std::errc::result_out_of_range) {
    if (is_overflow({begin, static_cast<std::size_t>(at_ - begin)})) {
      return fail(Code::kJsonNumber, begin, Place::kValue,
                  "the number is too large for a double; write it as a string");
    }
    value = *begin == '-' ? -0.0 : 0.0;
  } else if (error != std::errc() || stop != at_) {
    return fail(Code::kJsonNumber, begin, Place::kValue, "the number cannot be read");
  }
  add(Kind::kReal, begin).real = value;
  return true;
}

}  // namespace sekisho::json
