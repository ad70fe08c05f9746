// std::mutex with clang thread-safety annotations. Lock order: docs/threads.md.
#pragma once

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define SEKISHO_TSA(x) __attribute__((x))
#else
#define SEKISHO_TSA(x)
#endif
#define SEKISHO_GUARDED_BY(m) SEKISHO_TSA(guarded_by(m))
#define SEKISHO_REQUIRES(...) SEKISHO_TSA(requires_capability(__VA_ARGS__))
#define SEKISHO_EXCLUDES(...) SEKISHO_TSA(locks_excluded(__VA_ARGS__))

namespace sekisho {

class SEKISHO_TSA(capability("mutex")) Mutex {
 public:
  void lock() SEKISHO_TSA(acquire_capability()) { mutex_.lock(); }
  void unlock() SEKISHO_TSA(release_capability()) { mutex_.unlock(); }
  bool try_lock() SEKISHO_TSA(try_acquire_capability(true)) { return mutex_.try_lock(); }

 private:
  std::mutex mutex_;
};

class SEKISHO_TSA(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) SEKISHO_TSA(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() SEKISHO_TSA(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// Waits on a Mutex that the caller holds.
using ConditionVariable = std::condition_variable_any;

}  // namespace sekisho
