// Stream rows and who reads which.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "store/sqlite/writer.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

Error no_stream();

std::optional<Stream> load_stream(Connection& db, StreamNo no);
/// Writes what a release changes: pristine, length, last_date, generation.
void save_stream(Connection& db, const Stream& stream);
std::vector<Stream> read_streams(Connection& db);
std::vector<Assignment> read_assignments(Connection& db);
std::vector<Carried> read_carried(Connection& db, ObjectNo no);
std::map<ObjectNo, std::vector<Carried>> read_carried_of(Connection& db, const std::set<ObjectNo>& objects);
/// Notes that the stream carried it there until now: what is withdrawn is in no placement.
void note_withdrawn(Connection& db, ObjectNo object, StreamNo stream, Position position);
/// Once after the step to version 8, in one transaction.
Status fill_withdrawn(Connection& db);

Result<Stream> add_stream(Writing& writing, CollectionNo collection, std::string_view audience, const Uuid& id);
Result<Stream> fork_stream(Writing& writing, StreamNo from, std::string_view audience, const Uuid& id);
Status set_audience(Writing& writing, StreamNo no, std::string_view audience);
Status assign_streams(Writing& writing, const std::vector<Assignment>& assignments);

}  // namespace sekisho::store::sqlite
