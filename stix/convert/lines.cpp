#include "stix/convert/lines.h"

#include <algorithm>

#include "stix/convert/identifiers.h"

namespace sekisho::stix::convert {
namespace {

/// Calls `each` with every line and its number; stops when it returns false.
template <typename Each>
void each_line(std::string_view bytes, const Each& each) {
  std::size_t number = 1;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    if (!each(bytes.substr(0, end), number)) return;
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    ++number;
  }
}

bool is_one_a_line(std::string_view bytes) {
  std::size_t starts = 0;
  each_line(bytes, [&starts](std::string_view line, std::size_t) {
    if (line.substr(0, 2) == "{\"") ++starts;
    return starts < 2;
  });
  return starts >= 2;
}

}  // namespace

void each_document(std::string_view bytes,
                   const std::function<void(std::string_view text, std::string name)>& each) {
  if (!is_one_a_line(bytes)) return each(bytes, "document");
  each_line(bytes, [&each](std::string_view line, std::size_t number) {
    line = trimmed(line);
    if (!line.empty()) each(line, "line " + std::to_string(number));
    return true;
  });
}

}  // namespace sekisho::stix::convert
