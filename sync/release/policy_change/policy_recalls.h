// Recalls that a policy change causes: what a party was given and may no longer read waits here until the operator
// confirms that it is called back. docs/specs/recall.md. One thread at a time.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/ports/clock.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/release/policy_change/change.h"
#include "sync/release/policy_change/waiting_recall.h"

namespace sekisho::sync {

inline constexpr const char* kPolicyRecallSpace = "policy-recall";
std::string policy_recall_key(const std::string& party, const std::string& object_id);
std::string policy_recall_to_json(const WaitingRecall& recall);

class PolicyRecalls {
 public:
  PolicyRecalls(store::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// Of a switch: reads what waits; then once per view; then what belongs into the transaction.
  Status begin();
  struct Losses {
    const std::map<store::CollectionNo, store::StreamNo>& streams;  ///< of the view, until now
    const std::set<std::string>& parties;                           ///< who reads it
    const std::vector<Place>& lost;
    std::function<Result<bool>(const std::string& id)> reads;       ///< whether they read any version of it from now on
  };
  Status note(Planner& planner, const Losses& losses);
  Status note(Change& change, const Change::Target& target);
  std::vector<store::DocumentPut> take_puts();

  /// The second half, after the switch: what had really been disclosed waits from here on. Idempotent.
  Status settle();
  /// In order of party and object.
  Result<std::vector<WaitingRecall>> list() const;

 private:
  struct Lost {
    store::ObjectNo no = 0;
    std::string id, version, source;
    store::StreamNo stream = 0;
    store::Position position = 0;
  };
  Result<std::vector<Lost>> where(Planner& planner, const Losses& losses) const;
  Status cancel_kept(const Losses& losses);

  store::Store& store_;
  const Clock& clock_;
  std::map<std::string, WaitingRecall> known_;  ///< by key
  std::vector<store::DocumentPut> puts_;
  std::size_t opened_ = 0;
};

}  // namespace sekisho::sync
