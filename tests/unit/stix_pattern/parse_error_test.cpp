// Every refusal: where it points to and what it advises.
#include "stix/pattern/parse.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix::pattern;

namespace {

struct Row {
  const char* text;
  const char* where;
  const char* says;  ///< a part of the message
};

void check(const Row& row, Language language = Language::kStix21) {
  const auto result = parse(row.text, language);
  INFO(row.text);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == Code::kStixPattern);
  CHECK(result.error().where == row.where);
  INFO(result.error().detail);
  CHECK(result.error().detail.find(row.says) != std::string::npos);
}

}  // namespace

TEST_SUITE("unit") {

TEST_CASE("stix/pattern: says where brackets and operators are missing") {
  for (const Row& row : {
           Row{"", "1:1", "found the end of the pattern; expected `[`"},
           Row{"file:size = 1280", "1:1", "found `file`; expected `[`"},
           Row{"[file:size = 1280", "1:18", "expected `]`, AND or OR"},
           Row{"([file:size = 1280]", "1:20", "expected `)`"},
           Row{"[(file:size = 1280]", "1:19", "expected `)`"},
           Row{"[file:size = 1280]]", "1:19", "found `]`; expected AND, OR, FOLLOWEDBY"},
           Row{"[file:size = 1] [file:size = 2]", "1:17", "expected AND, OR, FOLLOWEDBY"},
           Row{"[file:size = 1] AND file:size = 2", "1:21", "comparisons stand in brackets"},
           Row{"[file:size = 1 FOLLOWEDBY file:size = 2]", "1:16", "expected `]`, AND or OR"},
           Row{"[]", "1:2", "expected an object path"},
           Row{"[file:size]", "1:11", "expected an operator"},
           Row{"[file:size 1280]", "1:12", "expected an operator"},
           Row{"[file:size = ]", "1:14", "found `]`; expected a constant"},
           Row{"[file:size = 1 AND ]", "1:20", "expected an object path"},
           Row{"[file:hashes.MD5 =? 'a']", "1:19", "found `?`"},
           Row{"[file:size = 1 && file:size = 2]", "1:16", "write AND"},
           Row{"[file:size = 1 || file:size = 2]", "1:16", "write OR"},
           Row{"[NOT file:size = 1]", "1:6", "NOT stands before the operator"},
           Row{"[file:size NOT EXISTS]", "1:16", "EXISTS stands before the path"},
           Row{"[file:size ! 1]", "1:12", "write != or NOT"},
       }) {
    check(row);
  }
}

TEST_CASE("stix/pattern: says how a path is written") {
  for (const Row& row : {
           Row{"[file.size = 1280]", "1:6", "`:` between object type and property"},
           Row{"[file = 1280]", "1:7", "`:` between object type and property"},
           Row{"[file: = 1280]", "1:8", "the name of a property"},
           Row{"[file:hashes.SHA-256 = 'a']", "1:14", "stands in apostrophes: 'SHA-256'"},
           Row{"[file:IN = 1]", "1:7", "stands in apostrophes: 'IN'"},
           Row{"[x:a[-1] = 1]", "1:6", "a list index from 0, or `*`"},
           Row{"[x:a[4294967296] = 1]", "1:6", "32 bits"},
           Row{"[x:a[1 = 1]", "1:8", "`]` after the index"},
           Row{"['file':size = 1]", "1:2", "an object path"},
           Row{"[x:a. = 1]", "1:7", "the name of a property"},
       }) {
    check(row);
  }
}

TEST_CASE("stix/pattern: says how constants are written") {
  for (const Row& row : {
           Row{"[file:name = \"a.exe\"]", "1:14", "double quote"},
           Row{"[file:name = \xE2\x80\x99" "a.exe\xE2\x80\x99]", "1:14", "straight apostrophes"},
           Row{"[file:hashes.MD5 = cead3f77f6cda6ec00f57d76c9a6879f]", "1:20", "text stands in apostrophes: 'cead3f77"},
           Row{"[file:hashes.MD5 = 79054025255fb1a26e4bc422aef54eb4]", "1:20", "text stands in apostrophes: '79054025"},
           Row{"[ipv4-addr:value = 10.0.0.1]", "1:20", "text stands in apostrophes: '10.0.0.1'"},
           Row{"[file:name MATCHES /.*\\.dll/]", "1:20", "a regular expression is a string"},
           Row{"[file:name = 'C:\\temp']", "1:17", "write \\\\ for one backslash"},
           Row{"[file:name = 'abc]", "1:14", "no closing apostrophe"},
           Row{"[file:name = 'abc\\']", "1:14", "no closing apostrophe"},
           Row{"[file:size = +5]", "1:14", "no plus sign"},
           Row{"[file:size = 007]", "1:14", "no leading zeros"},
           Row{"[file:size = 1e5]", "1:14", "no exponent"},
           Row{"[file:size = 5.]", "1:15", "digits follow the point"},
           Row{"[file:size = -]", "1:14", "found `-`"},
           Row{"[file:size = 9223372036854775808]", "1:14", "64 bits"},
           Row{"[file:size = True]", "1:14", "keywords are written true"},
           Row{"[file:size > true]", "1:14", "no order"},
           Row{"[file:name LIKE 5]", "1:17", "a 'string'"},
           Row{"[file:name MATCHES h'00']", "1:20", "a 'string'"},
           Row{"[a:b ISSUBSET t'2020-01-01T00:00:00Z']", "1:15", "a 'string'"},
           Row{"[a:b = h'abc']", "1:8", "pairs of hexadecimal digits"},
           Row{"[a:b = h'xy']", "1:8", "pairs of hexadecimal digits"},
           Row{"[a:b = b'====']", "1:8", "base64"},
           Row{"[a:b = t'2457-73-22T32:81:84.1Z']", "1:8", "not a time"},
           Row{"[a:b = t'2020-01-01']", "1:8", "not a time"},
           Row{"[a:b = t'2020-12-32T00:00:00Z']", "1:8", "not a time"},
           Row{"[a:b IN 'x']", "1:9", "IN takes a set"},
           Row{"[a:b IN ('x',)]", "1:14", "expected a constant"},
           Row{"[a:b IN ('x' 'y')]", "1:14", "`,` or `)`"},
           Row{"[a:b IN (x)]", "1:10", "text stands in apostrophes: 'x'"},
           Row{"[a:b = 1] /* no end", "1:11", "close it with */"},
       }) {
    check(row);
  }
}

TEST_CASE("stix/pattern: says how qualifiers are written") {
  for (const Row& row : {
           Row{"[a:b = 1] WITHIN ]", "1:18", "WITHIN 300 SECONDS"},
           Row{"[a:b = 1] WITHIN 5 HOURS", "1:20", "SECONDS, the only unit"},
           Row{"[a:b = 1] WITHIN -5 SECONDS", "1:18", "a positive number"},
           Row{"[a:b = 1] REPEATS 1.5 TIMES", "1:19", "a positive integer"},
           Row{"[a:b = 1] REPEATS -1 TIMES", "1:19", "a positive integer"},
           Row{"[a:b = 1] REPEATS 5", "1:20", "TIMES"},
           Row{"[a:b = 1] within 2 seconds", "1:11", "keywords are written WITHIN"},
           Row{"[a:b = 1] START t'2020-01-01T00:00:00Z'", "1:40", "the two come together"},
           Row{"[a:b = 1] START 2020 STOP 2021", "1:17", "a time after START"},
           Row{"[a:b = 1] START '2020-01-01T00:00:00Z' STOP '2021-01-01T00:00:00Z'", "1:17", "write t before the apostrophe"},
           Row{"[a:b = 1] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01'", "1:46", "not a time"},
       }) {
    check(row);
  }
  check({"[a:b = 1] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'", "1:17", "leave out the t"}, Language::kStix20);
}

TEST_CASE("stix/pattern: counts lines at newlines and columns in bytes") {
  check({"[a:b = 1]\nAND\n  [a:b =\xC2\xA0\xC2\xA0?]", "3:13", "found `?`"});
  check({"[a:b = '\xE6\x97\xA5' x]", "1:14", "expected `]`"});
}

TEST_CASE("stix/pattern: refuses text that is not UTF-8 at its first bad byte") {
  check({"[a:b = '\xE6\x97']", "1:9", "not UTF-8"});
  check({"\xC0\x80", "1:1", "not UTF-8"});
  const auto nul = parse(std::string_view("[a:b = 1]\0", 10));
  REQUIRE_FALSE(nul.ok());
  CHECK(nul.error().where == "1:10");
}

TEST_CASE("stix/pattern: a message repeats no more than a few characters of the text, and no controls") {
  const auto result = parse("[a:b = " + std::string(1000, 'x') + "]");
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().detail.size() < 200);
  const auto control = parse("[a:b = 1] 'x\x1b[2J'");
  REQUIRE_FALSE(control.ok());
  CHECK(control.error().detail.find('\x1b') == std::string::npos);
}

}
