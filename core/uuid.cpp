#include "core/uuid.h"

#include <algorithm>

#include "core/digest.h"

namespace sekisho {
namespace {

constexpr std::size_t kTextSize = 36;
constexpr bool is_hyphen(std::size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

void shape(Uuid& uuid, int version) {
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | version << 4);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
}

}  // namespace

std::string Uuid::to_string() const {
  std::string text = hex(bytes);
  for (const std::size_t position : {8u, 13u, 18u, 23u}) text.insert(position, 1, '-');
  return text;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  Uuid uuid;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_hyphen(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = hex_value(text[i]);
    if (digit < 0) return std::nullopt;
    std::uint8_t& byte = uuid.bytes[digits++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | digit);
  }
  return uuid;
}

Uuid Uuid::v4(Random& random, std::string_view purpose) {
  Uuid uuid;
  random.fill(uuid.bytes, purpose);
  shape(uuid, 4);
  return uuid;
}

Uuid Uuid::v5(const Uuid& ns, std::string_view name) {
  std::string input(as_chars(ns.bytes));
  input += name;
  const Sha1 digest = sha1(input);
  Uuid uuid;
  std::copy_n(digest.begin(), uuid.bytes.size(), uuid.bytes.begin());
  shape(uuid, 5);
  return uuid;
}

Uuid Uuid::shaped_v4(std::array<std::uint8_t, 16> bytes) {
  Uuid uuid{bytes};
  shape(uuid, 4);
  return uuid;
}

}  // namespace sekisho
