// What was recalled and may still be carried by streams: known to readers at once, taken out by the follower when it comes to it.
// Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "core/mutex.h"
#include "store/store.h"

namespace sekisho::sync {

class Leaving {
 public:
  /// These leave, from now on. They stay where they are until wrote() says that their recall is on disk.
  std::uint64_t add(std::vector<store::ObjectNo> objects) SEKISHO_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    rows_[++last_] = {std::move(objects), false};
    any_ = true;
    return last_;
  }
  /// Their recall is on disk, or (`durable` false) has failed and they do not leave.
  void wrote(std::uint64_t number, bool durable) SEKISHO_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    if (durable) {
      rows_[number].durable = true;
    } else {
      rows_.erase(number);
    }
    any_ = !rows_.empty();
    written_.notify_all();
  }
  bool any() const { return any_; }

  /// All that leaves, and up to which number, once every recall that has begun is on disk or has failed.
  std::vector<store::ObjectNo> wait_for_all(std::uint64_t& through) SEKISHO_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    written_.wait(mutex_, [this]() SEKISHO_REQUIRES(mutex_) {
      for (const auto& [number, row] : rows_) {
        if (!row.durable) return false;
      }
      return true;
    });
    std::vector<store::ObjectNo> out;
    through = last_;
    for (const auto& [number, row] : rows_) out.insert(out.end(), row.objects.begin(), row.objects.end());
    return out;
  }
  /// They are out of every stream.
  void gone(std::uint64_t through) SEKISHO_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    rows_.erase(rows_.begin(), rows_.upper_bound(through));
    any_ = !rows_.empty();
  }

  /// Held while a recall becomes durable, and while the mark of the policy applied is written: a mark written after a recall must
  /// not say that the streams stand.
  Mutex writing;

 private:
  struct Row {
    std::vector<store::ObjectNo> objects;
    bool durable = false;
  };
  Mutex mutex_;
  ConditionVariable written_;
  std::map<std::uint64_t, Row> rows_ SEKISHO_GUARDED_BY(mutex_);
  std::uint64_t last_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::atomic<bool> any_{false};
};

}  // namespace sekisho::sync
