// The mark of the policy that the streams stand for: what must be equal for a decision to stand. Values; any thread.
// docs/specs/release.md.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "policy/compiled.h"
#include "store/store.h"

namespace sekisho::sync {

inline constexpr const char* kReleaseSpace = "release";  ///< documents of the release follower
inline constexpr const char* kAppliedKey = "applied-policy";
inline constexpr const char* kSourcesKey = "sources";

struct Applied {
  std::string digest;                         ///< of the text; empty = the streams must be computed anew
  std::string ground;                         ///< policy::Policy::ground
  std::map<std::string, std::string> sources; ///< policy::Policy::source_grounds
  std::map<std::string, std::string> creators;///< party of each identity: whose claims are one

  std::optional<Timestamp> at;                ///< when it was taken into force, or a date last computed streams anew

  static Applied of(const policy::Compiled& policy, std::optional<Timestamp> at = std::nullopt);
  static Result<Applied> read(const store::Store& store);
  std::string to_json() const;
  /// Whether decisions under the one stand under the other for audiences of equal keys: `sources` are all that ever
  /// gave an object that is stored.
  bool same_ground(const Applied& other, const std::set<std::string>& seen) const;
  /// Identities that are not of the same party in both.
  std::vector<std::string> other_creators(const Applied& other) const;
};

/// The parties that ever gave something, this node excepted; nullopt: not recorded yet (stores of before).
Result<std::optional<std::set<std::string>>> read_sources(const store::Store& store);
std::string sources_to_json(const std::set<std::string>& sources);

}  // namespace sekisho::sync
