#include "store/sqlite/schema.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/digest.h"
#include "store/sqlite/incarnations.h"
#include "store/sqlite/mentions.h"
#include "store/sqlite/streams.h"

namespace sekisho::store::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x736b6973;  // "skis"

// Step n takes a file from version n to n + 1; a step that has shipped never changes.
constexpr std::array<const char*, 8> kSteps = {R"sql(
CREATE TABLE meta(
  key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE collections(
  no INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, alias TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
  description TEXT NOT NULL, baseline_tlp TEXT NOT NULL, companion_of INTEGER REFERENCES collections(no)) STRICT;
CREATE TABLE names(
  no INTEGER PRIMARY KEY, kind INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE(kind, text)) STRICT;
CREATE TABLE objects(
  no INTEGER PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, version_seconds INTEGER NOT NULL,
  version_nanos INTEGER NOT NULL, type INTEGER NOT NULL, spec INTEGER NOT NULL, source INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL, content BLOB NOT NULL, provenance TEXT NOT NULL, bytes BLOB NOT NULL,
  UNIQUE(id, version_seconds, version_nanos, content, source)) STRICT;
CREATE TABLE changes(
  no INTEGER PRIMARY KEY, object INTEGER NOT NULL, collection INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE members(
  object INTEGER NOT NULL, collection INTEGER NOT NULL, change INTEGER NOT NULL,
  PRIMARY KEY(object, collection)) STRICT, WITHOUT ROWID;
CREATE TABLE streams(
  no INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE,
  collection INTEGER NOT NULL REFERENCES collections(no), audience TEXT NOT NULL, pristine INTEGER NOT NULL,
  length INTEGER NOT NULL, last_date INTEGER NOT NULL, generation INTEGER NOT NULL, parent BLOB,
  parent_length INTEGER NOT NULL) STRICT;
CREATE TABLE assignments(
  party TEXT NOT NULL, collection INTEGER NOT NULL REFERENCES collections(no),
  stream INTEGER NOT NULL REFERENCES streams(no), PRIMARY KEY(party, collection)) STRICT, WITHOUT ROWID;
CREATE TABLE blocks(
  stream INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, last_date INTEGER NOT NULL,
  entries BLOB NOT NULL, PRIMARY KEY(stream, first)) STRICT;
CREATE INDEX blocks_by_date ON blocks(stream, last_date);
CREATE TABLE placements(
  object INTEGER PRIMARY KEY, streams BLOB NOT NULL) STRICT;
CREATE TABLE holds(
  audience TEXT NOT NULL, object INTEGER NOT NULL REFERENCES objects(no), collection INTEGER NOT NULL,
  missing TEXT NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY(audience, object, collection)) STRICT, WITHOUT ROWID;
CREATE TABLE disclosures(
  party TEXT NOT NULL, stream INTEGER NOT NULL, query TEXT NOT NULL, first INTEGER NOT NULL,
  last INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(party, stream, query, first)) STRICT, WITHOUT ROWID;
CREATE TABLE dead_letters(
  no INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, party TEXT NOT NULL, collection TEXT NOT NULL,
  object_id TEXT NOT NULL, version TEXT NOT NULL, code INTEGER NOT NULL, detail TEXT NOT NULL,
  place TEXT NOT NULL, context TEXT NOT NULL, payload BLOB NOT NULL) STRICT;
CREATE TABLE documents(
  space TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(space, key)) STRICT;
)sql",
                                             R"sql(
ALTER TABLE dead_letters ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dead_letters ADD COLUMN key TEXT NOT NULL DEFAULT '';
CREATE INDEX dead_letters_by_kind ON dead_letters(kind, no);
CREATE UNIQUE INDEX dead_letters_by_key ON dead_letters(key) WHERE key <> '';
CREATE TABLE incarnations(
  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE) STRICT;
INSERT INTO incarnations(id) SELECT value FROM meta WHERE key = 'incarnation';
DELETE FROM meta WHERE key = 'incarnation';
INSERT INTO meta(key, value) VALUES('date_floor', 0);
CREATE TABLE attestations(
  object INTEGER NOT NULL REFERENCES objects(no), attestation INTEGER NOT NULL REFERENCES objects(no),
  PRIMARY KEY(object, attestation)) STRICT, WITHOUT ROWID;
CREATE INDEX attestations_by_attestation ON attestations(attestation);
INSERT INTO attestations(object, attestation)
  SELECT t.no, a.no FROM names n CROSS JOIN objects a ON a.type = n.no
  JOIN names s ON s.no = a.source AND s.text = ''
  JOIN objects t ON t.id = json_extract(CAST(a.bytes AS TEXT), '$.target_ref')
    AND lower(hex(t.content)) = json_extract(CAST(a.bytes AS TEXT), '$.target_sha256')
  WHERE n.kind = 1 AND n.text = 'sekisho-attestation';
)sql",
                                             R"sql(
CREATE TABLE renditions(
  object INTEGER NOT NULL REFERENCES objects(no), rendition INTEGER NOT NULL REFERENCES objects(no),
  PRIMARY KEY(object, rendition)) STRICT, WITHOUT ROWID;
)sql",
                                             // What is made of two objects is two, whatever its bytes: one may be taken back alone.
                                             R"sql(
CREATE TABLE objects_next(
  no INTEGER PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, version_seconds INTEGER NOT NULL,
  version_nanos INTEGER NOT NULL, type INTEGER NOT NULL, spec INTEGER NOT NULL, source INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL, content BLOB NOT NULL, provenance TEXT NOT NULL, rendition_of INTEGER NOT NULL,
  bytes BLOB NOT NULL, UNIQUE(id, version_seconds, version_nanos, content, source, rendition_of)) STRICT;
INSERT INTO objects_next
  SELECT o.no, o.id, o.version, o.version_seconds, o.version_nanos, o.type, o.spec, o.source, o.accepted_at, o.content,
    o.provenance, COALESCE(r.object, 0), o.bytes
  FROM objects o LEFT JOIN (SELECT rendition, MIN(object) AS object FROM renditions GROUP BY rendition) r ON r.rendition = o.no;
DROP TABLE objects;
ALTER TABLE objects_next RENAME TO objects;
)sql",
                                             R"sql(
ALTER TABLE objects ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE objects SET checksum = sekisho_checksum(bytes);
)sql",
                                             // Filled by fill_mentions(), which takes the mark away when it is done.
                                             R"sql(
CREATE TABLE mentions(
  hash INTEGER NOT NULL, object INTEGER NOT NULL, PRIMARY KEY(hash, object)) STRICT, WITHOUT ROWID;
INSERT INTO meta(key, value) VALUES('mentions_through', 0);
)sql",
                                             R"sql(
CREATE TABLE own(
  party INTEGER NOT NULL, collection INTEGER NOT NULL, date INTEGER NOT NULL, object INTEGER NOT NULL REFERENCES objects(no),
  PRIMARY KEY(party, collection, date)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX own_by_object ON own(object, collection);
)sql",
                                             // Filled by fill_withdrawn(), which takes the mark away when it is done.
                                             R"sql(
CREATE TABLE withdrawn(
  object INTEGER NOT NULL, stream INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY(object, stream, position)) STRICT, WITHOUT ROWID;
INSERT INTO meta(key, value) VALUES('withdrawn_unknown', 1);
)sql"};

constexpr int kCheckpointPages = 16384;

std::int64_t first_integer(Query query) { return query.row() ? query.integer(0) : 0; }

bool has_tables(Connection& db) {
  Query query = db.query("SELECT 1 FROM sqlite_schema LIMIT 1");
  return query.row();
}

// A table that others refer to is made anew without their looking at it; what refers to nothing afterwards ends the step.
Status run_step(Connection& db, std::size_t step, Random& random) {
  db.script("PRAGMA foreign_keys = OFF");
  db.script("BEGIN IMMEDIATE");
  db.script(kSteps[step]);
  if (step == 0) {
    db.script("PRAGMA application_id = " + std::to_string(kApplicationId));
    const Uuid incarnation = Uuid::v4(random, "store/incarnation");
    db.exec("INSERT INTO meta(key, value) VALUES('incarnation', ?1), ('released_through', 0)",
            Blob{as_chars(incarnation.bytes)});
  }
  const bool dangling = db.query("PRAGMA foreign_key_check").row();
  if (dangling) return make_error(Code::kStoreCorrupt, "rows refer to what is not there", "version " + std::to_string(step));
  db.script("PRAGMA user_version = " + std::to_string(step + 1));
  db.script("COMMIT");
  db.script("PRAGMA foreign_keys = ON");
  return db.status();
}

void configure_writer(Connection& db, std::size_t cache_bytes) {
  db.script("PRAGMA journal_mode = WAL");
  db.script("PRAGMA synchronous = FULL");
  db.script("PRAGMA secure_delete = ON");
  db.script("PRAGMA foreign_keys = ON");
  db.script("PRAGMA trusted_schema = OFF");
  db.script("PRAGMA temp_store = MEMORY");
  db.script("PRAGMA cell_size_check = ON");
  db.script("PRAGMA wal_autocheckpoint = " + std::to_string(kCheckpointPages));
  db.script("PRAGMA journal_size_limit = 268435456");
  db.script("PRAGMA cache_size = -" + std::to_string(cache_bytes >> 10));
}

Result<Uuid> read_incarnation(Connection& db) {
  const std::vector<Uuid> incarnations = read_incarnations(db);
  SEKISHO_TRY(db.status());
  if (incarnations.empty()) return make_error(Code::kStoreCorrupt, "the incarnation is missing", "incarnations");
  return incarnations.front();
}

Status sync_one(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return make_error(Code::kIo, std::strerror(errno), path);
  const int synced = ::fsync(file);
  const int reason = errno;
  ::close(file);
  if (synced != 0) return make_error(Code::kIo, std::strerror(reason), path);
  return {};
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Status create_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file < 0) return make_error(Code::kIo, std::strerror(errno), path);
  const int changed = ::fchmod(file, S_IRUSR | S_IWUSR);
  const int reason = errno;
  ::close(file);
  if (changed != 0) return make_error(Code::kIo, std::strerror(reason), path);
  return {};
}

Status create_new_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file < 0) return make_error(errno == EEXIST ? Code::kAlreadyExists : Code::kIo, std::strerror(errno), path);
  ::close(file);
  return {};
}

Status sync_to_disk(const std::string& path) {
  SEKISHO_TRY(sync_one(path, O_RDWR));
  return sync_one(folder_of(path), O_RDONLY | O_DIRECTORY);
}

void configure_reader(Connection& db, std::size_t cache_bytes) {
  db.script("PRAGMA query_only = ON");
  db.script("PRAGMA trusted_schema = OFF");
  db.script("PRAGMA temp_store = MEMORY");
  db.script("PRAGMA cell_size_check = ON");
  db.script("PRAGMA cache_size = -" + std::to_string(cache_bytes >> 10));
}

Result<Uuid> prepare_file(Connection& db, Random& random, std::size_t cache_bytes,
                          const std::function<void(std::size_t done, std::size_t total)>& progress) {
  const std::int64_t version = first_integer(db.query("PRAGMA user_version"));
  const std::int64_t application = first_integer(db.query("PRAGMA application_id"));
  const bool fresh = !has_tables(db);
  SEKISHO_TRY(db.status());
  if (!fresh && application != kApplicationId) {
    return make_error(Code::kStoreCorrupt, "the file is a database of another program");
  }
  if (version < 0 || version > static_cast<std::int64_t>(kSteps.size())) {
    return make_error(Code::kStoreVersion, "the file has version " + std::to_string(version) +
                                               ", this program knows up to " + std::to_string(kSteps.size()));
  }
  configure_writer(db, cache_bytes);
  for (auto step = static_cast<std::size_t>(version); step < kSteps.size(); ++step) {
    SEKISHO_TRY(run_step(db, step, random));
  }
  SEKISHO_TRY(fill_withdrawn(db));
  SEKISHO_TRY(fill_mentions(db, progress));
  return read_incarnation(db);
}

}  // namespace sekisho::store::sqlite
