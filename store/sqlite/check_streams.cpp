// fsck of streams: positions, dates, entries, flags and placements.
#include <algorithm>
#include <map>
#include <optional>

#include "store/sqlite/check.h"
#include "store/sqlite/families.h"
#include "store/sqlite/incarnations.h"
#include "store/sqlite/objects.h"
#include "store/sqlite/streams.h"

namespace sekisho::store::sqlite {
namespace {

/// What walking one stream from its beginning has seen so far.
struct Walk {
  Position next = 1;
  std::int64_t last_date = 0;
  std::uint64_t carried = 0, withdrawn = 0;
};

bool other_source_exists(const Family& family, ObjectNo no) {
  const Member* carried = nullptr;
  for (const Member& member : family.members) {
    if (member.no == no) carried = &member;
  }
  if (carried == nullptr) return false;
  for (const Member& member : family.members) {
    if (member.version == carried->version && member.content == carried->content && member.source != carried->source) {
      return true;
    }
  }
  return false;
}

class StreamCheck {
 public:
  StreamCheck(Connection& db, Findings& findings) : db_(db), findings_(findings), floor_(read_date_floor(db)) {}

  void walk(const Stream& stream);
  void placements();
  void withdrawn();

 private:
  void block(const Stream& stream, const BlockView& view, Walk& walk);
  void entry(const std::string& place, StreamNo stream, const Entry& entry);
  void placed(ObjectNo object, StreamNo stream, Position position);
  bool is_noted(ObjectNo object, StreamNo stream, Position position);

  Connection& db_;
  Findings& findings_;
  const std::int64_t floor_;
  std::map<StreamNo, std::uint64_t> carried_;
  std::uint64_t withdrawn_ = 0;
};

std::string place_of(StreamNo stream, Position position) {
  return "stream " + std::to_string(stream) + " position " + std::to_string(position);
}

void StreamCheck::walk(const Stream& stream) {
  const std::string name = "stream " + std::to_string(stream.no);
  Walk walk;
  Query row = db_.query(
      "SELECT first, count, entries, last_date FROM blocks WHERE stream = ?1 ORDER BY first", stream.no);
  while (row.row()) {
    const BlockView view{row.number(0), row.number(1), row.blob(2)};
    if (view.first != walk.next) findings_.add(place_of(stream.no, walk.next) + ": positions are not dense");
    if (view.count == 0 || view.entries.size() != view.count * kEntryBytes) {
      findings_.add(place_of(stream.no, view.first) + ": the block's size and count differ");
      walk.next = view.end();
      continue;
    }
    block(stream, view, walk);
    if (row.integer(3) != walk.last_date) {
      findings_.add(place_of(stream.no, view.first) + ": the block's last date is not that of its entries");
    }
  }
  if (stream.length != walk.next - 1) findings_.add(name + ": its length is not that of its blocks");
  if (stream.last_date != std::max(walk.last_date, floor_)) {
    findings_.add(name + ": its last date is not that of its last entry");
  }
  if (walk.withdrawn != 0 && stream.pristine) findings_.add(name + ": pristine although something was withdrawn");
  if (!collection_exists(db_, stream.collection)) findings_.add(name + ": its collection is missing");
  carried_[stream.no] = walk.carried;
  withdrawn_ += walk.withdrawn;
}

void StreamCheck::block(const Stream& stream, const BlockView& view, Walk& walk) {
  for (Position position = view.first; position < view.end(); ++position) {
    const Entry at = view.at(position);
    const std::string place = place_of(stream.no, position);
    if (at.date <= walk.last_date) findings_.add(place + ": date added does not rise");
    walk.last_date = at.date;
    if (at.has(kWithdrawn)) {
      ++walk.withdrawn;
      if (!is_noted(at.object, stream.no, position)) findings_.add(place + ": withdrawn, and the object does not lead to it");
      if (at.flags != kWithdrawn) findings_.add(place + ": withdrawn, but carries other flags");
    } else {
      ++walk.carried;
    }
    entry(place, stream.no, at);
    findings_.step();
  }
  walk.next = view.end();
}

void StreamCheck::entry(const std::string& place, StreamNo stream, const Entry& entry) {
  const std::optional<ObjectHead> head = object_head(db_, entry.object);
  if (!head) {
    findings_.add(place + ": object " + std::to_string(entry.object) + " is missing");
    return;
  }
  if (head->version != entry.version || head->type != entry.type || head->source != entry.source ||
      head->spec != entry.spec) {
    findings_.add(place + ": version, type, source or spec version is not that of the object");
  }
  if (entry.has(kWithdrawn)) return;
  const Family family = load_family(db_, entry.object);
  const StreamFlags flags = version_flags(family, stream);
  const auto expected = flags.find(entry.object);
  if (expected == flags.end()) {
    findings_.add(place + ": the object's placements do not name it");
  } else if (expected->second != (entry.flags & kVersionFlags)) {
    findings_.add(place + ": first, last or spec version flags are wrong");
  }
  if (entry.has(kOtherSources) && !other_source_exists(family, entry.object)) {
    findings_.add(place + ": no other source holds this content");
  }
}

/// Each placement names an entry that carries the object; together with equal counts, each entry has one.
void StreamCheck::placements() {
  std::map<StreamNo, std::uint64_t> placed_in;
  Query row = db_.query("SELECT object, streams FROM placements ORDER BY object");
  while (row.row()) {
    const Placements placements = unpack_placements(row.blob(1));
    if (pack_placements(placements) != row.blob(1)) {
      findings_.add("object " + std::to_string(row.number(0)) + ": placements are not well-formed");
    }
    for (const auto& [stream, position] : placements) {
      ++placed_in[stream];
      placed(row.number(0), stream, position);
    }
  }
  for (const auto& [stream, count] : carried_) {
    if (placed_in[stream] != count) {
      findings_.add("stream " + std::to_string(stream) + ": carries " + std::to_string(count) + " objects, placements name " +
                    std::to_string(placed_in[stream]));
    }
  }
}

void StreamCheck::placed(ObjectNo object, StreamNo stream, Position position) {
  const BlockRow row = BlockRow::holding(db_, stream, position);
  const bool carried = row.view() && row.view()->at(position).object == object &&
                       !row.view()->at(position).has(kWithdrawn);
  if (!carried) {
    findings_.add("object " + std::to_string(object) + ": placed at " + place_of(stream, position) +
                  ", which does not carry it");
  }
}

bool StreamCheck::is_noted(ObjectNo object, StreamNo stream, Position position) {
  return db_.query("SELECT 1 FROM withdrawn WHERE object = ?1 AND stream = ?2 AND position = ?3", object, stream, position).row();
}

/// Each withdrawn entry is noted; there are no more notes than these.
void StreamCheck::withdrawn() {
  Query row = db_.query("SELECT count(*) FROM withdrawn");
  const std::uint64_t noted = row.row() ? row.number(0) : 0;
  if (noted > withdrawn_) findings_.add("withdrawn: " + std::to_string(noted - withdrawn_) + " rows name what no stream carried");
}

}  // namespace

void check_streams(Connection& db, Findings& findings) {
  StreamCheck check(db, findings);
  for (const Stream& stream : read_streams(db)) check.walk(stream);
  check.placements();
  check.withdrawn();
  Query row = db.query("SELECT DISTINCT stream FROM blocks WHERE stream NOT IN (SELECT no FROM streams)");
  while (row.row()) findings.add("stream " + row.string(0) + ": has blocks, but does not exist");
}

}  // namespace sekisho::store::sqlite
