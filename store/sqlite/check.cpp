#include "store/sqlite/check.h"

#include "stix/object.h"
#include "store/rules.h"
#include "store/sqlite/attestations.h"
#include "store/sqlite/mentions.h"
#include "store/sqlite/own.h"
#include "store/sqlite/renditions.h"
#include "store/sqlite/objects.h"
#include "store/sqlite/shelves.h"

namespace sekisho::store::sqlite {
namespace {

std::string named(const char* what, std::uint64_t no) { return std::string(what) + " " + std::to_string(no); }

std::string named(const StoredObject& object) {
  return named("object", object.no) + " (" + object.id + ", version " + object.version + ")";
}

void check_file(Connection& db, Findings& findings) {
  {
    Query row = db.query("PRAGMA integrity_check(100)");
    while (row.row()) {
      if (row.text(0) != "ok") findings.add("file: " + row.string(0));
    }
  }
  Query row = db.query("PRAGMA foreign_key_check");
  while (row.row()) {
    findings.add("table " + row.string(0) + ": row " + row.string(1) + " refers to a missing row of " + row.string(2));
  }
}

void check_object(Connection& db, const StoredObject& object, std::size_t& mentions, Findings& findings) {
  const auto parsed = stix::Object::parse(object.bytes, object.bytes.size() + 1);
  if (!parsed.ok()) {
    findings.add(named(object) + ": bytes do not parse (" + parsed.error().to_string() + ")");
    return;
  }
  const stix::Object& o = **parsed;
  if (o.content_hash() != object.content) findings.add(named(object) + ": content hash is not that of the bytes");
  if (o.id() != object.id) findings.add(named(object) + ": id is not that of the bytes");
  if (o.version() != object.version) findings.add(named(object) + ": version is not that of the bytes");
  if (o.version_time() != object.version_time) findings.add(named(object) + ": version time is not that of the bytes");
  if (o.type() != object.type) findings.add(named(object) + ": type is not that of the bytes");
  if (o.spec_version() != object.spec_version) {
    findings.add(named(object) + ": spec version is not that of the bytes");
  }
  check_mentions_of(db, object.no, o, mentions, findings);
}

void check_objects(Connection& db, Findings& findings) {
  const ObjectNo last = last_object(db);
  std::size_t mentions = 0;
  for (ObjectNo no = 1; no <= last && !db.failed(); ++no) {
    const auto object = read_object(db, no);
    if (object.ok()) {
      check_object(db, *object, mentions, findings);
    } else {
      findings.add(named("object", no) + ": row or its type or source is missing");
    }
    findings.step();
  }
  check_mentions(db, mentions, findings);
  Query row = db.query("SELECT no FROM objects WHERE NOT EXISTS (SELECT 1 FROM members WHERE object = objects.no)");
  while (row.row()) findings.add(named("object", row.number(0)) + ": is in no collection");
}

void check_checksums(Connection& db, Damage& damage, Findings& findings) {
  Query row = db.query("SELECT no, id FROM objects WHERE checksum <> sekisho_checksum(bytes)");
  while (row.row()) {
    damage.note(row.number(0));
    findings.add(named("object", row.number(0)) + " (" + row.string(1) + "): the bytes are not those that were stored; they are withheld until their source gives the object again");
  }
}

void check_change_log(Connection& db, Findings& findings) {
  ChangeNo expected = 1;
  {
    Query row = db.query(
        "SELECT c.no, m.change, o.no FROM changes c LEFT JOIN members m ON m.object = c.object AND"
        " m.collection = c.collection LEFT JOIN objects o ON o.no = c.object ORDER BY c.no");
    while (row.row()) {
      const ChangeNo no = row.number(0);
      if (no != expected) findings.add("change log: " + named("change", expected) + " is missing");
      if (row.null(2)) findings.add(named("change", no) + ": its object is missing");
      if (row.null(1) || row.number(1) != no) findings.add(named("change", no) + ": membership does not match");
      expected = no + 1;
      findings.step();
    }
  }
  if (read_released_through(db) >= expected) findings.add("released through a change beyond the end of the change log");
}

void check_members(Connection& db, Findings& findings) {
  Query row = db.query(
      "SELECT m.object, m.collection, m.change, o.no, k.no, c.no FROM members m LEFT JOIN objects o ON o.no = m.object"
      " LEFT JOIN collections k ON k.no = m.collection LEFT JOIN changes c ON c.no = m.change"
      " AND c.object = m.object AND c.collection = m.collection");
  while (row.row()) {
    const std::string place = named("object", row.number(0)) + " in " + named("collection", row.number(1));
    if (row.null(3)) findings.add(place + ": the object is missing");
    if (row.null(4)) findings.add(place + ": the collection is missing");
    if (row.number(2) != 0 && row.null(5)) findings.add(place + ": its change-log row is missing");
  }
}

void check_disclosures(Connection& db, Findings& findings) {
  Query row = db.query(
      "SELECT d.party, d.stream, d.query, d.first, d.last, s.length FROM disclosures d"
      " LEFT JOIN streams s ON s.no = d.stream ORDER BY d.party, d.stream, d.query, d.first");
  std::string previous_key;
  Position previous_last = 0;
  while (row.row()) {
    const std::string place = "disclosures to " + row.string(0) + " of " + named("stream", row.number(1));
    if (row.null(5)) findings.add(place + ": the stream is missing");
    if (row.number(3) == 0 || row.number(3) > row.number(4)) findings.add(place + ": a range is empty");
    if (!row.null(5) && row.number(4) > row.number(5)) findings.add(place + ": beyond the end of the stream");
    const std::string key = row.string(0) + '\0' + row.string(1) + '\0' + row.string(2);
    if (key == previous_key && row.number(3) <= previous_last + 1) findings.add(place + ": ranges are not joined");
    previous_key = key;
    previous_last = row.number(4);
  }
}

}  // namespace

void Findings::add(std::string line) {
  if (lines_.size() < kProblems) lines_.push_back(std::move(line));
}

void Findings::step() {
  ++done_;
  if (progress_ && (done_ % 1000 == 0 || done_ == total_)) progress_(done_, total_);
}

std::vector<std::string> check_tables(Connection& db, Damage& damage, const Progress& progress) {
  std::size_t total = last_object(db) + last_change(db);
  for (const auto& [name, value] : read_counts(db)) {
    if (name == "stream_entries") total += value;
  }
  Findings findings(progress, total);
  check_file(db, findings);
  check_objects(db, findings);
  check_checksums(db, damage, findings);
  check_change_log(db, findings);
  check_members(db, findings);
  check_streams(db, findings);
  check_attestations(db, findings);
  check_renditions(db, findings);
  check_own(db, findings);
  check_disclosures(db, findings);
  return findings.take();
}

}  // namespace sekisho::store::sqlite
