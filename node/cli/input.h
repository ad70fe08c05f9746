// Files given on the command line: plain, .zst, folders, standard input. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/files.h"
#include "core/result.h"

namespace sekisho::node::cli {

/// The bytes of a file, or of standard input for "-"; .zst is unpacked. kLimitExceeded over `max_bytes`
/// before or after unpacking.
Result<std::string> read_input(const Files& files, const std::string& path, std::size_t max_bytes);
/// The same as a stream, for what is too large to be held. One thread at a time.
class InputStream {
 public:
  virtual ~InputStream() = default;
  /// The next bytes, valid until the next call; empty at the end. kIo, kConvertUnreadable (no zstd file, or cut
  /// short), kLimitExceeded.
  virtual Result<std::string_view> next() = 0;
};
Result<std::unique_ptr<InputStream>> open_input(const Files& files, const std::string& path, std::uint64_t max_bytes);
/// A folder becomes the files below it with one of the endings (also with .zst behind), sorted; a file
/// stays itself.
Result<std::vector<std::string>> expand_input(const Files& files, const std::string& path,
                                              const std::vector<std::string>& endings);
bool is_json_lines(std::string_view path);
/// A SHA-256 fingerprint as people write it (case and colons do not matter): 64 lower-case hex digits. kUsage.
Result<std::string> read_pin(const std::string& text, const std::string& option);

}  // namespace sekisho::node::cli
