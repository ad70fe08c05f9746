// Ed25519 keys (libsodium) and their text forms. Sources: RFC 8032, 8037, 7638.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/ports/random.h"
#include "core/result.h"

namespace sekisho::certs {

/// A public key. Value; any thread.
struct PublicKey {
  std::array<std::uint8_t, 32> bytes{};
  bool operator==(const PublicKey&) const = default;

  std::string thumbprint()
      const;  ///< RFC 7638 SHA-256, base64url: the `kid` and the fingerprint people compare
  std::string jwk() const;  ///< {"crv":"Ed25519","kid":…,"kty":"OKP","use":"sig","x":…}
  std::string pem() const;  ///< SubjectPublicKeyInfo
  /// Reads a public JWK of at most 4096 bytes; its own `kid` is ignored, a private one is refused.
  /// kJwsMalformed, kJson*, kLimitExceeded.
  static Result<PublicKey> from_jwk(std::string_view text);
  /// Reads `x`; refuses wrong length, non-canonical encodings and points outside the prime-order
  /// group (small order among them). kJwsMalformed.
  static Result<PublicKey> from_base64url(std::string_view x);
};

/// A private key in memory that is locked, guarded and wiped. Sign from any thread.
class SigningKey {
 public:
  static std::unique_ptr<SigningKey> generate(Random& random);  ///< purpose "key/ed25519"
  /// PKCS8 PEM as written by `pem` and by OpenSSL (RFC 8410), not encrypted. kInvalidArgument.
  static Result<std::unique_ptr<SigningKey>> from_pem(std::string_view pem);
  static Result<std::unique_ptr<SigningKey>> from_seed(std::string_view seed32);
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  const PublicKey& public_key() const;
  const std::string& kid() const;  ///< public_key().thumbprint()
  std::string pem() const;         ///< PKCS8; a secret
  std::array<std::uint8_t, 64> sign(std::string_view message) const;

 private:
  SigningKey();
  struct Secret;
  std::unique_ptr<Secret> secret_;
};

/// Plain Ed25519 over bytes; strict (canonical S, no small-order points).
bool verify(const PublicKey& key, std::string_view message, std::string_view signature64);

}  // namespace sekisho::certs
