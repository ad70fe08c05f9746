// Pinned keys: which key belongs to which party and when it counts. Immutable after building; any
// thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/keys.h"
#include "core/result.h"
#include "core/time.h"

namespace sekisho::certs {

struct PinnedKey {
  PublicKey key;
  std::string party;
  std::optional<Timestamp> valid_from;   ///< first instant at which it counts
  std::optional<Timestamp> valid_until;  ///< first instant at which it no longer does
  std::optional<Timestamp> revoked_at;   ///< first instant at which it no longer does
};

class TrustList {
 public:
  /// kAlreadyExists if a key is pinned twice, by whomever; kInvalidArgument if it ends before it
  /// starts.
  static Result<TrustList> build(std::vector<PinnedKey> keys);
  /// Null if unknown.
  const PinnedKey* find(std::string_view kid) const;
  /// Judges a key for a party at the receiver's first sight of the signature: kKeyUnknown (not
  /// pinned), kKeyNotAllowed (another party's), kKeyNotValid (before, after, or revoked at that
  /// instant).
  Status usable(std::string_view kid, std::string_view party, Timestamp first_sight) const;

 private:
  std::map<std::string, PinnedKey, std::less<>> keys_;
};

}  // namespace sekisho::certs
