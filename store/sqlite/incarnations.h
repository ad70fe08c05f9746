// The lives of a store: one from its creation, a further one from each restore.
#pragma once

#include <cstdint>
#include <vector>

#include "core/uuid.h"
#include "store/sqlite/writer.h"

namespace sekisho::store::sqlite {

/// Newest first; the first one is the present.
std::vector<Uuid> read_incarnations(Connection& db);
/// No entry made in this incarnation has a date at or below this; 0 in the first.
std::int64_t read_date_floor(Connection& db);
/// kAlreadyExists: the store had this incarnation before.
/// Of the last row of the change log, of the last date of any stream, or the floor.
Timestamp read_latest_instant(Connection& db);
Status add_incarnation(Writing& writing, const Uuid& fresh, std::int64_t floor);

}  // namespace sekisho::store::sqlite
