// What the rules about creators and ids make of an object that is good by itself: docs/specs/ownership.md §1. Looks at what
// its giver sent or reads, and at nothing else where that could change what is accepted. What is held of an id is read once in a
// batch and summed up by claim, so that a batch of many versions of one id costs what it and they are long. One batch; one thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/compiled.h"
#include "stix/object.h"
#include "store/store.h"
#include "sync/handling/held_versions.h"
#include "sync/handling/tightened.h"
#include "sync/ingest/judge.h"
#include "sync/ingest/sight.h"

namespace sekisho::sync {

class Door {
 public:
  /// `sight`: of the giver; null for this organisation (`party` empty), which knows all that is here. All outlive the door.
  Door(const store::Store& store, std::shared_ptr<const policy::Compiled> policy, std::string_view party, const Sight* sight)
      : store_(store), policy_(std::move(policy)), party_(party), sight_(sight), held_(store) {}

  /// Looks up together what is asked about these ids; the sight of a party was told of them itself.
  Status expect(const std::vector<std::string_view>& ids);
  /// May ask for quarantine; may take quarantine off what is only given back (Provenance::echo); may warn. An error: the
  /// object is refused (kStixInvalid: it follows a revoked version), or of the store.
  Status pass(const stix::Object& object, Judged& judged);
  /// Of this batch from here on: what was let in counts for what follows it.
  void keep(const stix::Object& object, const Provenance& provenance);
  /// Whether it is a definition that is the same bytes on every node, and ours is here: a copy of it is nobody's, and would only
  /// compete with ours for what travels.
  Result<bool> is_ours_everywhere(const stix::Object& object);
  /// Versions of that id, time and collection that the giver gave before and that say the same in other words
  /// (docs/specs/versions.md §2).
  Result<std::vector<store::ObjectNo>> said_before(const stix::Object& object, store::CollectionNo collection);
  /// Of which of the giver's own copies of this content, and of those that say the same, the handling that comes with it is tighter
  /// than what came with them first. What says nothing of handling tightens nothing.
  Result<std::vector<Tightening>> tightened(const stix::Object& object, const Provenance& provenance,
                                            const std::vector<store::ObjectNo>& said_before);
  /// Whether this content from the giver is in this collection already.
  Result<bool> here_already(const stix::Object& object, store::CollectionNo collection);

 private:
  /// A version that the giver can know of.
  struct Known {
    std::string claim;
    unsigned standing = 0;  ///< of its giver; the highest there is where this organisation gave it
    Timestamp at;
    bool revoked = false;
    std::string created;
  };
  /// Versions of one id that belong together, as far as anything depends on them.
  class Line {
   public:
    void add(const Known& known, std::size_t order);
    /// How many of givers that stand at least so high.
    std::size_t count(unsigned standing) const;
    const std::optional<Timestamp>& revoked() const { return revoked_; }  ///< the earliest
    /// The latest `created` that is another instant than this one, and its order.
    std::optional<std::pair<std::size_t, std::string>> other_created(std::string_view created) const;

   private:
    std::map<unsigned, std::size_t> by_standing_;  ///< of a giver
    std::optional<Timestamp> revoked_;
    /// The latest, and the latest that is another instant than that.
    std::optional<std::pair<std::size_t, std::string>> last_created_, before_;
  };
  /// All that the giver can know of one id.
  struct Lines {
    std::size_t count = 0;
    Line all;
    std::map<std::string, Line, std::less<>> by_claim;
    /// Of what the giver gave without being believed: by the creator that it named.
    std::map<std::optional<std::string>, std::pair<std::string, Line>> unnamed;  ///< the claim, and the line
    void add(const Known& known);
  };
  /// What is known beside an object.
  struct Beside {
    bool read_same = false;  ///< the giver reads this content, given by another
    bool held_same = false;  ///< it is here from its creator, from us or from a relay
    bool own_same = false;   ///< the giver itself gave it
    bool other = false;      ///< the giver knows the id under another claim, of which a giver stands as high as it does
    std::optional<Timestamp> revoked;  ///< its line ended at this earlier version
    std::string created;     ///< of an earlier version of its line, where that is another instant
  };
  Result<Beside> look(const stix::Object& object, bool unnamed);
  Result<const Lines*> lines_of(std::string_view id);
  Status look_at_same(const store::StoredObject& version, const stix::Object& object, Beside& out) const;
  void compare(const Lines& lines, const stix::Object& object, const std::string& mine, Beside& out) const;
  Result<bool> knows(const store::StoredObject& version, const Provenance& provenance) const;
  bool counts(const store::StoredObject& version, const Provenance& provenance, std::optional<std::string_view> creator) const;
  bool is_new(std::string_view id) const { return sight_ != nullptr ? sight_->is_new(id) : new_ids_.find(id) != new_ids_.end(); }

  const store::Store& store_;
  std::shared_ptr<const policy::Compiled> policy_;
  std::string party_;
  const Sight* sight_;
  HeldVersions held_;
  std::map<std::string, Lines, std::less<>> kept_, lines_;               ///< by id: of this batch, and held
  std::map<std::pair<std::string, Timestamp>, Sayings> said_;            ///< by the giver before, in the collection of this batch
  std::map<store::ObjectNo, certs::Handling> first_said_;                ///< of the versions in `said_`
  std::set<std::string, std::less<>> new_ids_;           ///< of those expected: nothing was held of them
};

/// Whether what its giver reads back may hold it. Not what is only given back, for it may have been spared quarantine by something
/// hidden, and not the definitions that are the same on every node, for they are nobody's.
bool may_read_back(const stix::Object& object, const Provenance& provenance);
/// Whether the policy lets the party read back what it gave.
bool reads_back(const policy::Compiled& policy, std::string_view party);

/// The identity that an object claims to come from, where `party`, which gives it (empty = this organisation), may not speak for that one:
/// the creator that it names, or of an identity object in the `identities` of somebody else that one itself. Nothing for definitions
/// that are the same everywhere (known.h). Our own import may bring the identity objects of parties.
std::optional<std::string> speaks_as(const policy::Policy& policy, std::string_view party, const stix::Object& object);

}  // namespace sekisho::sync
