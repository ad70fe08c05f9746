#include "node/http/grammar.h"

#include <algorithm>
#include <array>

#include "core/digest.h"
#include "taxii/header_text.h"

namespace sekisho::node::http {
namespace {

constexpr std::string_view kPathMarks = "-._~!$&'()*+,;=:@/";  // pchar without '%', and '/'

constexpr bool is_alpha(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

constexpr std::array<bool, 256> make_class(std::string_view marks) {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 256; ++c) {
    table[c] = is_alpha(static_cast<unsigned char>(c)) || is_digit(static_cast<unsigned char>(c));
  }
  for (const char mark : marks) table[static_cast<unsigned char>(mark)] = true;
  return table;
}

constexpr auto kPath = make_class(kPathMarks);
constexpr auto kQuery = make_class("-._~!$&'()*+,;=:@/?[]");
constexpr auto kHost = make_class("-._~!$&'()*+,;=");

bool all(std::string_view text, const std::array<bool, 256>& table) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return table[static_cast<unsigned char>(c)]; });
}

/// The octet of the escape at `at` (which is '%'), or -1 if it is incomplete.
int escaped(std::string_view text, std::size_t at) {
  if (text.size() - at < 3) return -1;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_escaped_text(std::string_view text, const std::array<bool, 256>& table) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int octet = escaped(text, i);
      if (octet < 0x20 || octet == 0x7f) return false;
      i += 2;
    } else if (!table[static_cast<unsigned char>(text[i])]) {
      return false;
    }
  }
  return true;
}

/// A segment of one or two dots, written plainly or escaped. The text was checked by is_escaped_text.
bool is_dots(std::string_view segment) {
  std::size_t dots = 0;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const bool escape = segment[i] == '%';
    if ((escape ? escaped(segment, i) : segment[i]) != '.') return false;
    if (escape) i += 2;
    ++dots;
  }
  return dots == 1 || dots == 2;
}

template <typename Digit>
std::optional<std::uint64_t> number(std::string_view text, std::size_t max_digits, unsigned base,
                                    Digit digit) {
  if (text.empty() || text.size() > max_digits) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    const int d = digit(c);
    if (d < 0) return std::nullopt;
    value = value * base + static_cast<unsigned>(d);
  }
  return value;
}

}  // namespace

bool is_method(std::string_view text) {
  return !text.empty() && text.size() <= 16 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\t' || (c >= 0x20 && c < 0x7f); });
}

std::optional<std::uint64_t> decimal(std::string_view text, std::size_t max_digits) {
  return number(text, std::min<std::size_t>(max_digits, 18), 10,
                [](char c) { return c >= '0' && c <= '9' ? c - '0' : -1; });
}

std::optional<std::uint64_t> hexadecimal(std::string_view text, std::size_t max_digits) {
  return number(text, std::min<std::size_t>(max_digits, 15), 16, hex_value);
}

bool is_path(std::string_view text) {
  if (text.empty() || text.front() != '/' || !is_escaped_text(text, kPath)) return false;
  std::size_t begin = 1;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    if (is_dots(text.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

bool is_query(std::string_view text) { return is_escaped_text(text, kQuery); }

bool is_authority(std::string_view text) {
  std::string_view port;
  if (!text.empty() && text.front() == '[') {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || close < 3) return false;
    const auto address = text.substr(1, close - 1);
    if (!std::all_of(address.begin(), address.end(),
                     [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; })) {
      return false;
    }
    port = text.substr(close + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (colon == 0 || !all(text.substr(0, colon), kHost)) return false;
    port = text.substr(colon);
  }
  return port.empty() || (port.front() == ':' && (port.size() == 1 || decimal(port.substr(1), 5)));
}

const std::string* only_field(const taxii::Headers& headers, std::string_view name, bool& twice) {
  const std::string* found = nullptr;
  twice = false;
  for (const auto& [key, value] : headers) {
    if (!taxii::equal_ignoring_case(key, name)) continue;
    twice = found != nullptr;
    if (twice) return found;
    found = &value;
  }
  return found;
}

bool lists_token(const taxii::Headers& headers, std::string_view name, std::string_view token) {
  for (const auto& [key, value] : headers) {
    if (!taxii::equal_ignoring_case(key, name)) continue;
    std::string_view rest = value;
    while (true) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (taxii::equal_ignoring_case(taxii::trim(rest.substr(0, comma)), token)) return true;
      if (comma == rest.size()) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

}  // namespace sekisho::node::http
