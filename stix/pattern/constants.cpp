#include "stix/pattern/constants.h"

#include <array>
#include <charconv>
#include <cmath>

#include "core/digest.h"

namespace sekisho::stix::pattern {
namespace {

constexpr std::size_t kDayAt = 8;  // YYYY-MM-DD
constexpr std::size_t kDateBytes = 10;
constexpr std::int64_t kDaySeconds = 86'400;

bool fail(const Token& token, std::string message, Trouble& trouble) {
  trouble = {token.offset, std::move(message), false};
  return false;
}

bool read_number(const Token& token, Constant& out, Trouble& trouble) {
  const char* const end = token.text.data() + token.text.size();
  if (token.kind == TokenKind::kInteger) {
    out.kind = Constant::Kind::kInteger;
    if (std::from_chars(token.text.data(), end, out.integer).ec == std::errc()) return true;
    return fail(token, "the integer has more than 64 bits; write it as a string", trouble);
  }
  out.kind = Constant::Kind::kReal;
  if (std::from_chars(token.text.data(), end, out.real, std::chars_format::fixed).ec == std::errc()) return true;
  return fail(token, "the number is outside what a 64-bit float holds", trouble);
}

bool read_bytes(const Token& token, Constant& out, Trouble& trouble) {
  const bool hex = token.kind == TokenKind::kHex;
  out.kind = hex ? Constant::Kind::kHex : Constant::Kind::kBinary;
  auto bytes = hex ? from_hex(token.text) : from_base64(token.text);
  if (!bytes) {
    return fail(token, hex ? "h'...' holds pairs of hexadecimal digits" : "b'...' holds base64 with its padding (RFC 4648 section 4)",
                trouble);
  }
  out.text = std::move(*bytes);
  return true;
}

}  // namespace

std::string unescaped(const Token& token) {
  if (!token.escaped) return std::string(token.text);
  std::string out;
  out.reserve(token.text.size());
  for (std::size_t i = 0; i < token.text.size(); ++i) {
    if (token.text[i] == '\\') ++i;
    out += token.text[i];
  }
  return out;
}

bool is_constant(TokenKind kind) {
  switch (kind) {
    case TokenKind::kInteger:
    case TokenKind::kReal:
    case TokenKind::kString:
    case TokenKind::kTimestamp:
    case TokenKind::kBinary:
    case TokenKind::kHex:
    case TokenKind::kTrue:
    case TokenKind::kFalse: return true;
    default: return false;
  }
}

bool read_constant(const Token& token, Constant& out, Trouble& trouble) {
  out.offset = token.offset;
  switch (token.kind) {
    case TokenKind::kString:
      out.kind = Constant::Kind::kString;
      out.text = unescaped(token);
      return true;
    case TokenKind::kTrue:
    case TokenKind::kFalse:
      out.kind = Constant::Kind::kBoolean;
      out.boolean = token.kind == TokenKind::kTrue;
      return true;
    case TokenKind::kTimestamp: {
      const auto time = read_time(token.text);
      if (!time) return fail(token, "not a time; write it as t'2026-01-31T23:59:59.123Z'", trouble);
      out.kind = Constant::Kind::kTimestamp;
      out.time = *time;
      out.text = std::string(token.text);
      return true;
    }
    case TokenKind::kBinary:
    case TokenKind::kHex: return read_bytes(token, out, trouble);
    default: return read_number(token, out, trouble);
  }
}

std::optional<Timestamp> read_time(std::string_view text) {
  auto time = parse_stix_time(text);
  if (time.ok()) return *time;
  if (text.size() < kDateBytes) return std::nullopt;
  const int day = (text[kDayAt] - '0') * 10 + (text[kDayAt + 1] - '0');
  if (day < 29 || day > 31 || text[kDayAt + 1] < '0' || text[kDayAt + 1] > '9') return std::nullopt;
  std::string first(text);
  first.replace(kDayAt, 2, "01");
  time = parse_stix_time(first);
  const std::int64_t later = (day - 1) * kDaySeconds;
  if (!time.ok()) return std::nullopt;
  // Only a day that its month lacks comes here, so the year cannot end: December has 31.
  if (text.substr(5, 2) == "12") return std::nullopt;
  return Timestamp{time->seconds + later, time->nanos};
}

std::string real_text(double value) {
  std::array<char, 2048> buffer;  // the longest: 1 sign, 1 zero, 1 point, 1074 digits
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed).ptr;
  std::string out(buffer.data(), end);
  if (out.find('.') == std::string::npos) out += ".0";
  return out;
}

}  // namespace sekisho::stix::pattern
