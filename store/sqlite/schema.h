// The tables and how a file comes to have them. docs/specs/store-sqlite.md explains each.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "core/ports/random.h"
#include "core/uuid.h"
#include "store/sqlite/database.h"

namespace sekisho::store::sqlite {

/// Creates the file if missing, readable by its owner alone (SQLite itself would follow the umask).
Status create_private_file(const std::string& path);
/// The same for a file that must not be there: kAlreadyExists.
Status create_new_private_file(const std::string& path);
/// Brings a file and its entry in the folder to disk.
Status sync_to_disk(const std::string& path);

/// Makes the writer's connection ready (WAL, synchronous=FULL, secure_delete), brings the file to this
/// program's version, one transaction per step, and gives its incarnation. A file that is not ours is
/// left as it is. Errors: kStoreVersion (written by a newer program), kStoreCorrupt, kStoreWrite.
/// `progress` may be empty: of what a step that goes through all objects has done; ended in the middle it goes on from there.
Result<Uuid> prepare_file(Connection& db, Random& random, std::size_t cache_bytes,
                          const std::function<void(std::size_t done, std::size_t total)>& progress);
void configure_reader(Connection& db, std::size_t cache_bytes);

}  // namespace sekisho::store::sqlite
