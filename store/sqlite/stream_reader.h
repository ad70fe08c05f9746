// Pages of a stream: a range read from the block at the cursor.
#pragma once

#include <functional>

#include "store/sqlite/database.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

/// kNotFound: no such stream; kInvalidArgument: limit 0.
Result<PageEnd> read_page(Connection& db, StreamNo stream, const StreamQuery& query,
                          const std::function<void(const StreamItem&)>& visit);

}  // namespace sekisho::store::sqlite
