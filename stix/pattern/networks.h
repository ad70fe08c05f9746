// IPv4 and IPv6 addresses and CIDR blocks as constants hold them (STIX 2.1 §6.9, §6.10). Private to
// stix/pattern; pure functions, any thread. No library call: resolvers and locale stay out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sekisho::stix::pattern {

struct Network {
  bool six = false;
  std::array<std::uint8_t, 16> bytes{};  ///< the first 4 for IPv4
  unsigned prefix = 0;                   ///< bits; 32 or 128 when the text had none

  unsigned bits() const { return six ? 128 : 32; }
  Network masked() const;  ///< with the bits after the prefix cleared
  /// RFC 5952 for IPv6; `/prefix` only when shorter than the address.
  std::string text() const;
};

/// Nothing if `text` is no address and no block; leading zeros in IPv4, zones and spaces are refused.
std::optional<Network> read_network(std::string_view text);

}  // namespace sekisho::stix::pattern
