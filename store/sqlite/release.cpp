#include "store/sqlite/release.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "store/rules.h"
#include "store/sqlite/attestations.h"
#include "store/sqlite/families.h"
#include "store/sqlite/objects.h"
#include "store/sqlite/placements.h"
#include "store/sqlite/renditions.h"
#include "store/sqlite/shelves.h"
#include "store/sqlite/streams.h"

namespace sekisho::store::sqlite {
namespace {

/// What one release holds in memory until it is written back.
class ReleaseStep {
 public:
  ReleaseStep(Writing& writing, Timestamp now)
      : db_(writing.db), now_(now.micros()), blocks_(writing.db), families_(writing) {}

  Status withdraw(StreamNo stream_no, ObjectNo object);
  Result<std::size_t> append(const Append& append, const std::vector<ObjectNo>& created);
  void flush();

 private:
  struct Known {
    Family* family = nullptr;
    std::size_t index = 0;  ///< of the object among the family's members
    Member& member() const { return family->members[index]; }
  };

  Stream* stream(StreamNo no);
  const Known* known(ObjectNo no);
  bool append_one(Stream& stream, const Known& object);
  void note_other_source(Stream& stream, const Member& carried, const Member& passed_over);

  Connection& db_;
  const std::int64_t now_;
  BlockEditor blocks_;
  Families families_;
  std::map<StreamNo, Stream> streams_;
  std::unordered_map<ObjectNo, Known> known_;
};

Stream* ReleaseStep::stream(StreamNo no) {
  const auto held = streams_.find(no);
  if (held != streams_.end()) return &held->second;
  std::optional<Stream> loaded = load_stream(db_, no);
  if (!loaded) return nullptr;
  return &streams_.emplace(no, std::move(*loaded)).first->second;
}

const ReleaseStep::Known* ReleaseStep::known(ObjectNo no) {
  const auto held = known_.find(no);
  if (held != known_.end()) return &held->second;
  Family* family = families_.of(no);
  if (family == nullptr) return nullptr;
  const auto index = family->index_of(no);
  if (!index) return nullptr;
  return &known_.emplace(no, Known{family, *index}).first->second;
}

Status ReleaseStep::withdraw(StreamNo stream_no, ObjectNo object) {
  Stream* from = stream(stream_no);
  if (from == nullptr) return no_stream();
  const Known* taken = known(object);
  if (taken == nullptr) return {};
  const std::optional<Position> position = taken->member().placements.find(stream_no);
  if (!position) return {};
  Entry entry = blocks_.read(stream_no, *position);
  entry.flags = kWithdrawn;
  blocks_.write(stream_no, *position, entry);
  note_withdrawn(db_, object, stream_no, *position);
  Families::take_out(*taken->family, taken->index, stream_no);
  from->pristine = false;
  ++from->generation;
  return {};
}

Result<std::size_t> ReleaseStep::append(const Append& append, const std::vector<ObjectNo>& created) {
  Stream* to = stream(append.stream);
  if (to == nullptr) return no_stream();
  std::size_t count = 0;
  for (const auto& item : append.items) {
    const bool bad_index = item.created_index && *item.created_index >= created.size();
    const Known* object = bad_index ? nullptr : known(item.created_index ? created[*item.created_index] : item.object);
    if (object == nullptr) return make_error(Code::kInvalidArgument, "no such object", "append");
    if (append_one(*to, *object)) ++count;
  }
  return count;
}

bool ReleaseStep::append_one(Stream& stream, const Known& object) {
  const Member& member = object.member();
  if (const auto carried = object.family->carried(stream.no, member.version)) {
    note_other_source(stream, object.family->members[*carried], member);
    return false;
  }
  Families::touch(*object.family, stream.no);
  stream.last_date = next_date(now_, stream.last_date);
  ++stream.length;
  ++stream.generation;
  blocks_.append(stream.no, stream.length,
                 {member.no, stream.last_date, member.version, member.type, member.source, member.spec, 0});
  object.family->place(object.index, stream.no, stream.length);
  return true;
}

void ReleaseStep::note_other_source(Stream& stream, const Member& carried, const Member& passed_over) {
  if (carried.source == passed_over.source || carried.content != passed_over.content) return;
  const Position position = *carried.placements.find(stream.no);
  Entry entry = blocks_.read(stream.no, position);
  if (entry.has(kOtherSources)) return;
  entry.flags |= kOtherSources;
  blocks_.write(stream.no, position, entry);
  ++stream.generation;
}

void ReleaseStep::flush() {
  families_.flush(blocks_);
  blocks_.flush();
  for (const auto& [no, stream] : streams_) save_stream(db_, stream);
}

Status apply_holds(Connection& db, const Release& release) {
  for (const auto& [audience, object] : release.unholds) {
    db.exec("DELETE FROM holds WHERE audience = ?1 AND object = ?2", std::string_view(audience), object);
  }
  for (const auto& hold : release.holds) {
    if (!object_head(db, hold.object)) return make_error(Code::kInvalidArgument, "no such object", "hold");
    db.exec("INSERT OR REPLACE INTO holds(audience, object, collection, missing, since) VALUES(?1, ?2, ?3, ?4, ?5)",
            std::string_view(hold.audience), hold.object, hold.collection, std::string_view(hold.missing),
            hold.since.micros());
  }
  return {};
}

Status apply_through(Connection& db, ChangeNo through) {
  if (through == 0) return {};
  if (through > last_change(db)) {
    return make_error(Code::kInvalidArgument, "beyond the end of the change log", "through");
  }
  db.exec("UPDATE meta SET value = ?1 WHERE key = 'released_through'", through);
  return {};
}

}  // namespace

Result<std::vector<std::size_t>> apply_release(Writing& writing, const Release& release, Timestamp now) {
  SEKISHO_TRY(apply_through(writing.db, release.through));
  SEKISHO_ASSIGN(const std::vector<ObjectNo> created, keep_objects(writing, release.created, now));
  SEKISHO_TRY(note_attestations(writing.db, release.created, created));
  SEKISHO_TRY(note_renditions(writing.db, release.created, created));
  ReleaseStep step(writing, now);
  for (const auto& [stream, object] : release.withdrawals) SEKISHO_TRY(step.withdraw(stream, object));
  std::vector<std::size_t> counts;
  for (const auto& append : release.appends) {
    SEKISHO_ASSIGN(const std::size_t count, step.append(append, created));
    counts.push_back(count);
  }
  step.flush();
  for (const auto& [stream, audience] : release.audiences) SEKISHO_TRY(set_audience(writing, stream, audience));
  SEKISHO_TRY(assign_streams(writing, release.assignments));
  SEKISHO_TRY(apply_holds(writing.db, release));
  put_documents(writing.db, release.documents);
  return counts;
}

Status give_again(Writing& writing, ObjectNo object, Timestamp now) {
  ReleaseStep step(writing, now);
  for (const auto& [stream, position] : read_placements(writing.db, object)) {
    SEKISHO_TRY(step.withdraw(stream, object));
    const auto count = step.append({stream, {{object, std::nullopt}}}, {});
    if (!count.ok()) return count.error();
  }
  step.flush();
  return {};
}

}  // namespace sekisho::store::sqlite
