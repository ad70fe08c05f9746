#include "store/sqlite/mentions.h"

#include <algorithm>

#include "store/mentions.h"
#include "store/sqlite/objects.h"

namespace sekisho::store::sqlite {
namespace {

constexpr ObjectNo kFilledAtOnce = 2000;  // objects in one transaction

std::int64_t as_stored(std::uint64_t hash) { return static_cast<std::int64_t>(hash); }

}  // namespace

void note_mentions(Connection& db, ObjectNo no, const stix::Object& object) {
  for (const std::uint64_t hash : mentioned_by(object)) {
    db.exec("INSERT OR IGNORE INTO mentions(hash, object) VALUES(?1, ?2)", as_stored(hash), no);
  }
}

std::vector<ObjectNo> read_mentioning(Connection& db, std::string_view id, ObjectNo after, std::size_t limit) {
  std::vector<ObjectNo> out;
  Query row = db.query("SELECT object FROM mentions WHERE hash = ?1 AND object > ?2 ORDER BY object LIMIT ?3",
                       as_stored(mention_hash(id)), after, std::min(limit, kMostRows));
  while (row.row()) out.push_back(row.number(0));
  return out;
}

Status fill_mentions(Connection& db, const std::function<void(std::size_t done, std::size_t total)>& progress) {
  ObjectNo after = 0;
  {
    Query mark = db.query("SELECT value FROM meta WHERE key = 'mentions_through'");
    if (!mark.row()) return db.status();
    after = mark.number(0);
  }
  const ObjectNo last = last_object(db);
  while (after < last && !db.failed()) {
    const ObjectNo through = std::min(after + kFilledAtOnce, last);
    db.exec("BEGIN IMMEDIATE");
    {
      Query row = db.query("SELECT no, bytes FROM objects WHERE no > ?1 AND no <= ?2 ORDER BY no", after, through);
      while (row.row()) {
        // What does not parse is damaged, and is told of by check(); its source may give it again, but not with other ids.
        const auto object = stix::Object::parse(std::string(row.blob(1)), row.blob(1).size() + 1);
        if (object.ok()) note_mentions(db, row.number(0), **object);
      }
    }
    db.exec("UPDATE meta SET value = ?1 WHERE key = 'mentions_through'", through);
    db.exec("COMMIT");
    after = through;
    if (progress) progress(after, last);
  }
  SEKISHO_TRY(db.status());
  db.exec("DELETE FROM meta WHERE key = 'mentions_through'");
  return db.status();
}

void check_mentions_of(Connection& db, ObjectNo no, const stix::Object& object, std::size_t& expected, Findings& findings) {
  for (const std::uint64_t hash : mentioned_by(object)) {
    ++expected;
    Query row = db.query("SELECT 1 FROM mentions WHERE hash = ?1 AND object = ?2", as_stored(hash), no);
    if (row.row()) continue;
    findings.add("object " + std::to_string(no) + ": an id that it mentions does not lead to it");
    return;
  }
}

void check_mentions(Connection& db, std::size_t expected, Findings& findings) {
  const std::uint64_t held = first_number(db.query("SELECT count(*) FROM mentions"));
  if (held > expected) findings.add("mentions: " + std::to_string(held - expected) + " rows are of ids that no object mentions");
}

}  // namespace sekisho::store::sqlite
