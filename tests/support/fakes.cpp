#include "tests/support/fakes.h"

#include <algorithm>
#include <utility>

#include "core/digest.h"

namespace sekisho::tests {
namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Error not_found(const std::string& path) {
  return make_error(Code::kNotFound, "no such file or folder", path);
}
Error refused(const std::string& path) {
  return make_error(Code::kIo, "the test made writing fail", path);
}

}  // namespace

void FakeRandom::fill(std::span<std::uint8_t> out, std::string_view purpose) {
  const MutexLock lock(mutex_);
  auto drawn = drawn_.find(purpose);
  if (drawn == drawn_.end()) drawn = drawn_.emplace(purpose, 0).first;
  while (!out.empty()) {
    const Sha256 block = sha256(std::to_string(seed_) + "|" + std::string(purpose) + "|" +
                                std::to_string(drawn->second++));
    const std::size_t size = std::min(out.size(), block.size());
    std::copy_n(block.begin(), size, out.begin());
    out = out.subspan(size);
  }
}

/// True for `.`, `/`, a folder made here and a folder that a file placed in `contents` implies.
bool FakeFiles::is_folder(const std::string& path) const {
  if (path == "." || path == "/" || directories.count(path) > 0) return true;
  const std::string prefix = path + "/";
  const auto file = contents.lower_bound(prefix);
  if (file != contents.end() && file->first.compare(0, prefix.size(), prefix) == 0) return true;
  const auto folder = directories.lower_bound(prefix);
  return folder != directories.end() && folder->compare(0, prefix.size(), prefix) == 0;
}

Result<std::string> FakeFiles::read(const std::string& path, std::size_t max_bytes) const {
  const auto file = contents.find(path);
  if (file == contents.end()) {
    return is_folder(path) ? make_error(Code::kIo, "is a folder", path) : not_found(path);
  }
  if (file->second.size() > max_bytes)
    return make_error(Code::kLimitExceeded, "the file is larger than allowed", path);
  return file->second;
}

namespace {

class TextReader : public FileReader {
 public:
  explicit TextReader(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> room) override {
    const std::size_t got = text_.copy(room.data(), room.size(), at_);
    at_ += got;
    return got;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::unique_ptr<FileReader>> FakeFiles::open(const std::string& path) const {
  SEKISHO_ASSIGN(std::string text, read(path, std::string().max_size()));
  return std::unique_ptr<FileReader>(std::make_unique<TextReader>(std::move(text)));
}

Status FakeFiles::write_atomic(const std::string& path, std::string_view bytes, unsigned mode) {
  if (fail_writes) return refused(path);
  if (!is_folder(folder_of(path))) return not_found(path);
  if (is_folder(path)) return make_error(Code::kIo, "is a folder", path);
  contents[path] = std::string(bytes);
  modes[path] = mode;
  return {};
}

Result<FileFacts> FakeFiles::copy(const std::string& from, const std::string& to, unsigned mode) {
  if (exists(to)) return make_error(Code::kAlreadyExists, "something is there", to);
  SEKISHO_ASSIGN(const std::string bytes, read(from, std::string::npos));
  SEKISHO_TRY(write_atomic(to, bytes, mode));
  return facts(to);
}

Result<FileFacts> FakeFiles::facts(const std::string& path) const {
  SEKISHO_ASSIGN(const std::string bytes, read(path, std::string::npos));
  return FileFacts{sha256(bytes), bytes.size()};
}

Status FakeFiles::make_directory(const std::string& path, unsigned mode) {
  if (fail_writes) return refused(path);
  if (exists(path)) return make_error(Code::kAlreadyExists, "is there already", path);
  if (!is_folder(folder_of(path))) return not_found(path);
  directories.insert(path);
  modes[path] = mode;
  return {};
}

Status FakeFiles::remove(const std::string& path) {
  if (fail_writes) return refused(path);
  if (contents.erase(path) > 0) {
    modes.erase(path);
    return {};
  }
  if (!is_folder(path)) return not_found(path);
  if (const auto names = list(path); !names.value().empty())
    return make_error(Code::kIo, "the folder is not empty", path);
  directories.erase(path);
  modes.erase(path);
  return {};
}

bool FakeFiles::exists(const std::string& path) const {
  return contents.count(path) > 0 || is_folder(path);
}

Result<std::vector<std::string>> FakeFiles::list(const std::string& path) const {
  if (!is_folder(path)) return not_found(path);
  const std::string prefix = path == "/" ? "/" : path == "." ? "" : path + "/";
  std::set<std::string> names;
  const auto add = [&](const std::string& each, bool folder) {
    if (each.size() <= prefix.size() || each.compare(0, prefix.size(), prefix) != 0) return;
    const std::string rest = each.substr(prefix.size());
    const std::size_t slash = rest.find('/');
    names.insert(slash == std::string::npos ? rest + (folder ? "/" : "")
                                            : rest.substr(0, slash + 1));
  };
  for (const auto& [file, bytes] : contents) add(file, false);
  for (const std::string& folder : directories) add(folder, true);
  return std::vector<std::string>(names.begin(), names.end());
}

Result<std::unique_ptr<FileLock>> FakeFiles::lock(const std::string& path) {
  class FakeLock : public FileLock {
   public:
    FakeLock(std::set<std::string>& locked, std::string own)
        : locked_(locked), path_(std::move(own)) {}
    ~FakeLock() override { locked_.erase(path_); }

   private:
    std::set<std::string>& locked_;
    std::string path_;
  };
  if (!is_folder(folder_of(path))) return not_found(path);
  if (!locked_.insert(path).second)
    return make_error(Code::kStoreLocked, "another process holds the lock", path);
  contents.try_emplace(path);
  return std::unique_ptr<FileLock>(std::make_unique<FakeLock>(locked_, path));
}

Status FakeSigns::raise(std::string_view name, std::string_view text) {
  if (no_room) return make_error(Code::kIo, "no room", std::string(name));
  const MutexLock lock(mutex_);
  signs_.insert_or_assign(std::string(name), std::string(text));
  return {};
}

Status FakeSigns::lower(std::string_view name, std::string_view text) {
  const MutexLock lock(mutex_);
  const auto found = signs_.find(name);
  if (found == signs_.end()) return make_error(Code::kNotFound, "no such sign", std::string(name));
  if (!found->second.empty() && found->second != text) return make_error(Code::kVersionConflict, "put up anew", std::string(name));
  signs_.erase(found);
  return {};
}

Result<std::uint64_t> FakeFiles::free_bytes(const std::string& path) const {
  if (!exists(path)) return not_found(path);
  return std::uint64_t{1} << 40;
}

}  // namespace sekisho::tests
