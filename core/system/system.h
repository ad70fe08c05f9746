// The machine behind the ports: clock, randomness, files, threads, the DNS. Only node/app, tools and tests link
// this; everything else gets the ports injected (lint).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/log.h"
#include "core/ports/clock.h"
#include "core/ports/executor.h"
#include "core/ports/files.h"
#include "core/ports/names.h"
#include "core/ports/random.h"
#include "core/ports/stop_signs.h"

namespace sekisho::system {

std::unique_ptr<Clock> make_clock();
std::unique_ptr<Random> make_random();  ///< getrandom(2); aborts if the kernel refuses
std::unique_ptr<Files> make_files();
std::unique_ptr<Names> make_names();    ///< libresolv
/// Signs as files in DIR/stop, which is made if it is missing. kIo, kNotFound.
Result<std::unique_ptr<StopSigns>> make_stop_signs(const std::string& dir);
/// Calls `changed` on a thread of its own, at first and whenever a name comes into the folder or goes, until it is destroyed.
class FolderWatch {
 public:
  virtual ~FolderWatch() = default;
};
std::unique_ptr<FolderWatch> watch_folder(const std::string& folder, std::function<void()> changed);
/// `threads` workers named `name`, at most `queue` waiting tasks. The destructor runs what is queued.
std::unique_ptr<Executor> make_executor(const std::string& name, unsigned threads, std::size_t queue);
/// One timer thread that posts due tasks to `executor`; both must outlive it.
std::unique_ptr<Timers> make_timers(const Clock& clock, Executor& executor);
/// Writes lines at or above `level` to standard error.
std::unique_ptr<Log> make_stderr_log(const Clock& clock, LogLevel level);
std::unique_ptr<Log> make_null_log();

/// From here on memory that was freed is kept for the next page or batch, up to 16 MiB at the end of each arena, and blocks up to
/// 4 MiB come from there: given back at once, all of it would be faulted in again for the next. Before threads start.
void keep_freed_memory();

}  // namespace sekisho::system
