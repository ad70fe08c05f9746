#include "stix/pattern/parse.h"

#include <algorithm>
#include <utility>

#include "stix/pattern/parser.h"

namespace sekisho::stix::pattern {

std::string place(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
  return std::to_string(line) + ":" + std::to_string(column);
}

Result<Pattern> parse(std::string_view text, Language language, const PatternLimits& limits) {
  Parser parser(text, language, limits);
  Pattern pattern;
  if (parser.run(pattern)) return pattern;
  const Trouble& trouble = parser.trouble();
  return make_error(trouble.limit ? Code::kLimitExceeded : Code::kStixPattern, trouble.message, place(text, trouble.offset));
}

}  // namespace sekisho::stix::pattern
