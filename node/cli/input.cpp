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
