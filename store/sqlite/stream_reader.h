// Pages of a stream: a range read from the block at the cursor.
#pragma once

#include <functional>

#include "store/sqlite/damage.h"
#include "store/sqlite/database.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

/// What is damaged is passed over, and `damage` knows of it. kNotFound: no such stream; kInvalidArgument: limit 0.
Result<PageEnd> read_page(Connection& db, StreamNo stream, const StreamQuery& query, Damage& damage,
                          const std::function<void(const StreamItem&)>& visit);

}  // namespace sekisho::store::sqlite
