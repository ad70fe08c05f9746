// A page of a party's timeline: a stream and the party's own entries, merged by date. docs/specs/timeline.md.
#pragma once

#include "store/sqlite/database.h"
#include "store/sqlite/page_writer.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

/// `query.own` is set. What it costs grows with the entries that it passes and with the versions of their ids, not with the stream.
void read_timeline(Connection& db, const Stream& stream, const StreamQuery& query, const EntryFilter& filter, PageWriter& page);

}  // namespace sekisho::store::sqlite
