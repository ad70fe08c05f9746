#include "store/dedup/identifiers.h"

#include <algorithm>
#include <cstddef>

#include "core/ascii.h"
#include "core/utf8.h"

namespace sekisho::store::dedup {
namespace {

constexpr unsigned kNumberBits = 48;
constexpr std::size_t kNumberDigits = 14;  // below 2^48

using ascii::is_digit;
bool continues_word(char c) { return is_digit(c) || ascii::is_upper(c); }

/// One code point as upper-case ASCII: full-width forms and the dashes that people and spreadsheets type.
/// 0: no such character.
char folded(std::uint32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  if (c == 0x3000) c = ' ';
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x30FC || c == 0xFF70) c = '-';
  if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
  return c < 0x80 ? static_cast<char>(c) : '\0';
}

std::uint32_t code_point(std::string_view sequence) {
  static constexpr std::uint32_t kLeadBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  std::uint32_t out = static_cast<unsigned char>(sequence[0]) & kLeadBits[sequence.size()];
  for (const char tail : sequence.substr(1)) out = (out << 6) | (static_cast<unsigned char>(tail) & 0x3F);
  return out;
}

/// `text` in upper-case ASCII; every other character, and each byte that is no UTF-8, becomes 0.
std::string fold(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8::sequence_length(text);
    out.push_back(length == 0 ? '\0' : folded(code_point(text.substr(0, length))));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}


std::size_t digits_at(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

struct Match {
  Cve cve;
  std::size_t length = 0;
};

/// The CVE id that folded `text` begins with; it ends where its digits end.
std::optional<Match> cve_at(std::string_view text) {
  if (text.substr(0, 4) != "CVE-") return std::nullopt;
  if (digits_at(text.substr(4)) != 4 || text.size() < 9 || text[8] != '-') return std::nullopt;
  const std::size_t digits = digits_at(text.substr(9));
  if (digits < 4 || digits > kNumberDigits || (digits > 4 && text[9] == '0')) return std::nullopt;
  std::uint64_t year = 0, number = 0;
  for (const char c : text.substr(4, 4)) year = year * 10 + static_cast<std::uint64_t>(c - '0');
  for (const char c : text.substr(9, digits)) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return Match{Cve{(year << kNumberBits) | number}, 9 + digits};
}

/// `text` against a form in which N is a digit and x a letter or digit; other characters stand for themselves.
bool has_form(std::string_view text, std::string_view form) {
  return text.size() == form.size() && std::equal(text.begin(), text.end(), form.begin(), [](char c, char f) {
           return f == 'N' ? is_digit(c) : f == 'x' ? continues_word(c) : c == f;
         });
}

}  // namespace

std::string Cve::to_string() const {
  const std::string year = std::to_string(packed >> kNumberBits);
  const std::string number = std::to_string(packed & ((std::uint64_t{1} << kNumberBits) - 1));
  const auto padded = [](const std::string& digits) {
    return std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
  };
  return "CVE-" + padded(year) + "-" + padded(number);
}

std::optional<Cve> parse_cve(std::string_view text) {
  const std::string all = fold(text);
  const std::string_view id = ascii::trimmed(all);
  const auto match = cve_at(id);
  return match && match->length == id.size() ? std::optional(match->cve) : std::nullopt;
}

std::vector<Cve> cves_in(std::string_view text) {
  const std::string all = fold(text);
  std::vector<Cve> out;
  std::size_t from = 0;
  while ((from = all.find("CVE-", from)) != std::string::npos) {
    const bool starts_word = from == 0 || !continues_word(all[from - 1]);
    const auto match = starts_word ? cve_at(std::string_view(all).substr(from)) : std::nullopt;
    if (match) out.push_back(match->cve);
    from += match ? match->length : 4;
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::optional<std::string> advisory_id(std::string_view text) {
  const std::string all = fold(text);
  std::string id(ascii::trimmed(all));
  if (has_form(id, "GHSA-xxxx-xxxx-xxxx")) {
    std::transform(id.begin() + 5, id.end(), id.begin() + 5,
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return id;
  }
  // N is a digit of the form, so the publisher's own N is written as x.
  for (const std::string_view form : {"JVxDB-NNNN-NNNNNN", "JVx#NNNNNNNN", "JVxVU#NNNNNNNN"}) {
    if (has_form(id, form) && id[2] == 'N') return id;
  }
  return std::nullopt;
}

}  // namespace sekisho::store::dedup
