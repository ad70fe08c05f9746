// A policy worked out beside the one in force: what every view is to carry. Reads the store and writes nothing.
// One thread at a time. Memory: a few numbers per object that a view carries or is to carry, and what it gains.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/store.h"
#include "sync/handling/attestation.h"
#include "sync/release/policy_change/applied.h"
#include "sync/release/plan/planner.h"
#include "sync/release/policy_change/policy_change.h"
#include "sync/release/plan/sweep.h"
#include "sync/release/views/views.h"

namespace sekisho::sync {

using Places = std::vector<Place>;  ///< sorted, unique

/// Everything that a view carries because of one item: what is in no item's places is withdrawn.
Places places_of(const PlanItem& item);

class Change {
 public:
  Change(store::Store& store, Renditions renditions, std::shared_ptr<const policy::Compiled> policy, Timestamp now)
      : store_(store), policy_(std::move(policy)), now_(now), planner_(store, std::move(renditions)) {}

  /// Plans everything up to the follower's mark for each move. kUnavailable: cancelled.
  Status prepare(const Views& views, const std::vector<store::Collection>& collections, const Watch& watch);
  /// What was released since is planned on top, object by object as the follower does; then what the views carry is
  /// read anew. Nothing else is decided again.
  Status extend();
  /// What each party gains and loses, by name. `before`: who was served until now.
  Result<std::vector<PartyChange>> parties(const Views& views, const std::set<std::string>& before);

  /// What one view is to carry.
  struct Target {
    Move move;
    std::string label;            ///< the name of its view while it has none, in what the planner says
    View from;                    ///< as it was; empty for newcomers
    Places had, wanted;           ///< `wanted` without what is not stored yet
    Places in_order;              ///< `had` as the streams carry it: numbers tell when something was first stored, if only hidden
    std::vector<PlanItem> gains;  ///< items of which something is not carried yet, in order
    bool attest_all = false;      ///< its readers begin to get attestations, or another way: of what is carried too
    Before before;                ///< without what it carries
    std::map<Place, std::string> holds;  ///< what each waits for, as the store has it
  };
  std::vector<Target>& targets() { return targets_; }
  static Places lost(const Target& target);
  static Places stays(const Target& target);
  /// After what the gains made was stored: it is wanted too.
  static void want(Target& target, const std::vector<PlanItem>& items);
  /// Ids of `among` of which the view is to carry some version.
  Result<std::set<std::string>> kept_ids(const Target& target, const std::set<std::string>& among);

  const policy::Compiled& policy() const { return *policy_; }
  std::shared_ptr<const policy::Compiled> shared_policy() const { return policy_; }
  Planner& planner() { return planner_; }
  Timestamp now() const { return now_; }
  const std::set<std::string>& sources() const { return sources_; }
  std::size_t decisions() const { return decisions_; }
  /// What came while it was prepared took something that comes again only when all is computed anew.
  bool behind() const { return behind_; }
  std::uint64_t epoch = 0;  ///< of the release when it was prepared
  /// Attestations of what is gained, stored ahead: object -> attestation.
  std::unordered_map<store::ObjectNo, store::ObjectNo> attested;

 private:
  Status work_out(bool find_sources);
  /// Whether something that a party gave may mean something else since it reads more or less.
  Result<bool> meanings_turn(const Views& views);
  /// Definitions that the view carries and that no item brings stay where they may.
  Status keep_definitions(Target& target);
  void take(Sweep& sweep, std::size_t view, Target& target);
  Status watch(std::size_t done) const;
  void note_numbers(const std::vector<store::ObjectNo>& numbers);
  Status read_renditions();
  /// Appends the rows of the change log behind `after`, up to the mark.
  Status read_rows(store::ChangeNo after, std::vector<Planner::Input>& inputs);
  Status plan(Target& target, const std::vector<Planner::Input>& inputs);
  void unwant(Target& target, const Places& gone) const;
  Status follow(Target& target, const std::vector<Planner::Input>& arrived);
  Status read_carried(Target& target);
  bool is_ours(store::ObjectNo no) const;
  Result<ChangeList::Example> example(const Target& target, const Place& place, bool comes);
  Status compare(const Target& target, PartyChange& out);
  Result<std::string> version_of(const Place& place);

  store::Store& store_;
  std::shared_ptr<const policy::Compiled> policy_;
  Timestamp now_;
  Planner planner_;
  Watch watch_;
  std::set<std::string> sources_;
  bool rebuilds_ = false, behind_ = false;
  store::ChangeNo mark_ = 0;
  std::vector<store::ObjectNo> numbers_;  ///< accepted objects, sorted: what else a stream carries is no plan's
  std::map<store::ObjectNo, store::ObjectNo> original_of_;  ///< of renditions and words about them
  std::vector<Target> targets_;
  std::size_t decisions_ = 0, rows_ = 0, done_ = 0;
};

}  // namespace sekisho::sync
