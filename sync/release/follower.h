// The follower's role: one thread has it at a time, and whoever has much to do lets those that wait come in between.
#pragma once

#include <cstdint>

#include "core/mutex.h"

namespace sekisho::sync {

class SEKISHO_TSA(capability("mutex")) Follower {
 public:
  void lock() SEKISHO_TSA(acquire_capability()) {
    {
      const MutexLock gate(gate_);
      ++waiting_;
    }
    mutex_.lock();
    const MutexLock gate(gate_);
    --waiting_;
    ++turns_;
    came_.notify_all();
  }
  void unlock() SEKISHO_TSA(release_capability()) { mutex_.unlock(); }

  std::uint64_t waiting() const SEKISHO_EXCLUDES(gate_) {
    const MutexLock gate(gate_);
    return waiting_;
  }

  /// Between two pieces of work, without the role: until one of those that wait has had it. At once if nobody does.
  void give_way() SEKISHO_EXCLUDES(gate_) {
    const MutexLock gate(gate_);
    const std::uint64_t turns = turns_;
    came_.wait(gate_, [&]() SEKISHO_REQUIRES(gate_) { return waiting_ == 0 || turns_ != turns; });
  }

 private:
  Mutex mutex_;
  mutable Mutex gate_;
  ConditionVariable came_;
  std::uint64_t waiting_ SEKISHO_GUARDED_BY(gate_) = 0;
  std::uint64_t turns_ SEKISHO_GUARDED_BY(gate_) = 0;
};

class SEKISHO_TSA(scoped_lockable) FollowerLock {
 public:
  explicit FollowerLock(Follower& follower) SEKISHO_TSA(acquire_capability(follower)) : follower_(follower) { follower_.lock(); }
  ~FollowerLock() SEKISHO_TSA(release_capability()) { follower_.unlock(); }
  FollowerLock(const FollowerLock&) = delete;
  FollowerLock& operator=(const FollowerLock&) = delete;

 private:
  Follower& follower_;
};

}  // namespace sekisho::sync
