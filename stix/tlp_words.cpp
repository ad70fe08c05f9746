#include "stix/tlp_words.h"

#include <array>
#include <cstdint>
#include <string>

namespace sekisho::stix {
namespace {

constexpr char kNone = '\0', kOther = '\x01';

/// The next character of UTF-8; 0xFFFD for what is none.
std::uint32_t next(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at++);
  if (first < 0x80) return first;
  const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
  if (more == 0 || at + more > text.size()) return 0xFFFD;
  std::uint32_t out = first & (0x3FU >> more);
  for (std::size_t i = 0; i < more; ++i) out = out << 6 | (byte(at++) & 0x3FU);
  return out;
}

/// Nobody sees it (default ignorable code points).
bool is_unseen(std::uint32_t c) {
  return c == 0xAD || c == 0x34F || c == 0x61C || (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

bool is_blank(std::uint32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/// The letter of a block of alphabets, A to Z and then a to z.
char letter_of(std::uint32_t place) { return static_cast<char>('A' + place % 26); }

/// The upper-case ASCII character that NFKC and case folding leave of it, a space for a blank; kNone: nothing is left.
char folded(std::uint32_t c) {
  if (is_unseen(c)) return kNone;
  if (is_blank(c)) return ' ';
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  if (c >= 'a' && c <= 'z') return static_cast<char>(c - 0x20);
  if (c > ' ' && c < 0x7F) return static_cast<char>(c);
  if (c >= 0x1D400 && c <= 0x1D6A3) return letter_of((c - 0x1D400) % 52);
  if (c >= 0x24B6 && c <= 0x24E9) return letter_of(c - 0x24B6);
  switch (c) {
    case 0x17F: return 'S';
    case 0xFE13: case 0xFE55: case 0x2236: case 0xA789: return ':';
    case 0xFE62: case 0x207A: case 0x208A: return '+';
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2212: case 0xFE63: return '-';
    case 0x210B: case 0x210C: case 0x210D: case 0x210E: return 'H';
    case 0x2110: case 0x2111: return 'I';
    case 0x2112: case 0x2113: return 'L';
    case 0x2115: return 'N';
    case 0x2119: return 'P';
    case 0x211B: case 0x211C: case 0x211D: return 'R';
    case 0x212C: return 'B';
    case 0x212D: return 'C';
    case 0x212F: case 0x2130: return 'E';
    case 0x2133: return 'M';
    case 0x210A: return 'G';
    default: return kOther;
  }
}

std::string fold(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = folded(next(text, at));
    if (c == kNone || (c == ' ' && (out.empty() || out.back() == ' '))) continue;
    out += c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool is_word(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// Steps over a word if it stands here and ends here.
bool eat(std::string_view& rest, std::string_view word) {
  if (!rest.starts_with(word)) return false;
  if (rest.size() > word.size() && is_word(rest[word.size()])) return false;
  rest.remove_prefix(word.size());
  return true;
}

void skip(std::string_view& rest, std::string_view signs) {
  const auto at = rest.find_first_not_of(signs);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at);
}

std::optional<Tlp> eat_level(std::string_view& rest) {
  if (eat(rest, "WHITE") || eat(rest, "CLEAR")) return Tlp::kClear;
  if (eat(rest, "GREEN")) return Tlp::kGreen;
  if (eat(rest, "RED")) return Tlp::kRed;
  if (!rest.starts_with("AMBER")) return std::nullopt;
  std::string_view strict = rest.substr(5);
  skip(strict, " +_-");
  if (eat(strict, "STRICT")) {
    rest = strict;
    return Tlp::kAmberStrict;
  }
  if (eat(rest, "AMBER")) return Tlp::kAmber;
  return std::nullopt;
}

}  // namespace

TlpWords tlp_in(std::string_view text) {
  TlpWords out;
  const std::string plain = fold(text);
  std::string_view rest = plain;
  skip(rest, " \"'[(");
  if (!rest.starts_with("TLP")) return out;
  rest.remove_prefix(3);
  const std::string_view before = rest;
  skip(rest, " :=_-/\"'");
  const std::string_view between = before.substr(0, before.size() - rest.size());
  const bool named = between.find(':') != std::string_view::npos;
  out.tlp = between.empty() ? std::nullopt : eat_level(rest);
  out.speaks = named || out.tlp.has_value();
  skip(rest, " \"'])");
  out.exact = out.tlp.has_value() && rest.empty();
  return out;
}

}  // namespace sekisho::stix
