#include "stix/pattern/mistakes.h"

#include "core/ascii.h"
#include "core/utf8.h"

namespace sekisho::stix::pattern {
namespace {

constexpr std::size_t kShownBytes = 32;

std::string cut(std::string_view text) {
  const std::string_view head = utf8::prefix(text, kShownBytes);
  std::string out;
  for (const char c : head) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  if (head.size() < text.size()) out += "...";
  return out;
}

using ascii::lower;
using ascii::upper;

/// A keyword in the wrong case, or nothing.
std::string case_hint(const Token& token) {
  if (token.kind != TokenKind::kName || token.text.size() > 10) return {};
  for (const std::string& other : {upper(token.text), lower(token.text)}) {
    if (keyword(other) != TokenKind::kName) return "keywords are written " + other;
  }
  return {};
}

}  // namespace

std::string shown(const Token& token) {
  switch (token.kind) {
    case TokenKind::kEnd: return "the end of the pattern";
    case TokenKind::kString: return "the string '" + cut(token.text) + "'";
    case TokenKind::kTimestamp: return "t'" + cut(token.text) + "'";
    case TokenKind::kHex: return "h'" + cut(token.text) + "'";
    case TokenKind::kBinary: return "b'" + cut(token.text) + "'";
    default: return "`" + cut(token.text) + "`";
  }
}

std::string stray_sign(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  const auto starts = [rest](std::string_view with) { return rest.substr(0, with.size()) == with; };
  if (starts("\"")) return "found a double quote; strings and names stand in apostrophes: 'text'";
  if (starts("\xE2\x80\x98") || starts("\xE2\x80\x99") || starts("\xE2\x80\x9C") || starts("\xE2\x80\x9D") || starts("`")) {
    return "found a typographic quote; strings stand in straight apostrophes: 'text'";
  }
  if (starts("/")) return "found `/`; a regular expression is a string: MATCHES 'expression'";
  if (starts("&")) return "found `&`; write AND";
  if (starts("|")) return "found `|`; write OR";
  if (starts("!")) return "found `!`; write != or NOT before the operator";
  if (starts("~")) return "found `~`; write MATCHES or LIKE";
  if (starts("\\")) return "found a backslash outside a string; strings stand in apostrophes: 'text'";
  const std::size_t length = utf8::sequence_length(rest);
  return "found `" + cut(rest.substr(0, length)) + "`, which is no sign of the language; text stands in apostrophes: 'text'";
}

std::string number_with_letters(std::string_view text, std::size_t at) {
  std::size_t end = at;
  const auto in_word = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
  };
  while (end < text.size() && in_word(text[end])) ++end;
  const std::string word = cut(text.substr(at, end - at));
  return "found `" + word + "`, neither number nor name; text stands in apostrophes: '" + word +
         "', and a number has no exponent";
}

std::string unexpected(const Token& found, std::string_view expected) {
  std::string message = "found " + shown(found) + "; expected " + std::string(expected);
  const std::string hint = case_hint(found);
  if (!hint.empty()) message += "; " + hint;
  return message;
}

std::string no_constant(const Token& found) {
  const std::string what = "a constant: 'string', number, true, false, t'time', h'hex' or b'base64'";
  const bool word = found.kind == TokenKind::kName || found.kind == TokenKind::kHyphenName;
  if (word && case_hint(found).empty()) {
    return "found " + shown(found) + "; text stands in apostrophes: '" + cut(found.text) + "'";
  }
  return unexpected(found, what);
}

}  // namespace sekisho::stix::pattern
