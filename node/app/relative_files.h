// Files as seen from another folder: relative names are meant from there. Any thread.
#pragma once

#include <string>

#include "core/ports/files.h"

namespace sekisho::node::app {

class RelativeFiles : public Files {
 public:
  RelativeFiles(Files& files, std::string base) : files_(files), base_(std::move(base)) {}
  Result<std::string> read(const std::string& path, std::size_t max_bytes) const override {
    SEKISHO_TRY(check(path));
    return files_.read(at(path), max_bytes);
  }
  Result<std::unique_ptr<FileReader>> open(const std::string& path) const override {
    SEKISHO_TRY(check(path));
    return files_.open(at(path));
  }
  Status write_atomic(const std::string& path, std::string_view bytes, unsigned mode) override {
    return files_.write_atomic(at(path), bytes, mode);
  }
  Result<FileFacts> copy(const std::string& from, const std::string& to, unsigned mode) override {
    return files_.copy(at(from), at(to), mode);
  }
  Result<FileFacts> facts(const std::string& path) const override { return files_.facts(at(path)); }
  std::string resolved(const std::string& path) const override { return files_.resolved(at(path)); }
  Status make_directory(const std::string& path, unsigned mode) override { return files_.make_directory(at(path), mode); }
  Status remove(const std::string& path) override { return files_.remove(at(path)); }
  bool exists(const std::string& path) const override { return files_.exists(at(path)); }
  Result<std::vector<std::string>> list(const std::string& path) const override { return files_.list(at(path)); }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override { return files_.lock(at(path)); }
  Result<std::uint64_t> free_bytes(const std::string& path) const override { return files_.free_bytes(at(path)); }

 private:
  static Status check(const std::string& path) {
    if (path != "/dev/stdin") return {};
    return make_error(Code::kUsage, "a serving node cannot read your standard input; give a file");
  }
  std::string at(const std::string& path) const { return path.empty() || path[0] == '/' ? path : base_ + "/" + path; }
  Files& files_;
  std::string base_;
};

}  // namespace sekisho::node::app
