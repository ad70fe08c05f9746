#include "store/memory/memory_store.h"

#include <algorithm>
#include <unordered_map>

#include "store/memory/state.h"
#include "store/mentions.h"

namespace sekisho::store {

std::unique_ptr<Store> make_memory_store(Random& random) {
  return std::make_unique<memory::MemoryStore>(random);
}

}  // namespace sekisho::store

namespace sekisho::store::memory {
namespace {

/// The store's own times are kept to the microsecond.
Timestamp to_micros(Timestamp t) { return Timestamp::from_micros(t.micros()); }

}  // namespace

MemoryStore::MemoryStore(Random& random) : incarnations_{Uuid::v4(random, "store/incarnation")} {}

Result<Collection> MemoryStore::add_collection(const Collection& collection) {
  MutexLock lock(mutex_);
  for (const auto& [no, other] : collections_) {
    if (other.id == collection.id || other.alias == collection.alias) {
      return make_error(Code::kAlreadyExists, "a collection of this id or alias exists", "collection");
    }
  }
  if (collection.companion_of && !collections_.count(*collection.companion_of)) {
    return make_error(Code::kInvalidArgument, "the collection it accompanies does not exist", "companion_of");
  }
  Collection added = collection;
  added.no = ++last_collection_;
  collections_[added.no] = added;
  return added;
}

Status MemoryStore::remove_collection(CollectionNo no) {
  MutexLock lock(mutex_);
  if (!collections_.count(no)) return make_error(Code::kNotFound, "no such collection", "collection");
  const bool used =
      std::any_of(members_.begin(), members_.end(), [&](const auto& m) { return m.first.second == no; }) ||
      std::any_of(streams_.begin(), streams_.end(),
                  [&](const auto& s) { return s.second.info.collection == no && s.second.info.length > 0; }) ||
      std::any_of(collections_.begin(), collections_.end(),
                  [&](const auto& c) { return c.second.companion_of == no; });
  if (used) return make_error(Code::kInvalidArgument, "the collection is in use", "collection");
  std::erase_if(assignments_, [&](const auto& a) { return a.first.second == no; });
  std::erase_if(streams_, [&](const auto& s) { return s.second.info.collection == no; });
  collections_.erase(no);
  return {};
}

Result<std::vector<Collection>> MemoryStore::collections() const {
  MutexLock lock(mutex_);
  std::vector<Collection> out;
  for (const auto& [no, collection] : collections_) out.push_back(collection);
  return out;
}

Status MemoryStore::check_objects(const std::vector<NewObject>& objects) const {
  for (const auto& object : objects) {
    if (!object.object) return make_error(Code::kInvalidArgument, "no object given", "object");
    if (!collections_.count(object.collection)) {
      return make_error(Code::kInvalidArgument, "the collection does not exist", "collection");
    }
  }
  return {};
}

const StoredObject& MemoryStore::keep(const NewObject& object, Timestamp now) {
  const stix::Object& o = *object.object;
  auto& same = by_version_[{std::string(o.id()), o.version_time()}][o.content_hash()];
  const auto stands_for = [&](ObjectNo no) SEKISHO_REQUIRES(mutex_) {
    const auto found = stands_for_.find(no);
    return found == stands_for_.end() ? 0 : found->second;
  };
  for (const StoredObject* held : same) {
    if (held->source == object.source && stands_for(held->no) == object.rendition_of) return *held;
  }
  StoredObject kept;
  kept.no = objects_.size() + 1;
  kept.id = o.id();
  kept.type = o.type();
  kept.spec_version = o.spec_version();
  kept.version = o.version();
  kept.source = object.source;
  kept.provenance = object.provenance;
  kept.version_time = o.version_time();
  kept.content = o.content_hash();
  kept.accepted_at = to_micros(now);
  kept.bytes = o.bytes();
  if (object.rendition_of != 0) stands_for_[kept.no] = object.rendition_of;
  objects_.push_back(std::move(kept));
  by_id_[objects_.back().id].push_back(&objects_.back());
  same.push_back(&objects_.back());
  for (const std::uint64_t hash : mentioned_by(o)) mentions_[hash].insert(objects_.back().no);
  return objects_.back();
}

Added MemoryStore::add(const NewObject& object, Timestamp now) {
  const bool first = by_id_.find(object.object->id()) == by_id_.end();
  const std::size_t before = objects_.size();
  const StoredObject& kept = keep(object, now);
  const bool fresh = objects_.size() != before;
  if (!members_.try_emplace({kept.no, object.collection}, changes_.size() + 1).second) return {AddOutcome::kDuplicate, kept.no};
  changes_.push_back({changes_.size() + 1, kept.no, object.collection, to_micros(now)});
  const bool conflict = by_version_[{kept.id, kept.version_time}].size() > 1;
  return {conflict ? AddOutcome::kConflict : AddOutcome::kNew, kept.no, first, fresh};
}

void MemoryStore::put_dead_letter(DeadLetter letter) {
  if (!letter.key.empty() && !letter_keys_.insert(letter.key).second) return;
  letter.no = ++last_dead_letter_;
  letter.at = to_micros(letter.at);
  dead_letters_[letter.no] = std::move(letter);
}

void MemoryStore::put_documents(const std::vector<DocumentPut>& documents) {
  for (const auto& put : documents) {
    if (put.value) {
      documents_[{put.space, put.key}] = *put.value;
    } else {
      documents_.erase({put.space, put.key});
    }
  }
}

Result<std::vector<Added>> MemoryStore::commit(const Batch& batch, Timestamp now) {
  MutexLock lock(mutex_);
  SEKISHO_TRY(check_objects(batch.objects));
  for (const auto& object : batch.objects) {
    if (object.own) own_.try_emplace({object.source, object.collection});
  }
  std::vector<Added> added;
  for (const auto& object : batch.objects) {
    added.push_back(add(object, now));
    if (object.own && added.back().outcome != AddOutcome::kDuplicate) add_own(objects_[added.back().object - 1], object.collection, now);
  }
  for (const DeadLetter& letter : batch.dead_letters) put_dead_letter(letter);
  for (const auto no : batch.drop_dead_letters) {
    const auto letter = dead_letters_.find(no);
    if (letter == dead_letters_.end()) continue;
    letter_keys_.erase(letter->second.key);
    dead_letters_.erase(letter);
  }
  put_documents(batch.documents);
  for (auto& [place, entries] : own_) {
    std::erase_if(entries, [&batch](const OwnEntry& entry) {
      return std::find(batch.own_withdrawals.begin(), batch.own_withdrawals.end(), entry.object->no) != batch.own_withdrawals.end();
    });
  }
  return added;
}

Result<StoredObject> MemoryStore::object(ObjectNo no) const {
  MutexLock lock(mutex_);
  if (no == 0 || no > objects_.size()) return make_error(Code::kNotFound, "no such object", "object");
  return objects_[no - 1];
}

Result<std::vector<StoredObject>> MemoryStore::versions_of(std::string_view id, bool want_bytes) const {
  MutexLock lock(mutex_);
  std::vector<StoredObject> out;
  const auto family = by_id_.find(id);
  if (family == by_id_.end()) return out;
  for (const StoredObject* object : family->second) {
    out.push_back(*object);
    if (!want_bytes) out.back().bytes.clear();
  }
  return out;
}

Result<ObjectNo> MemoryStore::last_object() const {
  MutexLock lock(mutex_);
  return objects_.size();
}

Result<std::vector<ObjectNo>> MemoryStore::shared_contents() const {
  MutexLock lock(mutex_);
  std::map<std::tuple<std::string, Timestamp, Sha256>, std::vector<ObjectNo>> givers;
  for (const StoredObject& object : objects_) {
    if (stands_for_.count(object.no) == 0) givers[{object.id, object.version_time, object.content}].push_back(object.no);
  }
  std::vector<ObjectNo> out;
  for (const auto& [content, numbers] : givers) {
    if (numbers.size() > 1) out.insert(out.end(), numbers.begin(), numbers.end());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::vector<bool>> MemoryStore::held(const std::vector<std::string_view>& ids) const {
  MutexLock lock(mutex_);
  std::vector<bool> out;
  for (const std::string_view id : ids) out.push_back(by_id_.find(id) != by_id_.end());
  return out;
}

Result<std::vector<ObjectNo>> MemoryStore::mentioning(std::string_view id, ObjectNo after, std::size_t limit) const {
  MutexLock lock(mutex_);
  std::vector<ObjectNo> out;
  const auto found = mentions_.find(mention_hash(id));
  if (found == mentions_.end()) return out;
  for (auto it = found->second.upper_bound(after); it != found->second.end() && out.size() < limit; ++it) out.push_back(*it);
  return out;
}

Result<std::vector<Change>> MemoryStore::changes(ChangeNo after, std::size_t limit) const {
  MutexLock lock(mutex_);
  const std::size_t from = std::min<std::size_t>(after, changes_.size());
  const std::size_t count = std::min(limit, changes_.size() - from);
  const auto begin = changes_.begin() + static_cast<std::ptrdiff_t>(from);
  return std::vector<Change>(begin, begin + static_cast<std::ptrdiff_t>(count));
}

// Copied under the lock and given without it: who visits may read.
Result<std::size_t> MemoryStore::each_change(ChangeNo after, std::size_t limit,
                                             const std::function<void(const ChangeRow&)>& visit) const {
  std::vector<ChangeRow> rows;
  {
    MutexLock lock(mutex_);
    std::unordered_map<ObjectNo, std::vector<StreamNo>> placed;
    for (const auto& [stream_no, stream] : streams_) {
      for (const Entry& entry : stream.entries) {
        if (!entry.withdrawn) placed[entry.object->no].push_back(stream_no);
      }
    }
    for (std::size_t at = std::min<std::size_t>(after, changes_.size()); at < changes_.size() && rows.size() < limit; ++at) {
      const Change& change = changes_[at];
      rows.push_back({change, objects_[change.object - 1], placed[change.object]});
    }
  }
  for (const ChangeRow& row : rows) visit(row);
  return rows.size();
}

Result<ChangeNo> MemoryStore::last_change() const {
  MutexLock lock(mutex_);
  return ChangeNo{changes_.size()};
}

Result<Timestamp> MemoryStore::latest_instant() const {
  MutexLock lock(mutex_);
  std::int64_t latest = date_floor_;
  if (!changes_.empty()) latest = std::max(latest, changes_.back().accepted_at.micros());
  for (const auto& [no, stream] : streams_) latest = std::max(latest, stream.info.last_date);
  return Timestamp::from_micros(latest);
}

Result<ChangeNo> MemoryStore::released_through() const {
  MutexLock lock(mutex_);
  return ChangeNo{released_through_};
}

Result<std::vector<CollectionNo>> MemoryStore::collections_of(ObjectNo no) const {
  MutexLock lock(mutex_);
  std::vector<CollectionNo> out;
  for (auto it = members_.lower_bound({no, 0}); it != members_.end() && it->first.first == no; ++it) {
    out.push_back(it->first.second);
  }
  return out;
}

Result<std::optional<Change>> MemoryStore::arrival(ObjectNo no, CollectionNo collection) const {
  MutexLock lock(mutex_);
  const auto found = members_.find({no, collection});
  if (found == members_.end() || found->second == 0) return std::optional<Change>();
  return std::optional(changes_[found->second - 1]);
}

Result<std::vector<DeadLetter>> MemoryStore::dead_letters(std::uint64_t after, std::size_t limit,
                                                          std::optional<LetterKind> kind) const {
  MutexLock lock(mutex_);
  std::vector<DeadLetter> out;
  for (auto it = dead_letters_.upper_bound(after); it != dead_letters_.end() && out.size() < limit; ++it) {
    if (!kind || it->second.kind == *kind) out.push_back(it->second);
  }
  return out;
}

Result<DeadLetter> MemoryStore::dead_letter(std::uint64_t no) const {
  MutexLock lock(mutex_);
  const auto found = dead_letters_.find(no);
  if (found == dead_letters_.end()) return make_error(Code::kNotFound, "no such dead letter", "dead_letter");
  return found->second;
}

Result<std::optional<std::string>> MemoryStore::document(std::string_view space, std::string_view key) const {
  MutexLock lock(mutex_);
  const auto found = documents_.find({std::string(space), std::string(key)});
  if (found == documents_.end()) return std::optional<std::string>();
  return std::optional<std::string>(found->second);
}

Result<std::vector<std::pair<std::string, std::string>>> MemoryStore::documents(std::string_view space) const {
  MutexLock lock(mutex_);
  std::vector<std::pair<std::string, std::string>> out;
  for (auto it = documents_.lower_bound({std::string(space), {}});
       it != documents_.end() && it->first.first == space; ++it) {
    out.emplace_back(it->first.second, it->second);
  }
  return out;
}

Result<std::vector<std::pair<std::string, std::uint64_t>>> MemoryStore::counts() const {
  MutexLock lock(mutex_);
  std::uint64_t entries = 0, attestations = 0, quarantined = 0;
  for (const auto& [no, stream] : streams_) entries += stream.info.length;
  for (const auto& [no, letter] : dead_letters_) quarantined += letter.kind == LetterKind::kQuarantined ? 1 : 0;
  for (const auto& [no, of] : attestations_) attestations += of.size();
  return std::vector<std::pair<std::string, std::uint64_t>>{
      {"collections", collections_.size()}, {"objects", objects_.size()},
      {"changes", changes_.size()},         {"released_through", released_through_},
      {"streams", streams_.size()},         {"stream_entries", entries},
      {"holds", holds_.size()},             {"attestations", attestations},
      {"dead_letters", dead_letters_.size() - quarantined}, {"quarantined", quarantined},
      {"documents", documents_.size()},     {"disclosures", disclosures_.size()}};
}

Uuid MemoryStore::incarnation() const {
  MutexLock lock(mutex_);
  return incarnations_.back();
}

Result<std::vector<Uuid>> MemoryStore::earlier_incarnations() const {
  MutexLock lock(mutex_);
  return std::vector<Uuid>(incarnations_.rbegin() + 1, incarnations_.rend());
}

Status MemoryStore::begin_incarnation(const Uuid& fresh, std::int64_t floor_micros) {
  MutexLock lock(mutex_);
  if (std::find(incarnations_.begin(), incarnations_.end(), fresh) != incarnations_.end()) {
    return make_error(Code::kAlreadyExists, "the store had this incarnation before", "incarnation");
  }
  incarnations_.push_back(fresh);
  date_floor_ = std::max(date_floor_, floor_micros);
  for (auto& [no, stream] : streams_) stream.info.last_date = std::max(stream.info.last_date, date_floor_);
  return {};
}

Status MemoryStore::backup(const std::string&, const std::function<void(std::size_t, std::size_t)>&) const {
  return make_error(Code::kInvalidArgument, "a store in memory has no file to copy", "backup");
}

Result<std::vector<std::string>> MemoryStore::check(
    const std::function<void(std::size_t done, std::size_t total)>& progress) const {
  MutexLock lock(mutex_);
  std::vector<std::string> found;
  for (const auto& object : objects_) {
    const auto parsed = stix::Object::parse(object.bytes, object.bytes.size());
    if (!parsed.ok() || parsed.value()->content_hash() != object.content || parsed.value()->id() != object.id) {
      found.push_back("object " + std::to_string(object.no) + ": bytes and content hash differ");
    }
    if (progress) progress(object.no, objects_.size());
  }
  for (const auto& [no, stream] : streams_) {
    std::int64_t last = 0;
    for (const auto& entry : stream.entries) {
      if (entry.date <= last) found.push_back("stream " + std::to_string(no) + ": dates do not rise");
      last = entry.date;
    }
    if (stream.info.last_date != std::max(last, date_floor_)) {
      found.push_back("stream " + std::to_string(no) + ": its last date is not that of its last entry");
    }
  }
  return found;
}

}  // namespace sekisho::store::memory
