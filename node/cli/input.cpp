#include "node/cli/input.h"

#include <zstd.h>

#include <algorithm>
#include <memory>

namespace sekisho::node::cli {
namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

Result<std::string> unzstd(std::string_view packed, const std::string& path, std::size_t max_bytes) {
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(), ZSTD_freeDStream);
  if (!stream) return make_error(Code::kInternal, "no memory for zstd", path);
  std::string out;
  std::string chunk(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::size_t state = 1;
  while (in.pos < in.size) {
    ZSTD_outBuffer to{chunk.data(), chunk.size(), 0};
    state = ZSTD_decompressStream(stream.get(), &to, &in);
    if (ZSTD_isError(state) != 0) {
      return make_error(Code::kConvertUnreadable, std::string("not a zstd file: ") + ZSTD_getErrorName(state), path);
    }
    if (out.size() + to.pos > max_bytes) {
      return make_error(Code::kLimitExceeded, "unpacks to more than " + std::to_string(max_bytes) + " bytes", path);
    }
    out.append(chunk, 0, to.pos);
  }
  if (state != 0) return make_error(Code::kConvertUnreadable, "the zstd file is cut short", path);
  return out;
}

constexpr std::size_t kChunk = 256u << 10;

class PlainStream : public InputStream {
 public:
  PlainStream(std::unique_ptr<FileReader> file, std::string path, std::uint64_t max_bytes)
      : file_(std::move(file)), path_(std::move(path)), left_(max_bytes), room_(kChunk, '\0') {}
  Result<std::string_view> next() override {
    SEKISHO_ASSIGN(const std::size_t got, file_->read(room_));
    if (got > left_) return make_error(Code::kLimitExceeded, "the file is larger than one stream may be", path_);
    left_ -= got;
    return std::string_view(room_).substr(0, got);
  }

 private:
  std::unique_ptr<FileReader> file_;
  std::string path_;
  std::uint64_t left_;
  std::string room_;
};

/// Memory: the window that the file asks for, at most the 128 MiB that zstd allows by default.
class ZstdStream : public InputStream {
 public:
  ZstdStream(std::unique_ptr<InputStream> packed, std::string path, std::uint64_t max_bytes)
      : packed_(std::move(packed)),
        path_(std::move(path)),
        left_(max_bytes),
        stream_(ZSTD_createDStream(), ZSTD_freeDStream),
        room_(kChunk, '\0') {}
  Result<std::string_view> next() override {
    if (!stream_) return make_error(Code::kUnavailable, "no memory for zstd", path_);
    for (;;) {
      if (in_.pos == in_.size && !full_) {
        SEKISHO_ASSIGN(const std::string_view chunk, packed_->next());
        if (chunk.empty()) {
          if (state_ != 0) return make_error(Code::kConvertUnreadable, "the zstd file is cut short", path_);
          return std::string_view{};
        }
        in_ = {chunk.data(), chunk.size(), 0};
      }
      ZSTD_outBuffer to{room_.data(), room_.size(), 0};
      state_ = ZSTD_decompressStream(stream_.get(), &to, &in_);
      if (ZSTD_isError(state_) != 0) {
        return make_error(Code::kConvertUnreadable, std::string("not a zstd file: ") + ZSTD_getErrorName(state_), path_);
      }
      full_ = to.pos == to.size;  // there may be more without further input
      if (to.pos > left_) return make_error(Code::kLimitExceeded, "unpacks to more than one stream may hold", path_);
      left_ -= to.pos;
      if (to.pos > 0) return std::string_view(room_).substr(0, to.pos);
    }
  }

 private:
  std::unique_ptr<InputStream> packed_;
  std::string path_;
  std::uint64_t left_;
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
  std::string room_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  std::size_t state_ = 1;
  bool full_ = false;
};

Status walk(const Files& files, const std::string& dir, const std::vector<std::string>& endings, int depth,
            std::vector<std::string>& out) {
  if (depth > 16) return make_error(Code::kLimitExceeded, "folders are nested more than 16 deep", dir);
  SEKISHO_ASSIGN(const auto names, files.list(dir));
  for (const std::string& name : names) {
    const std::string path = dir + "/" + name;
    if (name.back() == '/') {
      SEKISHO_TRY(walk(files, path.substr(0, path.size() - 1), endings, depth + 1, out));
      continue;
    }
    for (const std::string& ending : endings) {
      if (ends_with(name, ending) || ends_with(name, ending + ".zst")) {
        out.push_back(path);
        break;
      }
    }
  }
  return {};
}

}  // namespace

Result<std::string> read_input(const Files& files, const std::string& path, std::size_t max_bytes) {
  SEKISHO_ASSIGN(std::string bytes, files.read(path == "-" ? "/dev/stdin" : path, max_bytes));
  if (ends_with(path, ".zst")) return unzstd(bytes, path, max_bytes);
  return bytes;
}

Result<std::unique_ptr<InputStream>> open_input(const Files& files, const std::string& path, std::uint64_t max_bytes) {
  SEKISHO_ASSIGN(auto file, files.open(path == "-" ? "/dev/stdin" : path));
  std::unique_ptr<InputStream> stream = std::make_unique<PlainStream>(std::move(file), path, max_bytes);
  if (ends_with(path, ".zst")) stream = std::make_unique<ZstdStream>(std::move(stream), path, max_bytes);
  return stream;
}

Result<std::vector<std::string>> expand_input(const Files& files, const std::string& path,
                                              const std::vector<std::string>& endings) {
  std::vector<std::string> out;
  if (path == "-" || !files.list(path).ok()) {
    out.push_back(path);
    return out;
  }
  SEKISHO_TRY(walk(files, path, endings, 0, out));
  std::sort(out.begin(), out.end());
  return out;
}

bool is_json_lines(std::string_view path) { return ends_with(path, ".jsonl") || ends_with(path, ".jsonl.zst"); }

Result<std::string> read_pin(const std::string& text, const std::string& option) {
  std::string out;
  for (const char c : text) {
    if (c == ':') continue;
    out.push_back(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  if (out.size() != 64 || out.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return make_error(Code::kUsage, "a pin is 64 hex digits, as `sekisho doctor` of the peer shows", option);
  }
  return out;
}

}  // namespace sekisho::node::cli
