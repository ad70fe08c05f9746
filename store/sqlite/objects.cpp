#include "store/sqlite/objects.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "store/rules.h"
#include "store/sqlite/mentions.h"
#include "store/sqlite/own.h"
#include "store/sqlite/placements.h"
#include "store/sqlite/release.h"

namespace sekisho::store::sqlite {
namespace {

Timestamp version_time(const Query& query, int column) {
  return {query.integer(column), query.number32(column + 1)};
}

struct Kept {
  ObjectNo no = 0;
  bool fresh = false;     ///< the row was made now
  bool conflict = false;  ///< the same (id, version) is held with other content
  bool alone = true;      ///< nothing else is held of this id
  bool mended = false;    ///< its stored bytes were damaged; now they are those given
};

/// Finds the row of this (id, version, content, source, what it stands for) or makes it.
Kept keep(Writing& writing, const NewObject& given, Timestamp now) {
  Connection& db = writing.db;
  const stix::Object& object = *given.object;
  const std::string_view content = as_chars(object.content_hash());
  const std::uint32_t source = writing.names.code(db, Names::kSource, given.source);
  const Timestamp version = object.version_time();
  Kept kept;
  ObjectNo first = 0;
  {
    Query any = db.query("SELECT no FROM objects WHERE id = ?1 LIMIT 1", object.id());
    if (any.row()) first = any.number(0);
  }
  kept.alone = first == 0;
  if (!kept.alone) {
    // Each a step into the index: of one version there may be very many contents.
    Query held = db.query(
        "SELECT (SELECT no FROM objects WHERE id = ?1 AND version_seconds = ?2 AND version_nanos = ?3 AND content = ?4 AND source = ?5"
        " AND rendition_of = ?6),"
        " EXISTS(SELECT 1 FROM objects WHERE id = ?1 AND version_seconds = ?2 AND version_nanos = ?3 AND content < ?4)"
        " OR EXISTS(SELECT 1 FROM objects WHERE id = ?1 AND version_seconds = ?2 AND version_nanos = ?3 AND content > ?4)",
        object.id(), version.seconds, version.nanos, Blob{content}, source, given.rendition_of);
    if (held.row()) {
      kept.no = held.number(0);
      kept.conflict = held.integer(1) != 0;
    }
  }
  if (kept.no != 0) {
    kept.mended = writing.damage.holds(kept.no);
    if (kept.mended) {
      db.exec("UPDATE objects SET bytes = ?2, checksum = ?3 WHERE no = ?1", kept.no, Blob{object.bytes()}, checksum_of(object.bytes()));
    }
    return kept;
  }
  const std::uint32_t type = writing.names.code(db, Names::kType, object.type());
  db.exec(
      "INSERT INTO objects(id, version, version_seconds, version_nanos, type, spec, source, accepted_at, content,"
      " provenance, rendition_of, bytes, checksum) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
      object.id(), object.version(), version.seconds, version.nanos, type, spec_code(object.spec_version()), source,
      now.micros(), Blob{content}, std::string_view(given.provenance), given.rendition_of, Blob{object.bytes()}, checksum_of(object.bytes()));
  kept.no = db.last_row();
  kept.fresh = true;
  note_mentions(db, kept.no, object);
  if (kept.alone) {
    writing.newcomers.add(kept.no, {std::string(object.id()), version, spec_code(object.spec_version()), type, source, object.content_hash()});
  } else {
    writing.newcomers.drop(first);
  }
  return kept;
}

bool is_member(Connection& db, ObjectNo object, CollectionNo collection) {
  Query query = db.query("SELECT 1 FROM members WHERE object = ?1 AND collection = ?2", object, collection);
  return query.row();
}

void add_member(Connection& db, ObjectNo object, CollectionNo collection, ChangeNo change) {
  db.exec("INSERT INTO members(object, collection, change) VALUES(?1, ?2, ?3)", object, collection, change);
}

Status check_new_objects(Connection& db, const std::vector<NewObject>& objects) {
  std::set<CollectionNo> known;
  for (const auto& object : objects) {
    if (!object.object) return make_error(Code::kInvalidArgument, "no object given", "object");
    if (known.count(object.collection)) continue;
    if (!collection_exists(db, object.collection)) {
      return make_error(Code::kInvalidArgument, "the collection does not exist", "collection");
    }
    known.insert(object.collection);
  }
  return {};
}

constexpr char kSelectObject[] =
    "SELECT o.no, o.id, t.text, o.spec, o.version, s.text, o.provenance, o.version_seconds, o.version_nanos,"
    " o.content, o.accepted_at, o.bytes, o.checksum FROM objects o JOIN names t ON t.no = o.type JOIN names s ON s.no = o.source"
    " WHERE o.no = ?1";
constexpr char kSelectChanges[] =
    "SELECT o.no, o.id, t.text, o.spec, o.version, s.text, o.provenance, o.version_seconds, o.version_nanos,"
    " o.content, o.accepted_at, o.bytes, c.no, c.collection, c.at, p.streams FROM changes c"
    " CROSS JOIN objects o ON o.no = c.object JOIN names t ON t.no = o.type JOIN names s ON s.no = o.source"
    " LEFT JOIN placements p ON p.object = c.object WHERE c.no > ?1 ORDER BY c.no LIMIT ?2";
constexpr char kSelectVersions[] =
    "SELECT o.no, o.id, t.text, o.spec, o.version, s.text, o.provenance, o.version_seconds, o.version_nanos,"
    " o.content, o.accepted_at, CASE WHEN ?2 THEN o.bytes END FROM objects o JOIN names t ON t.no = o.type"
    " JOIN names s ON s.no = o.source WHERE o.id = ?1 ORDER BY o.no";

void read_into(const Query& row, StoredObject& object) {
  object.no = row.number(0);
  object.id = row.text(1);
  object.type = row.text(2);
  object.spec_version = spec_text(static_cast<std::uint16_t>(row.integer(3)));
  object.version = row.text(4);
  object.source = row.text(5);
  object.provenance = row.text(6);
  object.version_time = version_time(row, 7);
  const std::string_view content = row.blob(9);
  std::memcpy(object.content.data(), content.data(), std::min(content.size(), object.content.size()));
  object.accepted_at = Timestamp::from_micros(row.integer(10));
  object.bytes = row.blob(11);
}

StoredObject object_of(const Query& row) {
  StoredObject object;
  read_into(row, object);
  return object;
}

}  // namespace

Result<std::vector<Added>> add_objects(Writing& writing, const std::vector<NewObject>& objects, Timestamp now) {
  SEKISHO_TRY(check_new_objects(writing.db, objects));
  std::vector<Added> added;
  added.reserve(objects.size());
  for (const auto& object : objects) {
    const Kept kept = keep(writing, object, now);
    if (kept.mended) SEKISHO_TRY(give_again(writing, kept.no, now));
    if (!kept.fresh && is_member(writing.db, kept.no, object.collection)) {
      added.push_back({AddOutcome::kDuplicate, kept.no});
      continue;
    }
    writing.db.exec("INSERT INTO changes(object, collection, at) VALUES(?1, ?2, ?3)", kept.no, object.collection,
                    now.micros());
    add_member(writing.db, kept.no, object.collection, writing.db.last_row());
    if (object.own) add_own(writing, kept.no, object.source, object.collection, now);
    added.push_back({kept.conflict ? AddOutcome::kConflict : AddOutcome::kNew, kept.no, kept.fresh && kept.alone, kept.fresh});
    SEKISHO_TRY(writing.db.status());
  }
  return added;
}

Result<std::vector<ObjectNo>> keep_objects(Writing& writing, const std::vector<NewObject>& objects, Timestamp now) {
  SEKISHO_TRY(check_new_objects(writing.db, objects));
  std::vector<ObjectNo> numbers;
  numbers.reserve(objects.size());
  for (const auto& object : objects) {
    const ObjectNo no = keep(writing, object, now).no;
    if (!is_member(writing.db, no, object.collection)) add_member(writing.db, no, object.collection, 0);
    numbers.push_back(no);
    SEKISHO_TRY(writing.db.status());
  }
  return numbers;
}

bool collection_exists(Connection& db, CollectionNo no) {
  Query query = db.query("SELECT 1 FROM collections WHERE no = ?1", no);
  return query.row();
}

std::optional<ObjectHead> object_head(Connection& db, ObjectNo no) {
  Query query = db.query("SELECT version_seconds, version_nanos, type, source, spec FROM objects WHERE no = ?1", no);
  if (!query.row()) return std::nullopt;
  return ObjectHead{version_time(query, 0), query.number32(2), query.number32(3),
                    static_cast<std::uint16_t>(query.integer(4))};
}

Result<StoredObject> read_object(Connection& db, ObjectNo no) {
  Query query = db.query(kSelectObject, no);
  if (!query.row()) return make_error(Code::kNotFound, "no such object", "object");
  return object_of(query);
}

Result<StoredObject> read_sound_object(Connection& db, ObjectNo no, Damage& damage) {
  Query query = db.query(kSelectObject, no);
  if (!query.row()) return make_error(Code::kNotFound, "no such object", "object");
  StoredObject object = object_of(query);
  if (is_sound(object.bytes, query.integer(12))) return object;
  damage.note(no);
  return make_error(Code::kStoreCorrupt, "the stored bytes are damaged; they are withheld until their source gives the object again", object.id);
}

std::vector<StoredObject> read_versions(Connection& db, std::string_view id, bool want_bytes) {
  std::vector<StoredObject> versions;
  Query query = db.query(kSelectVersions, id, want_bytes);
  while (query.row()) versions.push_back(object_of(query));
  return versions;
}

// Grouped along the index that keeps contents unique.
std::vector<ObjectNo> read_shared_contents(Connection& db) {
  std::vector<ObjectNo> out;
  Query row = db.query(
      "SELECT o.no FROM (SELECT id, version_seconds, version_nanos, content FROM objects WHERE rendition_of = 0"
      " GROUP BY id, version_seconds, version_nanos, content HAVING count(*) > 1) s JOIN objects o ON o.id = s.id"
      " AND o.version_seconds = s.version_seconds AND o.version_nanos = s.version_nanos AND o.content = s.content"
      " WHERE o.rendition_of = 0 ORDER BY o.no");
  while (row.row()) out.push_back(row.number(0));
  return out;
}

std::vector<bool> read_held(Connection& db, const std::vector<std::string_view>& ids) {
  std::vector<bool> out;
  out.reserve(ids.size());
  for (const std::string_view id : ids) {
    Query query = db.query("SELECT 1 FROM objects WHERE id = ?1 LIMIT 1", id);
    out.push_back(query.row());
  }
  return out;
}

std::vector<Change> read_changes(Connection& db, ChangeNo after, std::size_t limit) {
  std::vector<Change> changes;
  Query query = db.query("SELECT no, object, collection, at FROM changes WHERE no > ?1 ORDER BY no", after);
  while (changes.size() < limit && query.row()) {
    changes.push_back({query.number(0), query.number(1), query.number32(2), Timestamp::from_micros(query.integer(3))});
  }
  return changes;
}

std::size_t visit_changes(Connection& db, ChangeNo after, std::size_t limit,
                          const std::function<void(const ChangeRow&)>& visit) {
  std::size_t count = 0;
  ChangeRow row;  // one for all: its strings keep their room
  Query query = db.query(kSelectChanges, after, std::min(limit, kMostRows));
  while (query.row()) {
    read_into(query, row.object);
    row.change = {query.number(12), row.object.no, query.number32(13), Timestamp::from_micros(query.integer(14))};
    unpack_streams(query.blob(15), row.streams);
    visit(row);
    ++count;
  }
  return count;
}

ChangeNo last_change(Connection& db) { return first_number(db.query("SELECT max(no) FROM changes")); }

ObjectNo last_object(Connection& db) { return first_number(db.query("SELECT max(no) FROM objects")); }

std::vector<CollectionNo> read_collections_of(Connection& db, ObjectNo no) {
  std::vector<CollectionNo> collections;
  Query query = db.query("SELECT collection FROM members WHERE object = ?1 ORDER BY collection", no);
  while (query.row()) collections.push_back(query.number32(0));
  return collections;
}

std::optional<Change> read_arrival(Connection& db, ObjectNo no, CollectionNo collection) {
  Query query = db.query(
      "SELECT c.no, c.at FROM members m JOIN changes c ON c.no = m.change WHERE m.object = ?1 AND m.collection = ?2", no, collection);
  if (!query.row()) return std::nullopt;
  return Change{query.number(0), no, collection, Timestamp::from_micros(query.integer(1))};
}

}  // namespace sekisho::store::sqlite
