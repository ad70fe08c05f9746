#include "sync/inbound.h"

#include <algorithm>

#include "certs/trust.h"
#include "core/digest.h"
#include "stix/validate.h"
#include "sync/trust.h"

namespace sekisho::sync {
namespace {

Status validated(const stix::Object& object) {
  for (const stix::Finding& finding : stix::validate(object)) {
    if (finding.severity != stix::Severity::kError) continue;
    return make_error(Code::kStixInvalid, "STIX 2.1 §" + finding.clause + ": " + finding.message, finding.pointer);
  }
  return {};
}

store::DeadLetter dead_letter(const std::string& party, const std::string& collection, const Refusal& refusal,
                              std::string payload, Timestamp now) {
  store::DeadLetter letter;
  letter.at = now;
  letter.party = party;
  letter.collection = collection;
  letter.object_id = refusal.object_id;
  letter.version = refusal.version;
  letter.reason = refusal.reason;
  letter.payload = std::move(payload);
  return letter;
}

/// The tighter of two handlings, member by member.
certs::Handling tightest(const certs::Handling& a, const certs::Handling& b) {
  certs::Handling out;
  const bool membership =
      a.org_scope == certs::OrgScope::kIsacMembership && b.org_scope == certs::OrgScope::kIsacMembership;
  out.org_scope = membership ? certs::OrgScope::kIsacMembership : certs::OrgScope::kMemberFirm;
  out.onward_consent = a.onward_consent && b.onward_consent;
  out.max_hops = a.max_hops;
  if (b.max_hops) out.max_hops = a.max_hops ? std::min(*a.max_hops, *b.max_hops) : *b.max_hops;
  return out;
}

}  // namespace

void InboundReport::add(const InboundReport& other) {
  accepted += other.accepted;
  duplicates += other.duplicates;
  conflicts += other.conflicts;
  refused.insert(refused.end(), other.refused.begin(), other.refused.end());
}

void AttestationPool::add(stix::ObjectPtr object, ParsedAttestation parsed) {
  const std::string key = parsed.target_sha256;
  for (auto [it, end] = by_target_.equal_range(key); it != end; ++it) {
    if (it->second.parsed.jws == parsed.jws) return;
  }
  const std::string version = parsed.target_ref + "\n" + parsed.target_version;
  by_version_.emplace(version, key);
  by_target_.emplace(key, Entry{std::move(object), std::move(parsed)});
  order_.emplace_back(key, version);
  if (order_.size() > 2 * limit_) drop_oldest();
}

void AttestationPool::drop_oldest() {
  for (std::size_t i = 0; i < limit_; ++i) {
    by_target_.erase(order_[i].first);
    by_version_.erase(order_[i].second);
  }
  order_.erase(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(limit_));
}

bool AttestationPool::has(const stix::Object& target) const {
  return by_target_.count(hex(target.content_hash())) != 0;
}

bool AttestationPool::contradicts(const stix::Object& target) const {
  if (has(target)) return false;
  const json::Value root = target.root();
  const std::string_view version = root["modified"].string().value_or(root["created"].string_or(""));
  return by_version_.count(std::string(target.id()) + "\n" + std::string(version)) != 0;
}

std::vector<AttestationPool::Entry> AttestationPool::of(const stix::Object& target) const {
  std::vector<Entry> entries;
  const auto [from, to] = by_target_.equal_range(hex(target.content_hash()));
  for (auto it = from; it != to; ++it) entries.push_back(it->second);
  return entries;
}

Inbound::Inbound(store::Store& store, Release& release, const Clock& clock, const Limits& limits)
    : store_(store), release_(release), clock_(clock), limits_(limits) {}

Result<InboundReport> Inbound::store_batch(store::Batch batch, std::vector<Refusal> refused, Timestamp now) {
  InboundReport report;
  report.refused = std::move(refused);
  if (batch.empty()) return report;
  SEKISHO_ASSIGN(const auto added, store_.commit(batch, now));
  for (std::size_t i = 0; i < added.size(); ++i) {
    if (added[i].outcome == store::AddOutcome::kDuplicate) {
      ++report.duplicates;
      continue;
    }
    ++report.accepted;
    if (added[i].outcome == store::AddOutcome::kConflict) ++report.conflicts;
  }
  release_.offer(batch.objects, added);
  SEKISHO_TRY(release_.advance());
  return report;
}

Result<InboundReport> Inbound::import_own(const store::Collection& collection,
                                          const std::vector<std::string_view>& objects,
                                          const Provenance& provenance) {
  InboundReport total;
  const std::string remembered = provenance.to_json();
  for (std::size_t start = 0; start < objects.size(); start += limits_.batch_objects) {
    const Timestamp now = clock_.now();
    store::Batch batch;
    std::vector<Refusal> refused;
    const std::size_t end = std::min(objects.size(), start + limits_.batch_objects);
    for (std::size_t i = start; i < end; ++i) {
      auto object = stix::Object::parse(std::string(objects[i]), limits_.object_bytes);
      Status good = object.ok() ? validated(**object) : Status(object.error());
      if (good.ok()) {
        batch.objects.push_back({*object, "", collection.no, remembered});
        continue;
      }
      Refusal refusal{"", "", good.error()};
      if (object.ok()) {
        refusal.object_id = std::string((*object)->id());
        refusal.version = std::string((*object)->version());
      }
      batch.dead_letters.push_back(dead_letter("", collection.alias, refusal, std::string(objects[i]), now));
      refused.push_back(std::move(refusal));
    }
    SEKISHO_ASSIGN(const InboundReport step, store_batch(std::move(batch), std::move(refused), now));
    total.add(step);
  }
  return total;
}

/// Judges what one party sent, against one policy, at one instant.
struct Inbound::Judge {
  std::shared_ptr<const policy::Compiled> compiled;
  certs::TrustList trust;
  const store::Store* store = nullptr;
  const policy::Party* party = nullptr;
  Status entitled;  ///< whether this party may be heard here now at all
  Timestamp now;

  static Result<Judge> make(std::shared_ptr<const policy::Compiled> compiled, const std::string& party_id,
                            const std::string& collection, Timestamp now) {
    Judge judge;
    judge.compiled = std::move(compiled);
    judge.now = now;
    SEKISHO_ASSIGN(judge.trust, trust_list(judge.compiled->policy()));
    judge.party = judge.compiled->policy().find_party(party_id);
    if (judge.party == nullptr) return make_error(Code::kPeerUnknown, "no party of this name in the policy", party_id);
    judge.entitled = judge.entitlement(collection);
    return judge;
  }

  Status entitlement(const std::string& collection) const {
    if (!party->validity.holds(now)) {
      return make_error(Code::kImportDenied, "party " + party->id + " is not valid at this time");
    }
    bool any = false, in_force = false;
    for (const policy::Agreement& agreement : compiled->policy().agreements) {
      if (agreement.party != party->id) continue;
      any = true;
      in_force = in_force || agreement.validity.holds(now);
    }
    if (any && !in_force) {
      return make_error(Code::kAgreementExpired, "no agreement with " + party->id + " is in force; renew it in policy.toml");
    }
    if (!compiled->writes(party->id, collection, now)) {
      return make_error(Code::kImportDenied,
                        "party " + party->id + " may not write to collection " + collection + " (policy.toml: write)");
    }
    return {};
  }

  /// The name under an attestation must not belong to somebody else.
  Status in_own_name(const std::string& identity) const {
    const auto lists = [&](const std::vector<std::string>& ids) {
      return std::find(ids.begin(), ids.end(), identity) != ids.end();
    };
    bool others = lists(compiled->policy().identities);
    for (const policy::Party& other : compiled->policy().parties) {
      if (other.id != party->id) others = others || lists(other.identities);
    }
    if (!others) return {};
    return make_error(Code::kKeyNotAllowed,
                      "party " + party->id + " signed in the name of another organisation", "/created_by_ref");
  }

  Status speaks_for(const stix::Object& object, certs::Role role) const {
    if (role == certs::Role::kRelay) {
      if (party->relay) return {};
      return make_error(Code::kKeyNotAllowed, "party " + party->id + " may not relay objects of others (policy.toml: relay)");
    }
    const auto creator = object.created_by_ref();
    if (!creator) return {};
    const auto& mine = party->identities;
    if (std::find(mine.begin(), mine.end(), *creator) != mine.end()) return {};
    return make_error(Code::kKeyNotAllowed,
                      "party " + party->id + " signed as creator of an object that names another creator",
                      "/created_by_ref");
  }

  /// The provenance if one attestation holds, else why none does.
  Result<Provenance> verified(const stix::Object& object, const AttestationPool& pool) const {
    const auto entries = pool.of(object);
    if (entries.empty() && pool.contradicts(object)) {
      return make_error(Code::kSignatureInvalid,
                        "the attestation from " + party->id + " is over other content: the object was altered on the way");
    }
    if (entries.empty()) {
      return make_error(Code::kSignatureMissing, "no attestation of this content from " + party->id + " has arrived");
    }
    Result<Provenance> best = make_error(Code::kSignatureMissing, "");
    for (const auto& entry : entries) {
      Result<Provenance> one = verified_one(object, entry);
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

  /// Judged at first sight of this signature: now, unless the same was accepted before.
  Status usable(std::string_view kid, const stix::Object& object, const std::string& jws) const {
    const Status at_present = trust.usable(kid, party->id, now);
    if (at_present.ok() || at_present.error().code != Code::kKeyNotValid) return at_present;
    SEKISHO_ASSIGN(const auto versions, store->versions_of(object.id(), false));
    for (const auto& version : versions) {
      if (version.source != party->id || version.content != object.content_hash()) continue;
      SEKISHO_ASSIGN(const Provenance before, Provenance::from_json(version.provenance));
      if (before.jws == jws) return trust.usable(kid, party->id, version.accepted_at);
    }
    return at_present;
  }

  Result<Provenance> verified_one(const stix::Object& object, const AttestationPool::Entry& entry) const {
    const certs::KeyLookup lookup = [this](std::string_view kid) -> std::optional<certs::PublicKey> {
      const certs::PinnedKey* pinned = trust.find(kid);
      if (pinned == nullptr) return std::nullopt;
      return pinned->key;
    };
    SEKISHO_ASSIGN(const certs::Claims claims, verify_attestation(entry.parsed, *entry.object, object, lookup));
    SEKISHO_TRY(usable(claims.kid, object, entry.parsed.jws));
    SEKISHO_TRY(in_own_name(entry.parsed.created_by_ref));
    SEKISHO_TRY(speaks_for(object, claims.role));
    Provenance provenance;
    provenance.handling = claims.handling;
    provenance.role = claims.role;
    provenance.kid = claims.kid;
    provenance.jws = entry.parsed.jws;
    return provenance;
  }

  Result<Provenance> judge(const stix::Object& object, const AttestationPool& pool) const {
    SEKISHO_TRY(entitled);
    Provenance provenance;
    if (party->signs) {
      SEKISHO_ASSIGN(provenance, verified(object, pool));
    }
    SEKISHO_TRY(validated(object));
    return provenance;
  }
};

Result<InboundReport> Inbound::take(const PartyBatch& incoming, const AttestationPool& pool) {
  const Timestamp now = clock_.now();
  SEKISHO_ASSIGN(Judge judge, Judge::make(release_.policy(), incoming.party, incoming.collection->alias, now));
  judge.store = &store_;
  store::Batch batch;
  batch.documents = incoming.documents;
  std::vector<Refusal> refused;
  for (std::size_t i = 0; i < incoming.unreadable.size(); ++i) {
    batch.dead_letters.push_back(dead_letter(incoming.party, incoming.collection->alias, incoming.unreadable[i],
                                             incoming.unreadable_payloads[i], now));
    refused.push_back(incoming.unreadable[i]);
  }
  for (const stix::ObjectPtr& object : incoming.objects) {
    Result<Provenance> verdict = judge.judge(*object, pool);
    if (verdict.ok()) {
      verdict->route = incoming.route;
      batch.objects.push_back({object, incoming.party, incoming.collection->no, verdict->to_json()});
      continue;
    }
    Refusal refusal{std::string(object->id()), std::string(object->version()), verdict.error()};
    batch.dead_letters.push_back(
        dead_letter(incoming.party, incoming.collection->alias, refusal, object->bytes(), now));
    refused.push_back(std::move(refusal));
  }
  return store_batch(std::move(batch), std::move(refused), now);
}

}  // namespace sekisho::sync
