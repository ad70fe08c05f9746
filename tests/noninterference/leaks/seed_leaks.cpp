// Copies sources with the edits of a table applied, and writes the list of their names. Fails if a text to find
// does not stand exactly once where the table says.
//   seed_leaks TABLE SOURCE_ROOT OUTPUT_FOLDER
//
// The table: `== NAME: what leaks` opens a leak; `-- PATH` an edit of it: the text to find, `=>` on a line of its
// own, and what stands instead; `-+ PATH` the same, but what follows is put behind the text found. leak() in it asks
// for the switch. Lines before the first leak are comments.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Edit {
  std::string leak, path;
  bool behind = false;  ///< the text found stays
  std::string find, replacement;
};

/// Where an edit of one file goes, in the text as it was.
struct Place {
  std::size_t from = 0, to = 0;
  std::string text;
};

int fail(const std::string& why) {
  std::fprintf(stderr, "seed_leaks: %s\n", why.c_str());
  return 1;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::vector<Edit> parse(const std::string& table, std::vector<std::string>& names) {
  std::vector<Edit> edits;
  std::istringstream lines(table);
  bool replacing = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("== ")) {
      names.push_back(line.substr(3, line.find(':') - 3));
    } else if (line.starts_with("-- ") || line.starts_with("-+ ")) {
      edits.push_back({names.empty() ? "" : names.back(), line.substr(3), line[1] == '+', "", ""});
      replacing = false;
    } else if (line == "=>") {
      replacing = true;
    } else if (!edits.empty() && edits.back().leak == names.back()) {
      std::string& text = replacing ? edits.back().replacement : edits.back().find;
      text += (text.empty() ? "" : "\n") + line;
    }
  }
  return edits;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return fail("usage: seed_leaks TABLE SOURCE_ROOT OUTPUT_FOLDER");
  const std::filesystem::path root = argv[2], out = argv[3];
  std::vector<std::string> names;
  std::map<std::string, std::vector<Place>> files;
  int wrong = 0;
  for (const Edit& edit : parse(read(argv[1]), names)) {
    const std::string original = read(root / edit.path), find = trimmed(edit.find);
    const std::size_t at = original.find(find);
    if (find.empty() || at == std::string::npos || original.find(find, at + 1) != std::string::npos) {
      wrong += fail(edit.leak + ": not found exactly once in " + edit.path + ":\n" + find);
      continue;
    }
    std::string text = trimmed(edit.replacement);
    replace_all(text, "leak()", "::sekisho::noninterference::leak(\"" + edit.leak + "\")");
    replace_all(text, "shared_", "::sekisho::noninterference::shared_");
    const std::size_t end = at + find.size();
    files[edit.path].push_back(edit.behind ? Place{end, end, "\n" + text} : Place{at, end, text});
  }
  if (wrong != 0) return 1;
  for (auto& [path, places] : files) {
    std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.from < b.from; });
    const std::string original = read(root / path);
    std::string text = "#include \"leaks/leak.h\"\n#line 1 \"" + path + " with leaks\"\n";
    std::size_t done = 0;
    for (const Place& place : places) {
      if (place.from < done) return fail("two edits of one place in " + path + ":\n" + place.text);
      text += original.substr(done, place.from - done) + place.text;
      done = place.to;
    }
    write(out / path, text + original.substr(done));
  }
  std::string list = "#include \"leaks/leak.h\"\nconst std::vector<std::string>& sekisho::noninterference::leak_names() {\n"
                     "  static const std::vector<std::string> kNames = {\n";
  for (const std::string& name : names) list += "      \"" + name + "\",\n";
  write(out / "names.cpp", list + "  };\n  return kNames;\n}\n");
  return 0;
}
