// Up to which date streams are complete: so that who merges a stream with something else by date misses nothing. An entry has its date
// before it is on disk; who reads meanwhile must not go past it. Any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>

#include "core/mutex.h"
#include "core/time.h"
#include "store/store.h"

namespace sekisho::sync {

class Appending {
 public:
  /// A reader at this instant, who saw to it that all that was due then is done: everything of the stream that is dated before the
  /// result (microseconds) is there, and nothing comes under such a date any more.
  std::int64_t complete_before(store::StreamNo stream, Timestamp now) SEKISHO_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    const bool under_way = streams_.count(stream) != 0;
    const std::int64_t before = std::min<std::int64_t>(now.micros(), under_way ? date_ : std::numeric_limits<std::int64_t>::max());
    promised_ = std::max(promised_, before);
    return before;
  }

  /// What is appended while this lives, by the follower alone, gets no date before date().
  class Turn {
   public:
    Turn(Appending& all, const store::Release& release, Timestamp now) : all_(all) {
      const MutexLock lock(all_.mutex_);
      for (const store::Append& append : release.appends) all_.streams_.insert(append.stream);
      all_.date_ = std::max(now.micros(), all_.promised_);
      date_ = Timestamp::from_micros(all_.date_);
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      const MutexLock lock(all_.mutex_);
      all_.streams_.clear();
    }
    Timestamp date() const { return date_; }

   private:
    Appending& all_;
    Timestamp date_;
  };

 private:
  Mutex mutex_;
  std::set<store::StreamNo> streams_ SEKISHO_GUARDED_BY(mutex_);  ///< that something is appended to just now
  std::int64_t date_ SEKISHO_GUARDED_BY(mutex_) = 0;              ///< not before this
  std::int64_t promised_ SEKISHO_GUARDED_BY(mutex_) = 0;          ///< the latest date that a reader was told
};

}  // namespace sekisho::sync
