#include "sync/recall/recall.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "core/json.h"
#include "core/uuid.h"
#include "sync/recall/recall_text.h"
#include "sync/release/plan/recalled.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kReasonBytes = 1000;
constexpr std::array<std::string_view, 4> kCodes{"wrong", "over-shared", "licence", "personal-data"};

std::string joined(const std::set<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

}  // namespace

Recalls::Recalls(store::Store& store, Release& release, Audit& audit, const Egress& egress, const Clock& clock,
                 Random& random, Signer signer)
    : store_(store), release_(release), audit_(audit), egress_(egress), clock_(clock), random_(random),
      signer_(std::move(signer)) {}

std::vector<const store::StoredObject*> Recalls::copies(const RecallReport& recall, const HeldVersions::Line& line) {
  std::vector<const store::StoredObject*> out;
  const auto take = [&](const store::StoredObject& version) {
    if (!recall.content.empty() && hex(version.content) != recall.content) return;
    if (recall.source.empty() || version.source == recall.source) out.push_back(&version);
  };
  if (recall.version.empty()) {
    for (const store::StoredObject& version : line.all()) take(version);
  } else if (const auto only = parse_stix_time(recall.version); only.ok()) {
    for (const store::StoredObject* version : line.at(*only)) take(*version);
  }
  return out;
}

/// What several recalls take back, and where it went: read once for all of them.
struct Recalls::Spread {
  struct Form {
    store::ObjectNo no;
    std::string id, version, source;  ///< the source is that of the original: it is not told of what was made of its own
    std::string sha256;
  };
  using Places = std::set<std::pair<store::StreamNo, store::Position>>;
  std::map<std::string, std::vector<Form>> forms;  ///< by key of the recall
  std::map<store::ObjectNo, Places> places;        ///< of each form
  std::map<std::string, std::vector<store::Disclosure>> disclosed;  ///< by party

  static Result<Spread> read(const store::Store& store, const std::vector<std::pair<std::string, RecallReport>>& recalls);

 private:
  Status add(const store::Store& store, const std::vector<const store::StoredObject*>& originals, std::vector<Form>& mine);
  Status find_places(const store::Store& store);
};

Status Recalls::Spread::add(const store::Store& store, const std::vector<const store::StoredObject*>& originals, std::vector<Form>& mine) {
  for (const store::StoredObject* version : originals) {
    mine.push_back({version->no, version->id, version->version, version->source, hex(version->content)});
    SEKISHO_ASSIGN(const auto renditions, store.renditions_of(version->no));
    for (const store::ObjectNo no : renditions) {
      SEKISHO_ASSIGN(const auto rendition, store.object(no));
      mine.push_back({no, rendition.id, rendition.version, version->source, hex(rendition.content)});
    }
  }
  return {};
}

// A disclosure of a stream counts for those forked from it, as far as they are the same.
Status Recalls::Spread::find_places(const store::Store& store) {
  std::set<store::ObjectNo> numbers;
  for (const auto& [key, mine] : forms) {
    for (const Form& form : mine) numbers.insert(form.no);
  }
  SEKISHO_ASSIGN(const auto carried, store.carried_of(numbers));
  SEKISHO_ASSIGN(const auto streams, store.streams());
  std::map<store::StreamNo, const store::Stream*> by_no;
  std::map<std::array<std::uint8_t, 16>, const store::Stream*> by_id;
  for (const auto& stream : streams) {
    by_no[stream.no] = &stream;
    by_id[stream.id.bytes] = &stream;
  }
  for (const auto& [no, there] : carried) {
    for (const auto& place : there) {
      for (const store::Stream* stream = by_no[place.stream]; stream != nullptr;) {
        places[no].emplace(stream->no, place.position);
        const bool shared = stream->parent && place.position <= stream->parent_length;
        stream = shared ? by_id[stream->parent->bytes] : nullptr;
      }
    }
  }
  return {};
}

Result<Recalls::Spread> Recalls::Spread::read(const store::Store& store, const std::vector<std::pair<std::string, RecallReport>>& recalls) {
  Spread out;
  HeldVersions held(store);
  for (const auto& [key, recall] : recalls) {
    SEKISHO_ASSIGN(const auto line, held.of(recall.object_id));
    SEKISHO_TRY(out.add(store, copies(recall, *line), out.forms[key]));
  }
  SEKISHO_TRY(out.find_places(store));
  SEKISHO_ASSIGN(const auto assignments, store.assignments());
  for (const auto& assignment : assignments) {
    if (out.disclosed.count(assignment.party) != 0) continue;
    SEKISHO_ASSIGN(out.disclosed[assignment.party], store.disclosures(assignment.party));
  }
  return out;
}

std::map<std::string, Recalls::Given> Recalls::holders_of(const std::string& key, const Spread& spread) {
  std::map<std::string, Given> holders;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> named;  // by party and id
  for (const Spread::Form& form : spread.forms.find(key)->second) {
    const auto places = spread.places.find(form.no);
    if (places == spread.places.end()) continue;
    for (const auto& [party, ranges] : spread.disclosed) {
      if (party == form.source) continue;
      const bool given = std::any_of(ranges.begin(), ranges.end(), [&there = places->second](const store::Disclosure& range) {
        const auto place = there.lower_bound({range.stream, range.from});
        return place != there.end() && place->first == range.stream && place->second <= range.to;
      });
      if (!given) continue;
      holders[party].contents.push_back({form.id, form.version, form.sha256});
      if (named[{party, form.id}].insert(form.version).second) holders[party].versions[form.id].push_back(form.version);
    }
  }
  return holders;
}

// Names no id and no version but those that the holder was given.
std::string Recalls::notice_text(const std::string& id, const Given& given, const RecallReport& recall) const {
  json::Writer w;
  w.begin_object().member("type", "sekisho-recall").member("id", id).member("issuer", signer_.identity_id);
  w.key("objects").begin_array();
  for (const auto& [object, versions] : given.versions) {
    w.begin_object().member("id", object).key("versions").begin_array();
    for (const std::string& version : versions) w.string(version);
    w.end_array().end_object();
  }
  w.end_array();
  if (!recall.version.empty()) w.member("scope", "versions");
  w.member("reason_code", recall.reason_code).member("reason", recall.reason).member("at", recall.at).end_object();
  return seal_recall(*signer_.key, "notice", w.text(), kTypRecall);
}

// The second half of a recall: the streams no longer carry the object, so the disclosures are all there are.
Status Recalls::notify(const std::string& key, RecallReport recall, const Spread& spread) const {
  const auto holders = holders_of(key, spread);
  std::vector<store::DocumentPut> puts;
  std::set<std::string> names;
  recall.holders.clear();
  for (const auto& [party, given] : holders) {
    Notice notice = recall.content.empty() ? Notice() : contents_notice(party, given.contents);
    if (recall.content.empty()) {
      notice.id = Uuid::v4(random_, "recall/" + party).to_string();
      notice.text = notice_text(notice.id, given, recall);
    }
    notice.queued = format_taxii_time(clock_.now());
    puts.push_back({recall_out_space(party), notice.id, notice_to_json(notice)});
    names.insert(party);
    recall.holders.push_back({party, std::move(notice)});
  }
  puts.push_back({kRecallSpace, key, recall_to_json(recall, false)});
  return audit_.record({"recall.notices", recall.actor, recall.object_id,
                        names.empty() ? "nobody was given it" : "queued for " + joined(names)},
                       std::move(puts));
}

// A crash between the two halves leaves recalls without notices, so at first all are looked at.
Status Recalls::settle() const {
  SEKISHO_TRY(settle_displaced());
  if (unsettled_ && unsettled_->empty()) return {};
  std::vector<std::pair<std::string, RecallReport>> waiting;
  const auto look = [&waiting](const std::string& key, const std::string& value) -> Status {
    SEKISHO_ASSIGN(auto recall, recall_from_json(value));
    if (recall.second) waiting.emplace_back(key, std::move(recall.first));
    return {};
  };
  if (unsettled_) {
    for (const std::string& key : *unsettled_) {
      SEKISHO_ASSIGN(const auto value, store_.document(kRecallSpace, key));
      if (value) SEKISHO_TRY(look(key, *value));
    }
  } else {
    SEKISHO_ASSIGN(const auto rows, store_.documents(kRecallSpace));
    for (const auto& [key, value] : rows) SEKISHO_TRY(look(key, value));
  }
  if (!waiting.empty()) {
    SEKISHO_ASSIGN(const Spread spread, Spread::read(store_, waiting));
    for (auto& [key, recall] : waiting) SEKISHO_TRY(notify(key, std::move(recall), spread));
  }
  unsettled_.emplace();
  release_.announce();
  return {};
}

// It would come back with the next policy: what stands behind it has to be recalled.
Status Recalls::refuse_rendition(const std::vector<const store::StoredObject*>& versions) const {
  SEKISHO_ASSIGN(const auto renditions, store_.renditions());
  std::set<store::ObjectNo> numbers;
  for (const auto* version : versions) numbers.insert(version->no);
  for (const auto& [of, made] : renditions) {
    if (numbers.count(made) == 0) continue;
    SEKISHO_ASSIGN(const auto original, store_.object(of));
    return make_error(Code::kInvalidArgument, "it is a rendition; recall what it stands for, " + original.id +
                                                  ", and its renditions are recalled too", versions.front()->id);
  }
  return {};
}

Result<RecallReport> Recalls::recall(const std::string& object_id, const std::string& code, const std::string& reason,
                                     const std::string& actor) {
  const MutexLock lock(working_);
  SEKISHO_TRY(settle());
  if (std::find(kCodes.begin(), kCodes.end(), code) == kCodes.end()) {
    return make_error(Code::kInvalidArgument, "write wrong, over-shared, licence or personal-data", "--reason-code");
  }
  if (reason.empty() || reason.size() > kReasonBytes) {
    return make_error(Code::kInvalidArgument, "write a reason of at most 1000 bytes; the holders will read it", "--reason");
  }
  const std::string key = recall_key("", object_id);
  SEKISHO_ASSIGN(const auto before, store_.document(kRecallSpace, key));
  if (before) return make_error(Code::kAlreadyExists, "it was recalled before; see `sekisho recall list`", object_id);
  RecallReport recall{object_id, "", "", false, "", code, reason, format_taxii_time(clock_.now()), actor, 0, {}};
  HeldVersions held(store_);
  SEKISHO_ASSIGN(const auto all, held.of(object_id));
  const auto versions = copies(recall, *all);
  if (versions.empty()) return make_error(Code::kNotFound, "no version of this object is stored", object_id);
  SEKISHO_TRY(refuse_rendition(versions));
  recall.versions = versions.size();
  std::vector<store::ObjectNo> numbers;
  for (const auto* version : versions) numbers.push_back(version->no);
  const AuditLine line{"recall", actor, object_id,
                       code + ": " + reason + " (" + std::to_string(versions.size()) + " versions)"};
  unsettled_->insert(key);  // known since settle()
  SEKISHO_TRY(audit_.record_with(line, [&](std::vector<store::DocumentPut> puts) {
    puts.push_back({kRecallSpace, key, recall_to_json(recall, true)});
    return release_.recall(numbers, std::move(puts));
  }));
  SEKISHO_TRY(settle());
  SEKISHO_TRY(release_.follow());
  SEKISHO_ASSIGN(const auto stored, store_.document(kRecallSpace, key));
  return with_notices(stored.value_or(""));
}

Result<Notice> Recalls::notice(const std::string& party, const std::string& id) const {
  SEKISHO_ASSIGN(const auto value, store_.document(recall_out_space(party), id));
  if (!value) return make_error(Code::kNotFound, "no such notice for this party", id);
  return notice_from_json(id, *value);
}

Result<RecallReport> Recalls::with_notices(const std::string& value) const {
  SEKISHO_ASSIGN(auto recall, recall_from_json(value));
  for (Holder& holder : recall.first.holders) {
    SEKISHO_ASSIGN(holder.notice, notice(holder.party, holder.notice.id));
  }
  return std::move(recall.first);
}

Result<std::vector<RecallReport>> Recalls::list() const {
  const MutexLock lock(working_);
  SEKISHO_TRY(settle());
  SEKISHO_ASSIGN(const auto rows, store_.documents(kRecallSpace));
  std::vector<RecallReport> out;
  for (const auto& [key, value] : rows) {
    SEKISHO_ASSIGN(RecallReport recall, with_notices(value));
    out.push_back(std::move(recall));
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return out;
}

Result<std::vector<Notice>> Recalls::pending(const std::string& party) const {
  SEKISHO_TRY(egress_.open_for(party));
  const MutexLock lock(working_);
  SEKISHO_TRY(settle());
  SEKISHO_ASSIGN(const auto rows, store_.documents(recall_out_space(party)));
  std::vector<Notice> out;
  for (const auto& [id, value] : rows) {
    SEKISHO_ASSIGN(Notice notice, notice_from_json(id, value));
    if (!notice.acknowledged.empty()) continue;
    SEKISHO_ASSIGN(auto still, still_displaced(party, std::move(notice)));
    if (still) out.push_back(*std::move(still));
  }
  std::stable_sort(out.begin(), out.end(), [](const Notice& a, const Notice& b) { return a.queued < b.queued; });
  return out;
}

Status Recalls::delivered(const std::string& party, const std::string& notice_id) {
  const MutexLock lock(working_);
  SEKISHO_ASSIGN(Notice found, notice(party, notice_id));
  if (!found.delivered.empty()) return {};
  found.delivered = format_taxii_time(clock_.now());
  store::Batch batch;
  batch.documents.push_back({recall_out_space(party), notice_id, notice_to_json(found)});
  const auto stored = store_.commit(batch, clock_.now());
  return stored.ok() ? Status() : Status(stored.error());
}

Status Recalls::acknowledged(const std::string& party, const std::string& notice_id, const std::string& ack) {
  const MutexLock lock(working_);
  SEKISHO_ASSIGN(Notice found, notice(party, notice_id));
  if (!found.acknowledged.empty()) return {};
  const auto policy = release_.policy();
  if (!policy) return make_error(Code::kUnavailable, "no policy is in force");
  SEKISHO_ASSIGN(const OpenedRecall opened, open_recall(ack, "ack", kTypRecallAck, policy->policy(), party, clock_.now()));
  if (opened.body["type"].string_or("") != "sekisho-recall-ack" || opened.body["id"].string_or("") != notice_id) {
    return make_error(Code::kSyncProtocol, "this acknowledges another notice", notice_id);
  }
  found.acknowledged = format_taxii_time(clock_.now());
  if (found.delivered.empty()) found.delivered = found.acknowledged;
  return audit_.record({"recall.acknowledged", "party " + party, notice_id, ""},
                       {{recall_out_space(party), notice_id, notice_to_json(found)}});
}

}  // namespace sekisho::sync
