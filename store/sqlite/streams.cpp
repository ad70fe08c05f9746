#include "store/sqlite/streams.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <tuple>

#include "core/digest.h"
#include "store/sqlite/blocks.h"
#include "store/sqlite/incarnations.h"
#include "store/sqlite/objects.h"
#include "store/sqlite/placements.h"

namespace sekisho::store::sqlite {
namespace {

Uuid uuid_of(std::string_view bytes) {
  Uuid id;
  std::memcpy(id.bytes.data(), bytes.data(), std::min(bytes.size(), id.bytes.size()));
  return id;
}

constexpr char kSelectStream[] =
    "SELECT no, id, collection, audience, pristine, length, last_date, generation, parent, parent_length"
    " FROM streams WHERE no = ?1";
constexpr char kSelectStreams[] =
    "SELECT no, id, collection, audience, pristine, length, last_date, generation, parent, parent_length"
    " FROM streams ORDER BY no";

Stream stream_of(const Query& row) {
  Stream stream;
  stream.no = row.number32(0);
  stream.id = uuid_of(row.blob(1));
  stream.collection = row.number32(2);
  stream.audience = row.text(3);
  stream.pristine = row.integer(4) != 0;
  stream.length = row.number(5);
  stream.last_date = row.integer(6);
  stream.generation = row.number(7);
  if (!row.null(8)) stream.parent = uuid_of(row.blob(8));
  stream.parent_length = row.number(9);
  return stream;
}

bool id_taken(Connection& db, const Uuid& id) {
  Query query = db.query("SELECT 1 FROM streams WHERE id = ?1", Blob{as_chars(id.bytes)});
  return query.row();
}

/// Stores a new stream and gives its number.
StreamNo insert_stream(Connection& db, const Stream& s) {
  static constexpr char kInsert[] =
      "INSERT INTO streams(id, collection, audience, pristine, length, last_date, generation, parent, parent_length)"
      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
  const Blob id{as_chars(s.id.bytes)};
  const std::string_view audience = s.audience;
  if (s.parent) {
    db.exec(kInsert, id, s.collection, audience, s.pristine, s.length, s.last_date, s.generation,
            Blob{as_chars(s.parent->bytes)}, s.parent_length);
  } else {
    db.exec(kInsert, id, s.collection, audience, s.pristine, s.length, s.last_date, s.generation, nullptr,
            s.parent_length);
  }
  return static_cast<StreamNo>(db.last_row());
}

/// The new stream carries what the old one does.
void extend_placements(Connection& db, StreamNo from, StreamNo to) {
  Query blocks = db.query("SELECT first, count, entries FROM blocks WHERE stream = ?1 ORDER BY first", from);
  while (blocks.row()) {
    const BlockView block{blocks.number(0), blocks.number(1), blocks.blob(2)};
    for (Position position = block.first; position < block.end(); ++position) {
      const Entry entry = block.at(position);
      if (entry.has(kWithdrawn)) {
        note_withdrawn(db, entry.object, to, position);
        continue;
      }
      Placements placements = read_placements(db, entry.object);
      placements.set(to, position);
      write_placements(db, entry.object, placements);
    }
  }
}

template <typename Visit>
void each_entry(Connection& db, StreamNo stream, Visit visit) {
  Query row = db.query("SELECT first, count, entries FROM blocks WHERE stream = ?1 ORDER BY first", stream);
  while (row.row()) {
    const BlockView block{row.number(0), row.number(1), row.blob(2)};
    for (Position position = block.first; position < block.end(); ++position) visit(position, block.at(position));
  }
}

}  // namespace

Error no_stream() { return make_error(Code::kNotFound, "no such stream", "stream"); }

std::optional<Stream> load_stream(Connection& db, StreamNo no) {
  Query query = db.query(kSelectStream, no);
  if (!query.row()) return std::nullopt;
  return stream_of(query);
}

void save_stream(Connection& db, const Stream& stream) {
  db.exec("UPDATE streams SET pristine = ?2, length = ?3, last_date = ?4, generation = ?5 WHERE no = ?1", stream.no,
          stream.pristine, stream.length, stream.last_date, stream.generation);
}

std::vector<Stream> read_streams(Connection& db) {
  std::vector<Stream> streams;
  Query query = db.query(kSelectStreams);
  while (query.row()) streams.push_back(stream_of(query));
  return streams;
}

std::vector<Assignment> read_assignments(Connection& db) {
  std::vector<Assignment> assignments;
  Query query = db.query("SELECT party, collection, stream FROM assignments ORDER BY party, collection");
  while (query.row()) assignments.push_back({query.string(0), query.number32(1), query.number32(2)});
  return assignments;
}

std::vector<Carried> read_carried(Connection& db, ObjectNo no) {
  auto found = read_carried_of(db, {no});
  return found.empty() ? std::vector<Carried>() : std::move(found.begin()->second);
}

std::map<ObjectNo, std::vector<Carried>> read_carried_of(Connection& db, const std::set<ObjectNo>& objects) {
  std::map<ObjectNo, std::vector<Carried>> out;
  for (const ObjectNo no : objects) {
    std::vector<Carried> all;
    for (const auto& [stream, position] : read_placements(db, no)) all.push_back({stream, position, false});
    Query row = db.query("SELECT stream, position FROM withdrawn WHERE object = ?1", no);
    while (row.row()) all.push_back({row.number32(0), row.number(1), true});
    std::sort(all.begin(), all.end(), [](const Carried& a, const Carried& b) { return std::tie(a.stream, a.position) < std::tie(b.stream, b.position); });
    if (!all.empty()) out.emplace(no, std::move(all));
  }
  return out;
}

void note_withdrawn(Connection& db, ObjectNo object, StreamNo stream, Position position) {
  db.exec("INSERT OR IGNORE INTO withdrawn(object, stream, position) VALUES(?1, ?2, ?3)", object, stream, position);
}

Status fill_withdrawn(Connection& db) {
  if (!db.query("SELECT 1 FROM meta WHERE key = 'withdrawn_unknown'").row()) return db.status();
  db.exec("BEGIN IMMEDIATE");
  for (const Stream& stream : read_streams(db)) {
    if (stream.pristine) continue;
    each_entry(db, stream.no, [&](Position position, const Entry& entry) {
      if (entry.has(kWithdrawn)) note_withdrawn(db, entry.object, stream.no, position);
    });
  }
  db.exec("DELETE FROM meta WHERE key = 'withdrawn_unknown'");
  db.exec("COMMIT");
  return db.status();
}

Result<Stream> add_stream(Writing& writing, CollectionNo collection, std::string_view audience, const Uuid& id) {
  if (!collection_exists(writing.db, collection)) {
    return make_error(Code::kInvalidArgument, "the collection does not exist", "collection");
  }
  if (id_taken(writing.db, id)) return make_error(Code::kAlreadyExists, "a stream of this id exists", "stream");
  Stream stream;
  stream.id = id;
  stream.collection = collection;
  stream.audience = audience;
  stream.last_date = read_date_floor(writing.db);
  stream.no = insert_stream(writing.db, stream);
  return stream;
}

Result<Stream> fork_stream(Writing& writing, StreamNo from, std::string_view audience, const Uuid& id) {
  Connection& db = writing.db;
  std::optional<Stream> original = load_stream(db, from);
  if (!original) return no_stream();
  if (id_taken(db, id)) return make_error(Code::kAlreadyExists, "a stream of this id exists", "stream");
  Stream copy = *original;
  copy.id = id;
  copy.audience = audience;
  copy.generation = 0;
  copy.parent = original->id;
  copy.parent_length = original->length;
  copy.no = insert_stream(db, copy);
  db.exec(
      "INSERT INTO blocks(stream, first, count, last_date, entries)"
      " SELECT ?2, first, count, last_date, entries FROM blocks WHERE stream = ?1 ORDER BY first",
      from, copy.no);
  extend_placements(db, from, copy.no);
  return copy;
}

Status set_audience(Writing& writing, StreamNo no, std::string_view audience) {
  if (!load_stream(writing.db, no)) return no_stream();
  writing.db.exec("UPDATE streams SET audience = ?2, generation = generation + 1 WHERE no = ?1", no, audience);
  return {};
}

Status assign_streams(Writing& writing, const std::vector<Assignment>& assignments) {
  for (const auto& a : assignments) {
    const std::optional<Stream> stream = load_stream(writing.db, a.stream);
    if (!stream) return no_stream();
    if (stream->collection != a.collection) {
      return make_error(Code::kInvalidArgument, "the stream is of another collection", "stream");
    }
    writing.db.exec("INSERT OR REPLACE INTO assignments(party, collection, stream) VALUES(?1, ?2, ?3)",
                    std::string_view(a.party), a.collection, a.stream);
  }
  return {};
}

}  // namespace sekisho::store::sqlite
