#include "stix/pattern/networks.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace sekisho::stix::pattern {
namespace {

/// A decimal number up to `most`, without leading zeros, that fills `text`.
std::optional<unsigned> read_part(std::string_view text, unsigned most) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= most ? std::optional(value) : std::nullopt;
}

bool read_four(std::string_view text, std::uint8_t* out) {
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = part < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return false;
    const auto value = read_part(text.substr(0, dot), 255);
    if (!value) return false;
    out[part] = static_cast<std::uint8_t>(*value);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return true;
}

/// Groups of RFC 4291 §2.2 without `::`; the count of bytes written, or nothing.
std::optional<std::size_t> read_groups(std::string_view text, bool may_end_in_four, std::uint8_t* out) {
  std::size_t filled = 0;
  while (!text.empty()) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view group = text.substr(0, colon);
    const bool last = colon == text.size();
    if (!last && colon + 1 == text.size()) return std::nullopt;  // a colon at the end
    if (last && may_end_in_four && group.find('.') != std::string_view::npos) {
      if (filled > 12 || !read_four(group, out + filled)) return std::nullopt;
      return filled + 4;
    }
    std::uint16_t value = 0;
    if (group.empty() || group.size() > 4 || filled > 14) return std::nullopt;
    const auto read = std::from_chars(group.data(), group.data() + group.size(), value, 16);
    if (read.ec != std::errc() || read.ptr != group.data() + group.size()) return std::nullopt;
    out[filled++] = static_cast<std::uint8_t>(value >> 8);
    out[filled++] = static_cast<std::uint8_t>(value & 0xFF);
    text.remove_prefix(last ? colon : colon + 1);
  }
  return filled;
}

bool read_six(std::string_view text, std::uint8_t* out) {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    const auto filled = read_groups(text, true, out);
    return filled && *filled == 16;
  }
  std::array<std::uint8_t, 16> tail{};
  const auto before = read_groups(text.substr(0, gap), false, out);
  const auto after = read_groups(text.substr(gap + 2), true, tail.data());
  if (!before || !after || *before + *after > 14) return false;
  std::copy_n(tail.begin(), *after, out + 16 - *after);
  return true;
}

std::string six_text(const std::array<std::uint8_t, 16>& bytes) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) groups[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  // The first longest run of two or more zero groups becomes `::`.
  std::size_t gap = 8, length = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > length) gap = i, length = end - i;
  }
  std::string out;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      out += "::";
      i += length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    char digits[4];
    out.append(digits, std::to_chars(digits, digits + 4, groups[i], 16).ptr);
  }
  return out;
}

}  // namespace

Network Network::masked() const {
  Network out = *this;
  for (unsigned i = 0; i < bits() / 8; ++i) {
    const unsigned kept = prefix <= i * 8 ? 0 : std::min(prefix - i * 8, 8U);
    out.bytes[i] = static_cast<std::uint8_t>(out.bytes[i] & (0xFF00U >> kept));
  }
  return out;
}

std::string Network::text() const {
  std::string out;
  if (six) {
    out = six_text(bytes);
  } else {
    for (std::size_t i = 0; i < 4; ++i) out += (i == 0 ? "" : ".") + std::to_string(bytes[i]);
  }
  if (prefix != bits()) out += "/" + std::to_string(prefix);
  return out;
}

std::optional<Network> read_network(std::string_view text) {
  Network out;
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  out.six = address.find(':') != std::string_view::npos;
  if (out.six ? !read_six(address, out.bytes.data()) : !read_four(address, out.bytes.data())) return std::nullopt;
  out.prefix = out.bits();
  if (slash == std::string_view::npos) return out;
  const auto prefix = read_part(text.substr(slash + 1), out.bits());
  if (!prefix) return std::nullopt;
  out.prefix = *prefix;
  return out;
}

}  // namespace sekisho::stix::pattern
