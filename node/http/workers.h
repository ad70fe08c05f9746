// The threads that run handlers, behind a bounded queue. Any thread may post.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "core/mutex.h"
#include "taxii/http.h"

namespace sekisho::node::http {

class Workers {
 public:
  struct Job {
    std::uint64_t connection = 0;
    taxii::HttpRequest request;
  };
  /// Starts `threads` threads that call `run` for each job, at most `queue` waiting.
  Workers(unsigned threads, std::size_t queue, std::function<void(Job)> run);
  ~Workers() { stop(); }
  /// False if the queue is full or stopping.
  bool post(Job job) SEKISHO_EXCLUDES(mutex_);
  /// Drops what waits, lets what runs finish.
  void stop() SEKISHO_EXCLUDES(mutex_);

 private:
  void work() SEKISHO_EXCLUDES(mutex_);

  const std::size_t queue_limit_;
  const std::function<void(Job)> run_;
  Mutex mutex_;
  ConditionVariable wake_;
  std::deque<Job> queue_ SEKISHO_GUARDED_BY(mutex_);
  bool stopping_ SEKISHO_GUARDED_BY(mutex_) = false;
  bool looking_ SEKISHO_GUARDED_BY(mutex_) = false;  ///< one thread looks out for the next job, awake
  std::atomic<bool> any_{false};                     ///< there is one, or it is time to stop
  std::vector<std::thread> threads_;
};

/// Looks for `found` some hundred times, each time giving way to whoever wants the processor: cheaper, and sooner there, than to
/// sleep and be woken when what is waited for is about to come.
void look_out_for(const std::atomic<bool>& found);

/// Names the calling thread and keeps signals away from it.
void become_thread(const char* name);

}  // namespace sekisho::node::http
