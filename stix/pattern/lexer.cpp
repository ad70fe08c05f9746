#include "stix/pattern/lexer.h"

#include <array>

#include "core/ascii.h"
#include "stix/pattern/mistakes.h"

namespace sekisho::stix::pattern {
namespace {

using ascii::is_digit;

// What a byte can be part of: one look instead of five comparisons.
enum : std::uint8_t { kLetter = 1, kDigit = 2, kHyphen = 4, kBlank = 8, kQuoteOrEscape = 16 };
constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = kLetter;
  for (unsigned c = 'A'; c <= 'Z'; ++c) table[c] = kLetter;
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = kDigit;
  table[static_cast<unsigned char>('_')] = kLetter;
  table[static_cast<unsigned char>('-')] = kHyphen;
  for (const char c : {' ', '\t', '\r', '\n', '\v', '\f'}) table[static_cast<unsigned char>(c)] = kBlank;
  for (const char c : {'\'', '\\'}) table[static_cast<unsigned char>(c)] = kQuoteOrEscape;
  return table;
}
constexpr auto kClasses = make_classes();
bool is(char c, unsigned classes) { return (kClasses[static_cast<unsigned char>(c)] & classes) != 0; }

/// Bytes of the white space above ASCII that `text` starts with, or 0.
std::size_t wide_space(std::string_view text) {
  static constexpr std::string_view kSpaces[] = {
      "\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};
  for (const std::string_view space : kSpaces) {
    if (text.substr(0, space.size()) == space) return space.size();
  }
  const bool general = text.size() >= 3 && text.substr(0, 2) == "\xE2\x80" &&
                       static_cast<unsigned char>(text[2]) >= 0x80 && static_cast<unsigned char>(text[2]) <= 0x8A;
  return general ? 3 : 0;
}

}  // namespace

TokenKind keyword(std::string_view word) {
  struct Row {
    std::string_view word;
    TokenKind kind;
  };
  // By length, so that a name meets at most four of them.
  static constexpr Row kTwo[] = {{"OR", TokenKind::kOr}, {"IN", TokenKind::kIn}};
  static constexpr Row kThree[] = {{"AND", TokenKind::kAnd}, {"NOT", TokenKind::kNot}};
  static constexpr Row kFour[] = {{"LIKE", TokenKind::kLike}, {"true", TokenKind::kTrue}, {"STOP", TokenKind::kStop},
                                  {"LAST", TokenKind::kLast}};
  static constexpr Row kFive[] = {{"false", TokenKind::kFalse}, {"START", TokenKind::kStart}, {"TIMES", TokenKind::kTimes}};
  static constexpr Row kSix[] = {{"EXISTS", TokenKind::kExists}, {"WITHIN", TokenKind::kWithin}};
  static constexpr Row kSeven[] = {{"MATCHES", TokenKind::kMatches}, {"SECONDS", TokenKind::kSeconds},
                                   {"REPEATS", TokenKind::kRepeats}};
  static constexpr Row kEight[] = {{"ISSUBSET", TokenKind::kIsSubset}};
  static constexpr Row kTen[] = {{"FOLLOWEDBY", TokenKind::kFollowedBy}, {"ISSUPERSET", TokenKind::kIsSuperset}};
  const auto find = [word](const auto& rows) {
    for (const Row& row : rows) {
      if (row.word == word) return row.kind;
    }
    return TokenKind::kName;
  };
  switch (word.size()) {
    case 2: return find(kTwo);
    case 3: return find(kThree);
    case 4: return find(kFour);
    case 5: return find(kFive);
    case 6: return find(kSix);
    case 7: return find(kSeven);
    case 8: return find(kEight);
    case 10: return find(kTen);
    default: return TokenKind::kName;
  }
}

Token Lexer::broken(std::size_t offset, std::string message) {
  trouble_ = {offset, std::move(message), false};
  return {TokenKind::kBroken, false, static_cast<std::uint32_t>(offset), {}};
}

Token Lexer::take(TokenKind kind, std::size_t length) {
  const Token token{kind, false, static_cast<std::uint32_t>(at_), text_.substr(at_, length)};
  at_ += length;
  return token;
}

/// Passes white space and comments; false if a comment has no end.
bool Lexer::skip_space() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (is(c, kBlank)) {
      ++at_;
    } else if (c == '/' && text_.substr(at_, 2) == "//") {
      const std::size_t end = text_.find_first_of("\r\n", at_);
      at_ = end == std::string_view::npos ? text_.size() : end;
    } else if (c == '/' && text_.substr(at_, 2) == "/*") {
      const std::size_t end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) {
        broken(at_, "the comment has no end; close it with */");
        return false;
      }
      at_ = end + 2;
    } else {
      const std::size_t wide = static_cast<unsigned char>(c) < 0x80 ? 0 : wide_space(text_.substr(at_));
      if (wide == 0) return true;
      at_ += wide;
    }
  }
  return true;
}

Token Lexer::next() {
  if (!skip_space()) return {TokenKind::kBroken, false, static_cast<std::uint32_t>(trouble_.offset), {}};
  if (at_ == text_.size()) return {TokenKind::kEnd, false, static_cast<std::uint32_t>(at_), {}};
  const char c = text_[at_];
  if (is(c, kLetter)) return word();
  if (c == '\'') return quoted(TokenKind::kString, at_, at_);
  const char after = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (is_digit(c) || ((c == '.' || c == '-' || c == '+') && is_digit(after)) || (c == '-' && after == '.')) return number();
  return sign();
}

Token Lexer::sign() {
  const char c = text_[at_];
  const char after = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  switch (c) {
    case '[': return take(TokenKind::kLeftBracket, 1);
    case ']': return take(TokenKind::kRightBracket, 1);
    case '(': return take(TokenKind::kLeftParenthesis, 1);
    case ')': return take(TokenKind::kRightParenthesis, 1);
    case ':': return take(TokenKind::kColon, 1);
    case ',': return take(TokenKind::kComma, 1);
    case '.': return take(TokenKind::kDot, 1);
    case '*': return take(TokenKind::kAsterisk, 1);
    case '=': return take(TokenKind::kEqual, after == '=' ? 2 : 1);
    case '<':
      if (after == '>') return take(TokenKind::kNotEqual, 2);
      return after == '=' ? take(TokenKind::kLessEqual, 2) : take(TokenKind::kLess, 1);
    case '>': return after == '=' ? take(TokenKind::kGreaterEqual, 2) : take(TokenKind::kGreater, 1);
    case '!':
      if (after == '=') return take(TokenKind::kNotEqual, 2);
      break;
    default: break;
  }
  return broken(at_, stray_sign(text_, at_));
}

/// §9.2: no plus sign, no leading zeros, no exponent.
Token Lexer::number() {
  const std::size_t start = at_;
  std::size_t end = at_;
  if (text_[end] == '+') return broken(start, "a number has no plus sign; write it without +");
  if (text_[end] == '-') ++end;
  const std::size_t whole = end;
  while (end < text_.size() && is_digit(text_[end])) ++end;
  const std::size_t digits = end - whole;
  bool real = false;
  if (end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1])) {
    real = true;
    for (++end; end < text_.size() && is_digit(text_[end]);) ++end;
  }
  if (!real && digits == 0) return broken(start, "a sign without digits; write a number as -5 or -0.5");
  std::size_t word = end;
  while (word < text_.size() && is(text_[word], kLetter | kDigit | kHyphen)) ++word;
  const bool before_keyword = keyword(text_.substr(end, word - end)) != TokenKind::kName;  // `1AND`: no space is needed
  const bool goes_on = (word != end && !before_keyword) || (real && end < text_.size() && text_[end] == '.');
  if (goes_on) return broken(start, number_with_letters(text_, start));
  if (!real && end < text_.size() && text_[end] == '.') {
    return broken(end, "digits follow the point of a number; write 5.0, or text in apostrophes: '5.'");
  }
  if (!real && digits > 1 && text_[whole] == '0') {
    return broken(start, "a number has no leading zeros; write it without, or text in apostrophes: '007'");
  }
  return take(real ? TokenKind::kReal : TokenKind::kInteger, end - start);
}

Token Lexer::word() {
  const std::size_t start = at_;
  std::size_t end = at_ + 1;
  bool hyphen = false;
  while (end < text_.size() && is(text_[end], kLetter | kDigit | kHyphen)) hyphen |= text_[end++] == '-';
  if (end - start == 1 && end < text_.size() && text_[end] == '\'') {
    switch (text_[start]) {
      case 't': return quoted(TokenKind::kTimestamp, start, end);
      case 'h': return quoted(TokenKind::kHex, start, end);
      case 'b': return quoted(TokenKind::kBinary, start, end);
      default: break;
    }
  }
  const std::string_view text = text_.substr(start, end - start);
  return take(hyphen ? TokenKind::kHyphenName : keyword(text), end - start);
}

/// From the apostrophe at `open` to the next that is not escaped; `\'` and `\\` are the only escapes (§9.2).
Token Lexer::quoted(TokenKind kind, std::size_t start, std::size_t open) {
  Token token{kind, false, static_cast<std::uint32_t>(start), {}};
  std::size_t end = open + 1;
  while (true) {
    while (end < text_.size() && !is(text_[end], kQuoteOrEscape)) ++end;
    if (end >= text_.size()) return broken(start, "the text has no closing apostrophe; write ' at its end, and \\' for one within");
    if (text_[end] == '\'') break;
    const char after = end + 1 < text_.size() ? text_[end + 1] : '\0';
    if (after != '\'' && after != '\\') {
      return broken(end, "a backslash stands only before ' or another backslash; write \\\\ for one backslash");
    }
    token.escaped = true;
    end += 2;
  }
  token.text = text_.substr(open + 1, end - open - 1);
  at_ = end + 1;
  return token;
}

}  // namespace sekisho::stix::pattern
