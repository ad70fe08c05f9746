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
#include "sync/ingest/inbound.h"

namespace sekisho::sync {

/// A good object: how it came, and, if an operator must see it first, why.
struct Judged {
  Provenance provenance;
  std::optional<Error> quarantine;
};

/// kStixInvalid with clause and place unless the object meets every MUST that is checked.
Status validated(const stix::Object& object);
/// Of a marking-definition under a published id that says another level, or bears a marking: why it is not taken.
Status published_otherwise(const stix::Object& definition);
/// The same for our own content, and that we did not recall it.
Status own_good(const Release& release, const stix::Object& object);

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
  /// Judges again what an operator looked at: all but what only asks for quarantine. The key by which it was
  /// verified counts as of its first sight. `kid` may be empty: the party did not sign then.
  Status rejudge(const stix::Object& object, const std::string& kid, Timestamp first_sight) const;

 private:
  Judge() = default;
  Status entitlement(const std::string& collection) const;
  Status speaks_for(const stix::Object& object, certs::Role role) const;
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
  const store::Store* store_ = nullptr;
  const store::Collection* collection_ = nullptr;
  const policy::Party* party_ = nullptr;
  Marking marking_;
  Status entitled_;  ///< whether this party may be heard here now at all
  Timestamp now_;
};

}  // namespace sekisho::sync
