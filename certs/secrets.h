// Passwords, tokens, MACs. Comparison is constant time. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/digest.h"
#include "core/ports/random.h"
#include "core/result.h"

namespace sekisho::certs {

/// HMAC-SHA-256.
Sha256 hmac_sha256(std::string_view key, std::string_view message);
bool equal_constant_time(std::string_view a, std::string_view b);
/// A key for one purpose, from a master secret (HMAC with the purpose's name).
std::string derive_key(std::string_view master, std::string_view purpose);

/// Argon2id (libsodium, interactive limits: 64 MiB, 2 passes) with at most `slots` computations at
/// once. The salt is libsodium's own random; nothing but the stored text depends on it.
class PasswordHasher {
 public:
  explicit PasswordHasher(unsigned slots) : free_(static_cast<int>(slots)) {}
  /// PHC string. kUnavailable when all slots are taken, kCryptoFailure when memory is refused.
  Result<std::string> hash(std::string_view secret);
  /// True if it matches. kUnavailable when all slots are taken: say 503 before looking anything up.
  /// kCryptoFailure when memory is refused or `phc` is not as `hash` writes it.
  Result<bool> verify(std::string_view phc, std::string_view secret);

 private:
  std::atomic<int> free_;
};

/// 32 random bytes as base64url.
std::string make_token(Random& random, std::string_view purpose);

}  // namespace sekisho::certs
