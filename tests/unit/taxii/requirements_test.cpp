// conformance/requirements.tsv: every row has a status, and every test it names is there.
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/doctest.h"

namespace {

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t end; (end = text.find(separator, start)) != std::string::npos;
       start = end + separator.size()) {
    parts.push_back(text.substr(start, end - start));
  }
  parts.push_back(text.substr(start));
  return parts;
}

/// "file: case name"; the file must hold the quoted case name.
bool test_exists(const std::string& reference) {
  static std::map<std::string, std::string> files;
  const std::size_t colon = reference.find(": ");
  if (colon == std::string::npos) return false;
  const std::string path = reference.substr(0, colon);
  auto [place, fresh] = files.try_emplace(path);
  if (fresh) place->second = slurp(std::string(SEKISHO_SOURCE_DIR) + "/" + path);
  return place->second.find("TEST_CASE(\"" + reference.substr(colon + 2) + "\")") !=
         std::string::npos;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("conformance/requirements: every row has a status and names tests that exist") {
    std::istringstream lines(
        slurp(std::string(SEKISHO_SOURCE_DIR) + "/conformance/requirements.tsv"));
    std::string line;
    REQUIRE(std::getline(lines, line));
    CHECK(line == "id\tsection\tlevel\twho\trequirement\ttest\tstatus");
    std::set<std::string> ids;
    while (std::getline(lines, line)) {
      CAPTURE(line);
      const auto columns = split(line, "\t");
      REQUIRE(columns.size() == 7);
      CHECK(ids.insert(columns[0]).second);
      CHECK(
          std::set<std::string>{"MUST", "MUSTNOT", "SHOULD", "SHOULDNOT", "MAY", "DEF", "-"}.count(
              columns[2]) == 1);
      CHECK_FALSE(columns[4].empty());
      const std::string& status = columns[6];
      CHECK((status == "done" || status == "partial" || status == "open"));
      CHECK(columns[5].empty() == (status == "open"));
      if (columns[5].empty()) continue;
      REQUIRE(columns[5].rfind("tests/", 0) == 0);  // a case's name may hold a "; "
      for (const std::string& reference : split(columns[5].substr(6), "; tests/")) CHECK(test_exists("tests/" + reference));
    }
    CHECK(ids.size() > 200);
  }
}
