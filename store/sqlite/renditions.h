// Which stored object stands for which towards parties that may not have it as it is.
#pragma once

#include <utility>
#include <vector>

#include "store/sqlite/check.h"
#include "store/sqlite/writer.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

/// Notes what each of `created` is a rendition of; `numbers` are theirs. kInvalidArgument: of what is not there.
Status note_renditions(Connection& db, const std::vector<NewObject>& created, const std::vector<ObjectNo>& numbers);
std::vector<ObjectNo> read_renditions_of(Connection& db, ObjectNo no);
std::vector<std::pair<ObjectNo, ObjectNo>> read_renditions(Connection& db);

/// Each row names objects that are there, and no rendition has the id of what it stands for.
void check_renditions(Connection& db, Findings& findings);

}  // namespace sekisho::store::sqlite
