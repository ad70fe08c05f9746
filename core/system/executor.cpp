#include <pthread.h>

#include <deque>
#include <thread>

#include "core/mutex.h"
#include "core/system/system.h"

namespace sekisho::system {
namespace {

constexpr std::size_t kThreadNameSize = 15;  // pthread_setname_np

class PoolExecutor : public Executor {
 public:
  PoolExecutor(const std::string& name, unsigned threads, std::size_t queue) : capacity_(queue) {
    for (unsigned i = 0; i < threads; ++i) {
      workers_.emplace_back([this] { work(); });
      const std::string number = std::to_string(i);
      const std::string own = name.substr(0, kThreadNameSize - 1 - number.size()) + "-" + number;
      pthread_setname_np(workers_.back().native_handle(), own.c_str());
    }
  }

  ~PoolExecutor() override {
    {
      const MutexLock lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    workers_.clear();  // joins
  }

  PoolExecutor(const PoolExecutor&) = delete;
  PoolExecutor& operator=(const PoolExecutor&) = delete;

  bool post(std::function<void()> task) override {
    {
      const MutexLock lock(mutex_);
      if (stopping_ || tasks_.size() >= capacity_) return false;
      tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
    return true;
  }

 private:
  /// The next task; empty once stopping and none is left.
  std::function<void()> take() {
    const MutexLock lock(mutex_);
    while (tasks_.empty() && !stopping_) changed_.wait(mutex_);
    if (tasks_.empty()) return nullptr;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    return task;
  }

  void work() {
    while (const std::function<void()> task = take()) task();
  }

  const std::size_t capacity_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::deque<std::function<void()>> tasks_ SEKISHO_GUARDED_BY(mutex_);
  bool stopping_ SEKISHO_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> workers_;
};

}  // namespace

std::unique_ptr<Executor> make_executor(const std::string& name, unsigned threads,
                                        std::size_t queue) {
  return std::make_unique<PoolExecutor>(name, threads, queue);
}

}  // namespace sekisho::system
