#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "core/mutex.h"
#include "core/system/system.h"

namespace sekisho::system {
namespace {

// The wall clock may step, so a long wait is cut into pieces that look at it again.
constexpr std::int64_t kLongestWaitMicros = 1'000'000;
// The executor's queue was full: how soon to offer the task again.
constexpr std::int64_t kRetryMicros = 10'000;

class ThreadTimers : public Timers {
 public:
  ThreadTimers(const Clock& clock, Executor& executor) : clock_(clock), executor_(executor) {
    thread_ = std::jthread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "timers");
  }

  ~ThreadTimers() override {
    {
      const MutexLock lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  ThreadTimers(const ThreadTimers&) = delete;
  ThreadTimers& operator=(const ThreadTimers&) = delete;

  Id at(Timestamp when, std::function<void()> task) override {
    Id id = 0;
    {
      const MutexLock lock(mutex_);
      id = ++last_id_;
      waiting_.emplace(Key{when, id}, std::move(task));
      instants_.emplace(id, when);
    }
    changed_.notify_all();
    return id;
  }

  void cancel(Id id) override {
    const MutexLock lock(mutex_);
    const auto instant = instants_.find(id);
    if (instant == instants_.end()) return;
    waiting_.erase({instant->second, id});
    instants_.erase(instant);
  }

 private:
  using Key = std::pair<Timestamp, Id>;
  struct Due {
    Key key;
    std::function<void()> task;
  };

  void run() {
    bool refused = false;
    while (std::optional<Due> due = wait(refused)) {
      refused = !executor_.post(due->task);
      if (refused) put_back(std::move(*due));
    }
  }

  /// The next due task, or nothing once stopping.
  std::optional<Due> wait(bool pause) {
    const MutexLock lock(mutex_);
    if (pause && !stopping_) changed_.wait_for(mutex_, std::chrono::microseconds(kRetryMicros));
    while (!stopping_) {
      if (waiting_.empty()) {
        changed_.wait(mutex_);
        continue;
      }
      const auto first = waiting_.begin();
      const std::int64_t left = first->first.first.micros() - clock_.now().micros();
      if (left > 0) {
        changed_.wait_for(mutex_, std::chrono::microseconds(std::min(left, kLongestWaitMicros)));
        continue;
      }
      Due due{first->first, std::move(first->second)};
      instants_.erase(due.key.second);
      waiting_.erase(first);
      return due;
    }
    return std::nullopt;
  }

  void put_back(Due due) {
    const MutexLock lock(mutex_);
    instants_.emplace(due.key.second, due.key.first);
    waiting_.emplace(due.key, std::move(due.task));
  }

  const Clock& clock_;
  Executor& executor_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::map<Key, std::function<void()>> waiting_ SEKISHO_GUARDED_BY(mutex_);
  std::map<Id, Timestamp> instants_ SEKISHO_GUARDED_BY(mutex_);
  Id last_id_ SEKISHO_GUARDED_BY(mutex_) = 0;
  bool stopping_ SEKISHO_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<Timers> make_timers(const Clock& clock, Executor& executor) {
  return std::make_unique<ThreadTimers>(clock, executor);
}

}  // namespace sekisho::system
