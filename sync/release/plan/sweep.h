// Everything accepted, decided once for all views that a policy computes anew: one pass over the change log, each object
// read and parsed once, decided once per audience; then references and contents on one bit per view. What comes out for
// a view is what Planner::plan(whole) gives for it (tests/unit/sync/sweep_test.cpp). docs/specs/release.md.
//
// Renditions are not made here: a view whose audience gets anything redacted, or which carries a rendition, is not
// plain(), and its owner plans it by itself. Reads the store, writes nothing. Not thread safe. Memory: about 100 bytes and
// two bits per view for each (object, collection) that may go somewhere, 30 bytes for each id.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "policy/compiled.h"
#include "store/store.h"
#include "sync/release/plan/decision_root.h"
#include "sync/release/plan/id_table.h"
#include "sync/release/plan/mask_closure.h"
#include "sync/release/plan/masks.h"
#include "sync/release/plan/planner.h"

namespace sekisho::sync {

class Sweep {
 public:
  /// One view; its streams are those that it carries things in now.
  struct For {
    std::string audience;
    std::map<store::CollectionNo, store::StreamNo> streams;
    Before before = {};  ///< without what it carries
  };
  /// `planner` outlives this: its collections, recalls, approvals and horizon are the ones that hold.
  Sweep(const store::Store& store, Planner& planner, const policy::Compiled& policy, std::vector<For> views, Timestamp now);

  /// Reads and decides the change log up to `mark`. `step` is called before each batch of rows with how many are done; what
  /// it refuses ends the pass.
  Status read(store::ChangeNo mark, const std::function<Status(std::size_t done)>& step);
  /// Closes references and finds what competes; once, after read().
  Status settle();

  bool plain(std::size_t view) const { return !Masks::test(touched_.row(0), view); }
  /// Decisions made, over all audiences.
  std::size_t decisions() const { return decisions_; }
  /// Accepted objects that were read, in order of the change log; some twice.
  const std::vector<store::ObjectNo>& numbers() const { return numbers_; }
  /// Parties that gave something.
  const std::set<std::string>& sources() const { return sources_; }

  // Of a plain view, after settle():
  /// What of the change log its streams carry now, in no order.
  std::vector<Place> carried(std::size_t view) { return std::move(carried_places_[view]); }
  /// What goes: places in the order of the plan, with the definitions that travel along. `carried`: the view has it.
  struct Item {
    std::uint32_t row = 0;
    store::ObjectNo no = 0;
    store::CollectionNo collection = 0;
    bool carried = false;
    const std::vector<store::ObjectNo>* definitions = nullptr;
  };
  void give(std::size_t view, const std::function<void(const Item&)>& visit) const;
  /// The same as an item of a plan.
  PlanItem plan_item(const Item& item);
  /// What each of those that are held waits for.
  std::map<Place, std::string> holds(std::size_t view) const;
  /// The decisions of its audience, in the order of the change log.
  const DecisionLog& decision_log(std::size_t view) const { return logs_.of(audience_of_[view]); }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  struct Audience {
    std::string key;
  };
  /// One (object, collection) that may go to somebody.
  struct Row {
    store::ObjectNo no = 0;
    std::int64_t version = 0;  ///< version_key()
    Sha256 content{};
    store::CollectionNo collection = 0;
    std::uint32_t definitions = 0;  ///< in lists_
    std::uint32_t slot = kNone;     ///< of the version, where it is not alone
    std::uint32_t giver = 0;        ///< in givers_
    bool definition = false, may_be_observable = false;
    Stake stake;
  };
  /// A stored version of a definition, towards one collection.
  struct Version {
    store::ObjectNo no = 0;
    Timestamp time;
    std::int64_t version = 0;
    Sha256 content{};
    bool arrived = false;
    std::uint32_t slot = kNone;
    std::uint32_t may = 0, carried = 0;  ///< rows of definition_masks_
  };
  /// What a user in one collection needs to travel with.
  struct Definition {
    std::uint32_t id = 0;
    bool arrived = false, needed = false;
    std::vector<Version> versions;          ///< oldest accepted first
    std::vector<std::uint32_t> by_time;     ///< of those that have arrived, the newest first
  };
  struct Hold {
    Place place;
    std::string missing;
  };

  // sweep.cpp
  void add_audience(std::size_t view, const std::string& key);
  /// Parties of one view that part read the same streams until then.
  struct Carrier {
    store::CollectionNo collection = 0;
    std::vector<std::size_t> views;
  };
  const Carrier* carrier(store::StreamNo stream) const {
    return stream < streams_.size() && !streams_[stream].views.empty() ? &streams_[stream] : nullptr;
  }
  Status find_renditions();
  Status take(const store::ChangeRow& row);
  void note_carried(const store::ChangeRow& row, Masks::Word* carried);
  Status decide(const Loaded& loaded, store::CollectionNo collection, Masks::Word* may);
  void judge(const Loaded& loaded, store::CollectionNo collection, std::size_t audience, const policy::Decision& decision, Masks::Word* may);
  void hold(const Place& place, const std::string& missing, const Masks::Word* views);
  std::int64_t version_key(const std::string& text, Timestamp time);
  // sweep_definitions.cpp
  Result<std::uint32_t> add_definitions(const Loaded& loaded, store::CollectionNo collection, const Masks::Word* carried, Masks::Word* may);
  /// Takes from `may` the views that may read no version of it, and holds it there.
  void cut_unread(const Definition& it, const std::string& id, const Place& place, const Masks::Word* carried, Masks::Word* may);
  /// `needed`: who uses it does not go without.
  Result<std::uint32_t> definition(const std::string& id, store::CollectionNo collection, bool needed);
  Status read_versions(Definition& definition, const std::string& id, store::CollectionNo collection);
  void travelling(std::size_t view, std::uint32_t row, std::vector<const Version*>& out) const;
  // sweep_claims.cpp
  /// Finds the ids of which claims, contents or copies compete.
  Status find_contested();
  bool is_contested(const std::vector<std::uint32_t>& group) const;
  /// What becomes of each row in one view, by claims alone: all of those that nothing competes with are served.
  std::vector<ClaimOutcome> outcomes(std::size_t view) const;
  void settle_group(std::size_t view, const std::vector<std::uint32_t>& rows, std::vector<ClaimOutcome>& out) const;
  void add_claims(std::size_t view, std::map<Place, std::string>& out) const;
  /// Puts what references mean in the place of the ids, where that is not whatever there is of them.
  Status find_meanings();
  std::uint32_t giver_number(const std::string& giver);
  void note_copy(std::uint32_t id, std::uint32_t giver, std::uint32_t claim);
  // sweep_give.cpp
  void find_rivals();
  void add_missing(std::size_t view, std::map<Place, std::string>& out) const;
  /// With meanings in place of ids, or with ids alone.
  ClosureCandidate names_of(std::uint32_t row, bool meant) const;
  template <typename Visit>
  void each_row(std::size_t view, const Masks& of, Visit visit) const;
  class Contest;
  std::string version_text(std::int64_t key) const;

  const store::Store& store_;
  Planner& planner_;
  const policy::Compiled& policy_;
  const Timestamp now_;
  const std::vector<For> views_;
  std::vector<Audience> audiences_;
  DecisionLogs logs_;                     ///< by audience
  std::vector<std::size_t> audience_of_;  ///< by view
  std::vector<Carrier> streams_;          ///< by number
  Masks audience_views_;                  ///< by audience
  Masks touched_;                         ///< one row: views that are not plain
  std::map<store::CollectionNo, std::vector<bool>> reads_;  ///< by audience

  std::size_t decisions_ = 0;
  std::vector<store::ObjectNo> numbers_;
  std::vector<bool> seen_;                ///< by number of the object
  std::set<std::string> sources_;
  std::vector<store::ObjectNo> shared_;   ///< whose content others gave too; ascending
  std::vector<std::vector<Place>> carried_places_;  ///< by view

  static constexpr std::uint32_t kMixed = 0xfffffffeU;
  std::vector<std::string> givers_{""};   ///< the first are we
  std::map<std::string, std::uint32_t> giver_numbers_{{"", 0}};
  /// Who gave all there is of an id, and under which claim: kMixed, or kNone if there is nothing.
  struct Sole {
    std::uint32_t giver = kNone, claim = kNone;
  };
  std::vector<Sole> sole_;                ///< by id

  Stakes stakes_;
  std::set<Place> left_;                  ///< in any view
  std::set<std::string, std::less<>> displaced_;  ///< ids, in any view
  std::vector<std::vector<std::uint32_t>> contested_;  ///< rows of one id

  IdTable ids_;
  MaskGraph graph_;                       ///< of rows_
  std::vector<Row> rows_;
  Masks may_, wanted_, carried_;          ///< by row: left after settle(), before, and carried already
  std::vector<std::string> versions_;     ///< texts in no usual form
  std::map<std::string, std::int64_t> version_numbers_;
  std::vector<Definition> definitions_;
  std::map<std::tuple<std::string, store::CollectionNo, bool>, std::uint32_t> definition_numbers_;
  Masks definition_masks_;
  std::uint32_t rows_of_definitions_ = 0;
  std::vector<std::vector<std::uint32_t>> lists_{{}};  ///< of definitions
  std::map<std::vector<std::uint32_t>, std::uint32_t> list_numbers_;
  std::vector<Hold> holds_;
  Masks hold_views_;                      ///< by hold
  std::uint32_t slots_ = 0;
  std::vector<std::shared_ptr<const Links>> links_;  ///< by row, of those asked for
};

}  // namespace sekisho::sync
