// Plans what one view gains: decision, references, definitions that travel along, conflicts of content.
// Reads the store, writes nothing. Not thread safe; the release follower owns it.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "policy/compiled.h"
#include "store/store.h"
#include "sync/approvals.h"
#include "sync/closure.h"
#include "sync/decision_root.h"
#include "sync/provenance.h"
#include "sync/recalled.h"
#include "sync/views.h"

namespace sekisho::sync {

/// What one version names and competes with; the same for every view.
struct Links {
  ClosureCandidate closure;  ///< with the ids that must be readable
  std::string version;       ///< id and version in one
  Sha256 content{};
};

/// A stored object, parsed, with what a decision needs.
struct Loaded {
  store::StoredObject stored;  ///< without bytes; the object has them
  stix::ObjectPtr object;
  Provenance provenance;
  std::shared_ptr<const Links> links;
  std::vector<std::string> definitions;  ///< markings and extensions that travel along if held here
};
using LoadedPtr = std::shared_ptr<const Loaded>;

/// One object in one collection, light enough to hold by the hundred thousand.
struct PlanItem {
  store::ObjectNo no = 0;
  store::CollectionNo collection = 0;
  std::shared_ptr<const Links> links;
  std::vector<store::ObjectNo> definitions;
};

struct Plan {
  std::vector<PlanItem> released;     ///< in the order given
  std::vector<store::Hold> holds;
  DecisionLog decisions;              ///< of all the inputs that the view's collections take
};

class Planner {
 public:
  explicit Planner(store::Store& store) : store_(store) {}

  void set_collections(const std::vector<store::Collection>& collections);
  const store::Collection* collection(store::CollectionNo no) const;
  /// The collection that carries the attestations of `no`.
  std::optional<store::CollectionNo> companion(store::CollectionNo no) const;

  /// Loads and parses; recently used ones come from memory.
  Result<LoadedPtr> load(store::ObjectNo no);
  /// Takes an object as it was accepted a moment ago, so that load() need not read it back.
  Status offer(store::ObjectNo no, const store::NewObject& accepted);

  policy::Decision decide(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                          store::CollectionNo collection, Timestamp now);

  struct Input {
    store::ObjectNo no = 0;
    store::CollectionNo collection = 0;
  };
  /// `whole`: the inputs are everything there is, so nothing counts as read already.
  Result<Plan> plan(const policy::Compiled& policy, const View& view, const std::vector<Input>& inputs, bool whole,
                    Timestamp now);
  /// What was read about ids, and holds for all the views of one step, is read anew from here on.
  void look_again();
  /// Forgets what may have changed with the policy.
  void forget();
  /// What is denied to everyone from now on, whatever the policy says.
  void set_recalled(std::shared_ptr<const Recalled> recalled) { recalled_ = std::move(recalled); }
  /// What operators have approved, for hold rules.
  void set_approvals(std::shared_ptr<const Approvals> approvals) { approvals_ = std::move(approvals); }

 private:
  const policy::JudgedMarking& judged(const policy::Compiled& policy, const policy::Facts& facts, store::ObjectNo no,
                                      store::CollectionNo collection);
  Result<std::optional<PlanItem>> candidate(const policy::Compiled& policy, const View& view, const Input& input,
                                            std::vector<store::Hold>& holds, Timestamp now);
  Result<std::optional<store::ObjectNo>> readable_definition(const policy::Compiled& policy, const View& view,
                                                             std::string_view id, store::CollectionNo where,
                                                             Timestamp now);
  /// Whether another content or copy of the same version is carried where it would clash.
  Result<bool> carried_already(const View& view, const Loaded& loaded, store::CollectionNo collection);
  Result<bool> view_reads(const View& view, std::string_view id);
  std::optional<stix::MarkingMeaning> marking(const policy::Policy& policy, std::string_view id);
  /// All that are held of an id, without bytes; valid until look_again().
  Result<const std::vector<store::StoredObject>*> versions(const std::string& id);
  LoadedPtr remember(std::shared_ptr<Loaded> loaded);

  store::Store& store_;
  std::map<store::CollectionNo, store::Collection> collections_;
  std::map<store::CollectionNo, store::CollectionNo> companions_;
  std::shared_ptr<const Recalled> recalled_ = std::make_shared<Recalled>();
  std::shared_ptr<const Approvals> approvals_ = std::make_shared<Approvals>();
  DecisionLog log_;  ///< of the plan being made
  std::unordered_map<store::ObjectNo, LoadedPtr> recent_;
  std::list<store::ObjectNo> recent_order_;
  std::unordered_map<std::string, std::optional<stix::MarkingMeaning>> markings_;
  std::unordered_set<std::string> no_markings_;  ///< ids without a definition; until look_again()
  std::unordered_map<std::string, std::vector<store::StoredObject>> versions_;  ///< until look_again()
  std::map<std::pair<store::ObjectNo, store::CollectionNo>, policy::JudgedMarking> judged_;  ///< until look_again()
  std::map<std::string, std::unordered_set<std::string>> known_;  ///< view name -> ids it is known to read
};

}  // namespace sekisho::sync
