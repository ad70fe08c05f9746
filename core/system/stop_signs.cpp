// Stop signs as files: DIR/stop/NAME. What the program looks at is that the name exists; a hard link to a file made beforehand
// puts it up, which needs no free inode and no free block.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include "core/system/descriptor.h"
#include "core/system/system.h"

namespace sekisho::system {
namespace {

constexpr const char* kFolder = "stop";
constexpr const char* kReady = ".ready";  ///< made beforehand; signs are links to it until their text is written
constexpr std::size_t kNameBytes = 128;
constexpr std::size_t kTextBytes = 64u << 10;

Error sign_failure(const std::string& doing, const std::string& path) {
  return make_error(errno == ENOENT ? Code::kNotFound : Code::kIo, "cannot " + doing + ": " + std::generic_category().message(errno), path);
}

class FileSigns : public StopSigns {
 public:
  explicit FileSigns(std::string dir) : dir_(std::move(dir)), home_(::open(dir_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}

  Status begin() {
    if (!home_.ok()) return sign_failure("open", dir_);
    if (::mkdirat(home_.get(), kFolder, 0700) != 0 && errno != EEXIST) return sign_failure("make the folder", dir_ + "/" + kFolder);
    const Descriptor ready(::openat(home_.get(), at(kReady).data(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    // Signs can be put up without it where there is room.
    return {};
  }

  // A folder that is gone says nothing, so it says stop. Relative to the open home: the node's folder may be moved.
  bool up(std::string_view name) const override {
    return there(at(name).data()) || ::faccessat(home_.get(), "stop/.", F_OK, 0) != 0;
  }

  // With its text from the first moment where there is room, so that nobody who looks meanwhile takes it for one without a reason.
  Status raise(std::string_view name, std::string_view text) override {
    const Path path = at(name);
    const bool up = raise_with_text(name, text) || ::linkat(home_.get(), at(kReady).data(), home_.get(), path.data(), 0) == 0 ||
                    errno == EEXIST || make(path) || ::renameat(home_.get(), at(kReady).data(), home_.get(), path.data()) == 0;
    if (!up) return sign_failure("put up the stop", shown(name));
    return sync_folder();
  }

  Status lower(std::string_view name, std::string_view text) override {
    SEKISHO_ASSIGN(const std::string now, read_text(at(name)));
    if (!now.empty() && now != text) return make_error(Code::kVersionConflict, "the stop was put up anew", shown(name));
    if (::unlinkat(home_.get(), at(name).data(), 0) != 0) return sign_failure("take down the stop", shown(name));
    return sync_folder();
  }

  Result<std::vector<std::pair<std::string, std::string>>> list() const override {
    const int fd = ::openat(home_.get(), kFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return sign_failure("list", shown(""));
    struct Close {
      void operator()(DIR* folder) const { ::closedir(folder); }
    };
    const std::unique_ptr<DIR, Close> folder(::fdopendir(fd));
    if (folder == nullptr) return sign_failure("list", shown(""));
    std::vector<std::pair<std::string, std::string>> out;
    while (const dirent* entry = ::readdir(folder.get())) {
      const std::string_view name = entry->d_name;
      if (name.starts_with('.')) continue;
      if (name.size() > kNameBytes) return make_error(Code::kIo, "a name in it is too long", shown(""));
      const auto text = read_text(at(name));
      out.emplace_back(name, text.ok() ? *text : std::string());
    }
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  using Path = std::array<char, 8 + kNameBytes>;
  static Path at(std::string_view name) {
    Path path{};
    std::memcpy(path.data(), "stop/", 5);
    std::memcpy(path.data() + 5, name.data(), std::min(name.size(), kNameBytes));
    return path;
  }
  std::string shown(std::string_view name) const { return dir_ + "/" + kFolder + "/" + std::string(name); }

  bool there(const char* path) const {
    return ::faccessat(home_.get(), path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
  }
  bool make(const Path& path) const {
    const Descriptor made(::openat(home_.get(), path.data(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    return made.ok();
  }
  Status sync_folder() const {
    const Descriptor folder(::openat(home_.get(), kFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.ok() || ::fsync(folder.get()) != 0) return sign_failure("make the stop durable", shown(""));
    return {};
  }

  /// Written beside, then put in its place, then made durable. False: it could not be written, and is not up for that.
  bool raise_with_text(std::string_view name, std::string_view text) const {
    const std::string beside = std::string(kFolder) + "/.text-" + std::to_string(::getpid()) + "-" + std::string(name.substr(0, kNameBytes));
    const Descriptor fd(::openat(home_.get(), beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd.ok()) return false;
    bool written = true;
    for (std::string_view left = text; written && !left.empty();) {
      const ssize_t done = ::write(fd.get(), left.data(), left.size());
      written = done > 0 || (done < 0 && errno == EINTR);
      if (done > 0) left.remove_prefix(static_cast<std::size_t>(done));
    }
    written = written && ::renameat(home_.get(), beside.c_str(), home_.get(), at(name).data()) == 0;
    if (!written) ::unlinkat(home_.get(), beside.c_str(), 0);
    if (written) ::fsync(fd.get());  // should that fail, the sign may come back without its text
    return written;
  }

  Result<std::string> read_text(const Path& path) const {
    const Descriptor fd(::openat(home_.get(), path.data(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd.ok()) return sign_failure("read", dir_ + "/" + path.data());
    std::string text(kTextBytes, '\0');
    const ssize_t got = ::read(fd.get(), text.data(), text.size());
    if (got < 0) return sign_failure("read", dir_ + "/" + path.data());
    text.resize(static_cast<std::size_t>(got));
    return text;
  }

  const std::string dir_;
  const Descriptor home_;
};

}  // namespace

Result<std::unique_ptr<StopSigns>> make_stop_signs(const std::string& dir) {
  auto signs = std::make_unique<FileSigns>(dir);
  SEKISHO_TRY(signs->begin());
  return std::unique_ptr<StopSigns>(std::move(signs));
}

}  // namespace sekisho::system
