#include "sync/release/policy_change/policy_recalls.h"

#include <algorithm>

#include "core/json.h"
#include "sync/release/policy_change/disclosed.h"

namespace sekisho::sync {
namespace {

constexpr const char* kOpenSpace = "policy-recall-open";  // lost by a switch; whether it was disclosed is not looked at yet

Result<WaitingRecall> from_json(const std::string& key, const std::string& value) {
  const auto document = json::Document::parse(value);
  if (!document.ok()) return make_error(Code::kStoreCorrupt, "a waiting recall is not readable", key);
  const json::Value root = (*document)->root();
  WaitingRecall recall;
  recall.party = std::string(root["party"].string_or(""));
  recall.object_id = std::string(root["object"].string_or(""));
  for (const auto& entry : root["versions"]) recall.versions.emplace_back(entry.value.string_or(""));
  recall.state = std::string(root["state"].string_or(""));
  recall.at = std::string(root["at"].string_or(""));
  recall.notice = std::string(root["notice"].string_or(""));
  return recall;
}

void add_version(WaitingRecall& recall, const std::string& version) {
  auto& known = recall.versions;
  if (std::find(known.begin(), known.end(), version) == known.end()) known.push_back(version);
}

}  // namespace

std::string policy_recall_key(const std::string& party, const std::string& object_id) { return party + "/" + object_id; }

std::string policy_recall_to_json(const WaitingRecall& recall) {
  json::Writer w;
  w.begin_object().member("party", recall.party).member("object", recall.object_id).key("versions").begin_array();
  for (const std::string& version : recall.versions) w.string(version);
  w.end_array().member("state", recall.state).member("at", recall.at).member("notice", recall.notice).end_object();
  return w.take();
}

Status PolicyRecalls::begin() {
  SEKISHO_TRY(settle());
  SEKISHO_ASSIGN(const auto rows, list());
  known_.clear();
  puts_.clear();
  for (const auto& recall : rows) known_[policy_recall_key(recall.party, recall.object_id)] = recall;
  SEKISHO_ASSIGN(const auto open, store_.documents(kOpenSpace));
  opened_ = open.size();
  return {};
}

// In order of collection and position.
Result<std::vector<PolicyRecalls::Lost>> PolicyRecalls::where(Planner& planner, const Losses& losses) const {
  std::map<std::pair<store::CollectionNo, store::Position>, Lost> found;
  for (const auto& [no, collection] : losses.lost) {
    const store::StreamNo stream = losses.streams.at(collection);
    SEKISHO_ASSIGN(const auto places, store_.positions(no));
    for (const auto& [at, position] : places) {
      if (at != stream) continue;
      SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(no));
      const store::StoredObject& stored = loaded->stored;
      found[{collection, position}] = {no, stored.id, stored.version, stored.source, stream, position};
    }
  }
  std::vector<Lost> out;
  for (auto& [place, lost] : found) out.push_back(std::move(lost));
  return out;
}

// A party that reads some version of the object keeps it.
Status PolicyRecalls::cancel_kept(const Losses& losses) {
  std::map<std::string, bool> reads;
  for (auto& [key, recall] : known_) {
    if (recall.state != "waiting" || losses.parties.count(recall.party) == 0) continue;
    const auto [known, fresh] = reads.try_emplace(recall.object_id);
    if (fresh) {
      SEKISHO_ASSIGN(known->second, losses.reads(recall.object_id));
    }
    if (!known->second) continue;
    recall.state = "cancelled";
    recall.at = format_taxii_time(clock_.now());
    puts_.push_back({kPolicyRecallSpace, key, policy_recall_to_json(recall)});
  }
  return {};
}

Status PolicyRecalls::note(Planner& planner, const Losses& losses) {
  SEKISHO_TRY(cancel_kept(losses));
  SEKISHO_ASSIGN(const auto lost, where(planner, losses));
  if (lost.empty()) return {};
  std::map<std::string, bool> kept;
  for (const Lost& one : lost) {
    const auto [known, fresh] = kept.try_emplace(one.id);
    if (!fresh) continue;
    SEKISHO_ASSIGN(known->second, losses.reads(one.id));
  }
  json::Writer w;
  w.begin_object().key("parties").begin_array();
  for (const std::string& party : losses.parties) w.string(party);
  w.end_array().key("lost").begin_array();
  for (const Lost& one : lost) {
    if (kept[one.id]) continue;
    w.begin_object().member("id", one.id).member("version", one.version).member("source", one.source);
    w.member_int("stream", one.stream).member_int("position", static_cast<std::int64_t>(one.position)).end_object();
  }
  w.end_array().end_object();
  puts_.push_back({kOpenSpace, std::to_string(opened_++), w.take()});
  return {};
}

Status PolicyRecalls::note(Change& change, const Change::Target& target) {
  const auto lost = Change::lost(target);
  const auto reads = [&](const std::string& id) -> Result<bool> {
    SEKISHO_ASSIGN(const auto kept, change.kept_ids(target, {id}));
    return !kept.empty();
  };
  return note(change.planner(), {target.from.streams, target.move.parties, lost, reads});
}

std::vector<store::DocumentPut> PolicyRecalls::take_puts() { return std::move(puts_); }

Status PolicyRecalls::settle() {
  SEKISHO_ASSIGN(const auto open, store_.documents(kOpenSpace));
  if (open.empty()) return {};
  SEKISHO_ASSIGN(const auto streams, store_.streams());
  SEKISHO_ASSIGN(const auto rows, list());
  std::map<std::string, WaitingRecall> recalls;
  for (const auto& recall : rows) recalls[policy_recall_key(recall.party, recall.object_id)] = recall;
  std::set<std::string> touched;
  store::Batch batch;
  for (const auto& [number, value] : open) {
    batch.documents.push_back({kOpenSpace, number, std::nullopt});
    const auto document = json::Document::parse(value);
    if (!document.ok()) return make_error(Code::kStoreCorrupt, "what a policy took is not readable", number);
    const json::Value root = (*document)->root();
    for (const auto& party_entry : root["parties"]) {
      const std::string party(party_entry.value.string_or(""));
      SEKISHO_ASSIGN(auto disclosed, store_.disclosures(party));
      const Disclosed given(streams, std::move(disclosed));
      for (const auto& entry : root["lost"]) {
        const std::string id(entry.value["id"].string_or(""));
        if (entry.value["source"].string_or("") == party) continue;  // who gave it is no holder of it
        const std::string key = policy_recall_key(party, id);
        const auto before = recalls.find(key);
        const bool again = before != recalls.end() && before->second.state == "cancelled";
        const bool held = given.holds(static_cast<store::StreamNo>(entry.value["stream"].integer().value_or(0)),
                                      static_cast<store::Position>(entry.value["position"].integer().value_or(0)));
        if (!held && !again) continue;
        WaitingRecall& recall = recalls[key];
        recall.party = party;
        recall.object_id = id;
        if (held) add_version(recall, std::string(entry.value["version"].string_or("")));
        if (recall.state == "confirmed" && !held) continue;
        recall.state = "waiting";
        recall.at = format_taxii_time(clock_.now());
        touched.insert(key);
      }
    }
  }
  for (const std::string& key : touched) {
    batch.documents.push_back({kPolicyRecallSpace, key, policy_recall_to_json(recalls[key])});
  }
  const auto stored = store_.commit(batch, clock_.now());
  return stored.ok() ? Status() : Status(stored.error());
}

Result<std::vector<WaitingRecall>> PolicyRecalls::list() const {
  SEKISHO_ASSIGN(const auto rows, store_.documents(kPolicyRecallSpace));
  std::vector<WaitingRecall> out;
  for (const auto& [key, value] : rows) {
    SEKISHO_ASSIGN(auto recall, from_json(key, value));
    out.push_back(std::move(recall));
  }
  return out;
}

}  // namespace sekisho::sync
