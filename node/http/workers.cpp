#include "node/http/workers.h"

#include <pthread.h>

#include <csignal>
#include <utility>

namespace sekisho::node::http {

void become_thread(const char* name) {
  pthread_setname_np(pthread_self(), name);
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

Workers::Workers(unsigned threads, std::size_t queue, std::function<void(Job)> run)
    : queue_limit_(queue), run_(std::move(run)) {
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this] {
      become_thread("http-worker");
      work();
    });
  }
}

bool Workers::post(Job job) {
  {
    const MutexLock lock(mutex_);
    if (stopping_ || queue_.size() >= queue_limit_) return false;
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void Workers::work() {
  while (true) {
    Job job;
    {
      const MutexLock lock(mutex_);
      while (queue_.empty() && !stopping_) wake_.wait(mutex_);
      if (stopping_) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    run_(std::move(job));
  }
}

void Workers::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace sekisho::node::http
