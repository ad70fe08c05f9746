// Finding the end of plain text in a string, eight bytes at a time.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace sekisho::json {

/// Printable ASCII that stands for itself in a JSON string.
inline bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

/// High bit of the lowest byte of `word` that is not plain; 0 if all are. Higher bytes may be set
/// wrongly, since a borrow runs upwards.
inline std::uint64_t not_plain(std::uint64_t word) {
  constexpr std::uint64_t kEach = 0x0101010101010101u;
  const std::uint64_t quote = word ^ kEach * '"';
  const std::uint64_t slash = word ^ kEach * '\\';
  const std::uint64_t control = (word - kEach * 0x20) & ~word;
  return (((quote - kEach) & ~quote) | ((slash - kEach) & ~slash) | control | word) & kEach * 0x80;
}

/// First byte at or after `at` that is not plain, or `end`.
inline const char* skip_plain(const char* at, const char* end) {
  if constexpr (std::endian::native == std::endian::little) {
    for (; end - at >= 8; at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, 8);
      const std::uint64_t special = not_plain(word);
      if (special != 0) return at + std::countr_zero(special) / 8;
    }
  }
  while (at != end && is_plain(*at)) ++at;
  return at;
}

}  // namespace sekisho::json
