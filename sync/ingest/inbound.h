// The one way in: limits and strict JSON, then signature, key and first sight, then STIX validation, then
// import policy, then the store. What is refused becomes a dead letter in the same transaction
// (promises 4, 6). Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/limits.h"
#include "core/ports/clock.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/handling/attestation.h"
#include "sync/handling/provenance.h"
#include "sync/ingest/bundles.h"
#include "sync/release/release.h"

namespace sekisho::sync {

struct Refusal {
  std::string object_id, version;
  Error reason;
};

/// What became of one object of a batch.
struct Verdict {
  enum class Outcome { kAccepted, kDuplicate, kQuarantined, kRefused };
  Outcome outcome = Outcome::kAccepted;
  std::string object_id, version;
  Error reason;  ///< of kQuarantined and kRefused
  std::string warning;  ///< of the others; empty if nothing is odd
};

/// A stored version of which the same id and time is here with other content, or that is odd otherwise.
struct Remark {
  std::string object_id, version, text;
};

struct InboundReport {
  std::size_t accepted = 0, duplicates = 0, conflicts = 0, quarantined = 0;
  std::vector<Refusal> refused;
  std::vector<Remark> conflicting;  ///< those counted in `conflicts`
  std::vector<Remark> warnings;     ///< accepted all the same
  std::vector<Verdict> verdicts;  ///< if asked for: one per object of the batch, in its order, then the unreadable
  void add(const InboundReport& other);
};

/// Attestations that have arrived and whose targets are awaited, by content hash of the target. Bounded:
/// the oldest are dropped. One thread at a time.
class AttestationPool {
 public:
  struct Entry {
    stix::ObjectPtr object;
    ParsedAttestation parsed;
  };
  explicit AttestationPool(std::size_t limit) : limit_(limit) {}
  void add(stix::ObjectPtr object, ParsedAttestation parsed);
  /// Whether an attestation of this content is here.
  bool has(const stix::Object& target) const;
  /// Whether one of this id and version is here, but over other content: the object was altered.
  bool contradicts(const stix::Object& target) const;
  std::vector<Entry> of(const stix::Object& target) const;
  std::size_t size() const { return by_target_.size(); }
  std::size_t drops() const { return drops_; }  ///< how often the oldest were dropped

 private:
  void drop_oldest();
  std::size_t drops_ = 0;
  std::size_t limit_;
  std::unordered_multimap<std::string, Entry> by_target_;
  std::unordered_multimap<std::string, std::string> by_version_;  ///< id and version -> content hash
  std::vector<std::pair<std::string, std::string>> order_;  ///< keys of both maps, oldest first
};

class Anonymous;
class Door;
class Sight;
struct AnonymousIntake;

class Inbound {
 public:
  /// When calls return: once the follower has come past what they took, as operators expect, or as soon as it is on disk.
  enum class Returns : std::uint8_t { kPlanned, kDurable };
  Inbound(store::Store& store, Release& release, const Clock& clock, const Limits& limits, Returns returns = Returns::kPlanned);

  /// The operator's own content: validated, stored, released. `objects` may be bundles, `levels` deep. What names an identity
  /// of a party as its creator is refused unless `for_parties`: docs/specs/ownership.md §1.2.
  struct Own {
    Provenance provenance;
    std::size_t levels = kBundleLevels;
    bool for_parties = false;
  };
  Result<InboundReport> import_own(const store::Collection& collection, const std::vector<std::string_view>& objects, const Own& how);

  /// The signature that came beside an object, where the transport has a field for it.
  struct Proof {
    std::string attestor;  ///< identity in whose name the sender signs
    std::string jws;       ///< empty: none came
  };

  /// How a batch may enter an anonymous intake.
  struct AnonymousEntry {
    Anonymous* office = nullptr;
    std::function<Result<bool>(std::string_view id)> reads;  ///< whether the sender reads that of somebody else
    std::string receipt;             ///< random; opens the replies
    bool by_operator = false;        ///< entered for the party: no signature is asked for
    bool accept_small_set = false;
  };

  /// A batch from a party; with it what must become durable together (cursors, staged objects, statuses).
  struct PartyBatch {
    std::string party;
    const store::Collection* collection = nullptr;
    std::vector<stix::ObjectPtr> objects;
    std::vector<Proof> proofs;         ///< empty, or one per object; else the pool is asked
    std::vector<Refusal> unreadable;  ///< with payloads, same order
    std::vector<std::string> unreadable_payloads;
    std::vector<store::DocumentPut> documents;
    std::string route = "taxii";
    /// What the party may know: what a marking id means to it, which ids it reads. If not given it is made anew.
    Sight* sight = nullptr;
    bool want_verdicts = false;
    bool reads_back = false;  ///< what is accepted is among what the party reads back (docs/specs/timeline.md)
    /// Asked for further documents once the verdicts are known, for the same transaction (a status, say).
    std::function<std::vector<store::DocumentPut>(const InboundReport&)> conclude;
    /// Without it nothing gets into an anonymous intake (docs/specs/anonymous.md §2).
    std::optional<AnonymousEntry> anonymous;
  };
  /// First sight is now. Objects of a party that signs need an entry in `pool`.
  Result<InboundReport> take(const PartyBatch& batch, const AttestationPool& pool);

  const Limits& limits() const { return limits_; }
  Returns returns() const { return returns_; }

 private:
  Result<InboundReport> take_anonymously(const PartyBatch& batch, const AttestationPool& pool, const AnonymousIntake& intake);
  Status take_own(Handed one, const store::Collection& collection, const Own& how, Door& door, store::Batch& batch,
                  std::vector<Tightening>& tightened, InboundReport& report) const;
  Result<InboundReport> store_batch(const store::Batch& batch, const std::vector<Tightening>& tightened, InboundReport report, Timestamp now);
  Status follow();

  store::Store& store_;
  Release& release_;
  const Clock& clock_;
  Limits limits_;
  const Returns returns_;
};

}  // namespace sekisho::sync
