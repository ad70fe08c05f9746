#include "node/http/workers.h"

#include <pthread.h>

#include <csignal>
#include <utility>

namespace sekisho::node::http {
namespace {

constexpr int kLooks = 200;  // some 60 us where nobody else wants the processor

}  // namespace

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
  bool wake = false;
  {
    const MutexLock lock(mutex_);
    if (stopping_ || queue_.size() >= queue_limit_) return false;
    queue_.push_back(std::move(job));
    wake = !looking_ || queue_.size() > 1;
    any_ = true;
  }
  if (wake) wake_.notify_one();
  return true;
}

void look_out_for(const std::atomic<bool>& found) {
  for (int look = 0; look < kLooks && !found.load(std::memory_order_acquire); ++look) std::this_thread::yield();
}

void Workers::work() {
  bool look = false;
  while (true) {
    if (look) look_out_for(any_);
    Job job;
    {
      const MutexLock lock(mutex_);
      if (look) looking_ = false;
      while (queue_.empty() && !stopping_) wake_.wait(mutex_);
      if (stopping_) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    run_(std::move(job));
    const MutexLock lock(mutex_);
    any_ = stopping_ || !queue_.empty();
    look = !looking_ && queue_.empty();
    if (look) looking_ = true;
  }
}

void Workers::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = any_ = true;
    queue_.clear();
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace sekisho::node::http
