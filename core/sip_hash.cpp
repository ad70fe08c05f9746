#include "core/sip_hash.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace sekisho {
namespace {

std::uint64_t word_at(const char* at, std::size_t size = 8) {
  std::uint64_t word = 0;
  if (std::endian::native == std::endian::little && size == 8) {
    std::memcpy(&word, at, 8);
    return word;
  }
  for (std::size_t i = 0; i < size; ++i) word |= std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
  return word;
}

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }
  void take(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

}  // namespace

SipKey SipKey::draw(Random& random, std::string_view purpose) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes, purpose);
  const char* const text = reinterpret_cast<const char*>(bytes.data());
  return {word_at(text), word_at(text + 8)};
}

SipKey SipKey::derived(std::string_view use) const {
  const std::uint64_t first_half = sip_hash(*this, use);
  return {first_half, sip_hash({first, ~second}, use)};
}

std::uint64_t sip_hash(const SipKey& key, std::string_view bytes) {
  State state{key.first ^ 0x736f6d6570736575u, key.second ^ 0x646f72616e646f6du, key.first ^ 0x6c7967656e657261u,
              key.second ^ 0x7465646279746573u};
  const char* at = bytes.data();
  const char* const last = at + bytes.size() / 8 * 8;
  for (; at != last; at += 8) state.take(word_at(at));
  state.take(word_at(at, bytes.size() % 8) | std::uint64_t{bytes.size()} << 56);
  state.v2 ^= 0xFF;
  for (int i = 0; i < 4; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace sekisho
