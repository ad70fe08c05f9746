// The thread that follows the change log in a node that serves: it plans what others have accepted, recalled or approved, a step
// at a time, when it is woken, and looks by itself every second, for dates that have come and for what failed before.
// docs/threads.md.
#pragma once

#include <string>
#include <thread>

#include "core/log.h"
#include "core/mutex.h"
#include "sync/release/release.h"

namespace sekisho::node::app {

class FollowerThread {
 public:
  /// From here on until this ends nobody else follows. Both outlive it.
  FollowerThread(sync::Release& release, Log& log);
  /// What is left is followed by whoever comes next, or at the next start.
  ~FollowerThread();
  /// Ends, and gives up the step under way; nobody follows in its place until it is destroyed. Once.
  void stop() SEKISHO_EXCLUDES(mutex_);
  FollowerThread(const FollowerThread&) = delete;
  FollowerThread& operator=(const FollowerThread&) = delete;

 private:
  void wake() SEKISHO_EXCLUDES(mutex_);
  /// False: the thread is to end.
  bool wait() SEKISHO_EXCLUDES(mutex_);
  bool stopping() SEKISHO_EXCLUDES(mutex_);
  void run() SEKISHO_EXCLUDES(mutex_);
  void follow();

  sync::Release& release_;
  Log& log_;
  std::string told_;  ///< the failure that the log tells of; of the thread alone
  Mutex mutex_;
  ConditionVariable bell_;
  bool woken_ SEKISHO_GUARDED_BY(mutex_) = true;
  bool stopping_ SEKISHO_GUARDED_BY(mutex_) = false;
  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace sekisho::node::app
