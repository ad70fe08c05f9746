// Taking a recall that a party sends: what is withdrawn here, what it is told.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "core/digest.h"
#include "core/json.h"
#include "core/uuid.h"
#include "sync/recall/recall.h"
#include "sync/recall/recall_text.h"
#include "sync/release/plan/recalled.h"
#include "sync/handling/trust.h"

namespace sekisho::sync {
namespace {

/// Objects that one party has taken back and that are remembered.
constexpr std::size_t kRecallsOfOneParty = 100'000;

/// What the sender learns: what became of its own copies, and nothing about others.
std::string ack_json(const std::string& notice_id, const std::string& identity, const std::string& at,
                     std::size_t withdrawn) {
  json::Writer w;
  w.begin_object().member("type", "sekisho-recall-ack").member("id", notice_id).member("by", identity);
  w.member("at", at).member_int("withdrawn", static_cast<std::int64_t>(withdrawn)).end_object();
  return w.take();
}

std::string taken_json(const std::string& digest, const std::string& ack) {
  json::Writer w;
  w.begin_object().member("sha256", digest).member("ack", ack).end_object();
  return w.take();
}

/// The answer given before; nullopt if this notice is new.
Result<std::optional<std::string>> answered(const store::Store& store, const std::string& party, const std::string& id,
                                            const std::string& digest) {
  SEKISHO_ASSIGN(const auto value, store.document(recall_in_space(party), id));
  if (!value) return std::optional<std::string>();
  SEKISHO_ASSIGN(const auto document, json::Document::parse(*value));
  if (document->root()["sha256"].string_or("") != digest) {
    return make_error(Code::kVersionConflict, "another recall notice has this id", id);
  }
  return std::optional<std::string>(document->root()["ack"].string_or(""));
}

std::string cut(std::string_view text, std::size_t bytes) { return std::string(text.substr(0, bytes)); }

}  // namespace

Result<std::vector<Recalls::Target>> Recalls::objects_named(const json::Value& notice) {
  SEKISHO_ASSIGN(const auto objects, recalled_objects(notice));
  std::vector<Target> out;
  for (const auto& [object, version] : objects) out.push_back({object, version, ""});
  return out;
}

Result<std::string> Recalls::take(const std::string& party, const std::string& notice_text) {
  const MutexLock lock(working_);
  SEKISHO_TRY(settle());
  const auto policy = release_.policy();
  if (!policy) return make_error(Code::kUnavailable, "no policy is in force");
  const Timestamp now = clock_.now();
  SEKISHO_ASSIGN(const OpenedRecall opened,
                 open_recall(notice_text, "notice", kTypRecall, policy->policy(), party, now));
  const json::Value notice = opened.body;
  const std::string id(notice["id"].string_or(""));
  if (notice["type"].string_or("") != "sekisho-recall" || !Uuid::parse(id)) {
    return make_error(Code::kSyncProtocol, "this is no recall notice");
  }
  SEKISHO_TRY(in_own_name(policy->policy(), party, notice["issuer"].string_or("")));
  HeldVersions held(store_);
  SEKISHO_ASSIGN(const std::vector<Target> named, is_of_contents(notice) ? contents_held(party, notice, held) : objects_named(notice));
  const std::string digest = hex(sha256(json::canonical(notice)));
  SEKISHO_ASSIGN(const auto before, answered(store_, party, id, digest));
  if (before) return *before;

  SEKISHO_ASSIGN(const bool full, remembers_too_many(party, named.size()));
  if (full) {
    return make_error(Code::kLimitExceeded, "party " + party + " has recalled more than " +
                                                std::to_string(kRecallsOfOneParty) + " objects");
  }

  RecallReport why;
  why.source = party;
  why.reason_code = cut(notice["reason_code"].string_or(""), 64);
  why.reason = cut(notice["reason"].string_or(""), 1000);
  why.at = format_taxii_time(now);
  why.actor = "party " + party;
  std::size_t withdrawn = 0;
  for (const Target& target : named) {
    why.object_id = target.object_id;
    why.version = target.version;
    why.content = target.content;
    SEKISHO_ASSIGN(const auto line, held.of(target.object_id));
    withdrawn += copies(why, *line).size();
  }
  const std::string ack = seal_recall(*signer_.key, "ack", ack_json(id, signer_.identity_id, why.at, withdrawn),
                                      kTypRecallAck);
  const Cause cause{"recall.taken", why.actor, "notice " + id + ", " + why.reason_code + ": " + why.reason};
  const store::DocumentPut answer{recall_in_space(party), id, taken_json(digest, ack)};
  SEKISHO_TRY(named.empty() ? audit_.record({cause.action, cause.actor, "", cause.detail + " (nothing of it is held)"}, {answer})
                            : accept(why, named, cause, {answer}));
  return ack;
}

// The first half in one transaction: out of the streams, never again, answered, in the trail. Then the notices.
Status Recalls::accept(const RecallReport& why, const std::vector<Target>& targets, const Cause& cause,
                       std::vector<store::DocumentPut> puts) {
  std::vector<store::ObjectNo> numbers;
  std::set<std::string> elsewhere, looked_at;
  HeldVersions held(store_);
  std::set<std::string> fresh;
  for (const Target& target : targets) {
    RecallReport recall = why;
    recall.object_id = target.object_id;
    recall.version = target.version;
    recall.content = target.content;
    std::optional<Timestamp> version;
    if (!target.version.empty()) {
      SEKISHO_ASSIGN(version, parse_stix_time(target.version));
    }
    SEKISHO_ASSIGN(const auto line, held.of(target.object_id));
    const auto mine = copies(recall, *line);
    const std::string key = target.content.empty() ? recall_key(why.source, target.object_id, version)
                                                   : gave_way_key(why.source, target.object_id, mine.front()->content);
    SEKISHO_ASSIGN(const auto known, store_.document(kRecallSpace, key));
    for (const store::StoredObject* copy : mine) {
      numbers.push_back(copy->no);
      ++recall.versions;
    }
    if (!why.source.empty() && looked_at.insert(target.object_id).second) {
      for (const store::StoredObject& copy : line->all()) {
        if (copy.source != why.source) elsewhere.insert(target.object_id + " from " + (copy.source.empty() ? "our own" : copy.source));
      }
    }
    if (known || !fresh.insert(key).second) continue;
    puts.push_back({kRecallSpace, key, recall_to_json(recall, true)});
  }
  std::string detail = cause.detail + " (" + std::to_string(numbers.size()) + " versions)";
  for (const std::string& copy : elsewhere) detail += "; stays: " + copy;
  unsettled_->insert(fresh.begin(), fresh.end());  // known since settle()
  SEKISHO_TRY(audit_.record_with({cause.action, cause.actor, targets.front().object_id, detail},
                                 [&](std::vector<store::DocumentPut> lines) {
                                   for (auto& put : puts) lines.push_back(std::move(put));
                                   return release_.recall(numbers, std::move(lines));
                                 }));
  if (const auto held_of = remembered_.find(why.source); held_of != remembered_.end()) held_of->second += fresh.size();
  SEKISHO_TRY(settle());
  return release_.follow();
}

Status Recalls::withdraw(const Withdrawal& withdrawal) {
  const MutexLock lock(working_);
  SEKISHO_TRY(settle());
  RecallReport why;
  why.source = withdrawal.every_copy ? "" : withdrawal.party;
  why.all = withdrawal.all;
  why.reason_code = "withdrawn";
  why.reason = "Whoever gave it took it back.";
  why.at = format_taxii_time(clock_.now());
  why.actor = "party " + withdrawal.party;
  std::vector<Target> targets;
  for (const std::string& version : withdrawal.versions) targets.push_back({withdrawal.object_id, version, ""});
  std::string detail = withdrawal.every_copy ? "every copy, by right" : "its own";
  for (const std::string& version : withdrawal.versions) detail += ", version " + version;
  if (targets.empty()) targets.push_back({withdrawal.object_id, "", ""});
  SEKISHO_ASSIGN(const bool full, remembers_too_many(why.source, targets.size()));
  if (full) return make_error(Code::kUnavailable, "party " + why.source + " has withdrawn too many objects");
  return accept(why, targets, {"object.delete", why.actor, detail}, {});
}

// Each of its later copies is looked up there.
Result<bool> Recalls::remembers_too_many(const std::string& party, std::size_t more) {
  if (party.empty()) return false;
  auto of_party = remembered_.find(party);
  if (of_party == remembered_.end()) {
    SEKISHO_ASSIGN(const auto remembered, store_.documents(kRecallSpace));
    const auto count = std::count_if(remembered.begin(), remembered.end(),
                                     [&](const auto& row) { return row.first.starts_with(party + "/"); });
    of_party = remembered_.emplace(party, static_cast<std::size_t>(count)).first;
  }
  return of_party->second + more > kRecallsOfOneParty;
}

}  // namespace sekisho::sync
