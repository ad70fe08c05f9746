#include "store/sqlite/timeline_reader.h"

#include <cstring>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite/own.h"
#include "store/sqlite/placements.h"
#include "store/timeline.h"

namespace sekisho::store::sqlite {
namespace {

/// The entries of a stream that a query may give, in order, one at a time.
class SharedEntries {
 public:
  SharedEntries(Connection& db, const Stream& stream, const StreamQuery& query)
      : db_(db), stream_(stream.no), through_(std::min(query.through_position.value_or(stream.length), stream.length)) {
    if (query.ids.empty()) {
      at_ = start_of(db, stream.no, query, stream.length);
      return;
    }
    listed_ = positions_of_ids(db, stream.no, query.ids);
    std::erase_if(*listed_, [&query](Position position) { return position <= query.after_position; });
    at_ = listed_->empty() ? through_ + 1 : listed_->front();
  }

  /// Null at the end.
  const Entry* entry() {
    if (at_ > through_ || db_.failed()) return nullptr;
    if (!row_ || !row_->view() || at_ < row_->view()->first || at_ >= row_->view()->end()) {
      row_.reset();
      row_.emplace(BlockRow::holding(db_, stream_, at_));
    }
    if (!row_->view()) return nullptr;
    entry_ = row_->view()->at(at_);
    return &entry_;
  }
  Position position() const { return at_; }
  void pass() {
    if (!listed_) {
      ++at_;
      return;
    }
    at_ = ++next_ < listed_->size() ? (*listed_)[next_] : through_ + 1;
  }

 private:
  Connection& db_;
  const StreamNo stream_;
  const Position through_;
  Position at_ = 0;
  std::optional<std::vector<Position>> listed_;
  std::size_t next_ = 0;
  std::optional<BlockRow> row_;
  Entry entry_;
};

/// What the timeline carries of the ids of a page, once for each.
class PageFamilies {
 public:
  PageFamilies(Connection& db, StreamNo stream, const StreamQuery& query, const OwnRows& own)
      : db_(db), stream_(stream), query_(query), own_(own) {}

  /// Null where the party has no own entry: then the entry of the stream says all.
  const TimelineFamily* of(const std::string& id) {
    const auto [found, fresh] = families_.try_emplace(id);
    if (fresh) {
      auto versions = own_.versions_of(id, query_.own->before);
      if (!versions.empty()) {
        add_shared(id, versions);
        found->second.emplace(versions);
      }
    }
    return found->second ? &*found->second : nullptr;
  }

 private:
  // A date is asked for only where an own entry has that version.
  void add_shared(const std::string& id, std::vector<TimelineFamily::Version>& versions) {
    std::set<Timestamp> twins;
    for (const auto& one : versions) twins.insert(one.version);
    Query row = db_.query("SELECT o.version_seconds, o.version_nanos, o.spec, o.content, p.streams"
                          " FROM objects o JOIN placements p ON p.object = o.no WHERE o.id = ?1", std::string_view(id));
    while (row.row()) {
      const auto position = unpack_placements(row.blob(4)).find(stream_);
      const Timestamp version{row.integer(0), row.number32(1)};
      if (!position || (query_.passed_over && query_.passed_over->holds(id, version))) continue;
      TimelineFamily::Version& one = versions.emplace_back();
      one.version = version;
      one.spec = static_cast<std::uint16_t>(row.integer(2));
      const std::string_view content = row.blob(3);
      std::memcpy(one.content.data(), content.data(), std::min(content.size(), one.content.size()));
      if (twins.count(version) == 0) continue;
      const BlockRow block = BlockRow::holding(db_, stream_, *position);
      if (block.view()) one.date = block.view()->at(*position).date;
    }
  }

  Connection& db_;
  const StreamNo stream_;
  const StreamQuery& query_;
  const OwnRows& own_;
  std::map<std::string, std::optional<TimelineFamily>> families_;
};

std::string id_of(Connection& db, ObjectNo no) {
  Query row = db.query("SELECT id FROM objects WHERE no = ?1", no);
  return row.row() ? row.string(0) : std::string();
}

Sha256 content_of(Connection& db, ObjectNo no) {
  Sha256 out{};
  Query row = db.query("SELECT content FROM objects WHERE no = ?1", no);
  if (row.row()) std::memcpy(out.data(), row.blob(0).data(), std::min(row.blob(0).size(), out.size()));
  return out;
}

/// Whether the timeline shows the entry; its flags then are those that it has there.
bool stands(Connection& db, const TimelineFamily* family, bool own, Entry& entry) {
  if (family == nullptr) return !own;
  const auto standing = family->of({entry.version, entry.spec, entry.date, own, content_of(db, entry.object)});
  entry.flags = static_cast<std::uint16_t>((standing.first ? 0 : kNotFirst) | (standing.last ? 0 : kNotLast) | (standing.newest_spec ? 0 : kOldSpec));
  return standing.shown;
}

}  // namespace

void read_timeline(Connection& db, const Stream& stream, const StreamQuery& query, const EntryFilter& filter, PageWriter& page) {
  SharedEntries shared(db, stream, query);
  OwnRows own(db, query.own->party, stream.collection);
  own.start(query.after_date.value_or(std::numeric_limits<std::int64_t>::min()), query.ids);
  PageFamilies families(db, stream.no, query, own);
  std::optional<OwnEntry> mine = own.next();
  while (!db.failed()) {
    const Entry* theirs = shared.entry();
    if (mine && (theirs == nullptr || mine->entry.date < theirs->date)) {
      if (mine->entry.date >= query.own->before) return;
      Entry entry = mine->entry;
      if (filter.matches(entry) && stands(db, families.of(mine->id), true, entry) && filter.matches(entry) && !page.give(0, entry)) return;
      mine = own.next();
    } else if (theirs != nullptr) {
      Entry entry = *theirs;
      if (filter.matches(entry) && stands(db, families.of(id_of(db, entry.object)), false, entry) && filter.matches(entry) &&
          !page.give(shared.position(), entry)) {
        return;
      }
      shared.pass();
    } else {
      return;
    }
  }
}

}  // namespace sekisho::store::sqlite
