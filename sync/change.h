// A policy worked out beside the one in force: which places every view is to carry. Reads the store and writes nothing.
// One thread at a time. Memory: one light row per accepted (object, collection), and bits per view.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/store.h"
#include "sync/applied.h"
#include "sync/planner.h"
#include "sync/policy_change.h"
#include "sync/views.h"

namespace sekisho::sync {

/// An object carried, or to be carried, in a collection.
struct Place {
  store::ObjectNo no = 0;
  store::CollectionNo collection = 0;
  auto operator<=>(const Place&) const = default;
};

/// What a view carries for the sake of an item besides the item itself. Whatever a plan comes to bring along belongs
/// in here: what is in no plan's places is withdrawn.
std::vector<Place> places_beside(const PlanItem& item);

class Change {
 public:
  Change(store::Store& store, std::shared_ptr<const policy::Compiled> policy, Timestamp now)
      : store_(store), policy_(std::move(policy)), now_(now), planner_(store) {}

  /// Decides on everything up to `released_through`, then chooses for each move. kUnavailable: cancelled.
  Status prepare(const Views& views, const std::vector<store::Collection>& collections, const Watch& watch);
  /// What was released since is planned on top; nothing else is decided again.
  Status extend();
  /// What each party gains and loses, by name. `before`: who was served until now.
  Result<std::vector<PartyChange>> parties(const Views& views, const std::set<std::string>& before);

  /// What one view is to carry.
  struct Target {
    Move move;
    View from;                        ///< as it was; empty for newcomers
    std::vector<bool> had, wanted;    ///< by row, but for definitions
    std::set<Place> had_definitions, wanted_definitions;
    std::vector<store::Hold> holds;   ///< without the name of the view
    std::set<store::ObjectNo> held_before;
  };
  std::vector<Target>& targets() { return targets_; }
  std::vector<PlanItem> gained(const Target& target) const;
  std::vector<Place> lost(const Target& target) const;
  /// Ids of which the view is to carry some version.
  std::set<std::string> kept_ids(const Target& target, const std::set<std::string>& among);

  const policy::Compiled& policy() const { return *policy_; }
  std::shared_ptr<const policy::Compiled> shared_policy() const { return policy_; }
  Planner& planner() { return planner_; }
  Timestamp now() const { return now_; }
  const Applied& applied() const { return applied_; }
  const std::set<std::string>& sources() const { return sources_; }
  bool knows_sources() const { return known_; }
  std::size_t decisions() const { return decisions_; }
  std::uint64_t epoch = 0;  ///< of the release when it was prepared
  /// Attestations of what is gained, stored ahead: object -> attestation.
  std::unordered_map<store::ObjectNo, store::ObjectNo> attested;

 private:
  struct Row {
    store::ObjectNo no = 0;
    store::CollectionNo collection = 0;
    bool definition = false;             ///< travels with its users
    std::shared_ptr<const Links> links;  ///< null if no audience may have it
  };
  /// What one audience may have once references hold.
  struct Candidates {
    std::vector<std::uint32_t> rows;
    std::map<std::uint32_t, PlanItem> whole;  ///< of those rows whose item is more than the row says
    std::vector<store::Hold> holds;
  };

  Status scan(const Watch& watch);
  Status decide(std::uint32_t row);
  Status note_carried(std::uint32_t row);
  Status candidate(const std::string& audience, Candidates& candidates, std::uint32_t row);
  Status wake(const std::set<std::string>& definitions);
  Status choose(Target& target);
  bool wants(const Target& target, std::uint32_t row) const;
  bool has(const Target& target, std::uint32_t row) const;
  PlanItem item_of(const Candidates& candidates, std::uint32_t row) const;
  Result<ChangeList::Example> example(const Target& target, const Place& place);
  Status compare(Target& target, PartyChange& out);
  Result<std::string> version_of(const Place& place);

  store::Store& store_;
  std::shared_ptr<const policy::Compiled> policy_;
  Timestamp now_;
  Planner planner_;
  Applied applied_;
  std::set<std::string> sources_;
  bool known_ = false;
  store::ChangeNo mark_ = 0;
  std::vector<Row> rows_;
  std::map<std::string, Candidates> candidates_;  ///< by audience
  std::vector<Target> targets_;
  std::size_t decisions_ = 0;
};

}  // namespace sekisho::sync
