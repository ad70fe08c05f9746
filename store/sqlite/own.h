// Own entries: what a party reads back of what it gave, a row each. docs/specs/timeline.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/mutex.h"
#include "store/sqlite/blocks.h"
#include "store/sqlite/check.h"
#include "store/sqlite/writer.h"
#include "store/store.h"
#include "store/timeline.h"

namespace sekisho::store::sqlite {

/// Who may have own entries where, so that nobody else is asked about. Only grows. Any thread.
class OwnPlaces {
 public:
  void add(std::string_view party, CollectionNo collection) SEKISHO_EXCLUDES(mutex_);
  bool has(std::string_view party, CollectionNo collection) const SEKISHO_EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  std::map<std::string, std::set<CollectionNo>, std::less<>> places_ SEKISHO_GUARDED_BY(mutex_);
};

void read_own_places(Connection& db, OwnPlaces& places);

/// Makes the own entry of an object that was stored in the collection just now.
void add_own(Writing& writing, ObjectNo object, std::string_view party, CollectionNo collection, Timestamp now);
/// In every collection.
void drop_own(Connection& db, const std::vector<ObjectNo>& objects);

struct OwnEntry {
  Entry entry;  ///< no flags
  std::string id;
};

/// A party's own entries in one collection.
class OwnRows {
 public:
  OwnRows(Connection& db, std::string_view party, CollectionNo collection);

  /// Each entry with a later date, in order of date; of these ids, or of all if there are none. Before next().
  void start(std::int64_t after_date, const std::vector<std::string>& ids);
  /// The next one; nothing at the end.
  std::optional<OwnEntry> next();
  /// What is dated before `before` of one id.
  std::vector<TimelineFamily::Version> versions_of(std::string_view id, std::int64_t before) const;

 private:
  Connection& db_;
  const CollectionNo collection_;
  std::uint32_t party_ = 0;  ///< Names code; 0: nobody of this name ever gave anything
  std::optional<Query> row_;
  std::vector<OwnEntry> listed_;  ///< in descending order of date
};

/// fsck: each is of an object that its party gave into that collection.
void check_own(Connection& db, Findings& findings);

}  // namespace sekisho::store::sqlite
