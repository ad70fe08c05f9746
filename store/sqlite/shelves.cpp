#include "store/sqlite/shelves.h"

#include <algorithm>
#include <cstring>

#include "core/digest.h"
#include "store/sqlite/objects.h"

namespace sekisho::store::sqlite {
namespace {

bool any(Query query) { return query.row(); }

DeadLetter letter_of(const Query& row) {
  DeadLetter letter;
  letter.no = row.number(0);
  letter.at = Timestamp::from_micros(row.integer(1));
  letter.party = row.text(2);
  letter.collection = row.text(3);
  letter.object_id = row.text(4);
  letter.version = row.text(5);
  letter.reason.code = static_cast<Code>(row.integer(6));
  letter.reason.detail = row.text(7);
  letter.reason.where = row.text(8);
  letter.context = row.text(9);
  letter.payload = row.blob(10);
  letter.kind = static_cast<LetterKind>(row.integer(11));
  letter.key = row.text(12);
  return letter;
}

}  // namespace

Result<Collection> insert_collection(Writing& writing, const Collection& c) {
  Connection& db = writing.db;
  const Blob id{as_chars(c.id.bytes)};
  if (any(db.query("SELECT 1 FROM collections WHERE id = ?1 OR alias = ?2", id, std::string_view(c.alias)))) {
    return make_error(Code::kAlreadyExists, "a collection of this id or alias exists", "collection");
  }
  if (c.companion_of && !collection_exists(db, *c.companion_of)) {
    return make_error(Code::kInvalidArgument, "the collection it accompanies does not exist", "companion_of");
  }
  db.exec(
      "INSERT INTO collections(id, alias, title, description, baseline_tlp, companion_of)"
      " VALUES(?1, ?2, ?3, ?4, ?5, nullif(?6, 0))",
      id, std::string_view(c.alias), std::string_view(c.title), std::string_view(c.description),
      std::string_view(c.baseline_tlp), c.companion_of.value_or(0));
  Collection added = c;
  added.no = static_cast<CollectionNo>(db.last_row());
  return added;
}

Status delete_collection(Writing& writing, CollectionNo no) {
  Connection& db = writing.db;
  if (!collection_exists(db, no)) return make_error(Code::kNotFound, "no such collection", "collection");
  if (any(db.query("SELECT 1 FROM members WHERE collection = ?1 LIMIT 1", no)) ||
      any(db.query("SELECT 1 FROM streams WHERE collection = ?1 AND length > 0", no)) ||
      any(db.query("SELECT 1 FROM collections WHERE companion_of = ?1", no))) {
    return make_error(Code::kInvalidArgument, "the collection is in use", "collection");
  }
  db.exec("DELETE FROM assignments WHERE collection = ?1", no);
  db.exec("DELETE FROM streams WHERE collection = ?1", no);
  db.exec("DELETE FROM collections WHERE no = ?1", no);
  return {};
}

std::vector<Collection> read_collections(Connection& db) {
  std::vector<Collection> collections;
  Query row = db.query(
      "SELECT no, id, alias, title, description, baseline_tlp, companion_of FROM collections ORDER BY no");
  while (row.row()) {
    Collection c;
    c.no = row.number32(0);
    const std::string_view id = row.blob(1);
    std::memcpy(c.id.bytes.data(), id.data(), std::min(id.size(), c.id.bytes.size()));
    c.alias = row.text(2);
    c.title = row.text(3);
    c.description = row.text(4);
    c.baseline_tlp = row.text(5);
    if (!row.null(6)) c.companion_of = row.number32(6);
    collections.push_back(std::move(c));
  }
  return collections;
}

std::vector<Hold> read_holds(Connection& db, std::string_view audience) {
  std::vector<Hold> holds;
  Query row = db.query(
      "SELECT audience, object, collection, missing, since FROM holds WHERE audience = ?1 ORDER BY object, collection",
      audience);
  while (row.row()) {
    holds.push_back({row.string(0), row.number(1), row.number32(2), row.string(3),
                     Timestamp::from_micros(row.integer(4))});
  }
  return holds;
}

void put_dead_letters(Connection& db, const std::vector<DeadLetter>& letters) {
  for (const auto& letter : letters) {
    const std::string_view key = letter.key;
    if (!key.empty() && any(db.query("SELECT 1 FROM dead_letters WHERE key = ?1 AND key <> ''", key))) continue;
    db.exec(
        "INSERT INTO dead_letters(at, party, collection, object_id, version, code, detail, place, context, payload,"
        " kind, key) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        letter.at.micros(), std::string_view(letter.party), std::string_view(letter.collection),
        std::string_view(letter.object_id), std::string_view(letter.version), static_cast<int>(letter.reason.code),
        std::string_view(letter.reason.detail), std::string_view(letter.reason.where),
        std::string_view(letter.context), Blob{letter.payload}, static_cast<int>(letter.kind), key);
  }
}

void drop_dead_letters(Connection& db, const std::vector<std::uint64_t>& numbers) {
  for (const auto no : numbers) db.exec("DELETE FROM dead_letters WHERE no = ?1", no);
}

std::vector<DeadLetter> read_dead_letters(Connection& db, std::uint64_t after, std::size_t limit,
                                          std::optional<LetterKind> kind) {
  static constexpr char kAny[] =
      "SELECT no, at, party, collection, object_id, version, code, detail, place, context, payload, kind, key"
      " FROM dead_letters WHERE no > ?1 ORDER BY no";
  static constexpr char kOfKind[] =
      "SELECT no, at, party, collection, object_id, version, code, detail, place, context, payload, kind, key"
      " FROM dead_letters WHERE no > ?1 AND kind = ?2 ORDER BY no";
  std::vector<DeadLetter> letters;
  Query row = kind ? db.query(kOfKind, after, static_cast<int>(*kind)) : db.query(kAny, after);
  while (letters.size() < limit && row.row()) letters.push_back(letter_of(row));
  return letters;
}

Result<DeadLetter> read_dead_letter(Connection& db, std::uint64_t no) {
  Query row = db.query(
      "SELECT no, at, party, collection, object_id, version, code, detail, place, context, payload, kind, key"
      " FROM dead_letters WHERE no = ?1",
      no);
  if (!row.row()) return make_error(Code::kNotFound, "no such dead letter", "dead_letter");
  return letter_of(row);
}

void put_documents(Connection& db, const std::vector<DocumentPut>& documents) {
  for (const auto& put : documents) {
    if (put.value) {
      db.exec("INSERT OR REPLACE INTO documents(space, key, value) VALUES(?1, ?2, ?3)", std::string_view(put.space),
              std::string_view(put.key), Blob{*put.value});
    } else {
      db.exec("DELETE FROM documents WHERE space = ?1 AND key = ?2", std::string_view(put.space),
              std::string_view(put.key));
    }
  }
}

std::optional<std::string> read_document(Connection& db, std::string_view space, std::string_view key) {
  Query row = db.query("SELECT value FROM documents WHERE space = ?1 AND key = ?2", space, key);
  if (!row.row()) return std::nullopt;
  return std::string(row.blob(0));
}

std::vector<std::pair<std::string, std::string>> read_documents(Connection& db, std::string_view space) {
  std::vector<std::pair<std::string, std::string>> documents;
  Query row = db.query("SELECT key, value FROM documents WHERE space = ?1 ORDER BY key", space);
  while (row.row()) documents.emplace_back(row.string(0), std::string(row.blob(1)));
  return documents;
}

ChangeNo read_released_through(Connection& db) {
  return first_number(db.query("SELECT value FROM meta WHERE key = 'released_through'"));
}

std::vector<std::pair<std::string, std::uint64_t>> read_counts(Connection& db) {
  return {{"collections", first_number(db.query("SELECT count(*) FROM collections"))},
          {"objects", last_object(db)},  // numbers are dense and none is ever removed
          {"changes", last_change(db)},
          {"released_through", read_released_through(db)},
          {"streams", first_number(db.query("SELECT count(*) FROM streams"))},
          {"stream_entries", first_number(db.query("SELECT coalesce(sum(length), 0) FROM streams"))},
          {"holds", first_number(db.query("SELECT count(*) FROM holds"))},
          {"attestations", first_number(db.query("SELECT count(*) FROM attestations"))},
          {"dead_letters", first_number(db.query("SELECT count(*) FROM dead_letters WHERE kind = 0"))},
          {"quarantined", first_number(db.query("SELECT count(*) FROM dead_letters WHERE kind = 1"))},
          {"documents", first_number(db.query("SELECT count(*) FROM documents"))},
          {"disclosures", first_number(db.query("SELECT count(*) FROM disclosures"))}};
}

}  // namespace sekisho::store::sqlite
