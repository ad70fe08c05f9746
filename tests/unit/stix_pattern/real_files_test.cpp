// The indicators of real feeds: what their patterns are judged to be, and that all have both texts.
#include <filesystem>
#include <set>

#include "core/json.h"
#include "stix/pattern/check.h"
#include "stix/pattern/normal.h"
#include "stix/pattern/parse.h"
#include "stix/pattern/print.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix::pattern;

namespace {

/// The patterns of all indicators below a folder, each once.
std::set<std::string> patterns_below(const std::string& folder) {
  std::set<std::string> out;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.path().extension() != ".json") continue;
    const auto document = json::Document::parse(tests::read_file(file.path().string()));
    if (!document.ok()) continue;
    std::vector<json::Value> open{(*document)->root()};
    while (!open.empty()) {
      const json::Value value = open.back();
      open.pop_back();
      const bool indicator = value["type"].string_or("") == "indicator" && value["pattern_type"].string_or("stix") == "stix";
      if (indicator) out.emplace(value["pattern"].string_or(""));
      if (!value.is_object() && !value.is_array()) continue;
      for (const auto& [key, each] : value) open.push_back(each);
    }
  }
  return out;
}

struct Folder {
  const char* name;
  Language language;
  std::size_t patterns;
  std::size_t invalid;  ///< by the checks; all are patterns of the language
};

}  // namespace

TEST_SUITE("unit") {

TEST_CASE("stix/pattern: reads the patterns of real feeds") {
  for (const Folder& folder : {Folder{"stix-amnesty", Language::kStix21, 1000, 0}, Folder{"stix20-unit42", Language::kStix20, 1000, 0},
                               Folder{"stix20-talos", Language::kStix20, 1000, 0},
                               // Four join directory and file by AND within one pair of brackets.
                               Folder{"stix20-unit42-playbooks", Language::kStix20, 100, 4}}) {
    const std::string path = tests::shared_data(folder.name);
    if (path.empty()) continue;
    const auto patterns = patterns_below(path);
    CHECK(patterns.size() >= folder.patterns);
    std::size_t invalid = 0;
    for (const std::string& text : patterns) {
      const Inspection inspection = inspect(text, folder.language);
      invalid += !inspection.valid;
      REQUIRE_MESSAGE(inspection.pattern, text);
      const std::string printed = print(*inspection.pattern);
      const auto again = parse(printed);
      REQUIRE_MESSAGE(again.ok(), printed);
      CHECK(print(*again) == printed);
      const auto normal = normal_text(*inspection.pattern);
      REQUIRE_MESSAGE(normal.ok(), text);
      CHECK(*normal_text(*parse(*normal)) == *normal);
    }
    CHECK_MESSAGE(invalid == folder.invalid, folder.name);
  }
}

}
