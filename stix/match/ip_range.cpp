#include "stix/match/ip_range.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

namespace sekisho::stix::match {
namespace {

constexpr std::size_t kMaxAddressText = 45;  // INET6_ADDRSTRLEN without its NUL

void mask(std::array<std::uint8_t, 16>& bytes, unsigned prefix) {
  for (unsigned i = 0; i < bytes.size(); ++i) {
    const unsigned kept = prefix > 8 * i ? prefix - 8 * i : 0;
    if (kept < 8) bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xFF00u >> kept));
  }
}

}  // namespace

std::optional<IpRange> IpRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  if (address.empty() || address.size() > kMaxAddressText) return std::nullopt;
  char copy[kMaxAddressText + 1] = {};
  std::memcpy(copy, address.data(), address.size());
  if (std::strlen(copy) != address.size()) return std::nullopt;
  IpRange range;
  range.six = address.find(':') != std::string_view::npos;
  if (inet_pton(range.six ? AF_INET6 : AF_INET, copy, range.bytes.data()) != 1) return std::nullopt;
  range.prefix = range.six ? 128 : 32;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    unsigned prefix = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    const bool zero_first = digits.size() > 1 && digits[0] == '0';
    if (error != std::errc() || end != digits.data() + digits.size() || zero_first) return std::nullopt;
    if (prefix > range.prefix) return std::nullopt;
    range.prefix = prefix;
  }
  mask(range.bytes, range.prefix);
  return range;
}

bool IpRange::contains(const IpRange& other) const {
  if (six != other.six || prefix > other.prefix) return false;
  auto cut = other.bytes;
  mask(cut, prefix);
  return cut == bytes;
}

}  // namespace sekisho::stix::match
