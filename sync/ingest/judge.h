// Judges what one party sent, against one policy, at one instant: entitlement, signature and key, STIX,
// import rules. Decides and writes nothing. One thread at a time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "certs/trust.h"
#include "policy/compiled.h"
#include "sync/handling/held_versions.h"
#include "sync/ingest/inbound.h"

namespace sekisho::sync {

/// A good object: how it came, and, if an operator must see it first, why.
struct Judged {
  Provenance provenance;
  std::optional<Error> quarantine;
  bool foreign = false;  ///< it names a creator that its giver may not speak for: that alone asks for quarantine
  std::string warning;   ///< what is odd and no reason to refuse; empty if nothing is
};

/// kStixInvalid with clause and place unless the object meets every MUST that is checked.
Status validated(const stix::Object& object);
/// Of a marking-definition under a published id that says another level, or bears a marking: why it is not taken.
Status published_otherwise(const stix::Object& definition);
/// The same for our own content, and that we did not recall it.
Status own_good(const Release& release, const stix::Object& object);

/// Of our own import: marks what names an identity of a party as its creator, which asks for the operator's word unless that was given.
void judge_own(const policy::Compiled& policy, const stix::Object& object, bool for_parties, Judged& judged);

class Judge {
 public:
  using Marking = std::function<std::optional<stix::MarkingMeaning>(std::string_view id, const stix::Object& bearer)>;
  /// kPeerUnknown: no such party. `release`, `store` and `collection` outlive the judge.
  static Result<Judge> make(const Release& release, const store::Store& store, const std::string& party,
                            const store::Collection& collection, Timestamp now);

  /// From here on the import rules learn by `marking` what an id means, instead of from all that is held.
  void read_markings_by(Marking marking) { marking_ = std::move(marking); }
  /// Accepted or quarantined; else why it is refused. `proof` may be null: then the pool is asked.
  Result<Judged> judge(const stix::Object& object, const Inbound::Proof* proof, const AttestationPool& pool) const;
  /// Judges again what an operator looked at: all but what only asks for quarantine. The key by which it was verified
  /// (of `context`) counts as of its first sight; none: the party did not sign then. What names a creator that the party may still
  /// not speak for is its own unnamed claim (docs/specs/ownership.md §1.6).
  Result<Provenance> rejudge(const stix::Object& object, Provenance provenance, Timestamp first_sight) const;

 private:
  Judge() = default;
  Status entitlement(const std::string& collection) const;
  std::optional<Error> doubt(const stix::Object& object, Judged& judged) const;
  void settle_role(const stix::Object& object, Provenance& provenance) const;
  Result<policy::ImportDecision> imported(const stix::Object& object) const;
  Result<Provenance> verified(const stix::Object& object, const AttestationPool& pool) const;
  Result<Provenance> verified_entry(const stix::Object& object, const AttestationPool::Entry& entry) const;
  Result<Provenance> verified_proof(const stix::Object& object, const Inbound::Proof& proof) const;
  Result<Provenance> vouched(const stix::Object& object, const certs::Claims& claims, const std::string& attestor,
                             const std::string& jws) const;
  Status usable(std::string_view kid, const stix::Object& object, const std::string& jws) const;
  std::optional<certs::PublicKey> key(std::string_view kid) const;

  std::shared_ptr<const policy::Compiled> compiled_;
  certs::TrustList trust_;
  const Release* release_ = nullptr;
  std::unique_ptr<HeldVersions> held_;  ///< read while the rest judges
  const store::Collection* collection_ = nullptr;
  const policy::Party* party_ = nullptr;
  Marking marking_;
  Status entitled_;  ///< whether this party may be heard here now at all
  Timestamp now_;
};

}  // namespace sekisho::sync
