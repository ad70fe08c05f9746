#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "core/hasher.h"
#include "core/system/descriptor.h"
#include "core/system/system.h"

namespace sekisho::system {
namespace {

constexpr std::size_t kReadBlock = 64u << 10;

/// An Error for errno.
Error failure(const std::string& doing, const std::string& path) {
  const int number = errno;
  Code code = Code::kIo;
  if (number == ENOENT || number == ENOTDIR) code = Code::kNotFound;
  if (number == EEXIST) code = Code::kAlreadyExists;
  return make_error(code, "cannot " + doing + ": " + std::generic_category().message(number), path);
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// Makes a rename, creation or removal in `folder` durable.
Status sync_folder(const std::string& folder) {
  const Descriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok() || fsync(fd.get()) != 0) return failure("make the folder durable", folder);
  return {};
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno != EINTR) return false;
    if (done > 0) bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

/// Opens a new file beside `path`; `name` gets its path. Names left by a crash are passed over.
Descriptor create_beside(const std::string& path, std::string& name) {
  static std::atomic<std::uint64_t> counter = 0;
  for (;;) {
    name = path + ".tmp-" + std::to_string(getpid()) + "-" + std::to_string(counter.fetch_add(1));
    Descriptor fd(open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (fd.ok() || errno != EEXIST) return fd;
  }
}

/// Hands the bytes of an open file to `take` block by block; false if reading or `take` fails.
template <typename Take>
bool read_blocks(int fd, FileFacts& facts, const Take& take) {
  std::string block(kReadBlock, '\0');
  Sha256Hasher hasher;
  for (;;) {
    const ssize_t got = ::read(fd, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    const std::string_view bytes(block.data(), static_cast<std::size_t>(got));
    hasher.add(bytes);
    facts.size += bytes.size();
    if (!take(bytes)) return false;
  }
  facts.sha256 = hasher.finish();
  return true;
}

class SystemReader : public FileReader {
 public:
  SystemReader(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Result<std::size_t> read(std::span<char> room) override {
    for (;;) {
      const ssize_t got = ::read(fd_.get(), room.data(), room.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return failure("read", path_);
    }
  }

 private:
  Descriptor fd_;
  std::string path_;
};

class SystemLock : public FileLock {
 public:
  explicit SystemLock(Descriptor fd) : fd_(std::move(fd)) {}

 private:
  Descriptor fd_;  // closing it gives the lock back
};

class SystemFiles : public Files {
 public:
  Result<std::string> read(const std::string& path, std::size_t max_bytes) const override {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.ok()) return failure("open", path);
    std::string bytes;
    const std::size_t most =
        std::min(max_bytes, bytes.max_size() - 1) + 1;  // one more tells "too large"
    struct stat facts {};
    if (fstat(fd.get(), &facts) == 0 && facts.st_size > 0) {
      bytes.reserve(std::min(most, static_cast<std::size_t>(facts.st_size) + 1));
    }
    for (;;) {
      const std::size_t had = bytes.size();
      bytes.resize(std::min(std::max(had + kReadBlock, bytes.capacity()), most));
      const ssize_t got = ::read(fd.get(), bytes.data() + had, bytes.size() - had);
      if (got < 0 && errno != EINTR) return failure("read", path);
      bytes.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
      if (bytes.size() > max_bytes) {
        return make_error(Code::kLimitExceeded,
                          "the file is larger than " + std::to_string(max_bytes) + " bytes", path);
      }
      if (got == 0) return bytes;
    }
  }

  Result<std::unique_ptr<FileReader>> open(const std::string& path) const override {
    Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.ok()) return failure("open", path);
    return std::unique_ptr<FileReader>(std::make_unique<SystemReader>(std::move(fd), path));
  }

  Status write_atomic(const std::string& path, std::string_view bytes, unsigned mode) override {
    std::string beside;
    Descriptor fd = create_beside(path, beside);
    if (!fd.ok()) return failure("create a file beside", path);
    const bool written = write_all(fd.get(), bytes) && fchmod(fd.get(), mode) == 0 &&
                         fsync(fd.get()) == 0 && fd.close() &&
                         rename(beside.c_str(), path.c_str()) == 0;
    if (!written) {
      Error error = failure("write", path);
      unlink(beside.c_str());
      return error;
    }
    return sync_folder(folder_of(path));
  }

  Result<FileFacts> copy(const std::string& from, const std::string& to, unsigned mode) override {
    const Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (!source.ok()) return failure("open", from);
    Descriptor target(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!target.ok()) return failure("create", to);
    FileFacts copied;
    const bool whole =
        read_blocks(source.get(), copied, [&](std::string_view bytes) { return write_all(target.get(), bytes); }) &&
        fchmod(target.get(), mode) == 0 && fsync(target.get()) == 0 && target.close();
    if (!whole) {
      Error error = failure("copy " + from, to);
      unlink(to.c_str());
      return error;
    }
    SEKISHO_TRY(sync_folder(folder_of(to)));
    return copied;
  }

  Result<FileFacts> facts(const std::string& path) const override {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.ok()) return failure("open", path);
    FileFacts facts;
    if (!read_blocks(fd.get(), facts, [](std::string_view) { return true; })) return failure("read", path);
    return facts;
  }

  Status make_directory(const std::string& path, unsigned mode) override {
    if (mkdir(path.c_str(), 0700) != 0 || chmod(path.c_str(), mode) != 0)
      return failure("make the folder", path);
    return sync_folder(folder_of(path));
  }

  Status remove(const std::string& path) override {
    if (std::remove(path.c_str()) != 0) return failure("remove", path);
    return sync_folder(folder_of(path));
  }

  bool exists(const std::string& path) const override { return access(path.c_str(), F_OK) == 0; }

  Result<std::vector<std::string>> list(const std::string& path) const override {
    struct Close {
      void operator()(DIR* folder) const { closedir(folder); }
    };
    const std::unique_ptr<DIR, Close> folder(opendir(path.c_str()));
    if (folder == nullptr) return failure("list", path);
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const dirent* entry = readdir(folder.get());
      if (entry == nullptr) break;
      std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      struct stat facts {};
      if (fstatat(dirfd(folder.get()), name.c_str(), &facts, 0) == 0 && S_ISDIR(facts.st_mode))
        name += '/';
      names.push_back(std::move(name));
    }
    if (errno != 0) return failure("list", path);
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    Descriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!fd.ok()) return failure("open the lock", path);
    if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK)
        return make_error(Code::kStoreLocked, "another process holds the lock", path);
      return failure("lock", path);
    }
    return std::unique_ptr<FileLock>(std::make_unique<SystemLock>(std::move(fd)));
  }

  Result<std::uint64_t> free_bytes(const std::string& path) const override {
    struct statvfs facts {};
    if (statvfs(path.c_str(), &facts) != 0) return failure("ask for free space", path);
    return static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize;
  }
};

}  // namespace

std::unique_ptr<Files> make_files() {
  return std::make_unique<SystemFiles>();
}

}  // namespace sekisho::system
