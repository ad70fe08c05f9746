// Every policy that was in force, in order, kept in the store. docs/specs/policy.md §12. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "store/store.h"

namespace sekisho::sync {

struct PolicyVersion {
  std::uint64_t no = 0;  ///< from 1
  std::string digest;    ///< SHA-256 hex of the text
  std::string at, actor;
  std::string action;    ///< policy.apply, policy.edit, policy.undo, policy.start
  std::string text;      ///< policy.toml
};

class PolicyHistory {
 public:
  explicit PolicyHistory(const store::Store& store) : store_(store) {}

  /// Number and digest of the one in force, without text; nullopt: none yet.
  Result<std::optional<PolicyVersion>> last() const;
  /// kNotFound: no policy of that number; kStoreCorrupt: its text is not what was put in force.
  Result<PolicyVersion> version(std::uint64_t no) const;
  /// Whether a policy of this digest was in force at any time.
  Result<bool> has(const std::string& digest) const;
  /// The newest ones first, at most `limit`, with their texts.
  Result<std::vector<PolicyVersion>> newest(std::size_t limit) const;

  /// The documents of a new version, to be stored in the transaction that takes it into force.
  static std::vector<store::DocumentPut> puts(const PolicyVersion& version);

 private:
  const store::Store& store_;
};

}  // namespace sekisho::sync
