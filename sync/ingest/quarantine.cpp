#include "sync/ingest/quarantine.h"

#include <optional>
#include <utility>

#include "core/json.h"
#include "sync/handling/attestation.h"
#include "sync/ingest/anonymous/anonymous_vault.h"
#include "sync/ingest/door.h"
#include "sync/ingest/judge.h"
#include "sync/ingest/letter.h"
#include "sync/ingest/sight.h"

namespace sekisho::sync {
namespace {

std::string told(const store::DeadLetter& letter, const std::string& reason) {
  return "letter " + std::to_string(letter.no) + " from " + (letter.party.empty() ? "own import" : letter.party) +
         " in " + letter.collection + (reason.empty() ? "" : ": " + reason);
}

/// As its party's, that reads it back like what was accepted when it came; empty: this organisation's.
store::NewObject of_letter(const Release& release, const std::string& party, const stix::ObjectPtr& object, const store::Collection& where,
                           const Provenance& provenance) {
  store::NewObject out{object, party, where.no, provenance.to_json()};
  const auto policy = release.policy();
  out.own = policy && reads_back(*policy, party) && may_read_back(*object, provenance);
  return out;
}

/// Who judges what a letter holds: as its party's, or as our own. Stays where it was made.
struct Bench {
  Release& release;
  const std::string& party;
  std::optional<Judge> party_judge;
  std::optional<Sight> sight;
  std::optional<Door> door;

  Bench(Release& of, const std::string& whose) : release(of), party(whose) {}
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  Status sit(const store::Store& store, const store::Collection& where, Timestamp now) {
    if (!party.empty()) {
      SEKISHO_ASSIGN(Judge judge, Judge::make(release, store, party, where, now));
      party_judge.emplace(std::move(judge));
      SEKISHO_ASSIGN(Sight made, Sight::make(store, release, party, now));
      sight.emplace(std::move(made));
    } else if (!release.policy()) {
      return make_error(Code::kUnavailable, "no policy is in force");
    }
    door.emplace(store, release.policy(), party, sight ? &*sight : nullptr);
    return {};
  }

  /// In full, as if it came now with this proof or those in the pool.
  Result<Judged> judge(const stix::Object& object, const Inbound::Proof* proof, const AttestationPool& pool) {
    Judged judged;
    if (party_judge) {
      SEKISHO_ASSIGN(judged, party_judge->judge(object, proof, pool));
    } else {
      SEKISHO_TRY(own_good(release, object));
      judge_own(*release.policy(), object, false, judged);
    }
    SEKISHO_TRY(door->pass(object, judged));
    if (!party_judge && judged.quarantine) return *judged.quarantine;
    return judged;
  }

  /// By the first proof that holds, of those that had come with it.
  Result<Judged> judge_by(const stix::Object& object, const std::vector<Inbound::Proof>& proofs) {
    const AttestationPool nothing(1);
    if (proofs.empty() || !party_judge) return judge(object, nullptr, nothing);
    Result<Judged> best = make_error(Code::kSignatureMissing, "");
    for (const Inbound::Proof& proof : proofs) {
      best = judge(object, &proof, nothing);
      if (best.ok()) break;
    }
    return best;
  }

  /// What an operator looked at: only what asks for more than a look stands in its way.
  Result<Provenance> judge_seen(const stix::Object& object, const Provenance& as_it_came, Timestamp first_sight) {
    Judged judged;
    SEKISHO_ASSIGN(judged.provenance, party_judge->rejudge(object, as_it_came, first_sight));
    const Provenance provenance = judged.provenance;
    SEKISHO_TRY(door->pass(object, judged));
    return provenance;
  }
};

/// Whether a letter holds a bundle, and not one object.
bool is_bundle(const store::DeadLetter& letter, const std::vector<Handed>& handed) {
  return handed.size() != 1 || (handed[0].object.ok() && (*handed[0].object)->bytes().size() != letter.payload.size());
}

/// The one object of a letter that holds no bundle.
Result<stix::ObjectPtr> only(const std::vector<Handed>& handed) { return handed.front().object; }

// Nothing of a bundle was ever judged member by member, so all of it is now, by the attestations among them: one over
// the bundle vouches for none. An operator that releases it has looked at it: what only asks for quarantine is let in then.
class Members {
 public:
  Members(const store::DeadLetter& letter, const store::Collection& where, const std::vector<Handed>& members, bool release, Timestamp now)
      : letter_(letter), where_(where), release_(release), now_(now), pool_(members.size()) {
    batch.drop_dead_letters.push_back(letter.no);
    for (const Handed& one : members) {
      if (!is_attestation(one)) continue;
      if (auto parsed = parse_attestation(**one.object); parsed.ok()) pool_.add(*one.object, std::move(*parsed));
    }
  }

  store::Batch batch;
  Replayed done;

  void take(Handed one, Bench& bench) {
    if (is_attestation(one)) return;
    Result<Judged> judged = one.object.ok() ? bench.judge(**one.object, nullptr, pool_) : Result<Judged>(one.object.error());
    if (!judged.ok()) return refuse(std::move(one), judged.error());
    judged->provenance.route = release_ ? "quarantine" : "replay";
    judged->provenance.unnamed = judged->foreign && judged->quarantine && release_;
    const stix::ObjectPtr& object = *one.object;
    if (judged->quarantine && !release_) {
      batch.dead_letters.push_back(quarantined_letter(letter_.party, letter_.collection, *object, *judged->quarantine, judged->provenance, now_));
      ++done.quarantined;
    } else {
      bench.door->keep(*object, judged->provenance);
      batch.objects.push_back(of_letter(bench.release, letter_.party, object, where_, judged->provenance));
      ++done.accepted;
    }
  }

 private:
  static bool is_attestation(const Handed& one) { return one.object.ok() && (*one.object)->type() == kAttestationType; }

  void refuse(Handed one, const Error& why) {
    Refusal refusal{"", "", why};
    if (one.object.ok()) {
      refusal = {std::string((*one.object)->id()), std::string((*one.object)->version()), why};
      one.unreadable = (*one.object)->bytes();
    }
    batch.dead_letters.push_back(refused_letter(letter_.party, letter_.collection, refusal, std::move(one.unreadable), LetterContext(), now_));
    ++done.refused;
  }

  const store::DeadLetter& letter_;
  const store::Collection& where_;
  bool release_;
  Timestamp now_;
  AttestationPool pool_;
};

std::string counted(const Replayed& done) {
  return "a bundle, opened: " + std::to_string(done.accepted) + " accepted, " + std::to_string(done.quarantined) +
         " quarantined, " + std::to_string(done.refused) + " refused";
}

}  // namespace

Result<store::DeadLetter> Quarantine::letter(std::uint64_t no, store::LetterKind kind) const {
  SEKISHO_ASSIGN(store::DeadLetter found, store_.dead_letter(no));
  if (found.kind == kind) return found;
  return make_error(Code::kInvalidArgument,
                    kind == store::LetterKind::kQuarantined ? "this one was refused; see `sekisho deadletter`"
                                                            : "this one is in quarantine; see `sekisho quarantine`",
                    std::to_string(no));
}

Result<store::Collection> Quarantine::collection(const std::string& alias) const {
  SEKISHO_ASSIGN(const auto all, store_.collections());
  for (const auto& one : all) {
    if (one.alias == alias) return one;
  }
  return make_error(Code::kNotFound, "the collection is no longer there", alias);
}

Status Quarantine::write(const AuditLine& line, store::Batch batch) {
  SEKISHO_TRY(audit_.record_with(line, [&](std::vector<store::DocumentPut> puts) -> Status {
    for (const std::uint64_t no : batch.drop_dead_letters) {
      const auto still = store_.dead_letter(no);  // two commands at once: the second finds nothing
      if (!still.ok()) return still.error();
    }
    for (auto& put : puts) batch.documents.push_back(std::move(put));
    const auto stored = store_.commit(batch, clock_.now());
    return stored.ok() ? Status() : Status(stored.error());
  }));
  SEKISHO_ASSIGN(const store::ChangeNo last, store_.last_change());
  return release_.follow_to(last);
}

Status Quarantine::let_in(std::uint64_t no, const std::string& actor, const std::string& reason) {
  SEKISHO_ASSIGN(const auto held, letter(no, store::LetterKind::kQuarantined));
  SEKISHO_ASSIGN(const auto where, collection(held.collection));
  SEKISHO_ASSIGN(LetterContext context, LetterContext::from_json(held.context));
  const bool anonymous = context.provenance.route == kAnonymousRoute;  // ours already: party is a pseudonym
  auto handed = opened(held.payload, {limits_.object_bytes});
  if (is_bundle(held, handed)) {
    if (anonymous) return make_error(Code::kImportDenied, "it holds a bundle that nobody opened to take names out; ask for it again", std::to_string(no));
    const auto done = open_bundle(held, where, std::move(handed), true, actor, reason);
    return done.ok() ? Status() : Status(done.error());
  }
  SEKISHO_ASSIGN(const auto object, only(handed));
  if (anonymous) {
    SEKISHO_TRY(own_good(release_, *object));
  } else {
    Bench bench(release_, held.party);
    SEKISHO_TRY(bench.sit(store_, where, clock_.now()));
    SEKISHO_ASSIGN(context.provenance, bench.judge_seen(*object, context.provenance, held.at));
    context.provenance.route = "quarantine";
  }
  store::Batch batch;
  batch.objects.push_back(of_letter(release_, anonymous ? "" : held.party, object, where, context.provenance));
  batch.drop_dead_letters.push_back(no);
  return write({"quarantine.release", actor, held.object_id, told(held, reason)}, std::move(batch));
}

Status Quarantine::drop(std::uint64_t no, const std::string& actor, const std::string& reason) {
  SEKISHO_ASSIGN(const auto held, letter(no, store::LetterKind::kQuarantined));
  json::Writer w;
  w.begin_object().member("at", format_taxii_time(clock_.now())).member("actor", actor).member("reason", reason);
  w.end_object();
  store::Batch batch;
  batch.drop_dead_letters.push_back(no);
  batch.documents.push_back({kDroppedSpace, held.key, w.take()});
  return write({"quarantine.drop", actor, held.object_id, told(held, reason)}, std::move(batch));
}

Result<Replayed> Quarantine::open_bundle(const store::DeadLetter& held, const store::Collection& where,
                                         std::vector<Handed> members, bool release, const std::string& actor,
                                         const std::string& reason) {
  const Timestamp now = clock_.now();
  Bench bench(release_, held.party);
  SEKISHO_TRY(bench.sit(store_, where, now));
  Members opening(held, where, members, release, now);
  for (Handed& one : members) opening.take(std::move(one), bench);
  const std::string told_as = counted(opening.done) + (reason.empty() ? "" : "; " + reason);
  SEKISHO_TRY(write({release ? "quarantine.release" : "deadletter.replay", actor, held.object_id, told(held, told_as)},
                    std::move(opening.batch)));
  return opening.done;
}

Result<Replayed> Quarantine::replay(std::uint64_t no, const std::string& actor) {
  SEKISHO_ASSIGN(const auto held, letter(no, store::LetterKind::kRefused));
  SEKISHO_ASSIGN(const auto where, collection(held.collection));
  SEKISHO_ASSIGN(const LetterContext context, LetterContext::from_json(held.context));
  if (context.provenance.route == kAnonymousRoute) {
    return make_error(Code::kInvalidArgument, "it is sealed: only its submitter can send it again", std::to_string(no));
  }
  auto handed = opened(held.payload, {limits_.object_bytes});
  if (is_bundle(held, handed)) return open_bundle(held, where, std::move(handed), false, actor, "");
  SEKISHO_ASSIGN(const auto object, only(handed));
  Bench bench(release_, held.party);
  SEKISHO_TRY(bench.sit(store_, where, clock_.now()));
  SEKISHO_ASSIGN(Judged judged, bench.judge_by(*object, context.proofs));
  if (held.party.empty()) {
    const bool echo = judged.provenance.echo;
    judged.provenance = context.provenance;
    judged.provenance.echo = echo;
  }
  judged.provenance.route = "replay";
  store::Batch batch;
  batch.drop_dead_letters.push_back(no);
  if (judged.quarantine) {
    batch.dead_letters.push_back(
        quarantined_letter(held.party, held.collection, *object, *judged.quarantine, judged.provenance, clock_.now()));
  } else {
    batch.objects.push_back(of_letter(release_, held.party, object, where, judged.provenance));
  }
  SEKISHO_TRY(write({"deadletter.replay", actor, held.object_id,
                     told(held, judged.quarantine ? "now in quarantine" : "accepted")},
                    std::move(batch)));
  return judged.quarantine ? Replayed{0, 1, 0} : Replayed{1, 0, 0};
}

}  // namespace sekisho::sync
