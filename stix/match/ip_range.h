// IPv4 and IPv6 addresses and CIDR ranges as sets (STIX 2.1 §9.6.1). Values; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sekisho::stix::match {

/// An address is the range of full length. Bits behind the prefix are zero.
struct IpRange {
  std::array<std::uint8_t, 16> bytes{};
  unsigned prefix = 0;  ///< of 32 or 128 bits
  bool six = false;

  /// Nothing unless the text is an address or CIDR as §6.6 and §6.7 of the standard have them: no
  /// zone, no leading zeros. Does not allocate.
  static std::optional<IpRange> parse(std::string_view text);
  /// True if every address of `other` is in this range; never across the two families.
  bool contains(const IpRange& other) const;
};

}  // namespace sekisho::stix::match
