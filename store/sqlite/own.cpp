#include "store/sqlite/own.h"

#include <algorithm>
#include <cstring>

#include "store/rules.h"
#include "store/sqlite/incarnations.h"
#include "store/sqlite/page_writer.h"

namespace sekisho::store::sqlite {
namespace {

OwnEntry entry_of(const Query& row) {
  OwnEntry out;
  out.entry.date = row.integer(0);
  out.entry.object = row.number(1);
  out.id = row.text(2);
  out.entry.version = {row.integer(3), row.number32(4)};
  out.entry.type = row.number32(5);
  out.entry.source = row.number32(6);
  out.entry.spec = static_cast<std::uint16_t>(row.integer(7));
  return out;
}

}  // namespace

void OwnPlaces::add(std::string_view party, CollectionNo collection) {
  const MutexLock lock(mutex_);
  const auto found = places_.find(party);
  (found == places_.end() ? places_[std::string(party)] : found->second).insert(collection);
}

bool OwnPlaces::has(std::string_view party, CollectionNo collection) const {
  const MutexLock lock(mutex_);
  const auto found = places_.find(party);
  return found != places_.end() && found->second.count(collection) != 0;
}

void read_own_places(Connection& db, OwnPlaces& places) {
  Query row = db.query("SELECT DISTINCT n.text, e.collection FROM own e JOIN names n ON n.no = e.party");
  while (row.row()) places.add(row.text(0), row.number32(1));
}

// Within the transaction of the only writer: what the stream carries now is all that the party can have been given.
void add_own(Writing& writing, ObjectNo object, std::string_view party, CollectionNo collection, Timestamp now) {
  Connection& db = writing.db;
  const std::uint32_t code = writing.names.code(db, Names::kSource, party);
  std::int64_t last = read_date_floor(db);
  {
    Query row = db.query(
        "SELECT max(coalesce((SELECT max(date) FROM own WHERE party = ?1 AND collection = ?2), 0),"
        " coalesce((SELECT s.last_date FROM assignments a JOIN streams s ON s.no = a.stream WHERE a.party = ?3 AND a.collection = ?2), 0))",
        code, collection, party);
    if (row.row()) last = std::max(last, row.integer(0));
  }
  db.exec("INSERT INTO own(party, collection, date, object) VALUES(?1, ?2, ?3, ?4)", code, collection, next_own_date(now.micros(), last), object);
}

void drop_own(Connection& db, const std::vector<ObjectNo>& objects) {
  for (const ObjectNo no : objects) db.exec("DELETE FROM own WHERE object = ?1", no);
}

OwnRows::OwnRows(Connection& db, std::string_view party, CollectionNo collection)
    : db_(db), collection_(collection), party_(name_code(db, Names::kSource, party)) {}

void OwnRows::start(std::int64_t after_date, const std::vector<std::string>& ids) {
  if (party_ == 0) return;
  if (ids.empty()) {
    row_.emplace(db_.query("SELECT e.date, o.no, o.id, o.version_seconds, o.version_nanos, o.type, o.source, o.spec"
                           " FROM own e CROSS JOIN objects o ON o.no = e.object"
                           " WHERE e.party = ?1 AND e.collection = ?2 AND e.date > ?3 ORDER BY e.date",
                           party_, collection_, after_date));
    return;
  }
  for (const std::string& id : std::set<std::string>(ids.begin(), ids.end())) {
    Query row = db_.query("SELECT e.date, o.no, o.id, o.version_seconds, o.version_nanos, o.type, o.source, o.spec"
                          " FROM objects o CROSS JOIN own e ON e.object = o.no AND e.collection = ?2"
                          " WHERE o.id = ?4 AND o.source = ?1 AND e.date > ?3",
                          party_, collection_, after_date, std::string_view(id));
    while (row.row()) listed_.push_back(entry_of(row));
  }
  std::sort(listed_.begin(), listed_.end(), [](const OwnEntry& l, const OwnEntry& r) { return l.entry.date > r.entry.date; });
}

std::optional<OwnEntry> OwnRows::next() {
  if (row_) return row_->row() ? std::optional(entry_of(*row_)) : std::nullopt;
  if (listed_.empty()) return std::nullopt;
  std::optional<OwnEntry> out = std::move(listed_.back());
  listed_.pop_back();
  return out;
}

std::vector<TimelineFamily::Version> OwnRows::versions_of(std::string_view id, std::int64_t before) const {
  std::vector<TimelineFamily::Version> out;
  if (party_ == 0) return out;
  Query row = db_.query("SELECT e.date, o.version_seconds, o.version_nanos, o.spec, o.content"
                        " FROM objects o CROSS JOIN own e ON e.object = o.no AND e.collection = ?2"
                        " WHERE o.id = ?3 AND o.source = ?1 AND e.date < ?4",
                        party_, collection_, id, before);
  while (row.row()) {
    TimelineFamily::Version& one = out.emplace_back();
    one.own = true;
    one.date = row.integer(0);
    one.version = {row.integer(1), row.number32(2)};
    one.spec = static_cast<std::uint16_t>(row.integer(3));
    const std::string_view content = row.blob(4);
    std::memcpy(one.content.data(), content.data(), std::min(content.size(), one.content.size()));
  }
  return out;
}

void check_own(Connection& db, Findings& findings) {
  Query row = db.query(
      "SELECT e.object, e.collection FROM own e LEFT JOIN objects o ON o.no = e.object LEFT JOIN members m ON m.object = e.object"
      " AND m.collection = e.collection WHERE o.source IS NOT e.party OR m.object IS NULL OR e.date % 2 = 0");
  while (row.row()) {
    findings.add("own entry of object " + std::to_string(row.number(0)) + " in collection " + std::to_string(row.number(1)) +
                 ": its party did not give it there, or its date is none of an own entry");
  }
}

}  // namespace sekisho::store::sqlite
