#include "sync/ingest/inbound.h"

#include <algorithm>
#include <set>

#include "core/crash_point.h"
#include "core/digest.h"
#include "stix/sco_id.h"
#include "stix/versions.h"
#include "sync/handling/held_versions.h"
#include "sync/ingest/anonymous/anonymous.h"
#include "sync/ingest/anonymous/anonymous_taking.h"
#include "sync/ingest/door.h"
#include "sync/ingest/judge.h"
#include "sync/ingest/letter.h"
#include "sync/ingest/sight.h"

namespace sekisho::sync {
namespace {

/// One batch on its way: what is to be stored, and what is to be told.
class Intake {
 public:
  Intake(const store::Store& store, const Inbound::PartyBatch& incoming, const Judge& judge, Door& door,
         const AttestationPool& pool, Timestamp now)
      : store_(store), incoming_(incoming), judge_(judge), door_(door), pool_(pool), now_(now) {
    batch.documents = incoming.documents;
  }

  store::Batch batch;
  InboundReport report;
  std::vector<Tightening> tightened;

  Status object(std::size_t i) {
    const stix::ObjectPtr& object = incoming_.objects[i];
    const Inbound::Proof* proof = incoming_.proofs.empty() ? nullptr : &incoming_.proofs[i];
    Result<Judged> judged = judge_.judge(*object, proof, pool_);
    if (!judged.ok()) {
      refuse(*object, judged.error(), proof);
      return {};
    }
    judged->provenance.route = incoming_.route;
    const Status passed = door_.pass(*object, *judged);
    if (!passed.ok() && passed.error().code != Code::kStixInvalid) return passed;
    if (!passed.ok()) {
      refuse(*object, passed.error(), proof);
      return {};
    }
    SEKISHO_ASSIGN(const bool ours, door_.is_ours_everywhere(*object));
    SEKISHO_ASSIGN(const auto before, ours ? std::vector<store::ObjectNo>() : door_.said_before(*object, incoming_.collection->no));
    SEKISHO_ASSIGN(const auto said, door_.tightened(*object, judged->provenance, before));
    tightened.insert(tightened.end(), said.begin(), said.end());
    if (ours || !before.empty()) {
      ++report.duplicates;
      note(Verdict::Outcome::kDuplicate, *object, Error());
      return {};
    }
    if (judged->quarantine) return quarantine(object, *judged);
    if (stix::published_meaning(object->id())) {  // everybody has it; a copy of it is nobody's
      note(Verdict::Outcome::kDuplicate, *object, Error());
      ++report.duplicates;
      return {};
    }
    door_.keep(*object, judged->provenance);
    accept(object, *judged, Verdict::Outcome::kAccepted);
    return {};
  }

  void unreadable(std::size_t i) {
    const Refusal& refusal = incoming_.unreadable[i];
    batch.dead_letters.push_back(refused_letter(incoming_.party, alias(), refusal, incoming_.unreadable_payloads[i],
                                                LetterContext(), now_));
    report.refused.push_back(refusal);
    if (incoming_.want_verdicts) {
      report.verdicts.push_back({Verdict::Outcome::kRefused, refusal.object_id, refusal.version, refusal.reason, {}});
    }
  }

 private:
  const std::string& alias() const { return incoming_.collection->alias; }

  void note(Verdict::Outcome outcome, const stix::Object& object, const Error& reason) {
    if (!incoming_.want_verdicts) return;
    report.verdicts.push_back({outcome, std::string(object.id()), std::string(object.version()), reason, {}});
  }

  void accept(const stix::ObjectPtr& object, const Judged& judged, Verdict::Outcome outcome) {
    note(outcome, *object, Error());
    if (!judged.warning.empty()) {
      report.warnings.push_back({std::string(object->id()), std::string(object->version()), judged.warning});
      if (incoming_.want_verdicts) report.verdicts.back().warning = judged.warning;
    }
    batch.objects.push_back({object, incoming_.party, incoming_.collection->no, judged.provenance.to_json()});
    batch.objects.back().own = incoming_.reads_back && may_read_back(*object, judged.provenance);
  }

  void refuse(const stix::Object& object, const Error& reason, const Inbound::Proof* proof) {
    note(Verdict::Outcome::kRefused, object, reason);
    LetterContext context;
    if (proof != nullptr && !proof->jws.empty()) context.proofs.push_back(*proof);
    if (proof == nullptr) {
      for (const auto& entry : pool_.of(object)) {
        context.proofs.push_back({entry.parsed.created_by_ref, entry.parsed.jws});
      }
    }
    Refusal refusal{std::string(object.id()), std::string(object.version()), reason};
    batch.dead_letters.push_back(
        refused_letter(incoming_.party, alias(), refusal, object.bytes(), context, now_));
    report.refused.push_back(std::move(refusal));
  }

  Status quarantine(const stix::ObjectPtr& object, const Judged& judged) {
    SEKISHO_ASSIGN(const bool here, door_.here_already(*object, incoming_.collection->no));
    if (here) {
      accept(object, judged, Verdict::Outcome::kDuplicate);  // let in before: the store sees the duplicate
      return {};
    }
    SEKISHO_ASSIGN(const auto dropped,
                   store_.document(kDroppedSpace, quarantine_key(incoming_.party, alias(), *object)));
    if (dropped) {
      refuse(*object, make_error(Code::kImportDenied, "dropped by the operator"), nullptr);
      return {};
    }
    note(Verdict::Outcome::kQuarantined, *object, *judged.quarantine);
    ++report.quarantined;
    batch.dead_letters.push_back(
        quarantined_letter(incoming_.party, alias(), *object, *judged.quarantine, judged.provenance, now_));
    return {};
  }

  const store::Store& store_;
  const Inbound::PartyBatch& incoming_;
  const Judge& judge_;
  Door& door_;
  const AttestationPool& pool_;
  Timestamp now_;
};

/// What of a batch contradicts what is held by now. The store compares bytes in canonical form; docs/specs/versions.md §2 says what
/// else is the same.
class Conflicts {
 public:
  explicit Conflicts(const store::Store& store) : store_(store), held_(store) {}

  Status note(const stix::Object& object, InboundReport& report) {
    if (stix::has_computed_id(object)) return {};  // of an observable there may be many copies
    SEKISHO_ASSIGN(const auto* others, sayings(object));
    const Sha256 mine = stix::saying_of(object);
    for (const auto& [saying, source] : *others) {  // each is another one: the second at the latest differs
      if (saying == mine) continue;
      ++report.conflicts;
      const std::string from = source.empty() ? "this organisation" : "party " + source;
      report.conflicting.push_back({std::string(object.id()), std::string(object.version()), "this version is here with other content, from " + from});
      return {};
    }
    return {};
  }

 private:
  using Sayings = std::vector<std::pair<Sha256, std::string>>;  ///< what is said, and by whom first

  Result<const Sayings*> sayings(const stix::Object& object) {
    const auto [at, fresh] = by_instant_.try_emplace({std::string(object.id()), stix::exact_instant(object.version())});
    if (!fresh) return &at->second;
    SEKISHO_ASSIGN(const auto line, held_.of(object.id()));
    std::set<Sha256> known;
    for (const store::StoredObject* version : line->at(object.version_time())) {
      if (!stix::same_instant(version->version, object.version())) continue;
      const auto saying = saying_of(store_, *version);
      if (saying.ok() && known.insert(*saying).second) at->second.emplace_back(*saying, version->source);  // else damaged: it says nothing
    }
    return &at->second;
  }

  const store::Store& store_;
  HeldVersions held_;
  std::map<std::pair<std::string, std::string>, Sayings> by_instant_;
};

constexpr std::size_t kPerTarget = 16;  // attestations over one content that are looked at
constexpr std::ptrdiff_t kTurn = 1000;  // objects that one giver puts into the change log before others have come in between

/// Gives as commit() does. What is more than a turn is accepted turn by turn, the next one when the follower has come past the one
/// before, so that others' objects come in between; what belongs to the whole (status, cursors, letters) becomes durable with the
/// last. A crash in between leaves what posting again finds known: docs/specs/taxii-post.md, "By turns".
Result<std::vector<store::Added>> commit_by_turns(store::Store& store, Release& release, const store::Batch& batch, Timestamp now) {
  std::vector<store::Added> all;
  const auto commit = [&](const store::Batch& turn) -> Status {
    SEKISHO_ASSIGN(const auto added, store.commit(turn, now));
    all.insert(all.end(), added.begin(), added.end());
    release.offer(turn.objects, added);
    return {};
  };
  if (std::ssize(batch.objects) <= kTurn) {
    SEKISHO_TRY(commit(batch));
    return all;
  }
  auto next = batch.objects.begin();
  for (; batch.objects.end() - next > kTurn; next += kTurn) {
    store::Batch turn;
    turn.objects.assign(next, next + kTurn);
    SEKISHO_TRY(commit(turn));
    crash_point("inbound-between-turns");
    SEKISHO_ASSIGN(const store::ChangeNo last, store.last_change());
    [[maybe_unused]] const Status planned = release.follow_to(last);  // planning that fails keeps nobody from being accepted
  }
  store::Batch rest = batch;
  rest.objects.assign(next, batch.objects.end());
  SEKISHO_TRY(commit(rest));
  return all;
}

}  // namespace

void InboundReport::add(const InboundReport& other) {
  accepted += other.accepted;
  duplicates += other.duplicates;
  conflicts += other.conflicts;
  quarantined += other.quarantined;
  refused.insert(refused.end(), other.refused.begin(), other.refused.end());
  conflicting.insert(conflicting.end(), other.conflicting.begin(), other.conflicting.end());
  warnings.insert(warnings.end(), other.warnings.begin(), other.warnings.end());
}

void AttestationPool::add(stix::ObjectPtr object, ParsedAttestation parsed) {
  const std::string key = parsed.target_sha256;
  std::size_t others = 0;
  for (auto [it, end] = by_target_.equal_range(key); it != end; ++it) {
    const ParsedAttestation& held = it->second.parsed;
    if ((held.jws == parsed.jws && held.created_by_ref == parsed.created_by_ref) || ++others == kPerTarget) return;
  }
  const std::string version = parsed.target_ref + "\n" + parsed.target_version;
  by_version_.emplace(version, key);
  by_target_.emplace(key, Entry{std::move(object), std::move(parsed)});
  order_.emplace_back(key, version);
  if (order_.size() > 2 * limit_) drop_oldest();
}

void AttestationPool::drop_oldest() {
  ++drops_;
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

Inbound::Inbound(store::Store& store, Release& release, const Clock& clock, const Limits& limits, Returns returns)
    : store_(store), release_(release), clock_(clock), limits_(limits), returns_(returns) {}

Status Inbound::follow() {
  if (returns_ == Returns::kDurable) return release_.follow();
  SEKISHO_ASSIGN(const store::ChangeNo last, store_.last_change());
  return release_.follow_to(last);
}

Result<InboundReport> Inbound::store_batch(const store::Batch& batch, const std::vector<Tightening>& tightened, InboundReport report, Timestamp now) {
  SEKISHO_TRY(release_.tighten(tightened));
  if (batch.empty()) {
    if (!tightened.empty()) SEKISHO_TRY(follow());
    return report;
  }
  crash_point("inbound-before-commit");
  SEKISHO_ASSIGN(const auto added, commit_by_turns(store_, release_, batch, now));
  crash_point("inbound-after-commit");
  Conflicts conflicts(store_);
  for (std::size_t i = 0; i < added.size(); ++i) {
    if (added[i].outcome == store::AddOutcome::kDuplicate) {
      ++report.duplicates;
      continue;
    }
    ++report.accepted;
    if (added[i].outcome == store::AddOutcome::kConflict) SEKISHO_TRY(conflicts.note(*batch.objects[i].object, report));
  }
  SEKISHO_TRY(follow());
  crash_point("inbound-after-release");
  return report;
}

Status Inbound::take_own(Handed one, const store::Collection& collection, const Own& how, Door& door, store::Batch& batch,
                         std::vector<Tightening>& tightened, InboundReport& report) const {
  Judged judged;
  judged.provenance = how.provenance;
  Status good = one.object.ok() ? own_good(release_, **one.object) : Status(one.object.error());
  if (good.ok()) {
    judge_own(*release_.policy(), **one.object, how.for_parties, judged);
    good = door.pass(**one.object, judged);
    if (!good.ok() && good.error().code != Code::kStixInvalid) return good;
  }
  if (good.ok() && judged.quarantine) good = *judged.quarantine;  // who imports is there to say more
  if (good.ok()) {
    SEKISHO_ASSIGN(const auto before, door.said_before(**one.object, collection.no));
    SEKISHO_ASSIGN(const auto said, door.tightened(**one.object, judged.provenance, before));
    tightened.insert(tightened.end(), said.begin(), said.end());
    if (!before.empty()) {
      ++report.duplicates;
      return {};
    }
    const stix::Object& object = **one.object;
    if (!judged.warning.empty()) report.warnings.push_back({std::string(object.id()), std::string(object.version()), judged.warning});
    door.keep(object, judged.provenance);
    batch.objects.push_back({*one.object, "", collection.no, judged.provenance.to_json()});
    return {};
  }
  Refusal refusal{"", "", good.error()};
  if (one.object.ok()) {
    refusal.object_id = std::string((*one.object)->id());
    refusal.version = std::string((*one.object)->version());
    one.unreadable = (*one.object)->bytes();
  }
  batch.dead_letters.push_back(refused_letter("", collection.alias, refusal, std::move(one.unreadable), LetterContext{how.provenance, {}}, clock_.now()));
  report.refused.push_back(std::move(refusal));
  return {};
}

Result<InboundReport> Inbound::import_own(const store::Collection& collection, const std::vector<std::string_view>& objects,
                                          const Own& how) {
  if (!release_.policy()) return make_error(Code::kUnavailable, "no policy is in force");
  InboundReport total;
  for (std::size_t next = 0; next < objects.size();) {
    const Timestamp now = clock_.now();
    store::Batch batch;
    InboundReport step;
    Door door(store_, release_.policy(), "", nullptr);
    std::vector<Handed> handed;
    for (; next < objects.size() && handed.size() < limits_.batch_objects; ++next) {
      for (Handed& one : opened(objects[next], {limits_.object_bytes, how.levels})) handed.push_back(std::move(one));
    }
    std::vector<std::string_view> ids;
    for (const Handed& one : handed) {
      if (one.object.ok()) ids.push_back((*one.object)->id());
    }
    SEKISHO_TRY(door.expect(ids));
    std::vector<Tightening> tightened;
    for (Handed& one : handed) SEKISHO_TRY(take_own(std::move(one), collection, how, door, batch, tightened, step));
    SEKISHO_ASSIGN(step, store_batch(batch, tightened, std::move(step), now));
    total.add(step);
  }
  return total;
}

Result<InboundReport> Inbound::take_anonymously(const PartyBatch& incoming, const AttestationPool& pool,
                                                const AnonymousIntake& intake) {
  if (!incoming.anonymous) {
    return make_error(Code::kImportDenied, "an anonymous intake takes posts only: pulls and links keep cursors by party",
                      incoming.collection->alias);
  }
  Anonymous& office = *incoming.anonymous->office;
  SEKISHO_ASSIGN(const AnonymousVault vault, office.vault());
  const MutexLock lock(office.taking());
  const Timestamp now = clock_.now();
  SEKISHO_ASSIGN(Judge judge, Judge::make(release_, store_, incoming.party, *incoming.collection, now));
  if (incoming.sight != nullptr) judge.read_markings_by([&incoming](std::string_view id, const stix::Object& bearer) { return incoming.sight->meaning(id, bearer); });
  AnonymousTaking taking(store_, *release_.policy(), incoming, intake, vault, now);
  SEKISHO_TRY(taking.run(judge, pool));
  if (incoming.conclude) {
    for (auto& put : incoming.conclude(taking.report)) taking.batch.documents.push_back(std::move(put));
  }
  return store_batch(taking.batch, {}, std::move(taking.report), now);
}

Result<InboundReport> Inbound::take(const PartyBatch& incoming, const AttestationPool& pool) {
  SEKISHO_ASSIGN(const auto anonymous, anonymous_intake(store_, incoming.collection->alias));
  if (anonymous) return take_anonymously(incoming, pool, *anonymous);
  const Timestamp now = clock_.now();
  SEKISHO_ASSIGN(Judge judge, Judge::make(release_, store_, incoming.party, *incoming.collection, now));
  std::optional<Sight> made;
  Sight* sight = incoming.sight;
  if (sight == nullptr) {
    SEKISHO_ASSIGN(Sight fresh, Sight::make(store_, release_, incoming.party, now));
    sight = &made.emplace(std::move(fresh));
    std::vector<std::string_view> ids;
    for (const stix::ObjectPtr& object : incoming.objects) ids.push_back(object->id());
    SEKISHO_TRY(sight->expect(ids));
    for (const stix::ObjectPtr& object : incoming.objects) sight->define(object);
  }
  judge.read_markings_by([sight](std::string_view id, const stix::Object& bearer) { return sight->meaning(id, bearer); });
  Door door(store_, release_.policy(), incoming.party, sight);
  Intake intake(store_, incoming, judge, door, pool, now);
  for (std::size_t i = 0; i < incoming.objects.size(); ++i) SEKISHO_TRY(intake.object(i));
  for (std::size_t i = 0; i < incoming.unreadable.size(); ++i) intake.unreadable(i);
  if (incoming.conclude) {
    for (auto& put : incoming.conclude(intake.report)) intake.batch.documents.push_back(std::move(put));
  }
  return store_batch(intake.batch, intake.tightened, std::move(intake.report), now);
}

}  // namespace sekisho::sync
