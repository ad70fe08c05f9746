// Ports: running work and waking later. Nothing above the adapters waits; it runs to completion and
// schedules what follows.
#pragma once

#include <cstdint>
#include <functional>

#include "core/time.h"

namespace sekisho {

/// Runs tasks on some thread. Any thread may post; the queue is bounded.
class Executor {
 public:
  virtual ~Executor() = default;
  /// False if the queue is full or the executor is stopping: the task will not run.
  virtual bool post(std::function<void()> task) = 0;
};

/// Wakes tasks at or after an instant of the injected clock, on an executor thread. Any thread.
class Timers {
 public:
  using Id = std::uint64_t;
  virtual ~Timers() = default;
  virtual Id at(Timestamp when, std::function<void()> task) = 0;
  /// A task that is already posted still runs; an unknown id is no error.
  virtual void cancel(Id id) = 0;
};

}  // namespace sekisho
