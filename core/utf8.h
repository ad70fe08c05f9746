// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sekisho::utf8 {

/// Bytes of the valid sequence that `text` starts with (1 to 4), or 0 if it starts with none.
/// The table of RFC 3629 §4: only the second byte has narrower bounds for some first bytes.
inline std::size_t sequence_length(std::string_view text) {
  const auto is_tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    const unsigned byte = static_cast<unsigned char>(text[i]);
    return byte >= low && byte <= high;
  };
  if (text.empty()) return 0;
  const unsigned first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first < 0xE0) return text.size() >= 2 && is_tail(1) ? 2 : 0;
  if (first < 0xF0) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return text.size() >= 3 && is_tail(1, low, high) && is_tail(2) ? 3 : 0;
  }
  const unsigned low = first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
  return text.size() >= 4 && is_tail(1, low, high) && is_tail(2) && is_tail(3) ? 4 : 0;
}
/// True if all of `text` is valid.
bool valid(std::string_view text);
/// Appends `code_point`, which must be a Unicode scalar value.
void append(std::uint32_t code_point, std::string& out);
/// The longest start of `text` of at most `bytes` bytes that does not cut a sequence.
std::string_view prefix(std::string_view text, std::size_t bytes);

}  // namespace sekisho::utf8
