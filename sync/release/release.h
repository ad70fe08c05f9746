// The release follower: reads the change log, asks the policy once per audience, closes references,
// attests, and appends to the streams. Decide at write, serve at read.
//
// Views: parties with the same history share one view, a stream per collection. A party whose audience
// changes keeps its history: its view is forked, gains are appended, losses withdrawn. Any thread; the
// follower itself runs one step at a time. docs/specs/release.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mutex.h"
#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "core/result.h"
#include "policy/compiled.h"
#include "store/store.h"
#include "sync/handling/attestation.h"
#include "sync/handling/provenance.h"
#include "sync/handling/tightened.h"
#include "sync/release/item_check.h"
#include "sync/release/policy_change/policy_change.h"

namespace sekisho::sync {

class Approvals;   // sync/handling/approvals.h
class SettledIds;  // sync/handling/settled_ids.h

/// What one party reads.
struct PartyView {
  std::string audience;  ///< key in the compiled policy, as of now
  std::string attestations;  ///< companion, inline, none
  std::map<store::CollectionNo, store::StreamNo> streams;
  /// Null while the streams stand. Else something that takes away is not settled, and an item may be handed out only if it says
  /// so; one that it refuses is passed over like one that was withdrawn.
  std::shared_ptr<ItemCheck> check;
};

/// How one stored version stands towards one party, for `policy explain`.
struct Standing {
  store::ObjectNo object = 0;
  std::string id, version, source, collection;
  policy::Decision decision;
  bool released = false;                 ///< as it is, or as the renditions below
  std::vector<std::string> renditions;   ///< ids of what the party's stream carries instead
  std::optional<std::string> waits_for;  ///< id of a reference that the party does not read
  std::optional<Timestamp> waits_until;  ///< when it is looked at again by itself
  std::string another_claim;             ///< its version may go, and this claim of its id counts instead (claim_of()); "nobody": its place is kept
  std::string withheld;                  ///< why it may not go although no rule is against it; empty: none
};

/// Something that somebody does not get before this id comes, which nobody gave yet.
struct WaitsForId {
  std::string id, version, missing;
};

/// A copy of an id, and how it stands towards everybody, for `object versions`.
struct CopyStanding {
  std::string claim;                     ///< claim_of(), "observable" where the id has no owner, "definition" where there are no claims
  std::string version, source, collection, accepted_at;
  Sha256 content{};
  Provenance provenance;
  bool settled = false;                  ///< operators said that its giver's claim counts
  struct Towards {
    std::vector<std::string> parties;    ///< of one view
    std::string state;                   ///< counts, rendition, displaced, kept, passed-over, waits, withheld, held, denied
  };
  std::vector<Towards> towards;          ///< who reads the collection
};

class Release {
 public:
  /// `redaction_key`: 32 bytes shared by the organisation's nodes; without it nothing is redacted (fail closed).
  Release(store::Store& store, const Clock& clock, Random& random, Signer signer, std::string redaction_key = {});
  ~Release();

  /// How many rows of the change log one transaction takes, 500 unless told; what comes of it does not depend on it.
  void set_step(std::size_t rows);
  /// How many objects that mention something that left a view may be looked at before all is computed anew instead; 0: always.
  void set_most_dependents(std::size_t objects);
  /// How often all views were computed anew without a new policy: after a date of the policy, or where what depended on something
  /// that left could not be told by itself.
  std::uint64_t computed_anew() const;
  /// Works out a policy beside the one in force; readers and the follower go on, nothing of the node changes.
  /// kUnavailable: cancelled.
  Result<Prepared> prepare(std::shared_ptr<const policy::Compiled> policy, const Watch& watch = {});
  /// Whether it can still be taken into force as it is: no date has passed, nothing was recalled, no other was.
  bool stands(const Prepared& prepared) const;
  /// How one transaction is written: calls `write` once, with what else belongs to it, or fails.
  using Commit = std::function<Status(const std::function<Status(std::vector<store::DocumentPut>)>& write)>;
  /// Takes it into force: what it adds is attested beside, then everything is switched in one transaction, with
  /// `together`, by `commit` if there is one: it is called when all is worked out, so that what it holds is not held long. What was accepted since it was prepared is counted in. On failure the old policy stays in force and
  /// every stream is as it was; kUnavailable: it no longer stands, prepare again.
  Status switch_to(const Prepared& prepared, std::vector<store::DocumentPut> together, const Commit& commit = {});
  /// The first half of switch_to(), which may take long and disturbs nobody; calling it before is optional.
  Status attest_ahead(const Prepared& prepared);
  /// The bytes that a party is given of a collection, in order, all versions; nothing is recorded as disclosed. For our
  /// operator. With `prepared` what it would be given then. kNotFound.
  Status preview(std::string_view party, std::string_view alias, const std::function<void(std::string_view)>& visit);
  Status preview(const Prepared& prepared, std::string_view party, std::string_view alias,
                 const std::function<void(std::string_view)>& visit);
  /// Both at once, for a node that starts.
  Result<std::vector<PartyChange>> set_policy(std::shared_ptr<const policy::Compiled> policy);
  std::shared_ptr<const policy::Compiled> policy() const;

  /// Follows the change log to its end and the clock over validity dates. Cheap when nothing is new.
  Status advance();
  /// One step of that; false: there is nothing left. The follower is free between two of them.
  Result<bool> advance_once();
  /// Between two steps: until one of those that wait for the follower has had it. At once if nobody does.
  void let_others_in();
  /// From now on a thread of the caller's follows, by advance_once(): `wake` tells it that there is something to do. Empty: whoever
  /// gives something, or reads after an instant, follows in place, as at first; who waits in follow_to() is sent away. `wake` is
  /// called from any thread, must be quick and call nothing of this class.
  void follow_by(std::function<void()> wake);
  /// Until follow_by(): nobody follows, what is being planned is given up between two objects and nothing of it kept, and who waits is sent away.
  void stop_following();
  /// After something was stored, recalled or approved: follows in place to the end, or wakes the thread that follows.
  Status follow();
  /// The same, and returns once the follower has come past this row of the change log. kUnavailable: it cannot; what was accepted
  /// stays so, and is followed later.
  Status follow_to(store::ChangeNo row);
  /// Why the last attempt to follow failed; nothing if it did not.
  std::optional<Error> trouble() const;
  /// What operators have approved, for decisions from now on; look_at() brings it to what is held.
  void set_approvals(std::shared_ptr<const Approvals> approvals);
  /// `gained` is called, one call at a time, whenever streams may have grown or changed. It must be
  /// quick and call nothing of this class. Set before the first advance that it is to hear of.
  void on_change(std::function<void()> gained);
  /// Whose claims of ids operators said count, for decisions from now on; settle() brings views to it.
  void set_settled(std::shared_ptr<const SettledIds> settled);
  /// Brings every view to the claim of this id that counts now, each view in one transaction.
  Status settle(const std::string& id);
  /// Looks at these stored versions again in every view: what was held may go now (an operator approved it, say).
  Status look_at(const std::vector<store::ObjectNo>& objects);
  /// Hides these stored versions, with their renditions and attestations, from every reader, and writes `together` (the recall
  /// documents that keep them out) in one transaction; waits for nothing that the follower is doing. Both hold when it returns;
  /// if it fails neither does. The follower then takes them out of the streams, and what depended on them; so does the next start.
  /// Until then readers are given what view_of()'s check lets through. One call at a time.
  Status recall(const std::vector<store::ObjectNo>& objects, std::vector<store::DocumentPut> together);
  /// What givers said again of what they gave, as far as it is tighter than what is known: decided and attested by it from now on. On disk when
  /// it returns; readers are given nothing that it keeps back from then on, and the follower takes that out of the streams as recall() has
  /// it done. Those that keep theirs are given it anew, with its new attestation.
  Status tighten(const std::vector<Tightening>& said);
  /// Whether this party said of a content that another one counts in its place, or said so of anything.
  bool gave_way(std::string_view source, std::string_view object_id, const Sha256& content) const;
  bool any_gave_way(std::string_view source) const;
  /// It is no longer on record that these gave way: reads that, and looks at them again in every view.
  Status given_again(const std::vector<store::ObjectNo>& objects);
  /// Why this party (empty = our operator) has recalled this version, or without `version` the whole object; nullopt: it
  /// has not.
  std::optional<std::string> recalled(std::string_view source, std::string_view object_id,
                                      std::optional<Timestamp> version) const;
  /// Everything that this party has recalled: it is not given it again, from whichever source. Null if nothing.
  std::shared_ptr<const store::PassedOver> recalled_by(std::string_view party) const;
  /// Another number after every recall, before its holders are counted, with every stream that a policy or a date computes anew,
  /// and as soon as an instant has come or what it brought is settled: a page read before and not yet handed out must not be.
  std::uint64_t recalls() const;
  /// Whether the streams stand: nothing that takes away is on its way. Where they do not, view_of() gives a check.
  bool settled() const;
  /// Of a stream of view_of(), asked for after `now`: all of it that is dated before the result (microseconds) is there, and nothing
  /// comes under such a date any more. Not later than `now`, nor than what is due and not done.
  std::int64_t complete_before(store::StreamNo stream, Timestamp now) const;
  /// Calls what on_change() was given: something besides the streams waits to be sent.
  void announce();
  /// Lets the follower reuse what the caller has parsed already; waits for nobody. `added` is commit's answer to `objects`.
  void offer(const std::vector<store::NewObject>& objects, const std::vector<store::Added>& added);
  /// After a collection was added: gives every view a stream for it.
  Status collections_changed();

  /// The view of a party now. Where a thread follows nothing is planned here. kNotFound: no such party or not valid now; kUnavailable:
  /// there is no policy, or what is in force could not be read back (fail closed).
  Result<PartyView> view_of(std::string_view party);
  std::vector<store::Collection> collections() const;

  /// Every stored version of an object towards a party. kNotFound if the object or party is not there.
  /// What this giver (empty: this node) gave after a row of the change log and that waits for an id which is not here, in any view.
  Result<std::vector<WaitsForId>> waiting_since(store::ChangeNo after, std::string_view giver);
  Result<std::vector<Standing>> explain(std::string_view object_id, std::string_view party);
  /// Every copy of an object in every collection, by claim and then as they were accepted, and how each stands towards every party. A
  /// copy at a time; kNotFound.
  Status each_copy(const std::string& object_id, const std::function<void(const CopyStanding&)>& visit);
  /// Everything stored that the party does not get, in the order it was accepted.
  Status each_withheld(std::string_view party, const std::function<void(const Standing&)>& visit);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::sync
