// Port: files outside the database (configuration, keys, imports).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/result.h"

namespace sekisho {

/// Holds an exclusive lock until destroyed.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

/// An open file, read from its beginning to its end. One thread at a time.
class FileReader {
 public:
  virtual ~FileReader() = default;
  /// Puts up to `room.size()` bytes into `room` and says how many: 0 only at the end, and then always. kIo.
  virtual Result<std::size_t> read(std::span<char> room) = 0;
};

/// What a file holds, without holding it in memory.
struct FileFacts {
  Sha256 sha256{};
  std::uint64_t size = 0;
};

/// Any thread. Errors: kNotFound, kAlreadyExists, kIo, kLimitExceeded, kStoreLocked; `where` is the path.
class Files {
 public:
  virtual ~Files() = default;
  virtual Result<std::string> read(const std::string& path, std::size_t max_bytes) const = 0;
  /// Opens what is too large to be held, or has no end in sight: a pipe, say.
  virtual Result<std::unique_ptr<FileReader>> open(const std::string& path) const = 0;
  /// Writes beside, fsyncs, renames over and fsyncs the folder: the old or the new content, never half.
  virtual Status write_atomic(const std::string& path, std::string_view bytes, unsigned mode) = 0;
  /// Copies a file of any size to a new one and gives what was copied; the copy is durable, or gone.
  virtual Result<FileFacts> copy(const std::string& from, const std::string& to, unsigned mode) = 0;
  virtual Result<FileFacts> facts(const std::string& path) const = 0;
  /// `path` as others of this process must write it, who do not open it through this port.
  virtual std::string resolved(const std::string& path) const { return path; }
  /// Makes one folder; kAlreadyExists if anything is there, kNotFound without the folder above.
  virtual Status make_directory(const std::string& path, unsigned mode) = 0;
  /// Removes a file or an empty folder, durably.
  virtual Status remove(const std::string& path) = 0;
  virtual bool exists(const std::string& path) const = 0;
  /// Names in a folder, sorted, without `.` and `..`; a name ending in `/` is a folder.
  virtual Result<std::vector<std::string>> list(const std::string& path) const = 0;
  /// Takes an exclusive lock on the file (created if missing) or fails at once with kStoreLocked.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
  /// Free bytes of the file system that holds `path`.
  virtual Result<std::uint64_t> free_bytes(const std::string& path) const = 0;
};

}  // namespace sekisho
