// How long statuses are kept: a day after they were made, and up to a number of bytes for each party. What is
// over goes when the party posts again. docs/specs/taxii-post.md. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/mutex.h"
#include "core/result.h"
#include "core/time.h"
#include "store/store.h"

namespace sekisho::sync {

class StatusShelf {
 public:
  static constexpr std::int64_t kKeptMicros = 24LL * 3600 * 1'000'000;
  static constexpr std::size_t kBytesPerParty = 64u << 20;

  explicit StatusShelf(const store::Store& store) : store_(store) {}

  /// Learns what is kept for a party; at its first submission only.
  Status open(const std::string& party);
  /// What to write to keep one more: it, and the removal of those that are over. `open` came before.
  std::vector<store::DocumentPut> put(const std::string& party, const std::string& id, Timestamp at, std::string text);
  /// The text; kNotFound.
  struct Kept {
    Timestamp at;
    std::string text;
  };
  Result<Kept> find(const std::string& party, std::string_view id) const;

 private:
  struct Row {
    Timestamp at;
    std::string id;
    std::size_t bytes = 0;
  };
  struct Shelf {
    std::deque<Row> rows;  ///< oldest first
    std::size_t bytes = 0;
  };
  const store::Store& store_;
  Mutex mutex_;
  std::map<std::string, Shelf> shelves_ SEKISHO_GUARDED_BY(mutex_);
};

}  // namespace sekisho::sync
