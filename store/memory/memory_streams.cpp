// Streams of the reference store: what a release does.
#include <algorithm>

#include "core/digest.h"
#include "store/memory/state.h"
#include "store/rules.h"

namespace sekisho::store::memory {
namespace {

Error no_stream() { return make_error(Code::kNotFound, "no such stream", "stream"); }

}  // namespace

bool MemoryStore::stream_id_taken(const Uuid& id) const {
  return std::any_of(streams_.begin(), streams_.end(), [&](const auto& s) { return s.second.info.id == id; });
}

Result<Stream> MemoryStore::create_stream(CollectionNo collection, std::string_view audience, const Uuid& id) {
  MutexLock lock(mutex_);
  if (!collections_.count(collection)) {
    return make_error(Code::kInvalidArgument, "the collection does not exist", "collection");
  }
  if (stream_id_taken(id)) return make_error(Code::kAlreadyExists, "a stream of this id exists", "stream");
  StreamData data;
  data.info.no = ++last_stream_;
  data.info.id = id;
  data.info.collection = collection;
  data.info.audience = audience;
  data.info.last_date = date_floor_;
  streams_[data.info.no] = data;
  return data.info;
}

Result<Stream> MemoryStore::fork_stream(StreamNo from, std::string_view audience, const Uuid& id) {
  MutexLock lock(mutex_);
  const auto found = streams_.find(from);
  if (found == streams_.end()) return no_stream();
  if (stream_id_taken(id)) return make_error(Code::kAlreadyExists, "a stream of this id exists", "stream");
  StreamData copy = found->second;
  copy.info.parent = copy.info.id;
  copy.info.parent_length = copy.info.length;
  copy.info.no = ++last_stream_;
  copy.info.id = id;
  copy.info.audience = audience;
  copy.info.generation = 0;
  const Stream info = copy.info;
  streams_[info.no] = std::move(copy);
  return info;
}

Status MemoryStore::set_stream_audience(StreamNo no, std::string_view audience) {
  MutexLock lock(mutex_);
  const auto found = streams_.find(no);
  if (found == streams_.end()) return no_stream();
  found->second.info.audience = audience;
  ++found->second.info.generation;
  return {};
}

Result<std::vector<Stream>> MemoryStore::streams() const {
  MutexLock lock(mutex_);
  std::vector<Stream> out;
  for (const auto& [no, stream] : streams_) out.push_back(stream.info);
  return out;
}

Result<Stream> MemoryStore::stream(StreamNo no) const {
  MutexLock lock(mutex_);
  const auto found = streams_.find(no);
  if (found == streams_.end()) return no_stream();
  return found->second.info;
}

Status MemoryStore::check_assignments(const std::vector<Assignment>& assignments) const {
  for (const auto& a : assignments) {
    const auto found = streams_.find(a.stream);
    if (found == streams_.end()) return no_stream();
    if (found->second.info.collection != a.collection) {
      return make_error(Code::kInvalidArgument, "the stream is of another collection", "stream");
    }
  }
  return {};
}

Status MemoryStore::assign(const std::vector<Assignment>& assignments) {
  MutexLock lock(mutex_);
  SEKISHO_TRY(check_assignments(assignments));
  for (const auto& a : assignments) assignments_[{a.party, a.collection}] = a.stream;
  return {};
}

Result<std::vector<Assignment>> MemoryStore::assignments() const {
  MutexLock lock(mutex_);
  std::vector<Assignment> out;
  for (const auto& [key, stream] : assignments_) out.push_back({key.first, key.second, stream});
  return out;
}

Status MemoryStore::check_release(const Release& release) const {
  if (release.through > changes_.size()) {
    return make_error(Code::kInvalidArgument, "beyond the end of the change log", "through");
  }
  SEKISHO_TRY(check_objects(release.created));
  for (const auto& object : release.created) {
    if (object.attests > objects_.size()) return make_error(Code::kInvalidArgument, "no such object", "attests");
    if (object.rendition_of > objects_.size()) return make_error(Code::kInvalidArgument, "no such object", "rendition_of");
  }
  for (const auto& [stream, object] : release.withdrawals) {
    if (!streams_.count(stream)) return no_stream();
  }
  for (const auto& append : release.appends) {
    if (!streams_.count(append.stream)) return no_stream();
    for (const auto& item : append.items) {
      const bool known = item.created_index ? *item.created_index < release.created.size()
                                            : item.object > 0 && item.object <= objects_.size();
      if (!known) return make_error(Code::kInvalidArgument, "no such object", "append");
    }
  }
  for (const auto& [stream, audience] : release.audiences) {
    if (!streams_.count(stream)) return no_stream();
  }
  SEKISHO_TRY(check_assignments(release.assignments));
  for (const auto& hold : release.holds) {
    if (hold.object == 0 || hold.object > objects_.size()) {
      return make_error(Code::kInvalidArgument, "no such object", "hold");
    }
  }
  return {};
}

bool MemoryStore::append(StreamData& stream, const StoredObject& object, Timestamp now) {
  for (auto& entry : stream.entries) {
    if (entry.withdrawn || entry.object->id != object.id || entry.object->version_time != object.version_time) {
      continue;
    }
    if (entry.object->content == object.content && entry.object->source != object.source && !entry.other_sources) {
      entry.other_sources = true;
      ++stream.info.generation;
    }
    return false;
  }
  const std::int64_t date = next_date(now.micros(), stream.info.last_date);
  stream.entries.push_back({&object, date, false, false});
  stream.info.last_date = date;
  ++stream.info.length;
  ++stream.info.generation;
  return true;
}

void MemoryStore::add_own(const StoredObject& object, CollectionNo collection, Timestamp now) {
  auto& mine = own_[{object.source, collection}];
  std::int64_t last = date_floor_;
  if (!mine.empty()) last = std::max(last, mine.back().date);
  if (const auto read = assignments_.find({object.source, collection}); read != assignments_.end()) {
    last = std::max(last, streams_.at(read->second).info.last_date);
  }
  mine.push_back({next_own_date(now.micros(), last), &object});
}

bool MemoryStore::withdraw(StreamData& stream, ObjectNo object) {
  for (auto& entry : stream.entries) {
    if (entry.withdrawn || entry.object->no != object) continue;
    entry.withdrawn = true;
    entry.other_sources = false;
    stream.info.pristine = false;
    ++stream.info.generation;
    return true;
  }
  return false;
}

// One whose target came in the same release has no number to name it by: it says itself what it attests.
void MemoryStore::note_by_content(const StoredObject& attestation) {
  if (attestation.type != "sekisho-attestation") return;
  const auto parsed = stix::Object::parse(attestation.bytes);
  if (!parsed.ok()) return;
  const auto content = from_hex((*parsed)->root()["target_sha256"].string_or({}));
  const auto held = by_id_.find((*parsed)->root()["target_ref"].string_or({}));
  if (!content || held == by_id_.end()) return;
  for (const StoredObject* target : held->second) {
    if (as_chars(target->content) == *content) attestations_[target->no].insert(attestation.no);
  }
}

Result<std::vector<std::size_t>> MemoryStore::release(const Release& release, Timestamp now) {
  MutexLock lock(mutex_);
  SEKISHO_TRY(check_release(release));
  std::vector<const StoredObject*> created;
  for (const auto& object : release.created) {
    created.push_back(&keep(object, now));
    members_.try_emplace({created.back()->no, object.collection}, 0);
    if (object.attests != 0) attestations_[object.attests].insert(created.back()->no);
    else note_by_content(*created.back());
    if (object.rendition_of != 0) renditions_[object.rendition_of].insert(created.back()->no);
  }
  for (const auto& [stream, object] : release.withdrawals) withdraw(streams_[stream], object);
  std::vector<std::size_t> counts;
  for (const auto& append_to : release.appends) {
    std::size_t count = 0;
    for (const auto& item : append_to.items) {
      const StoredObject& object = item.created_index ? *created[*item.created_index] : objects_[item.object - 1];
      if (append(streams_[append_to.stream], object, now)) ++count;
    }
    counts.push_back(count);
  }
  for (const auto& [no, audience] : release.audiences) {
    streams_[no].info.audience = audience;
    ++streams_[no].info.generation;
  }
  for (const auto& a : release.assignments) assignments_[{a.party, a.collection}] = a.stream;
  for (const auto& [audience, object] : release.unholds) {
    std::erase_if(holds_, [&, &party = audience, no = object](const auto& h) {
      return std::get<0>(h.first) == party && std::get<1>(h.first) == no;
    });
  }
  for (Hold hold : release.holds) {
    hold.since = Timestamp::from_micros(hold.since.micros());
    holds_[{hold.audience, hold.object, hold.collection}] = hold;
  }
  put_documents(release.documents);
  if (release.through != 0) released_through_ = release.through;
  return counts;
}

Result<std::vector<StreamNo>> MemoryStore::placements(ObjectNo no) const {
  MutexLock lock(mutex_);
  std::vector<StreamNo> out;
  for (const auto& [stream_no, stream] : streams_) {
    const bool carried = std::any_of(stream.entries.begin(), stream.entries.end(), [&](const Entry& entry) {
      return !entry.withdrawn && entry.object->no == no;
    });
    if (carried) out.push_back(stream_no);
  }
  return out;
}

Result<std::vector<std::pair<StreamNo, Position>>> MemoryStore::positions(ObjectNo no) const {
  MutexLock lock(mutex_);
  std::vector<std::pair<StreamNo, Position>> out;
  for (const auto& [stream_no, stream] : streams_) {
    for (std::size_t i = 0; i < stream.entries.size(); ++i) {
      if (!stream.entries[i].withdrawn && stream.entries[i].object->no == no) out.emplace_back(stream_no, i + 1);
    }
  }
  return out;
}

Result<std::vector<Carried>> MemoryStore::carried(ObjectNo no) const {
  MutexLock lock(mutex_);
  std::vector<Carried> out;
  for (const auto& [stream_no, stream] : streams_) {
    for (std::size_t i = 0; i < stream.entries.size(); ++i) {
      if (stream.entries[i].object->no == no) out.push_back({stream_no, i + 1, stream.entries[i].withdrawn});
    }
  }
  return out;
}

Result<std::vector<ObjectNo>> MemoryStore::attestations_of(ObjectNo no) const {
  MutexLock lock(mutex_);
  const auto found = attestations_.find(no);
  if (found == attestations_.end()) return std::vector<ObjectNo>();
  return std::vector<ObjectNo>(found->second.begin(), found->second.end());
}

Result<std::vector<ObjectNo>> MemoryStore::renditions_of(ObjectNo no) const {
  MutexLock lock(mutex_);
  const auto found = renditions_.find(no);
  if (found == renditions_.end()) return std::vector<ObjectNo>();
  return std::vector<ObjectNo>(found->second.begin(), found->second.end());
}

Result<std::vector<std::pair<ObjectNo, ObjectNo>>> MemoryStore::renditions() const {
  MutexLock lock(mutex_);
  std::vector<std::pair<ObjectNo, ObjectNo>> out;
  for (const auto& [of, made] : renditions_) {
    for (const ObjectNo no : made) out.emplace_back(of, no);
  }
  return out;
}

const StoredObject* MemoryStore::newest_attestation(ObjectNo no) const {
  const auto found = attestations_.find(no);
  return found == attestations_.end() ? nullptr : &objects_[*found->second.rbegin() - 1];
}

Result<std::vector<Hold>> MemoryStore::holds(std::string_view audience) const {
  MutexLock lock(mutex_);
  std::vector<Hold> out;
  for (const auto& [key, hold] : holds_) {
    if (hold.audience == audience) out.push_back(hold);
  }
  return out;
}

}  // namespace sekisho::store::memory
