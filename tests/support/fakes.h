// The fakes every test shares: a clock that moves by script, seeded randomness, files in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/log.h"
#include "core/mutex.h"
#include "core/ports/clock.h"
#include "core/ports/executor.h"
#include "core/ports/files.h"
#include "core/ports/random.h"
#include "core/ports/stop_signs.h"

namespace sekisho::tests {

/// Moves only by set() and advance(). Any thread.
class FakeClock : public Clock {
 public:
  explicit FakeClock(Timestamp start = Timestamp{1'750'000'000, 0}) : now_(start) {}
  Timestamp now() const override {
    const MutexLock lock(mutex_);
    return now_;
  }
  std::int64_t monotonic_micros() const override {
    const MutexLock lock(mutex_);
    return monotonic_;
  }
  void set(Timestamp t) {
    const MutexLock lock(mutex_);
    now_ = t;
  }
  void advance_micros(std::int64_t delta) {
    const MutexLock lock(mutex_);
    now_ = now_.plus_micros(delta);
    monotonic_ += delta;
  }

 private:
  mutable Mutex mutex_;
  Timestamp now_ SEKISHO_GUARDED_BY(mutex_);
  std::int64_t monotonic_ SEKISHO_GUARDED_BY(mutex_) = 0;
};

/// The same bytes for the same (seed, purpose, how many drawn before for that purpose). Any thread.
class FakeRandom : public Random {
 public:
  explicit FakeRandom(std::uint64_t seed = 1) : seed_(seed) {}
  void fill(std::span<std::uint8_t> out, std::string_view purpose) override;

 private:
  const std::uint64_t seed_;
  Mutex mutex_;
  std::map<std::string, std::uint64_t, std::less<>> drawn_ SEKISHO_GUARDED_BY(mutex_);
};

/// Files in memory, with the rules of the system's (a missing folder is kNotFound); `fail_writes` makes
/// every write return kIo. One thread at a time.
class FakeFiles : public Files {
 public:
  Result<std::string> read(const std::string& path, std::size_t max_bytes) const override;
  Result<std::unique_ptr<FileReader>> open(const std::string& path) const override;
  Status write_atomic(const std::string& path, std::string_view bytes, unsigned mode) override;
  Result<FileFacts> copy(const std::string& from, const std::string& to, unsigned mode) override;
  Result<FileFacts> facts(const std::string& path) const override;
  Status make_directory(const std::string& path, unsigned mode) override;
  Status remove(const std::string& path) override;
  bool exists(const std::string& path) const override;
  Result<std::vector<std::string>> list(const std::string& path) const override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;
  Result<std::uint64_t> free_bytes(const std::string& path) const override;

  std::map<std::string, std::string> contents;
  std::map<std::string, unsigned> modes;
  std::set<std::string> directories;
  bool fail_writes = false;

 private:
  bool is_folder(const std::string& path) const;
  std::set<std::string> locked_;
};

/// Signs in memory; `no_room` makes every raise() fail. Any thread.
class FakeSigns : public StopSigns {
 public:
  bool up(std::string_view name) const override {
    const MutexLock lock(mutex_);
    return signs_.find(name) != signs_.end();
  }
  Status raise(std::string_view name, std::string_view text) override;
  Status lower(std::string_view name, std::string_view text) override;
  Result<std::vector<std::pair<std::string, std::string>>> list() const override {
    const MutexLock lock(mutex_);
    return std::vector<std::pair<std::string, std::string>>(signs_.begin(), signs_.end());
  }
  bool no_room = false;

 private:
  mutable Mutex mutex_;
  std::map<std::string, std::string, std::less<>> signs_ SEKISHO_GUARDED_BY(mutex_);
};

/// Runs a task inside post().
class InlineExecutor : public Executor {
 public:
  bool post(std::function<void()> task) override {
    task();
    return true;
  }
};

}  // namespace sekisho::tests
