// The people who moderate, by their own Ed25519 keys: operators.toml of the node directory, read strictly.
// docs/specs/moderation.md §1. Immutable once read; any thread. Limit: kOperators rows.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/keys.h"
#include "core/result.h"
#include "core/time.h"

namespace sekisho::sync {

inline constexpr std::size_t kOperators = 10'000;

struct Operator {
  std::string name;  ///< a-z, 0-9, `-`; several keys may have one name, one key has one
  certs::PublicKey key;
  std::optional<Timestamp> from, until, revoked;  ///< first instants at which it counts, no longer counts
  std::string reason;  ///< of the revocation
  std::size_t line = 0, last_line = 0;  ///< where it stands in the file
};

class Operators {
 public:
  /// An absent file is an empty text. kConfig; where = `path:line`.
  static Result<Operators> parse(std::string_view text, const std::string& path);

  const std::vector<Operator>& all() const { return rows_; }
  const Operator* find(std::string_view kid) const;  ///< null: no such key
  /// The operator whose key it is, if the key counts at that instant. kKeyUnknown, kKeyNotValid.
  Result<const Operator*> usable(std::string_view kid, Timestamp at) const;
  const std::string& digest() const { return digest_; }  ///< SHA-256 hex of the text

 private:
  std::vector<Operator> rows_;
  std::string digest_;
};

/// Edits of the text that leave everything else as it stands; the result is checked. kConfig, kInvalidArgument (a
/// name), kAlreadyExists (the key), kNotFound.
Result<std::string> with_operator(const std::string& text, const Operator& added);
/// Every key of that name.
Result<std::string> without_operator(const std::string& text, std::string_view name);
/// `kid` empty: every key of that name that is not revoked. A revocation can be dated earlier, never later.
Result<std::string> with_revoked_operator(const std::string& text, std::string_view name, std::string_view kid,
                                          Timestamp at, const std::string& reason);

}  // namespace sekisho::sync
