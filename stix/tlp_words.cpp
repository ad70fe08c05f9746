#include "stix/tlp_words.h"

#include <cstdint>
#include <string>

#include "stix/folded.h"

namespace sekisho::stix {
namespace {

constexpr char kOther = '\x01';

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

/// Upper case; of signs that look like one of ASCII that one.
char plain(std::uint32_t c) {
  if (c >= 'a' && c <= 'z') return static_cast<char>(c - 0x20);
  if (c < 0x80) return static_cast<char>(c);
  if (c == 0x2236 || c == 0xA789) return ':';
  return (c >= 0x2010 && c <= 0x2014) || c == 0x2212 ? '-' : kOther;
}

std::string fold(std::string_view text) {
  const std::string folded = folded_name(text);
  std::string out;
  for (std::size_t at = 0; at < folded.size();) out += plain(next(folded, at));
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

bool is_sign(char c) { return !is_word(c) && c != kOther; }

void skip_signs(std::string_view& rest) {
  while (!rest.empty() && is_sign(rest.front())) rest.remove_prefix(1);
}

/// Steps to a TLP behind words that name where the label is from, each ended by a sign and all without blank, as in `marking:tlp:red`.
bool skip_names(std::string_view& rest) {
  bool after_sign = false;
  for (std::size_t at = 0; at < rest.size() && rest[at] != ' '; ++at) {
    if (after_sign && rest.substr(at).starts_with("TLP")) {
      rest.remove_prefix(at);
      return true;
    }
    after_sign = is_sign(rest[at]);
  }
  return false;
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
  skip_signs(rest);
  const bool bare = rest.starts_with("TLP");
  if (!bare && !skip_names(rest)) return out;
  rest.remove_prefix(3);
  const std::string_view before = rest;
  skip_signs(rest);
  const std::string_view between = before.substr(0, before.size() - rest.size());
  const bool named = bare && between.find(':') != std::string_view::npos;
  out.tlp = eat_level(rest);
  out.speaks = named || out.tlp.has_value();
  skip(rest, " \"'])}.;,!");
  out.exact = out.tlp.has_value() && rest.empty();
  return out;
}

}  // namespace sekisho::stix
