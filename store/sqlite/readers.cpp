#include "store/sqlite/readers.h"

#include "store/sqlite/schema.h"

namespace sekisho::store::sqlite {

Result<std::unique_ptr<Connection>> Readers::take() {
  {
    MutexLock lock(mutex_);
    if (!idle_.empty()) {
      auto db = std::move(idle_.back());
      idle_.pop_back();
      return db;
    }
  }
  SEKISHO_ASSIGN(auto db, Connection::open(path_, Connection::Mode::kReadOnly));
  configure_reader(*db, cache_bytes_);
  SEKISHO_TRY(db->status());
  return db;
}

Status Readers::settle(std::unique_ptr<Connection> db) {
  if (db->failed()) {
    Error error = db->status().error();
    if (error.code == Code::kStoreWrite) error.code = Code::kIo;  // nothing was being written
    return error;
  }
  MutexLock lock(mutex_);
  if (idle_.size() < keep_) idle_.push_back(std::move(db));
  return {};
}

}  // namespace sekisho::store::sqlite
