// The rows of streams, packed: a block is up to kBlockEntries consecutive entries of one stream in one
// table row. Layout of an entry: docs/specs/store-sqlite.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "store/sqlite/database.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

inline constexpr std::size_t kBlockEntries = 256;
inline constexpr std::size_t kEntryBytes = 40;

enum EntryFlag : std::uint16_t {
  kNotFirst = 1,      ///< the stream carries an earlier version of this id in this spec version
  kNotLast = 2,       ///< … a later one
  kOldSpec = 4,       ///< the stream carries this id in a later spec version
  kWithdrawn = 8,     ///< taken out; only its position and date stay
  kOtherSources = 16  ///< another party's copy of the same content was released here too
};
inline constexpr std::uint16_t kVersionFlags = kNotFirst | kNotLast | kOldSpec;

struct Entry {
  ObjectNo object = 0;
  std::int64_t date = 0;  ///< date_added, microseconds
  Timestamp version;
  std::uint32_t type = 0, source = 0;  ///< Names codes
  std::uint16_t spec = 0;              ///< spec_code
  std::uint16_t flags = 0;             ///< EntryFlag

  bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
  bool operator==(const Entry&) const = default;
};

void pack(const Entry& entry, char* out);
Entry unpack(const char* in);

/// Entries of one row; `entries` may be a view of the row itself.
struct BlockView {
  Position first = 0;
  std::size_t count = 0;
  std::string_view entries;
  Entry at(Position position) const { return unpack(entries.data() + (position - first) * kEntryBytes); }
  Position end() const { return first + count; }
};

/// The block that holds a position, as a row that stays valid while `row` lives.
class BlockRow {
 public:
  /// Of `position`.
  static BlockRow holding(Connection& db, StreamNo stream, Position position);
  /// Of the first entry with a date later than `date`.
  static BlockRow after_date(Connection& db, StreamNo stream, std::int64_t date);
  /// Nothing beyond the end of the stream.
  const std::optional<BlockView>& view() const { return view_; }

 private:
  explicit BlockRow(Query query);
  Query row_;
  std::optional<BlockView> view_;
};

/// Entries changed and added within one transaction; written back by flush(), or earlier where many
/// blocks are touched. Misses are failures of the connection (kStoreCorrupt).
class BlockEditor {
 public:
  explicit BlockEditor(Connection& db) : db_(db) {}
  /// The entry at a position that exists.
  Entry read(StreamNo stream, Position position);
  void write(StreamNo stream, Position position, const Entry& entry);
  /// `position` is one beyond the last.
  void append(StreamNo stream, Position position, const Entry& entry);
  void flush();

 private:
  struct Block {
    std::string entries;
    bool fresh = false;  ///< has no row yet
    bool dirty = false;
  };
  using Key = std::pair<StreamNo, Position>;  ///< stream and first position

  /// The block that holds the position, loaded if need be; end() if there is none.
  std::map<Key, Block>::iterator find(StreamNo stream, Position position);
  char* place(StreamNo stream, Position position, bool change);
  void missing();
  void bound();

  Connection& db_;
  std::map<Key, Block> blocks_;
  std::map<Key, Block>::iterator last_ = blocks_.end();  ///< appended to last
};

}  // namespace sekisho::store::sqlite
