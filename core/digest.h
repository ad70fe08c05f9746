// Hashes (OpenSSL libcrypto behind it) and text encodings of bytes. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sekisho {

using Sha256 = std::array<std::uint8_t, 32>;
using Sha1 = std::array<std::uint8_t, 20>;

Sha256 sha256(std::string_view bytes);
Sha1 sha1(std::string_view bytes);

inline std::string_view as_chars(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string hex(std::span<const std::uint8_t> bytes);                 ///< lower case
int hex_value(char c);                                               ///< of a digit in either case; -1 for anything else
std::optional<std::string> from_hex(std::string_view text);           ///< either case
std::string base64(std::string_view bytes);                           ///< RFC 4648 §4 with padding
std::optional<std::string> from_base64(std::string_view text);        ///< strict: padding, no other characters
std::string base64url(std::string_view bytes);                        ///< RFC 4648 §5 without padding
std::optional<std::string> from_base64url(std::string_view text);     ///< strict: no padding, canonical last bits

}  // namespace sekisho
