// The embedded store: one SQLite file, WAL, synchronous=FULL, one writer with group commit.
// docs/specs/store-sqlite.md describes the tables.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "core/ports/random.h"
#include "core/result.h"
#include "store/store.h"

namespace sekisho::store {

struct SqliteOptions {
  unsigned readers = 8;             ///< read connections kept open
  std::size_t cache_bytes = 64u << 20;  ///< page cache of the writer; readers take an eighth each
  std::function<void(std::size_t done, std::size_t total)> progress;  ///< of a migration that reads every object; may be empty
};

/// Opens or creates the file (mode 0600) and migrates it. Errors: kStoreVersion (newer file),
/// kStoreCorrupt, kStoreWrite, kIo; `where` is the path. The caller holds the node's lock.
Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path, Random& random, const SqliteOptions& options = {});

}  // namespace sekisho::store
