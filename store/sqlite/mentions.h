// Which stored objects mention an id: one narrow row per (hash of the id, object), and how a file from before comes to have them.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "store/sqlite/check.h"
#include "store/sqlite/database.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

/// Of an object whose row was made now.
void note_mentions(Connection& db, ObjectNo no, const stix::Object& object);
std::vector<ObjectNo> read_mentioning(Connection& db, std::string_view id, ObjectNo after, std::size_t limit);

/// Writes the rows of objects that were stored before there were any, so many objects in one transaction; goes on where an earlier
/// run was ended. `progress` may be empty.
Status fill_mentions(Connection& db, const std::function<void(std::size_t done, std::size_t total)>& progress);

/// Of one object, as its bytes say.
void check_mentions_of(Connection& db, ObjectNo no, const stix::Object& object, std::size_t& expected, Findings& findings);
/// That there are no others: `expected` is what check_mentions_of() counted.
void check_mentions(Connection& db, std::size_t expected, Findings& findings);

}  // namespace sekisho::store::sqlite
