// What was recalled, or is to be handled more tightly, and may still be carried by streams: known to readers at once, taken out by the
// follower when it comes to it. Any thread.
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
  /// What leaves: all of what is recalled, and of what is tightened what may not stay.
  struct Objects {
    std::vector<store::ObjectNo> recalled, tightened;
  };

  /// These leave, from now on. They stay where they are until wrote() says that what takes them away is on disk.
  std::uint64_t add(Objects objects) SEKISHO_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    rows_[++last_] = {std::move(objects), false};
    any_ = true;
    return last_;
  }
  /// What takes them away is on disk, or (`durable` false) has failed and they do not leave.
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

  /// All that leaves, and up to which number, once everything that has begun is on disk or has failed.
  Objects wait_for_all(std::uint64_t& through) SEKISHO_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    written_.wait(mutex_, [this]() SEKISHO_REQUIRES(mutex_) {
      for (const auto& [number, row] : rows_) {
        if (!row.durable) return false;
      }
      return true;
    });
    Objects out;
    through = last_;
    for (const auto& [number, row] : rows_) {
      out.recalled.insert(out.recalled.end(), row.objects.recalled.begin(), row.objects.recalled.end());
      out.tightened.insert(out.tightened.end(), row.objects.tightened.begin(), row.objects.tightened.end());
    }
    return out;
  }
  /// They are out of every stream.
  void gone(std::uint64_t through) SEKISHO_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    rows_.erase(rows_.begin(), rows_.upper_bound(through));
    any_ = !rows_.empty();
  }

  /// Held while what takes away becomes durable, and while the mark of the policy applied is written: a mark written after it must
  /// not say that the streams stand.
  Mutex writing;

 private:
  struct Row {
    Objects objects;
    bool durable = false;
  };
  Mutex mutex_;
  ConditionVariable written_;
  std::map<std::uint64_t, Row> rows_ SEKISHO_GUARDED_BY(mutex_);
  std::uint64_t last_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::atomic<bool> any_{false};
};

}  // namespace sekisho::sync
