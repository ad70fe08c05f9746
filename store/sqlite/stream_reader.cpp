#include "store/sqlite/stream_reader.h"

#include <optional>

#include "store/sqlite/blocks.h"
#include "store/sqlite/page_writer.h"
#include "store/sqlite/placements.h"
#include "store/sqlite/streams.h"
#include "store/sqlite/timeline_reader.h"

namespace sekisho::store::sqlite {

namespace {

void read_range(Connection& db, StreamNo stream, Position position, Position through, const EntryFilter& filter,
                PageWriter& page) {
  while (position <= through && !db.failed()) {
    const BlockRow row = BlockRow::holding(db, stream, position);
    if (!row.view()) return;
    for (; position < row.view()->end() && position <= through; ++position) {
      const Entry entry = row.view()->at(position);
      if (filter.matches(entry) && !page.give(position, entry)) return;
    }
  }
}

void read_ids(Connection& db, StreamNo stream, const StreamQuery& query, Position through, const EntryFilter& filter,
              PageWriter& page) {
  for (const Position position : positions_of_ids(db, stream, query.ids)) {
    if (position <= query.after_position || position > through) continue;
    const BlockRow row = BlockRow::holding(db, stream, position);
    if (!row.view()) {
      if (!db.failed()) db.fail(make_error(Code::kStoreCorrupt, "an entry of a stream is missing", "blocks"));
      return;
    }
    const Entry entry = row.view()->at(position);
    if (filter.matches(entry) && !page.give(position, entry)) return;
  }
}

}  // namespace

Result<PageEnd> read_page(Connection& db, StreamNo stream, const StreamQuery& query, Damage& damage,
                          const std::function<void(const StreamItem&)>& visit) {
  if (query.limit == 0) return make_error(Code::kInvalidArgument, "the limit is at least 1", "limit");
  const std::optional<Stream> head = load_stream(db, stream);
  if (!head) return no_stream();
  const EntryFilter filter(db, query);
  PageWriter page(db, query, *head, damage, visit);
  if (query.own) {
    read_timeline(db, *head, query, filter, page);
    return page.end();
  }
  const Position through = query.through_position.value_or(head->length);
  if (query.ids.empty()) {
    read_range(db, stream, start_of(db, stream, query, head->length), through, filter, page);
  } else {
    read_ids(db, stream, query, through, filter, page);
  }
  return page.end();
}

}  // namespace sekisho::store::sqlite
