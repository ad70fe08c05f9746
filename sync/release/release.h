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
#include "sync/release/policy_change/policy_change.h"

namespace sekisho::sync {

class Approvals;  // sync/handling/approvals.h

/// What one party reads.
struct PartyView {
  std::string audience;  ///< key in the compiled policy
  std::string attestations;  ///< companion, inline, none
  std::map<store::CollectionNo, store::StreamNo> streams;
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

class Release {
 public:
  /// `redaction_key`: 32 bytes shared by the organisation's nodes; without it nothing is redacted (fail closed).
  Release(store::Store& store, const Clock& clock, Random& random, Signer signer, std::string redaction_key = {});
  ~Release();

  /// How many rows of the change log one transaction takes, 1000 unless told; what comes of it does not depend on it.
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
  /// What operators have approved, for decisions from now on; look_at() brings it to what is held.
  void set_approvals(std::shared_ptr<const Approvals> approvals);
  /// `gained` is called, one call at a time, whenever streams may have grown or changed. It must be
  /// quick and call nothing of this class. Set before the first advance that it is to hear of.
  void on_change(std::function<void()> gained);
  /// Looks at these stored versions again in every view: what was held may go now (an operator approved it, say).
  Status look_at(const std::vector<store::ObjectNo>& objects);
  /// Hides these stored versions, with their renditions and attestations, from every reader, and writes `together` (the recall
  /// documents that keep them out) in one transaction; waits for nothing that the follower is doing. Both hold when it returns;
  /// if it fails neither does. The next advance() takes them out of the streams and computes these anew, in which what depended
  /// on them may go too; so does the next start. Until then nothing is served that was not looked at again. One call at a time.
  Status recall(const std::vector<store::ObjectNo>& objects, std::vector<store::DocumentPut> together);
  /// Why this party (empty = our operator) has recalled this version, or without `version` the whole object; nullopt: it
  /// has not.
  std::optional<std::string> recalled(std::string_view source, std::string_view object_id,
                                      std::optional<Timestamp> version) const;
  /// Everything that this party has recalled: it is not given it again, from whichever source. Null if nothing.
  std::shared_ptr<const store::PassedOver> recalled_by(std::string_view party) const;
  /// Grows with every recall, before it is durable and before the holders are counted, and with every stream
  /// that a policy or a date computes anew: a page read before and not yet handed out must not be.
  std::uint64_t recalls() const;
  /// Of a stream of view_of(), asked for after `now`: all of it that is dated before the result (microseconds) is there, and nothing
  /// comes under such a date any more. Not later than `now`.
  std::int64_t complete_before(store::StreamNo stream, Timestamp now) const;
  /// Something recalled may still be in the streams; view_of() takes it out. To be asked after recalls().
  bool taking_out() const;
  /// Calls what on_change() was given: something besides the streams waits to be sent.
  void announce();
  /// Lets the next advance() reuse what the caller has parsed already. `added` is commit's answer to `objects`.
  void offer(const std::vector<store::NewObject>& objects, const std::vector<store::Added>& added);
  /// After a collection was added: gives every view a stream for it.
  Status collections_changed();

  /// The view of a party now. kNotFound: no such party or not valid now; kUnavailable: a date has passed
  /// and the streams could not be brought up to it (fail closed).
  Result<PartyView> view_of(std::string_view party);
  std::vector<store::Collection> collections() const;

  /// Every stored version of an object towards a party. kNotFound if the object or party is not there.
  Result<std::vector<Standing>> explain(std::string_view object_id, std::string_view party);
  /// Everything stored that the party does not get, in the order it was accepted.
  Status each_withheld(std::string_view party, const std::function<void(const Standing&)>& visit);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::sync
