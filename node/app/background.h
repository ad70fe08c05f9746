// One thread for work that follows by itself: rung, it does all of it once more. Any thread rings.
#pragma once

#include <functional>
#include <thread>

#include "core/mutex.h"

namespace sekisho::node::app {

class Background {
 public:
  explicit Background(std::function<void()> work) : work_(std::move(work)), thread_([this] { run(); }) {}
  ~Background() {
    {
      const MutexLock lock(mutex_);
      stopping_ = true;
    }
    bell_.notify_all();
    thread_.join();
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  void ring() SEKISHO_EXCLUDES(mutex_) {
    {
      const MutexLock lock(mutex_);
      rung_ = true;
    }
    bell_.notify_all();
  }

 private:
  void run() SEKISHO_EXCLUDES(mutex_) {
    while (true) {
      {
        const MutexLock lock(mutex_);
        bell_.wait(mutex_, [this]() SEKISHO_REQUIRES(mutex_) { return rung_ || stopping_; });
        if (stopping_) return;
        rung_ = false;
      }
      work_();
    }
  }

  const std::function<void()> work_;
  Mutex mutex_;
  ConditionVariable bell_;
  bool rung_ SEKISHO_GUARDED_BY(mutex_) = false;
  bool stopping_ SEKISHO_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace sekisho::node::app
