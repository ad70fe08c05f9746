// One SQLite connection: prepared statements kept, failures remembered.
//
// A failure is sticky: the first one stays in the connection, every later statement does nothing and
// gives no rows, and whoever owns the unit of work (Writer, Readers) asks status() once at its end.
// One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sekisho::store::sqlite {

/// A column or parameter of bytes, told apart from text.
struct Blob {
  std::string_view bytes;
};

class Connection;

/// One run of a prepared statement; it is reset when this is destroyed. Views given by text() and
/// blob() hold until the next row(). Parameters are borrowed: they must outlive the run.
class Query {
 public:
  Query(Query&& other) noexcept;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query& operator=(Query&&) = delete;
  ~Query();

  bool row();  ///< steps to the next row; false at the end and after a failure
  std::int64_t integer(int column) const;
  std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  std::uint32_t number32(int column) const { return static_cast<std::uint32_t>(integer(column)); }
  std::string_view text(int column) const;
  std::string_view blob(int column) const;
  std::string string(int column) const { return std::string(text(column)); }
  bool null(int column) const;

 private:
  friend class Connection;
  Query(Connection& connection, sqlite3_stmt* statement, bool* busy)
      : connection_(&connection), statement_(statement), busy_(busy) {}
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);
  void bind(int index, Blob value);
  void bind(int index, std::nullptr_t);

  Connection* connection_;
  sqlite3_stmt* statement_;  ///< null if the connection had failed before
  bool* busy_;               ///< null if the statement is ours alone
};

/// The first column of the first row; 0 without one.
inline std::uint64_t first_number(Query query) { return query.row() ? query.number(0) : 0; }

class Connection {
 public:
  enum class Mode { kReadWrite, kReadOnly };
  /// Errors: kStoreCorrupt (not a database), kIo, kStoreWrite, kUnavailable; `where` is the path.
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Mode mode);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Starts a statement; `sql` is a literal or a constant with static storage, since the prepared form is
  /// kept under its address. Parameters: integers, string_view, Blob, nullptr.
  template <std::size_t n, typename... Args>
  Query query(const char (&sql)[n], const Args&... args) {
    Query run = start(sql);
    int index = 0;
    (bind(run, ++index, args), ...);
    return run;
  }
  /// Runs a statement to its end and drops its rows.
  template <std::size_t n, typename... Args>
  void exec(const char (&sql)[n], const Args&... args) {
    Query run = query(sql, args...);
    while (run.row()) {
    }
  }
  /// Runs statements without parameters, not kept (schema, pragmas).
  void script(const std::string& sql);

  bool failed() const { return failed_; }
  Status status() const;
  void clear() { failed_ = false; }
  void fail(Error error);
  bool in_transaction() const;
  /// Copies the whole database, as this connection's transaction sees it, over that of `target`. A failure
  /// stays in the connection that it happened in.
  void copy_to(Connection& target, const std::function<void(std::size_t done, std::size_t total)>& progress);
  std::uint64_t last_row() const;  ///< rowid of the last insert

 private:
  friend class Query;
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    bool busy = false;
  };

  Connection() = default;
  Query start(const char* sql);
  sqlite3_stmt* prepare(const char* sql);
  void fail_with(int sqlite_code);

  template <typename T>
  static void bind(Query& run, int index, const T& value) {
    if constexpr (std::is_integral_v<T>) {
      run.bind(index, static_cast<std::int64_t>(value));
    } else {
      run.bind(index, value);
    }
  }

  sqlite3* database_ = nullptr;
  std::string path_;
  std::unordered_map<const char*, Prepared> prepared_;
  bool failed_ = false;
  Error error_;
};

}  // namespace sekisho::store::sqlite
