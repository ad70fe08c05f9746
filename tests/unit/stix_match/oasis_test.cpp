// The OASIS matcher's lists (2.0 and 2.1), where they lie beside the checkout. Each difference is named.
#include "tests/support/doctest.h"

#include <filesystem>
#include <map>
#include <string>

#include "kit.h"
#include "tests/support/data.h"

using namespace sekisho;
using namespace sekisho::tests;

namespace {


/// What we say where the lists say otherwise.
const std::map<std::string, std::string> kDifferences = {
    // §9.5.1: the newest is never as late as the oldest plus the window; here they are that second apart.
    {"[person:name > 'aaron'] REPEATS 5 TIMES WITHIN 1 SECONDS", "no"},
    // §9.6.1: text that is no timestamp is of another type than one; data never make a pattern fail.
    {"[test:string = t'1965-07-19T22:41:38Z']", "no"},
    {"[test:string != t'1965-07-19T22:41:38Z']", "yes"},
    {"[test:string > t'1965-07-19T22:41:38Z']", "no"},
};

/// What that list's program makes in a loop: 20 observations, a second apart.
std::string twenty_seconds() {
  std::vector<std::string> items;
  for (int i = 0; i < 20; ++i) {
    items.push_back(R"({"type":"observed-data","first_observed":"2004-10-11T21:45:)" + std::to_string(10 + i) +
                    R"(Z","last_observed":"2004-10-11T21:45:)" + std::to_string(10 + i) +
                    R"(Z","number_observed":1,"objects":{"a0":{"type":"person","name":"alice","age":)" +
                    std::to_string(i) + "}}}");
  }
  return array(items);
}

int check_list(const std::string& name, const json::Value& patterns, const Observations& observations) {
  int count = 0;
  const bool fails = name.find("_err") != std::string::npos;
  const bool negative = name.find("_nomatch") != std::string::npos;
  for (const auto entry : patterns) {
    const std::string pattern(entry.value.string_or({}));
    const auto different = kDifferences.find(pattern);
    const std::string wanted = different != kDifferences.end() ? different->second
                               : fails                         ? "stix-pattern"
                               : negative                      ? "no"
                                                               : "yes";
    CAPTURE(name);
    CAPTURE(pattern);
    CHECK(verdict(pattern, observations) == wanted);
    ++count;
  }
  return count;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/match: agrees with the lists of the OASIS matcher") {
    const std::string folder = shared_data("stix-patterns-matcher");
    if (folder.empty()) return;
    int count = 0;
    for (const char* version : {"v20", "v21"}) {
      for (const auto& file : std::filesystem::directory_iterator(folder + "/" + version)) {
        auto document = json::Document::parse(read_file(file.path().string()));
        REQUIRE(document.ok());
        const json::Value root = document.value()->root();
        const Observations usual(root["_constants"]["_observations"]);
        const Observations seconds(twenty_seconds());
        for (const auto list : root) {
          if (list.key == "_constants") continue;
          const bool explosion = list.key.find("combinatorial_explosion") != std::string_view::npos;
          count += check_list(std::string(list.key), list.value, explosion ? seconds : usual);
        }
      }
    }
    CHECK(count > 350);
  }
}
