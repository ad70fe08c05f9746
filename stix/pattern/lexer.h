// Text of a pattern to words and signs. Private to stix/pattern; one thread at a time. Source: the grammar
// of STIX 2.1 §9. Tokens view the text; nothing is copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sekisho::stix::pattern {

enum class TokenKind : std::uint8_t {
  kEnd, kBroken,
  kLeftBracket, kRightBracket, kLeftParenthesis, kRightParenthesis, kColon, kComma, kDot, kAsterisk,
  kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual,
  kInteger, kReal, kString, kTimestamp, kBinary, kHex,
  kName,        ///< letters, digits, underscore
  kHyphenName,  ///< the same with a hyphen: an object type only
  kAnd, kOr, kNot, kFollowedBy, kIn, kLike, kMatches, kIsSubset, kIsSuperset, kExists,
  kStart, kStop, kWithin, kSeconds, kRepeats, kTimes, kTrue, kFalse, kLast
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  bool escaped = false;    ///< a quoted token has backslashes in it
  std::uint32_t offset = 0;
  std::string_view text;   ///< as written; of quoted ones what stands between the apostrophes
};

/// Why the text stops being a pattern.
struct Trouble {
  std::size_t offset = 0;
  std::string message;
  bool limit = false;  ///< a bound was passed, rather than the grammar broken
};

/// The keyword that `word` is, else kName.
TokenKind keyword(std::string_view word);

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  /// The next token; kBroken when the text cannot go on so, with the reason in trouble().
  Token next();
  const Trouble& trouble() const { return trouble_; }

 private:
  bool skip_space();
  Token sign();
  Token number();
  Token word();
  Token quoted(TokenKind kind, std::size_t start, std::size_t open);
  Token take(TokenKind kind, std::size_t length);
  Token broken(std::size_t offset, std::string message);

  std::string_view text_;
  std::size_t at_ = 0;
  Trouble trouble_;
};

}  // namespace sekisho::stix::pattern
