// RFC 4122 UUIDs, version 4 and 5. Values; any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ports/random.h"

namespace sekisho {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;
  std::string to_string() const;  ///< lower case, 8-4-4-4-12
  int version() const { return bytes[6] >> 4; }
  bool rfc_variant() const { return (bytes[8] & 0xc0) == 0x80; }

  /// Accepts upper and lower case hex in 8-4-4-4-12 form only.
  static std::optional<Uuid> parse(std::string_view text);
  /// Version 4; `purpose` names what it is for (see Random).
  static Uuid v4(Random& random, std::string_view purpose);
  /// Version 5: SHA-1 of namespace and name.
  static Uuid v5(const Uuid& ns, std::string_view name);
  /// Shapes 16 bytes (say of a MAC) as a version 4 UUID.
  static Uuid shaped_v4(std::array<std::uint8_t, 16> bytes);
};

}  // namespace sekisho
