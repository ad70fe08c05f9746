// What a policy does to each party, as an operator is shown it. Values; any thread. docs/specs/release.md.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "policy/compiled.h"

namespace sekisho::sync {

inline constexpr std::size_t kChangeExamples = 5;  ///< of each kind, for each party

/// Object versions in collections, counted, and the first few of them.
struct ChangeList {
  struct Example {
    std::string id, version, collection;
    policy::Reason reason;  ///< what decides under the new policy
  };
  std::size_t count = 0;
  std::vector<Example> examples;
};

/// What becomes of one party. Definitions that travel along count; attestations follow their targets and do not.
struct PartyChange {
  std::string party;
  bool arrives = false;  ///< it read nothing before
  bool leaves = false;   ///< it is no party now: what it has read is not called back
  ChangeList gained, lost;
  ChangeList changed;    ///< it keeps the version, in another form: a rendition, or another source's copy
  bool differs() const { return arrives || leaves || gained.count + lost.count + changed.count != 0; }
};

/// How a long computation is watched. Called on the thread that computes.
struct Watch {
  std::function<void(std::size_t done, std::size_t total)> progress;  ///< may be empty
  std::function<bool()> cancelled;                                    ///< may be empty
};

class Change;  // sync/release/policy_change/change.h

/// A policy computed beside the one in force; nothing of the node has changed.
struct Prepared {
  std::shared_ptr<Change> change;
  std::vector<PartyChange> parties;  ///< by name; those that do not change too
  std::size_t decisions = 0;         ///< how many were made for it
};

}  // namespace sekisho::sync
