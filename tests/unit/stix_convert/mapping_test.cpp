// Mapping files: every mistake is an error with its line.
#include "check.h"
#include "stix/convert/convert.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::tests;

namespace {

const std::string kGood = R"(name = "feed"
encoding = "auto"
utc_offset = "+09:00"
language = "ja"
empty = ["-"]
[columns]
item = "no"
date = "date"
kind = "kind"
title = "title"
level = "level"
[kinds]
T = "threat"
[levels]
H = "critical"
)";

Error mistake(const std::string& mapping) {
  const auto outcome =
      stix::convert::convert_all("csv", "no,date,kind,title,level\n", mapping, node_context());
  REQUIRE_MESSAGE(!outcome.ok(), mapping);
  return outcome.error();
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("convert/mapping: errors name the line and what to write") {
    struct Row {
      const char* from;
      const char* to;
      const char* where;
      const char* detail;
    };
    const Row rows[] = {
        {"name = \"feed\"", "name = \"", "mapping:1", ""},
        {"name = \"feed\"\n", "", "mapping:1", "`name"},
        {"encoding = \"auto\"", "encoding = \"latin1\"", "mapping:2", "auto, utf-8, shift_jis"},
        {"encoding = \"auto\"", "encodng = \"auto\"", "mapping:2", "unknown key encodng"},
        {"\"+09:00\"", "\"JST\"", "mapping:3", "+09:00"},
        {"\"+09:00\"", "\"+9:00\"", "mapping:3", "+09:00"},
        {"\"ja\"", "\"Japanese language\"", "mapping:4", "a tag such as ja"},
        {"\"ja\"", "7", "mapping:4", "must be a string"},
        {"[\"-\"]", "\"-\"", "mapping:5", "a list of strings"},
        {"[\"-\"]", "[1]", "mapping:5", "a list of strings"},
        {"date = \"date\"\n", "", "mapping:6", "`date"},
        {"kind = \"kind\"", "kind = \"date\"", "mapping:8", "two columns are read from one header"},
        {"title = \"title\"", "title = \"title\"\nauthor = \"a\"", "mapping:11",
         "unknown key author"},
        {"T = \"threat\"", "T = \"news\"", "mapping:13", "one of threat, trend"},
        {"H = \"critical\"", "H = \"high\"", "mapping:15", "one of critical, caution, awareness"},
        {"[kinds]\nT = \"threat\"\n", "", "mapping:1", "[kinds] is missing"},
    };
    for (const Row& row : rows) {
      const Error error = mistake(with(kGood, row.from, row.to));
      CAPTURE(row.to);
      CHECK(error.code == Code::kConfig);
      CHECK(error.where == row.where);
      CHECK_MESSAGE(error.detail.find(row.detail) != std::string::npos, error.detail);
    }
    CHECK(mistake("name = \"\xff\"").where == "mapping:1");
  }

  TEST_CASE("convert/mapping: the good one works, and its name is part of the ids") {
    const std::string bytes = "no,date,kind,title,level\n1,2025-07-01,T,t,H\n";
    const std::string publisher = "publisher = \"Desk\"\n";
    const auto feed = checked(one("csv", bytes, publisher + kGood)).back();
    CHECK(text_at(feed, "created") == "2025-06-30T15:00:00.000Z");
    CHECK(text_at(feed, "external_references/0/source_name") == "feed");
    const auto other =
        checked(one("csv", bytes, publisher + with(kGood, "\"feed\"", "\"feed2\""))).back();
    CHECK(feed->id() != other->id());
  }

  TEST_CASE("convert/mapping: the specification shows the built-in mapping") {
    const std::string page =
        read_file(std::string(SEKISHO_SOURCE_DIR) + "/docs/specs/weekly-csv.md");
    const std::size_t start = page.find("```toml\n") + 8;
    const std::string shown = page.substr(start, page.find("```", start) - start);
    const std::string bytes =
        read_file(std::string(SEKISHO_SOURCE_DIR) + "/tests/data/weekly/2025-W27.csv");
    const auto by_page = converted("weekly", bytes, shown);
    const auto built_in = converted("weekly", bytes);
    REQUIRE(by_page.documents.size() == built_in.documents.size());
    for (std::size_t i = 0; i < built_in.documents.size(); ++i) {
      CHECK(by_page.documents[i].objects == built_in.documents[i].objects);
    }
  }
}
