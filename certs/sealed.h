// Sealing: what anybody may close and only the holder of an opening key may open (X25519, the format of libsodium's
// crypto_box_seal), and locking under a shared key (XSalsa20-Poly1305). docs/specs/anonymous.md §4. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/ports/random.h"
#include "core/result.h"

namespace sekisho::certs {

/// The half of an opening key that closes. Value.
struct SealingKey {
  std::array<std::uint8_t, 32> bytes{};
  bool operator==(const SealingKey&) const = default;

  std::string name() const;  ///< 16 hex digits; not a secret
  std::string text() const;  ///< base64url
  static Result<SealingKey> from_text(std::string_view text);  ///< kInvalidArgument
  /// name "." base64url(box). Randomness: purpose "key/seal". Empty if the key is no point of the curve.
  std::string seal(std::string_view text, Random& random) const;
};

/// The half that opens; wiped when it goes.
class OpeningKey {
 public:
  static OpeningKey generate(Random& random);  ///< purpose "key/opening"
  /// The one line of its file. kInvalidArgument.
  static Result<OpeningKey> from_file(std::string_view text);
  OpeningKey(OpeningKey&& other) noexcept;
  OpeningKey& operator=(OpeningKey&&) = delete;
  OpeningKey(const OpeningKey&) = delete;
  OpeningKey& operator=(const OpeningKey&) = delete;
  ~OpeningKey();

  SealingKey sealing() const;
  std::string file() const;  ///< a secret
  /// kCryptoFailure: sealed to another key, or altered.
  Result<std::string> open(std::string_view sealed) const;

 private:
  OpeningKey() = default;
  std::array<std::uint8_t, 32> secret_{};
};

/// base64url(nonce and box) under 32 bytes. Randomness: purpose "nonce/lock".
std::string lock_text(std::string_view key32, std::string_view text, Random& random);
/// Nothing: another key, or altered.
std::optional<std::string> unlock_text(std::string_view key32, std::string_view locked);

}  // namespace sekisho::certs
