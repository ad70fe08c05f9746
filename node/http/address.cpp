#include "node/http/address.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace sekisho::node::http {
namespace {

struct V4Range {
  std::uint32_t first;
  int bits;
};
constexpr V4Range kSpecialV4[] = {
    {0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16}, {0xac100000, 12},
    {0xc0000000, 24}, {0xc0000200, 24}, {0xc0586300, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24},
    {0xcb007100, 24}, {0xe0000000, 4},  {0xf0000000, 4},
};

bool public_v4(std::uint32_t address) {
  return std::none_of(std::begin(kSpecialV4), std::end(kSpecialV4), [&](const V4Range& range) {
    return (address ^ range.first) >> (32 - range.bits) == 0;
  });
}

using V6 = std::array<std::uint8_t, 16>;

bool begins(const V6& address, std::initializer_list<std::uint8_t> bytes) {
  return std::equal(bytes.begin(), bytes.end(), address.begin());
}

std::uint32_t v4_at(const V6& address, std::size_t at) {
  return std::uint32_t{address[at]} << 24 | std::uint32_t{address[at + 1]} << 16 | std::uint32_t{address[at + 2]} << 8 |
         std::uint32_t{address[at + 3]};
}

bool public_v6(const V6& a) {
  if (begins(a, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return public_v4(v4_at(a, 12));  // mapped
  if (begins(a, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return public_v4(v4_at(a, 12));  // NAT64
  if ((a[0] & 0xe0) != 0x20) return false;                            // all unicast is in 2000::/3
  if (begins(a, {0x20, 0x02})) return public_v4(v4_at(a, 2));         // 6to4
  if (begins(a, {0x20, 0x01}) && a[2] < 0x02) return false;           // 2001::/23: Teredo, benchmarking, ORCHID
  if (begins(a, {0x20, 0x01, 0x0d, 0xb8})) return false;              // documentation
  return !(begins(a, {0x3f, 0xff}) && (a[2] & 0xf0) == 0);            // documentation, 3fff::/20
}

V6 v6_of(const sockaddr_storage& storage) {
  sockaddr_in6 v6{};
  std::memcpy(&v6, &storage, sizeof v6);
  V6 out{};
  std::copy(std::begin(v6.sin6_addr.s6_addr), std::end(v6.sin6_addr.s6_addr), out.begin());
  return out;
}

std::uint32_t v4_of(const sockaddr_storage& storage) {
  sockaddr_in v4{};
  std::memcpy(&v4, &storage, sizeof v4);
  return ntohl(v4.sin_addr.s_addr);
}

}  // namespace

bool is_loopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) return v4_of(address) >> 24 == 127;
  V6 loopback{};
  loopback[15] = 1;
  return address.ss_family == AF_INET6 && v6_of(address) == loopback;
}

bool is_public(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) return public_v4(v4_of(address));
  return address.ss_family == AF_INET6 && public_v6(v6_of(address));
}

}  // namespace sekisho::node::http
