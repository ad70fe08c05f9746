// Files given on the command line: plain, .zst, folders, standard input. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ports/files.h"
#include "core/result.h"

namespace sekisho::node::cli {

/// The bytes of a file, or of standard input for "-"; .zst is unpacked. kLimitExceeded over `max_bytes`
/// before or after unpacking.
Result<std::string> read_input(const Files& files, const std::string& path, std::size_t max_bytes);
/// A folder becomes the files below it with one of the endings (also with .zst behind), sorted; a file
/// stays itself.
Result<std::vector<std::string>> expand_input(const Files& files, const std::string& path,
                                              const std::vector<std::string>& endings);
bool is_json_lines(std::string_view path);

}  // namespace sekisho::node::cli
