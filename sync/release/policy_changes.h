// The way of a policy into force: prepared, shown, switched, kept in the history, undone. Holds nothing itself; any
// thread, but callers that change policy.toml too take turns. docs/specs/release.md, docs/specs/policy.md §12.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/clock.h"
#include "core/result.h"
#include "sync/audit/audit.h"
#include "sync/release/policy_change/policy_change.h"
#include "sync/release/policy_change/policy_history.h"
#include "sync/release/release.h"

namespace sekisho::sync {

/// A policy's text and what it would do.
struct Candidate {
  std::string text, digest;
  Prepared prepared;
};

/// What taking it into force came to.
struct InForce {
  std::uint64_t no = 0;  ///< in the history
  std::vector<PartyChange> parties;
};

class PolicyChanges {
 public:
  PolicyChanges(store::Store& store, Release& release, Audit& audit, const Clock& clock)
      : store_(store), release_(release), audit_(audit), clock_(clock) {}

  /// What the text would do. `file` is what messages call it. kPolicyInvalid (where = FILE:LINE), kUnavailable.
  Result<Candidate> prepare(const std::string& text, const std::string& file, const Watch& watch = {}) const;
  /// Takes it into force, with its line in the history and in the trail, in one transaction. `written` is called with
  /// the text when everything that can be refused has been: it makes policy.toml say the same, and is called with
  /// `before` if the switch fails after all. Errors: those of both; then the old policy stays in force.
  struct File {
    std::string before;
    std::function<Status(const std::string& text)> write;
  };
  Result<InForce> apply(Candidate candidate, const std::string& file, const std::string& action, const std::string& actor,
                        const File& policy_file, const Watch& watch = {}) const;
  /// A node starts: what policy.toml says is taken into force, and kept if it is not the one that was.
  Status start(const std::string& text, const std::string& file) const;

 private:
  Status take(const Candidate& candidate, PolicyVersion version) const;

  store::Store& store_;
  Release& release_;
  Audit& audit_;
  const Clock& clock_;
};

}  // namespace sekisho::sync
