#include "stix/pattern/normal.h"


#include "stix/pattern/parse.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix::pattern;

namespace {

std::string normal(const std::string& text) {
  const auto pattern = parse(text);
  INFO(text);
  if (!pattern.ok()) FAIL(pattern.error().to_string());
  const auto out = normal_text(*pattern);
  REQUIRE(out.ok());
  // The normal form is a pattern, and its own normal form.
  const auto again = parse(*out);
  if (!again.ok()) FAIL(*out << ": " << again.error().to_string());
  CHECK(*normal_text(*again) == *out);
  return *out;
}

void same(const std::string& a, const std::string& b) { CHECK(normal(a) == normal(b)); }
void differ(const std::string& a, const std::string& b) { CHECK(normal(a) != normal(b)); }

}  // namespace

TEST_SUITE("unit") {

TEST_CASE("stix/pattern: the normal form of examples") {
  CHECK(normal("[a:c = 2 OR a:b = 1 AND a:d > 1.0]") == "[a:b = 1 AND a:d > 1 OR a:c = 2]");
  CHECK(normal("[a:b = 'y' OR a:b IN ('x', 'y')]") == "[a:b IN ('x', 'y')]");
  CHECK(normal("[a:b = 2] OR [a:b = 1]") == "[a:b IN (1, 2)]");
  CHECK(normal("([a:b=2] AND [a:b=1]) WITHIN 5.0 SECONDS") == "([a:b = 1] AND [a:b = 2]) WITHIN 5 SECONDS");
  CHECK(normal("[a:b=2] REPEATS 3 TIMES OR ([a:b=1] FOLLOWEDBY [a:b=0])") ==
        "([a:b = 1] FOLLOWEDBY [a:b = 0]) OR [a:b = 2] REPEATS 3 TIMES");
}

TEST_CASE("stix/pattern: equal in normal form: order, repetition, absorption, nesting of tests") {
  same("[a:b=1 AND a:c=2]", "[ a:c == 2 AND (a:b = 1) AND a:c=2 ]");
  same("[a:b=1 OR a:c=2]", "[a:c=2 OR (a:b=1 OR a:c=2)]");
  same("[a:b=1]", "[a:b=1 OR a:b=1 AND a:c=2]");
  same("[a:b=1]", "[a:b=1 AND (a:b=1 OR a:c=2)]");
  same("[a:b=1 AND (a:c=2 OR a:d=3)]", "[a:b=1 AND a:c=2 OR a:d=3 AND a:b=1]");
  same("[(a:a=1 OR a:b=1) AND (a:a=1 OR a:c=1)]", "[a:a=1 OR a:b=1 AND a:c=1]");
}

TEST_CASE("stix/pattern: equal in normal form: NOT, sets and constants") {
  same("[a:b NOT = 1]", "[a:b != 1]");
  same("[a:b NOT != 1]", "[a:b = 1]");
  same("[a:b IN (1)]", "[a:b = 1.0]");
  same("[a:b IN (3, 1, 2, 1)]", "[a:b = 1 OR a:b IN (2, 3)]");
  same("[a:b NOT IN (1, 2)]", "[a:b != 2 AND a:b NOT = 1]");
  same("[a:l[*] NOT IN (1)]", "[a:l[*] NOT = 1]");
  same("[a:l[*] NOT IN (1, 1.0)]", "[a:l[*] NOT = 1]");
  same("[a:l[*] NOT IN (1, 2)]", "[a:l[*] NOT IN (2, 1, 2)]");
  same("[a:b = h'0102']", "[a:b = b'AQI=']");
  same("[a:b < 0.50]", "[a:b < .5]");
  same("[a:b = t'2020-01-01T00:00:00.100Z']", "[a:b = t'2020-01-01T00:00:00.1Z']");
  same("[a:b = t'2020-01-01T00:00:00.000Z']", "[a:b = t'2020-01-01T00:00:00Z']");
  same("[a:'b' = 1]", "[a:b = 1]");
}

TEST_CASE("stix/pattern: equal in normal form: addresses") {
  same("[ipv4-addr:value = '10.0.0.1/32']", "[ipv4-addr:value = '10.0.0.1']");
  same("[ipv6-addr:value = '2001:0DB8:0:0:0:0:0:1/128']", "[ipv6-addr:value IN ('2001:db8::1')]");
  same("[ipv4-addr:value ISSUBSET '10.1.2.3/8']", "[ipv4-addr:value ISSUBSET '10.0.0.0/8']");
  same("[a:dst_ref.value ISSUPERSET '2001:db8::/32']", "[a:dst_ref.value ISSUPERSET '2001:db8:ffff:0::1/32']");
  same("[ipv6-addr:value = '::ffff:10.0.0.1']", "[ipv6-addr:value = '::ffff:a00:1']");
}

TEST_CASE("stix/pattern: equal in normal form: observations") {
  same("[a:b=1] AND [a:c=1]", "[a:c=1] AND ([a:b=1])");
  same("([a:b=1] AND [a:c=1]) AND [a:d=1]", "[a:d=1] AND ([a:c=1] AND [a:b=1])");
  same("[a:b=1] OR [a:c=1]", "[a:c=1] OR [a:b=1] OR [a:b=1]");
  same("[a:b=1] OR [a:c=1]", "[a:c=1 OR a:b=1]");
  same("[a:b=1]", "[a:b=1] OR ([a:b=1] AND [a:c=1])");
  same("[a:b=1] AND [a:c=1]", "[a:b=1] AND [a:c=1] OR [a:b=1] AND [a:c=1] AND [a:c=1]");
  same("([a:b=1] FOLLOWEDBY [a:c=1]) FOLLOWEDBY [a:d=1]", "[a:b=1] FOLLOWEDBY [a:c=1] FOLLOWEDBY [a:d=1]");
  same("[a:b=1] REPEATS 1 TIMES", "[a:b=1]");
  same("([a:b=1] WITHIN 5 SECONDS) REPEATS 2 TIMES", "[a:b=1] WITHIN 5.0 SECONDS REPEATS 2 TIMES");
  same("[a:b=1] START t'2020-01-01T00:00:00.0Z' STOP t'2021-01-01T00:00:00Z'",
       "[a:b=1] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00.00Z'");
}

TEST_CASE("stix/pattern: different in normal form what differs in meaning") {
  differ("[a:b = 1] AND [a:b = 1]", "[a:b = 1]");                       // two observations
  differ("[a:b = 1 AND a:c = 2]", "[a:b = 1] AND [a:c = 2]");
  differ("[a:b NOT < 1]", "[a:b >= 1]");                                // a string satisfies the first only
  differ("[a:l[*] NOT = 1]", "[a:l[*] != 1]");                          // of one element, or of all
  differ("[a:l[*] NOT IN (1, 2)]", "[a:l[*] NOT = 1 AND a:l[*] NOT = 2]");
  differ("[NOT EXISTS a:b]", "[EXISTS a:b]");
  differ("[a:b IN ()]", "[a:b NOT IN ()]");
  differ("[a:b IN (1, true)]", "[a:b = 1 OR a:b = true]");              // the set is invalid
  differ("[a:b = '1']", "[a:b = 1]");
  differ("[a:b = 'x']", "[a:b = 'X']");
  differ("[windows-registry-key:key = 'HKLM']", "[windows-registry-key:key = 'hklm']");
  differ("[a:b = '10.0.0.1/32']", "[a:b = '10.0.0.1']");
  differ("[ipv4-addr:value = '10.0.0.1/8']", "[ipv4-addr:value = '10.0.0.0/8']");
  differ("[ipv4-addr:value LIKE '10.0.0.1/32']", "[ipv4-addr:value LIKE '10.0.0.1']");
  differ("[a:b = 9007199254740993]", "[a:b = 9007199254740993.0]");
  differ("[a:b = t'2020-01-01T00:00:00.0000000001Z']", "[a:b = t'2020-01-01T00:00:00Z']");
  differ("[a:b=1] FOLLOWEDBY [a:c=1]", "[a:c=1] FOLLOWEDBY [a:b=1]");
  differ("[a:b=1] FOLLOWEDBY ([a:c=1] FOLLOWEDBY [a:d=1])", "[a:b=1] FOLLOWEDBY [a:c=1] FOLLOWEDBY [a:d=1]");
  differ("[a:b=1] WITHIN 5 SECONDS REPEATS 2 TIMES", "[a:b=1] REPEATS 2 TIMES WITHIN 5 SECONDS");
  differ("([a:b=1] AND [a:c=1]) WITHIN 5 SECONDS", "[a:b=1] AND [a:c=1] WITHIN 5 SECONDS");
  differ("[a:b=1] REPEATS 2 TIMES", "[a:b=1]");
  differ("[a:b=1] REPEATS 2 TIMES", "([a:b=1] OR [a:b=1]) REPEATS 3 TIMES");
  differ("([a:b=1] AND [a:c=1]) OR [a:d=1]", "[a:b=1] AND ([a:c=1] OR [a:d=1])");
}

TEST_CASE("stix/pattern: the normal form of a pattern with too many ORs within ANDs is refused") {
  std::string text = "[";
  for (int i = 0; i < 30; ++i) {
    const std::string n = std::to_string(i);
    text += (i == 0 ? "(a:a" : " AND (a:a") + n + "=1 OR a:b" + n + "=1)";
  }
  const auto pattern = parse(text + "]");
  REQUIRE(pattern.ok());
  const auto out = normal_text(*pattern);
  REQUIRE_FALSE(out.ok());
  CHECK(out.error().code == Code::kLimitExceeded);
}

TEST_CASE("stix/pattern: a long path is not copied once a constant without bound") {
  std::string text = "[a:'" + std::string(500'000, 'x') + "' IN (0";
  for (int i = 1; i < 20'000; ++i) text += "," + std::to_string(i);
  const auto pattern = parse(text + ")]");
  REQUIRE(pattern.ok());
  CHECK_FALSE(normal_text(*pattern).ok());
}

TEST_CASE("stix/pattern: long chains of one operator have a normal form") {
  for (const char* word : {" AND ", " OR "}) {
    std::string inside, between;
    for (int i = 0; i < 20'000; ++i) inside += (i == 0 ? "" : word) + ("x-a:b!=" + std::to_string(i));
    for (int i = 0; i < 5'000; ++i) between += (i == 0 ? "" : word) + ("([x-a:b=" + std::to_string(i)) + "] AND [x-a:c=1])";
    CHECK(normal_text(*parse("[" + inside + "]")).ok());
    CHECK(normal_text(*parse(between)).ok());
  }
}

TEST_CASE("stix/pattern: long sets have a normal form") {
  std::string text = "[file:size = 1 AND file:hashes.MD5 IN ('0'";
  for (int i = 1; i < 20'000; ++i) text += ",'" + std::to_string(i) + "'";
  const auto pattern = parse(text + ")]");
  REQUIRE(pattern.ok());
  CHECK(normal_text(*pattern).ok());
}

}
