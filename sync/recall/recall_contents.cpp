// Contents in whose place others count: who was given them is told, and what others tell us of theirs. docs/specs/recall.md, "Contents".
#include <algorithm>
#include <map>
#include <utility>

#include "core/json.h"
#include "core/uuid.h"
#include "sync/recall/recall.h"
#include "sync/recall/recall_text.h"
#include "sync/release/plan/recalled.h"
#include "sync/release/policy_change/disclosed.h"
#include "sync/release/policy_change/displaced.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kContentsAtOnce = 1000;  // of one notice

/// What this party was given of it, but for what it gave itself.
std::vector<GivenContent> given_of(const Displaced& displaced, const std::string& party, const Disclosed& disclosed) {
  std::vector<GivenContent> out;
  for (const Displaced::One& one : displaced.all) {
    if (one.source != party && disclosed.holds(one.stream, one.position)) out.push_back({one.id, one.version, hex(one.content)});
  }
  return out;
}

}  // namespace

Notice Recalls::contents_notice(const std::string& party, std::vector<GivenContent> contents) const {
  Notice notice;
  notice.id = Uuid::v4(random_, "recall/" + party).to_string();
  notice.queued = format_taxii_time(clock_.now());
  json::Writer w;
  w.begin_object().member("type", "sekisho-recall").member("id", notice.id).member("issuer", signer_.identity_id).member("scope", "contents");
  write_contents(contents, w);
  w.member("reason_code", "displaced").member("reason", "Another claim or content of the id counts.").member("at", notice.queued).end_object();
  notice.text = seal_recall(*signer_.key, "notice", w.text(), kTypRecall);
  notice.contents = std::move(contents);
  return notice;
}

// Only who can sign can acknowledge: nothing is queued for others, to whom no link leads.
Status Recalls::settle_displaced() const {
  SEKISHO_ASSIGN(const auto open, store_.documents(kDisplacedSpace));
  const auto policy = release_.policy();
  if (open.empty() || !policy) return {};
  SEKISHO_ASSIGN(const auto streams, store_.streams());
  for (const auto& [key, value] : open) {
    SEKISHO_ASSIGN(const Displaced displaced, Displaced::from_json(key, value));
    std::vector<store::DocumentPut> puts{{kDisplacedSpace, key, std::nullopt}};
    std::string told;
    for (const std::string& party : displaced.parties) {
      const policy::Party* known = policy->policy().find_party(party);
      if (known == nullptr || known->keys.empty()) continue;
      SEKISHO_ASSIGN(auto ranges, store_.disclosures(party));
      auto given = given_of(displaced, party, Disclosed(streams, std::move(ranges)));
      if (!given.empty()) told += (told.empty() ? "" : ", ") + party;
      for (std::size_t at = 0; at < given.size(); at += kContentsAtOnce) {
        const auto from = given.begin() + static_cast<std::ptrdiff_t>(at);
        const Notice notice = contents_notice(party, {from, from + static_cast<std::ptrdiff_t>(std::min(kContentsAtOnce, given.size() - at))});
        puts.push_back({recall_out_space(party), notice.id, notice_to_json(notice)});
      }
    }
    if (told.empty()) {
      store::Batch batch;
      batch.documents = std::move(puts);
      const auto done = store_.commit(batch, clock_.now());
      if (!done.ok()) return done.error();
      continue;
    }
    SEKISHO_TRY(audit_.record({"contents.notices", "node", displaced.all.front().id, "another claim or content counts; queued for " + told}, std::move(puts)));
  }
  return {};
}

Result<bool> Recalls::is_given(const PartyView& view, const GivenContent& content) const {
  SEKISHO_ASSIGN(const auto versions, store_.versions_of(content.id, false));
  for (const auto& version : versions) {
    if (hex(version.content) != content.sha256) continue;
    SEKISHO_ASSIGN(const auto placed, store_.placements(version.no));
    for (const auto& [collection, stream] : view.streams) {
      if (std::find(placed.begin(), placed.end(), stream) != placed.end()) return true;
    }
  }
  return false;
}

// What came to count again before anybody was told of it did not give way.
Result<std::optional<Notice>> Recalls::still_displaced(const std::string& party, Notice notice) const {
  if (notice.contents.empty()) return std::optional(std::move(notice));
  SEKISHO_ASSIGN(const PartyView view, release_.view_of(party));
  std::vector<GivenContent> left;
  for (const GivenContent& content : notice.contents) {
    SEKISHO_ASSIGN(const bool again, is_given(view, content));
    if (!again) left.push_back(content);
  }
  if (left.size() == notice.contents.size()) return std::optional(std::move(notice));
  store::Batch batch;
  batch.documents.push_back({recall_out_space(party), notice.id, std::nullopt});
  std::optional<Notice> instead;
  if (!left.empty()) instead = contents_notice(party, std::move(left));
  if (instead) batch.documents.push_back({recall_out_space(party), instead->id, notice_to_json(*instead)});
  const auto done = store_.commit(batch, clock_.now());
  if (!done.ok()) return done.error();
  return instead;
}

// What others gave, and what is not held, it says nothing of.
Result<std::vector<Recalls::Target>> Recalls::contents_held(const std::string& party, const json::Value& notice, HeldVersions& held) {
  SEKISHO_ASSIGN(const auto contents, displaced_contents(notice));
  std::vector<Target> out;
  for (const GivenContent& content : contents) {
    SEKISHO_ASSIGN(const auto line, held.of(content.id));
    const auto& all = line->all();
    const bool gave = std::any_of(all.begin(), all.end(), [&](const store::StoredObject& version) {
      return version.source == party && version.version == content.version && hex(version.content) == content.sha256;
    });
    if (gave) out.push_back({content.id, content.version, content.sha256});
  }
  return out;
}

Status Recalls::given_again(const std::string& party, const std::vector<stix::ObjectPtr>& objects) {
  if (!release_.any_gave_way(party)) return {};
  std::vector<store::ObjectNo> numbers;
  std::vector<store::DocumentPut> puts;
  std::string first;
  for (const stix::ObjectPtr& object : objects) {
    const Sha256 content = object->content_hash();
    const std::string id(object->id());
    if (!release_.gave_way(party, id, content)) continue;
    if (first.empty()) first = id;
    puts.push_back({kRecallSpace, gave_way_key(party, id, content), std::nullopt});
    SEKISHO_ASSIGN(const auto versions, store_.versions_of(id, false));
    for (const auto& version : versions) {
      if (version.source == party && version.content == content) numbers.push_back(version.no);
    }
  }
  if (numbers.empty()) return {};
  const MutexLock lock(working_);
  SEKISHO_TRY(audit_.record({"recall.given-again", "party " + party, first, std::to_string(numbers.size()) + " contents count again"}, std::move(puts)));
  return release_.given_again(numbers);
}

}  // namespace sekisho::sync
