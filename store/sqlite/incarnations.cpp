#include "store/sqlite/incarnations.h"

#include <algorithm>
#include <cstring>

#include "core/digest.h"

namespace sekisho::store::sqlite {

std::vector<Uuid> read_incarnations(Connection& db) {
  std::vector<Uuid> incarnations;
  Query row = db.query("SELECT id FROM incarnations ORDER BY no DESC");
  while (row.row()) {
    const std::string_view bytes = row.blob(0);
    Uuid& id = incarnations.emplace_back();
    std::memcpy(id.bytes.data(), bytes.data(), std::min(bytes.size(), id.bytes.size()));
  }
  return incarnations;
}

std::int64_t read_date_floor(Connection& db) {
  Query query = db.query("SELECT value FROM meta WHERE key = 'date_floor'");
  return query.row() ? query.integer(0) : 0;
}

Timestamp read_latest_instant(Connection& db) {
  Query row = db.query("SELECT max((SELECT coalesce(max(last_date), 0) FROM streams),"
                       " coalesce((SELECT at FROM changes ORDER BY no DESC LIMIT 1), 0),"
                       " coalesce((SELECT value FROM meta WHERE key = 'date_floor'), 0))");
  return Timestamp::from_micros(row.row() ? row.integer(0) : 0);
}

Status add_incarnation(Writing& writing, const Uuid& fresh, std::int64_t floor) {
  Connection& db = writing.db;
  const std::vector<Uuid> before = read_incarnations(db);
  if (std::find(before.begin(), before.end(), fresh) != before.end()) {
    return make_error(Code::kAlreadyExists, "the store had this incarnation before", "incarnation");
  }
  const std::int64_t raised = std::max(floor, read_date_floor(db));
  db.exec("INSERT INTO incarnations(id) VALUES(?1)", Blob{as_chars(fresh.bytes)});
  db.exec("UPDATE meta SET value = ?1 WHERE key = 'date_floor'", raised);
  db.exec("UPDATE streams SET last_date = max(last_date, ?1)", raised);
  return {};
}

}  // namespace sekisho::store::sqlite
