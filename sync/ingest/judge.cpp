#include "sync/ingest/judge.h"

#include <algorithm>
#include <optional>

#include "stix/validate/validate.h"
#include "sync/handling/known.h"
#include "sync/handling/marking.h"
#include "sync/handling/tightened.h"
#include "sync/handling/trust.h"
#include "sync/ingest/door.h"

namespace sekisho::sync {
Status validated(const stix::Object& object) {
  if (object.type() == "bundle") {
    return make_error(Code::kStixInvalid, "a bundle is opened and its members are judged alone; as it stands it is nobody's object", "/type");
  }
  for (const stix::Finding& finding : stix::validate(object)) {
    if (finding.severity != stix::Severity::kError) continue;
    return make_error(Code::kStixInvalid, "STIX 2.1 " + std::string(stix::info(finding.clause).id) + ": " + finding.message, finding.pointer);
  }
  return {};
}

Status published_otherwise(const stix::Object& definition) {
  return make_error(Code::kImportDenied,
                    "This id is that of a published marking, which says something else or bears no marking; give the definition an id of its own",
                    std::string(definition.id()));
}

Status own_good(const Release& release, const stix::Object& object) {
  SEKISHO_TRY(validated(object));
  const bool published = stix::published_meaning(object.id()).has_value();
  if (published && stix::meaning_of(object).kind == stix::MarkingMeaning::Kind::kMismatch) return published_otherwise(object);
  const auto why = release.recalled("", object.id(), object.version_time());
  return why ? Status(make_error(Code::kImportDenied, *why + " Give the corrected object a new id.")) : Status();
}

void judge_own(const policy::Compiled& policy, const stix::Object& object, bool for_parties, Judged& judged) {
  if (for_parties || !speaks_as(policy.policy(), "", object)) return;
  const std::string creator(*object.created_by_ref());
  const std::string party = policy::party_of_identity(policy.policy(), creator)->id;
  judged.foreign = true;
  judged.quarantine = make_error(Code::kImportDenied, "Its creator " + creator + " is party " + party + ". If " + party +
                                     " handed the file in, say --given-by " + party + "; to speak for it, say --as-owner REASON", "/created_by_ref");
}

Result<Judge> Judge::make(const Release& release, const store::Store& store, const std::string& party,
                          const store::Collection& collection, Timestamp now) {
  Judge judge;
  judge.release_ = &release;
  judge.compiled_ = release.policy();
  judge.held_ = std::make_unique<HeldVersions>(store);
  judge.collection_ = &collection;
  judge.marking_ = [&store, compiled = judge.compiled_, party](std::string_view id, const stix::Object& bearer) {
    return held_meaning(store, compiled->policy(), id, bearer_of(compiled->policy(), party, bearer));
  };
  if (!judge.compiled_) return make_error(Code::kUnavailable, "no policy is in force");
  judge.now_ = now;
  SEKISHO_ASSIGN(judge.trust_, trust_list(judge.compiled_->policy()));
  judge.party_ = judge.compiled_->policy().find_party(party);
  if (judge.party_ == nullptr) return make_error(Code::kPeerUnknown, "no party of this name in the policy", party);
  judge.entitled_ = judge.entitlement(collection.alias);
  return judge;
}

Status Judge::entitlement(const std::string& collection) const {
  if (!party_->validity.holds(now_)) {
    return make_error(Code::kImportDenied, "party " + party_->id + " is not valid at this time");
  }
  bool any = false, in_force = false;
  for (const policy::Agreement& agreement : compiled_->policy().agreements) {
    if (agreement.party != party_->id) continue;
    any = true;
    in_force = in_force || agreement.validity.holds(now_);
  }
  if (any && !in_force) {
    return make_error(Code::kAgreementExpired, "no agreement with " + party_->id + " is in force; renew it in policy.toml");
  }
  if (!compiled_->writes(party_->id, collection, now_)) {
    return make_error(Code::kImportDenied,
                      "party " + party_->id + " may not write to collection " + collection + " (policy.toml: write)");
  }
  return {};
}

// For whom it speaks is not a matter of its signature, which proves that it speaks: docs/specs/ownership.md §1.2.
std::optional<Error> Judge::doubt(const stix::Object& object, Judged& judged) const {
  const auto another = speaks_as(compiled_->policy(), party_->id, object);
  judged.foreign = another.has_value();
  if (another) {
    const bool itself = *another == object.id();
    return make_error(Code::kImportDenied, (itself ? "It is the identity of another party, " : "It names the creator " + *another + ", ") + "for whom party " + party_->id +
                                               " may not speak (policy.toml: identities, relay) [ownership.creator]", itself ? "/id" : "/created_by_ref");
  }
  if (judged.provenance.role == certs::Role::kRelay && !object.created_by_ref() && !party_->relay.any() && !is_known_definition(object)) {
    return make_error(Code::kImportDenied, "Party " + party_->id + " says that somebody else created it, and may not relay (policy.toml: relay) [ownership.relay]");
  }
  return std::nullopt;
}

/// Who signs as the creator of what names another is taken for a relay.
void Judge::settle_role(const stix::Object& object, Provenance& provenance) const {
  const auto creator = object.created_by_ref();
  if (provenance.role == certs::Role::kCreator && creator && !policy::is_identity_of(compiled_->policy(), party_->id, *creator)) provenance.role = certs::Role::kRelay;
}

// The provenance if one attestation holds, else why none does.
Result<Provenance> Judge::verified(const stix::Object& object, const AttestationPool& pool) const {
  const auto entries = pool.of(object);
  if (entries.empty() && pool.contradicts(object)) {
    return make_error(Code::kSignatureInvalid,
                      "the attestation from " + party_->id + " is over other content: the object was altered on the way");
  }
  if (entries.empty()) {
    return make_error(Code::kSignatureMissing, "no attestation of this content from " + party_->id + " has arrived");
  }
  Result<Provenance> best = make_error(Code::kSignatureMissing, "");
  for (const auto& entry : entries) {
    Result<Provenance> one = verified_entry(object, entry);
    if (!one.ok()) {
      if (!best.ok()) best = std::move(one);
    } else if (!best.ok()) {
      best = std::move(one);
    } else {
      best->handling = tightest(best->handling, one->handling);
    }
  }
  return best;
}

// Judged at first sight of this signature: now, unless the same was accepted before.
Status Judge::usable(std::string_view kid, const stix::Object& object, const std::string& jws) const {
  const Status at_present = trust_.usable(kid, party_->id, now_);
  if (at_present.ok() || at_present.error().code != Code::kKeyNotValid) return at_present;
  SEKISHO_ASSIGN(const auto line, held_->of(object.id()));
  for (const store::StoredObject* version : line->of_content(object.content_hash())) {
    if (version->source != party_->id) continue;
    SEKISHO_ASSIGN(const Provenance before, Provenance::from_json(version->provenance));
    if (before.jws == jws) return trust_.usable(kid, party_->id, version->accepted_at);
  }
  return at_present;
}

std::optional<certs::PublicKey> Judge::key(std::string_view kid) const {
  const certs::PinnedKey* pinned = trust_.find(kid);
  if (pinned == nullptr) return std::nullopt;
  return pinned->key;
}

Result<Provenance> Judge::vouched(const stix::Object& object, const certs::Claims& claims, const std::string& attestor,
                                  const std::string& jws) const {
  SEKISHO_TRY(usable(claims.kid, object, jws));
  SEKISHO_TRY(in_own_name(compiled_->policy(), party_->id, attestor));
  Provenance provenance;
  provenance.handling = claims.handling;
  provenance.role = claims.role;
  provenance.kid = claims.kid;
  provenance.jws = jws;
  settle_role(object, provenance);
  return provenance;
}

Result<Provenance> Judge::verified_entry(const stix::Object& object, const AttestationPool::Entry& entry) const {
  const certs::KeyLookup lookup = [this](std::string_view kid) { return key(kid); };
  SEKISHO_ASSIGN(const certs::Claims claims, verify_attestation(entry.parsed, *entry.object, object, lookup));
  return vouched(object, claims, entry.parsed.created_by_ref, entry.parsed.jws);
}

Result<Provenance> Judge::verified_proof(const stix::Object& object, const Inbound::Proof& proof) const {
  if (proof.jws.empty()) {
    return make_error(Code::kSignatureMissing, "no attestation of this content from " + party_->id + " has arrived");
  }
  const certs::KeyLookup lookup = [this](std::string_view kid) { return key(kid); };
  SEKISHO_ASSIGN(const certs::Claims claims, certs::check_attestation(proof.jws, object.canonical(), lookup));
  return vouched(object, claims, proof.attestor, proof.jws);
}

// What the rules say; an error if they deny it, or the party itself took the object back.
Result<policy::ImportDecision> Judge::imported(const stix::Object& object) const {
  if (const auto why = release_->recalled(party_->id, object.id(), object.version_time())) return make_error(Code::kImportDenied, *why);
  policy::Facts facts;
  facts.object = &object;
  facts.source = party_->id;
  facts.collection = collection_->alias;
  facts.baseline_tlp = collection_->baseline_tlp;
  facts.marking = [this, &object](std::string_view id) {
    return marking_(id, object);
  };
  auto decision = compiled_->decide_import(party_->id, facts, now_);
  if (decision.effect != policy::ImportDecision::Effect::kDeny) return decision;
  return make_error(Code::kImportDenied, decision.reason.text + " [" + decision.reason.rule + "]");
}

Result<Judged> Judge::judge(const stix::Object& object, const Inbound::Proof* proof,
                            const AttestationPool& pool) const {
  SEKISHO_TRY(entitled_);
  Judged judged;
  if (party_->signs) {
    SEKISHO_ASSIGN(judged.provenance, proof != nullptr ? verified_proof(object, *proof) : verified(object, pool));
  }
  SEKISHO_TRY(validated(object));
  SEKISHO_ASSIGN(const policy::ImportDecision decision, imported(object));
  judged.quarantine = doubt(object, judged);
  if (!judged.quarantine && decision.effect == policy::ImportDecision::Effect::kQuarantine) {
    judged.quarantine = make_error(Code::kImportDenied, decision.reason.text + " [" + decision.reason.rule + "]");
  }
  return judged;
}

Result<Provenance> Judge::rejudge(const stix::Object& object, Provenance provenance, Timestamp first_sight) const {
  SEKISHO_TRY(entitled_);
  if (party_->signs) SEKISHO_TRY(trust_.usable(provenance.kid, party_->id, first_sight));
  SEKISHO_TRY(validated(object));
  if (stix::published_meaning(object.id())) return published_otherwise(object).error();
  const auto decision = imported(object);
  if (!decision.ok()) return decision.error();
  settle_role(object, provenance);
  provenance.unnamed = speaks_as(compiled_->policy(), party_->id, object).has_value();
  return provenance;
}

}  // namespace sekisho::sync
