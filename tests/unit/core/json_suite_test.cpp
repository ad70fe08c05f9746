// Nicolas Seriot's JSONTestSuite: y_ must be read, n_ must be refused, i_ is ours to choose.
#include <algorithm>
#include <filesystem>
#include <set>

#include "core/json.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"

namespace sekisho::json {
namespace {

// RFC 8259 leaves these open; RFC 7493 (I-JSON) refuses them.
const std::set<std::string> kRefusedByIJson = {"y_object_duplicated_key.json",
                                               "y_object_duplicated_key_and_value.json"};
// Numbers too small for a double are 0, as every other reader has it.
const std::set<std::string> kAcceptedOfOpen = {"i_number_double_huge_neg_exp.json",
                                               "i_number_real_underflow.json"};

TEST_SUITE("unit") {
  TEST_CASE("core/json: JSONTestSuite") {
    const std::string folder = tests::shared_data("fuzz-jsontestsuite/test_parsing");
    if (folder.empty()) return;
    std::set<std::string> accepted_of_open;
    int files = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      const std::string name = file.path().filename().string();
      if (file.path().extension() != ".json") continue;
      ++files;
      const bool accepted = check(tests::read_file(file.path().string())).ok();
      INFO(name);
      if (name[0] == 'y') CHECK(accepted == (kRefusedByIJson.count(name) == 0));
      if (name[0] == 'n') CHECK_FALSE(accepted);
      if (name[0] == 'i' && accepted) accepted_of_open.insert(name);
    }
    CHECK(files > 200);
    std::string names;
    for (const std::string& name : accepted_of_open) names += name + "\n";
    INFO(names);
    CHECK(accepted_of_open == kAcceptedOfOpen);
  }
}

}  // namespace
}  // namespace sekisho::json
