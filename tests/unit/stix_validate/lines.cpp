// Finds the calls that report by reading the sources.
#include <algorithm>
#include <cctype>
#include <filesystem>

#include "checks.h"
#include "tests/support/data.h"

namespace sekisho::stix::checks {
namespace {

namespace fs = std::filesystem;

/// Not what compares the objects of a file with each other: tests/unit/stix/across_test.cpp judges that by files.
std::vector<fs::path> sources() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(std::string(SEKISHO_SOURCE_DIR) + "/stix/validate")) {
    if (entry.path().filename() == "across.cpp") continue;
    if (entry.path().extension() == ".cpp" || entry.path().extension() == ".h") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Comments and the insides of strings and characters become spaces; lines stay.
std::string without_texts(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "//") == 0) {
      for (; i < text.size() && text[i] != '\n'; ++i) text[i] = ' ';
    } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !is_word(text[i - 1])))) {
      const char quote = text[i];
      for (++i; i < text.size() && text[i] != quote && text[i] != '\n'; ++i) {
        if (text[i] == '\\') text[i++] = ' ';
        text[i] = ' ';
      }
    }
  }
  return text;
}

std::size_t closing(const std::string& text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    if (depth == 0) return i;
  }
  return text.size();
}

unsigned line_at(const std::string& text, std::size_t at) {
  return 1 + static_cast<unsigned>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

/// The functions declared with a Site as last parameter.
std::set<std::string> reporters() {
  std::set<std::string> out;
  for (const fs::path& path : sources()) {
    const std::string text = without_texts(tests::read_file(path.string()));
    const std::string mark = "Site::here())";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
      std::size_t open = at + mark.size() - 1;
      for (int depth = 0; open > 0; --open) {
        depth += text[open] == ')' ? 1 : text[open] == '(' ? -1 : 0;
        if (depth == 0) break;
      }
      std::size_t begin = open;
      while (begin > 0 && is_word(text[begin - 1])) --begin;
      out.insert(text.substr(begin, open - begin));
    }
  }
  return out;
}

void add_calls(const std::string& file, const std::string& source, const std::set<std::string>& names,
               std::vector<Line>& out) {
  const std::string text = without_texts(source);
  for (std::size_t open = text.find('('); open != std::string::npos; open = text.find('(', open + 1)) {
    std::size_t begin = open;
    while (begin > 0 && is_word(text[begin - 1])) --begin;
    if (!names.contains(text.substr(begin, open - begin))) continue;
    const std::size_t close = closing(text, open);
    const std::string_view inside = std::string_view(text).substr(open, close - open);
    const bool definition = text.compare(std::max<std::size_t>(begin, 5) - 5, 5, "void ") == 0 ||
                            text.compare(std::max<std::size_t>(begin, 2) - 2, 2, "::") == 0;
    // One that passes its caller's site on stands for the caller's line.
    if (definition || inside.ends_with(" site")) continue;
    const std::size_t start = text.rfind('\n', begin) + 1;
    std::string words = source.substr(start, source.find('\n', start) - start);
    words.erase(0, words.find_first_not_of(' '));
    out.push_back({file, line_at(text, begin), line_at(text, close), words});
  }
}

}  // namespace

const std::vector<Line>& lines() {
  static const std::vector<Line> all = [] {
    std::vector<Line> out;
    const auto names = reporters();
    for (const fs::path& path : sources()) {
      if (path.extension() != ".cpp" || path.filename() == "finding_log.cpp") continue;
      add_calls(path.filename().string(), tests::read_file(path.string()), names, out);
    }
    return out;
  }();
  return all;
}

}  // namespace sekisho::stix::checks
