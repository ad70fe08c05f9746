// What the rules about creators and ids make of an object that is good by itself: docs/specs/ownership.md §1. Looks at what
// its giver sent or reads, and at nothing else where that could change what is accepted. One batch; one thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/compiled.h"
#include "stix/object.h"
#include "store/store.h"
#include "sync/ingest/judge.h"
#include "sync/ingest/sight.h"

namespace sekisho::sync {

class Door {
 public:
  /// `sight`: of the giver; null for this organisation (`party` empty), which knows all that is here. All outlive the door.
  Door(const store::Store& store, std::shared_ptr<const policy::Compiled> policy, std::string_view party, const Sight* sight)
      : store_(store), policy_(std::move(policy)), party_(party), sight_(sight) {}

  /// Looks up together what is asked about these ids; the sight of a party was told of them itself.
  Status expect(const std::vector<std::string_view>& ids);
  /// May ask for quarantine; may take quarantine off what is only given back (Provenance::echo); may warn. An error: the
  /// object is refused (kStixInvalid: it follows a revoked version), or of the store.
  Status pass(const stix::Object& object, Judged& judged) const;
  /// Of this batch from here on: what was let in counts for what follows it.
  void keep(const stix::Object& object, const Provenance& provenance);
  /// Whether it is a definition that is the same bytes on every node, and ours is here: a copy of it is nobody's, and would only
  /// compete with ours for what travels.
  Result<bool> is_ours_everywhere(const stix::Object& object) const;
  /// The version of that id, time and collection that the giver gave before, if it says the same in other words
  /// (docs/specs/versions.md §2).
  Result<bool> said_before(const stix::Object& object, store::CollectionNo collection) const;

 private:
  /// A version that the giver can know of.
  struct Known {
    std::string claim;
    Timestamp at;
    bool revoked = false;
    std::string created;
  };
  /// What is known beside an object.
  struct Beside {
    bool read_same = false;  ///< the giver reads this content, given by another
    bool held_same = false;  ///< it is here from its creator, from us or from a relay
    bool own_same = false;   ///< the giver itself gave it
    bool other = false;      ///< the giver knows the id under another claim
    std::optional<Timestamp> revoked;  ///< its line ended at this earlier version
    std::string created;     ///< of an earlier version of its line, where that is another instant
  };
  Result<Beside> look(const stix::Object& object, bool unnamed) const;
  Status look_at(const store::StoredObject& version, const stix::Object& object, const std::string& mine, Beside& out) const;
  void compare(const Known& known, const stix::Object& object, const std::string& mine, Beside& out) const;
  bool counts(const store::StoredObject& version, const Provenance& provenance, std::optional<std::string_view> creator) const;
  bool is_free(const stix::Object& object) const;
  bool is_new(std::string_view id) const { return sight_ != nullptr ? sight_->is_new(id) : new_ids_.find(id) != new_ids_.end(); }

  const store::Store& store_;
  std::shared_ptr<const policy::Compiled> policy_;
  std::string party_;
  const Sight* sight_;
  std::multimap<std::string, Known, std::less<>> kept_;  ///< by id
  std::set<std::string, std::less<>> new_ids_;           ///< of those expected: nothing was held of them
};

/// Whether an object that `party` gives (empty = this organisation) names a creator that it may not speak for; always false
/// for definitions that are the same everywhere (known.h).
bool names_another(const policy::Policy& policy, std::string_view party, const stix::Object& object);

}  // namespace sekisho::sync
