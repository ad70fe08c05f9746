// Operators say whose claim of an id counts from now on: docs/specs/ownership.md §4. Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/mutex.h"
#include "core/ports/clock.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/audit/audit.h"
#include "sync/handling/settled_ids.h"
#include "sync/release/release.h"

namespace sekisho::sync {

class Ids {
 public:
  Ids(store::Store& store, Release& release, Audit& audit, const Clock& clock) : store_(store), release_(release), audit_(audit), clock_(clock) {}

  /// Takes what was settled into force; before the release's first policy. Errors: those of the store.
  Status start();
  /// Brings the streams to what was settled before the node ended in the middle of it; once the policy is in force.
  Status finish();

  /// The claim that `party` gave of this id counts from now on, for every audience that reads it; in every stream when it returns. Given to
  /// another before: that ends. kNotFound: the party gave nothing of it that counts; kInvalidArgument: the id has no owner, it is ours, or the reason
  /// is missing or too long; kPeerUnknown; kAlreadyExists.
  Result<SettledId> give(const std::string& id, const std::string& party, const std::string& reason, const std::string& actor);
  /// The rules alone say whose claim counts again. kNotFound: nothing was settled of it.
  Status take_back(const std::string& id, const std::string& reason, const std::string& actor);
  /// In order of id.
  Result<std::vector<SettledId>> list() const;

 private:
  Status check(const std::string& id, const std::string& party) const;
  Status take_effect(const std::string& id) SEKISHO_REQUIRES(working_);

  store::Store& store_;
  Release& release_;
  Audit& audit_;
  const Clock& clock_;
  Mutex working_;  ///< one act at a time; held through the trail, the follower and the store
};

}  // namespace sekisho::sync
