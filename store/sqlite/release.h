// One step of the release follower, applied to the tables.
#pragma once

#include <vector>

#include "store/sqlite/writer.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

/// Order: created, withdrawals, appends, audiences, assignments, unholds, holds, documents, place in the change log. Gives the
/// rows that each append added. kNotFound: no such stream; kInvalidArgument: objects, collections or a
/// place in the change log that do not exist.
Result<std::vector<std::size_t>> apply_release(Writing& writing, const Release& release, Timestamp now);

/// An object whose bytes were damaged and are whole again comes once more to every stream that carries it: whoever read on meanwhile
/// did not get it.
Status give_again(Writing& writing, ObjectNo object, Timestamp now);

}  // namespace sekisho::store::sqlite
