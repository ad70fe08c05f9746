#include "stix/convert/identifiers.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/digest.h"
#include "core/json.h"
#include "stix/convert/convert.h"

namespace sekisho::stix::convert {
namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), digit);
}

Uuid constant(std::string_view text) {
  return Uuid::parse(text).value_or(Uuid{});
}

std::size_t sequence_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/// Takes one code point off the front of valid UTF-8.
char32_t take(std::string_view& text) {
  const std::size_t length = std::min(sequence_length(text.front()), text.size());
  char32_t point = static_cast<unsigned char>(text.front());
  if (length > 1) point &= 0xffu >> (length + 1);
  for (std::size_t i = 1; i < length; ++i) {
    point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3fu);
  }
  text.remove_prefix(length);
  return point;
}

void put(char32_t point, std::string& out) {
  const auto byte = [&out](char32_t value) { out += static_cast<char>(value); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xc0 | (point >> 6));
    byte(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    byte(0xe0 | (point >> 12));
    byte(0x80 | ((point >> 6) & 0x3f));
    byte(0x80 | (point & 0x3f));
  } else {
    byte(0xf0 | (point >> 18));
    byte(0x80 | ((point >> 12) & 0x3f));
    byte(0x80 | ((point >> 6) & 0x3f));
    byte(0x80 | (point & 0x3f));
  }
}

bool white(char32_t point) {
  return point == U' ' || point == U'\t' || point == U'\n' || point == U'\r' || point == U'\u3000';
}

// U+FF61 to U+FF9F in order.
constexpr std::u32string_view kHalfWidth =
    U"。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"
    U"マミムメモヤユヨラリルレロワン゛゜";

char32_t widened(char32_t point) {
  if (point >= 0xff01 && point <= 0xff5e) return point - 0xfee0;
  if (point >= 0xff61 && point <= 0xff9f) return kHalfWidth[point - 0xff61];
  return point;
}

/// The katakana with a (semi-)voiced mark after it, or 0.
char32_t voiced(char32_t kana, char32_t mark) {
  if (mark == 0xff9e) {
    if (kana == U'ウ') return U'ヴ';
    constexpr std::u32string_view kPlain = U"カキクケコサシスセソタチツテトハヒフヘホ";
    return kPlain.find(kana) != std::u32string_view::npos ? kana + 1 : 0;
  }
  constexpr std::u32string_view kHa = U"ハヒフヘホ";
  return mark == 0xff9f && kHa.find(kana) != std::u32string_view::npos ? kana + 2 : 0;
}

bool cpe_component(std::string_view part) {
  if (part.empty()) return false;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const char c = part[i];
    if (c == '\\') {
      if (++i == part.size()) return false;
      continue;
    }
    const bool plain = letter(c) || digit(c) || c == '_' || c == '-' || c == '.' || c == '*' ||
                       c == '?' || c == '~' || c == '%';
    if (!plain) return false;
  }
  return true;
}

}  // namespace

Uuid local_namespace() {
  return constant("9d5641da-b67c-4f5d-af4d-d376a7cead20");
}

Uuid organisation_namespace(std::string_view identity_id) {
  return Uuid::v5(constant("2ded612c-f4b6-4973-85c2-cb994189ec99"), identity_id);
}

std::string object_id(const Uuid& id_namespace, std::string_view type,
                      std::initializer_list<std::string_view> parts) {
  json::Writer name;
  name.begin_array();
  for (const std::string_view part : parts) name.string(part);
  name.end_array();
  return std::string(type) + "--" + Uuid::v5(id_namespace, name.text()).to_string();
}

std::optional<std::string> cve_id(std::string_view text) {
  std::string folded = fold_width(text);
  for (char& c : folded) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  const std::string_view id = folded;
  const bool shape = id.size() >= 13 && id.size() <= 32 && id.substr(0, 4) == "CVE-" &&
                     all_digits(id.substr(4, 4)) && id[8] == '-' && all_digits(id.substr(9));
  if (!shape) return std::nullopt;
  return folded;
}

bool is_cwe_id(std::string_view text) {
  return text.size() > 4 && text.size() <= 12 && text.substr(0, 4) == "CWE-" &&
         all_digits(text.substr(4));
}

bool is_cpe23(std::string_view text) {
  constexpr std::string_view kPrefix = "cpe:2.3:";
  if (text.substr(0, kPrefix.size()) != kPrefix) return false;
  text.remove_prefix(kPrefix.size());
  std::size_t count = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '\\') {
      ++i;
      continue;
    }
    if (i < text.size() && text[i] != ':') continue;
    const std::string_view part = text.substr(start, i - start);
    if (!cpe_component(part)) return false;
    if (count == 0 && part != "a" && part != "o" && part != "h" && part != "*" && part != "-")
      return false;
    ++count;
    start = i + 1;
  }
  return count == 11;
}

bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size() || !letter(text[0]))
    return false;
  for (const char c : text.substr(0, colon)) {
    if (!letter(c) && !digit(c) && c != '+' && c != '-' && c != '.') return false;
  }
  constexpr std::string_view kMarks = "-._~:/?#[]@!$&'()*+,;=";
  bool fragment = false;
  std::string_view rest = text.substr(colon + 1);
  const bool brackets_allowed = rest.substr(0, 3) == "//[";  // an IP literal only
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == '%') {
      if (i + 2 >= rest.size() || hex_value(rest[i + 1]) < 0 || hex_value(rest[i + 2]) < 0) return false;
    } else if (c == '#') {
      if (fragment) return false;
      fragment = true;
    } else if ((c == '[' || c == ']') && !brackets_allowed) {
      return false;
    } else if (!letter(c) && !digit(c) && kMarks.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

std::string host_of(std::string_view uri, std::string_view otherwise) {
  const std::size_t start = uri.find("://");
  if (start == std::string_view::npos) return std::string(otherwise);
  std::string_view host = uri.substr(start + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  const std::size_t user = host.rfind('@');
  if (user != std::string_view::npos) host.remove_prefix(user + 1);
  return host.empty() ? std::string(otherwise) : std::string(host);
}

std::string fold_width(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool gap = false;
  while (!text.empty()) {
    const char32_t raw = take(text);
    if (white(raw)) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    char32_t point = widened(raw);
    if (point != raw && raw >= 0xff61 && !text.empty()) {
      std::string_view after = text;
      const char32_t both = voiced(point, take(after));
      if (both != 0) {
        point = both;
        text = after;
      }
    }
    put(point, out);
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWide = "\u3000";
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (true) {
    if (!text.empty() && blank(text.front()))
      text.remove_prefix(1);
    else if (!text.empty() && blank(text.back()))
      text.remove_suffix(1);
    else if (text.substr(0, kWide.size()) == kWide)
      text.remove_prefix(kWide.size());
    else if (text.size() >= kWide.size() && text.substr(text.size() - kWide.size()) == kWide)
      text.remove_suffix(kWide.size());
    else
      return text;
  }
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> out;
  std::u32string marks;
  while (!separators.empty()) marks += take(separators);
  const auto keep = [&out](std::string_view piece) {
    piece = trimmed(piece);
    if (!piece.empty()) out.emplace_back(piece);
  };
  const std::string_view whole = text;
  std::size_t start = 0;
  while (!text.empty()) {
    const std::size_t at = whole.size() - text.size();
    const char32_t point = take(text);
    if (point != U'\n' && point != U'\r' && marks.find(point) == std::u32string::npos) continue;
    keep(whole.substr(start, at - start));
    start = whole.size() - text.size();
  }
  keep(whole.substr(start));
  return out;
}

std::string shortened(std::string_view text, std::size_t limit) {
  text = trimmed(text.substr(0, text.find('\n')));
  std::string_view rest = text;
  for (std::size_t i = 0; i < limit && !rest.empty(); ++i) take(rest);
  if (rest.empty()) return std::string(text);
  return std::string(text.substr(0, text.size() - rest.size())) + "…";
}

}  // namespace sekisho::stix::convert
