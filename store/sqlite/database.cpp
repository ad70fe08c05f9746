#include "store/sqlite/database.h"

#include <sqlite3.h>

#include <utility>

#include "core/checksum.h"

namespace sekisho::store::sqlite {
namespace {

Code code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Code::kStoreWrite;
    case SQLITE_CANTOPEN:
      return Code::kIo;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
      return Code::kUnavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Code::kStoreCorrupt;
    default:
      return Code::kInternal;
  }
}

constexpr int kBusyMillis = 5000;
constexpr int kCopyPages = 256;  ///< copied between two reports of progress

/// sekisho_checksum(bytes) in SQL: for migrations and checks of whole tables.
void give_checksum(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* bytes = static_cast<const char*>(sqlite3_value_blob(values[0]));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
  sqlite3_result_int64(context, static_cast<std::int64_t>(checksum({bytes == nullptr ? "" : bytes, size})));
}

}  // namespace

Query::Query(Query&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      busy_(std::exchange(other.busy_, nullptr)) {}

Query::~Query() {
  if (statement_ == nullptr) return;
  if (busy_ == nullptr) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  *busy_ = false;
}

bool Query::row() {
  if (statement_ == nullptr || connection_->failed()) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_->fail_with(sqlite3_extended_errcode(connection_->database_));
  return false;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Query::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return {text == nullptr ? "" : text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Query::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return {bytes == nullptr ? "" : bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Query::null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

void Query::bind(int index, std::int64_t value) {
  if (statement_ != nullptr) sqlite3_bind_int64(statement_, index, value);
}

void Query::bind(int index, std::string_view value) {
  if (statement_ == nullptr) return;
  const char* text = value.data() == nullptr ? "" : value.data();
  const int code = sqlite3_bind_text64(statement_, index, text, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) connection_->fail_with(code);
}

void Query::bind(int index, Blob value) {
  if (statement_ == nullptr) return;
  const char* bytes = value.bytes.data() == nullptr ? "" : value.bytes.data();
  const int code = sqlite3_bind_blob64(statement_, index, bytes, value.bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) connection_->fail_with(code);
}

void Query::bind(int index, std::nullptr_t) {
  if (statement_ != nullptr) sqlite3_bind_null(statement_, index);
}

// Counting every allocation takes one lock for the whole process: two readers then do the work of one.
void without_statistics() {
  static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(done);  // refused if something else began first: slower, nothing else
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Mode mode) {
  without_statistics();
  std::unique_ptr<Connection> connection(new Connection());
  connection->path_ = path;
  const int access = mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const int code = sqlite3_open_v2(path.c_str(), &connection->database_, access | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    connection->fail_with(code);
    return connection->status().error();
  }
  sqlite3_extended_result_codes(connection->database_, 1);
  sqlite3_busy_timeout(connection->database_, kBusyMillis);
  sqlite3_create_function_v2(connection->database_, "sekisho_checksum", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, give_checksum,
                             nullptr, nullptr, nullptr);
  return connection;
}

Connection::~Connection() {
  for (auto& [sql, prepared] : prepared_) sqlite3_finalize(prepared.statement);
  sqlite3_close_v2(database_);
}

sqlite3_stmt* Connection::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail_with(code);
  return statement;
}

Query Connection::start(const char* sql) {
  if (failed_) return {*this, nullptr, nullptr};
  Prepared& prepared = prepared_[sql];
  if (prepared.busy) return {*this, prepare(sql), nullptr};
  if (prepared.statement == nullptr) prepared.statement = prepare(sql);
  if (prepared.statement == nullptr) return {*this, nullptr, nullptr};
  prepared.busy = true;
  return {*this, prepared.statement, &prepared.busy};
}

void Connection::script(const std::string& sql) {
  if (failed_) return;
  const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail_with(code);
}

Status Connection::status() const {
  if (!failed_) return {};
  return error_;
}

void Connection::fail(Error error) {
  if (failed_) return;
  failed_ = true;
  error_ = std::move(error);
}

void Connection::fail_with(int sqlite_code) {
  std::string detail = sqlite3_errstr(sqlite_code);
  if (database_ != nullptr) detail += std::string(" (") + sqlite3_errmsg(database_) + ")";
  fail(make_error(code_of(sqlite_code), std::move(detail), path_));
}

void Connection::copy_to(Connection& target, const std::function<void(std::size_t, std::size_t)>& progress) {
  if (failed_ || target.failed_) return;
  sqlite3_backup* copy = sqlite3_backup_init(target.database_, "main", database_, "main");
  if (copy == nullptr) return target.fail_with(sqlite3_extended_errcode(target.database_));
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    code = sqlite3_backup_step(copy, kCopyPages);
    const auto total = static_cast<std::size_t>(sqlite3_backup_pagecount(copy));
    const auto left = static_cast<std::size_t>(sqlite3_backup_remaining(copy));
    if (progress && (code == SQLITE_OK || code == SQLITE_DONE)) progress(total - left, total);
  }
  sqlite3_backup_finish(copy);
  if (code != SQLITE_DONE) target.fail_with(code);
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

std::uint64_t Connection::last_row() const {
  return static_cast<std::uint64_t>(sqlite3_last_insert_rowid(database_));
}

}  // namespace sekisho::store::sqlite
