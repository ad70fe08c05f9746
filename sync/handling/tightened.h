// What givers said of contents again, tighter than at first: docs/specs/ownership.md §5.3. Any thread.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "certs/attestation.h"
#include "core/mutex.h"
#include "core/result.h"
#include "store/store.h"

namespace sekisho::sync {

/// Documents: key the number of the stored object, value docs/specs/ownership.md §5.3.
inline constexpr const char* kTightenedSpace = "handling-tightened";

/// Handling that came again with an object that its giver gave before.
struct Tightening {
  store::ObjectNo object = 0;
  certs::Handling handling;
};

/// The tighter of two handlings, member by member.
certs::Handling tightest(const certs::Handling& a, const certs::Handling& b);

/// `open`: those who have it may not have been given it anew.
store::DocumentPut tightened_row(const Tightening& said, bool open);

class Tightened {
 public:
  /// Reads what the store has; gives the objects that are still to be given anew. kStoreCorrupt: a row cannot be read, since what
  /// a giver took back must not come back by a damaged row.
  Result<std::vector<store::ObjectNo>> load(const store::Store& store);
  bool loaded() const { return loaded_; }
  /// What its giver said since, all of it together; nothing if it said no more.
  std::optional<certs::Handling> of(store::ObjectNo no) const {
    if (empty_) return std::nullopt;
    const MutexLock lock(mutex_);
    const auto found = rows_.find(no);
    return found == rows_.end() ? std::nullopt : std::optional(found->second);
  }
  void put(const Tightening& said);

 private:
  mutable Mutex mutex_;
  std::unordered_map<store::ObjectNo, certs::Handling> rows_ SEKISHO_GUARDED_BY(mutex_);
  std::atomic<bool> empty_{true}, loaded_{false};
};

}  // namespace sekisho::sync
