// Read-only connections, lent out one at a time, each with a snapshot of the last commit.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/mutex.h"
#include "store/sqlite/database.h"

namespace sekisho::store::sqlite {

/// Any thread. A read inside a read gets a connection of its own, so nesting cannot deadlock; at most
/// `keep` are kept when idle.
class Readers {
 public:
  Readers(std::string path, std::size_t keep, std::size_t cache_bytes)
      : path_(std::move(path)), keep_(keep), cache_bytes_(cache_bytes) {}

  /// Runs `work(Connection&) -> Result<T>` within one snapshot. A failure of the connection comes before
  /// what `work` returned: kIo, kStoreCorrupt, kUnavailable.
  template <typename T, typename Work>
  Result<T> read(const Work& work) {
    SEKISHO_ASSIGN(std::unique_ptr<Connection> db, take());
    db->exec("BEGIN");
    Result<T> value = work(*db);
    db->exec("COMMIT");
    const Status status = settle(std::move(db));
    if (!status.ok()) return status.error();
    return value;
  }

 private:
  Result<std::unique_ptr<Connection>> take() SEKISHO_EXCLUDES(mutex_);
  /// Takes the connection back (a failed one is closed) and tells how it fared.
  Status settle(std::unique_ptr<Connection> db) SEKISHO_EXCLUDES(mutex_);

  const std::string path_;
  const std::size_t keep_;
  const std::size_t cache_bytes_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_ SEKISHO_GUARDED_BY(mutex_);
};

}  // namespace sekisho::store::sqlite
