#include "stix/pattern/print.h"

#include "stix/pattern/parse.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix::pattern;

namespace {

std::string printed(const std::string& text, Language language = Language::kStix21) {
  const auto pattern = parse(text, language);
  INFO(text);
  if (!pattern.ok()) FAIL(pattern.error().to_string());
  const std::string out = print(*pattern);
  const auto again = parse(out);
  if (!again.ok()) FAIL(out << ": " << again.error().to_string());
  CHECK(print(*again) == out);
  return out;
}

}  // namespace

TEST_SUITE("unit") {

TEST_CASE("stix/pattern: prints one spelling") {
  const struct { const char* text; const char* out; } rows[] = {
      {"[file:size==1280]", "[file:size = 1280]"},
      {"[ a:b<>1 ]", "[a:b != 1]"},
      {"[a:b NOT IN(1,2 , 'x')]", "[a:b NOT IN (1, 2, 'x')]"},
      {"[a:b IN ( )]", "[a:b IN ()]"},
      {"[NOT EXISTS a:b]", "[NOT EXISTS a:b]"},
      {"[a:b = .5 OR a:b = 12.50 OR a:b = 3.0 OR a:b = -0]", "[a:b = 0.5 OR a:b = 12.5 OR a:b = 3.0 OR a:b = 0]"},
      {"[a:b = h'FFaa' OR a:b = b'AQIDBA==']", "[a:b = h'ffaa' OR a:b = b'AQIDBA==']"},
      {"[a:b = t'2020-01-01T00:00:00.500Z']", "[a:b = t'2020-01-01T00:00:00.500Z']"},
      {"[a:b = 'it\\'s \\\\ x']", "[a:b = 'it\\'s \\\\ x']"},
      {"[a:'b'.'c-d'[0][*].'AND'.'1a'.'' = true]", "[a:b.'c-d'[0][*].'AND'.'1a'.'' = true]"},
      {"[(a:a=1)]", "[a:a = 1]"},
      {"[((a:a=1 AND a:b=2) OR a:c=3)]", "[a:a = 1 AND a:b = 2 OR a:c = 3]"},
      {"[a:a=1 AND (a:b=2 OR a:c=3)]", "[a:a = 1 AND (a:b = 2 OR a:c = 3)]"},
      {"[a:a=1 AND (a:b=2 AND a:c=3)]", "[a:a = 1 AND (a:b = 2 AND a:c = 3)]"},
      {"(([a:a=1]))", "[a:a = 1]"},
      {"([a:a=1] AND [a:b=1]) OR [a:c=1] FOLLOWEDBY [a:d=1]", "[a:a = 1] AND [a:b = 1] OR [a:c = 1] FOLLOWEDBY [a:d = 1]"},
      {"[a:a=1] AND ([a:b=1] OR [a:c=1])", "[a:a = 1] AND ([a:b = 1] OR [a:c = 1])"},
      {"([a:a=1] FOLLOWEDBY [a:b=1]) FOLLOWEDBY [a:c=1]", "([a:a = 1] FOLLOWEDBY [a:b = 1]) FOLLOWEDBY [a:c = 1]"},
      {"([a:a=1] AND [a:b=1]) WITHIN 5.0 SECONDS REPEATS 3 TIMES", "([a:a = 1] AND [a:b = 1]) WITHIN 5 SECONDS REPEATS 3 TIMES"},
      {"([a:a=1] REPEATS 2 TIMES) REPEATS 2 TIMES", "([a:a = 1] REPEATS 2 TIMES) REPEATS 2 TIMES"},
      {"([a:a=1]) WITHIN 5 SECONDS WITHIN 6 SECONDS", "([a:a = 1]) WITHIN 5 SECONDS WITHIN 6 SECONDS"},
      {"(([a:a=1] OR [a:b=2]) WITHIN 1.25 SECONDS) WITHIN 2 SECONDS", "(([a:a = 1] OR [a:b = 2]) WITHIN 1.25 SECONDS) WITHIN 2 SECONDS"},
      {"[a:b=1]START t'2020-01-01T00:00:00Z'STOP t'2021-01-01T00:00:00.0Z'",
       "[a:b = 1] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00.0Z'"},
  };
  for (const auto& row : rows) CHECK(printed(row.text) == row.out);
}

TEST_CASE("stix/pattern: prints a 2.0 pattern as 2.1") {
  CHECK(printed("[a:b = 1] START '2020-01-01T00:00:00Z' STOP '2021-01-01T00:00:00Z'", Language::kStix20) ==
        "[a:b = 1] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'");
}

TEST_CASE("stix/pattern: a printed real is read as the same real") {
  const std::string big = "1" + std::string(308, '0') + ".0";
  const std::string small = "0." + std::string(320, '0') + "5";
  for (const std::string& number : {big, small, std::string("0.1"), std::string("123456789.123456789")}) {
    const auto tree = parse("[a:b = " + number + "]");
    REQUIRE(tree.ok());
    const auto again = parse(printed("[a:b = " + number + "]"));
    CHECK(again->root.test.comparison.constants[0].real == tree->root.test.comparison.constants[0].real);
  }
  CHECK_FALSE(parse("[a:b = 1" + std::string(400, '0') + ".0]").ok());
}

}
