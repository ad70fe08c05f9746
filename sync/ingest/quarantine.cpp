#include "sync/ingest/quarantine.h"

#include "core/json.h"
#include "sync/ingest/anonymous/anonymous_vault.h"
#include "sync/ingest/judge.h"
#include "sync/ingest/letter.h"

namespace sekisho::sync {
namespace {

std::string told(const store::DeadLetter& letter, const std::string& reason) {
  return "letter " + std::to_string(letter.no) + " from " + (letter.party.empty() ? "own import" : letter.party) +
         " in " + letter.collection + (reason.empty() ? "" : ": " + reason);
}

/// The first proof that holds, of those that had come with it.
Result<Judged> judged_again(const Judge& judge, const stix::Object& object, const LetterContext& context) {
  const AttestationPool nothing(1);
  if (context.proofs.empty()) return judge.judge(object, nullptr, nothing);
  Result<Judged> best = make_error(Code::kSignatureMissing, "");
  for (const Inbound::Proof& proof : context.proofs) {
    best = judge.judge(object, &proof, nothing);
    if (best.ok()) break;
  }
  return best;
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
  return release_.advance();
}

Status Quarantine::let_in(std::uint64_t no, const std::string& actor, const std::string& reason) {
  SEKISHO_ASSIGN(const auto held, letter(no, store::LetterKind::kQuarantined));
  SEKISHO_ASSIGN(const auto where, collection(held.collection));
  SEKISHO_ASSIGN(const auto object, stix::Object::parse(held.payload, limits_.object_bytes));
  SEKISHO_ASSIGN(LetterContext context, LetterContext::from_json(held.context));
  const bool anonymous = context.provenance.route == kAnonymousRoute;  // ours already: party is a pseudonym
  if (anonymous) {
    SEKISHO_TRY(own_good(release_, *object));
  } else {
    SEKISHO_ASSIGN(const Judge judge, Judge::make(release_, store_, held.party, where, clock_.now()));
    SEKISHO_TRY(judge.rejudge(*object, context.provenance.kid, held.at));
    context.provenance.route = "quarantine";
  }
  store::Batch batch;
  batch.objects.push_back({object, anonymous ? "" : held.party, where.no, context.provenance.to_json()});
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

Result<bool> Quarantine::replay(std::uint64_t no, const std::string& actor) {
  SEKISHO_ASSIGN(const auto held, letter(no, store::LetterKind::kRefused));
  SEKISHO_ASSIGN(const auto where, collection(held.collection));
  SEKISHO_ASSIGN(const LetterContext context, LetterContext::from_json(held.context));
  if (context.provenance.route == kAnonymousRoute) {
    return make_error(Code::kInvalidArgument, "it is sealed: only its submitter can send it again", std::to_string(no));
  }
  SEKISHO_ASSIGN(const auto object, stix::Object::parse(held.payload, limits_.object_bytes));
  Judged judged;
  if (held.party.empty()) {
    SEKISHO_TRY(own_good(release_, *object));
    judged.provenance = context.provenance;
  } else {
    SEKISHO_ASSIGN(const Judge judge, Judge::make(release_, store_, held.party, where, clock_.now()));
    SEKISHO_ASSIGN(judged, judged_again(judge, *object, context));
  }
  judged.provenance.route = "replay";
  store::Batch batch;
  batch.drop_dead_letters.push_back(no);
  if (judged.quarantine) {
    batch.dead_letters.push_back(
        quarantined_letter(held.party, held.collection, *object, *judged.quarantine, judged.provenance, clock_.now()));
  } else {
    batch.objects.push_back({object, held.party, where.no, judged.provenance.to_json()});
  }
  SEKISHO_TRY(write({"deadletter.replay", actor, held.object_id,
                     told(held, judged.quarantine ? "now in quarantine" : "accepted")},
                    std::move(batch)));
  return !judged.quarantine;
}

}  // namespace sekisho::sync
