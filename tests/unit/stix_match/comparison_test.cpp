// One row a rule: pattern, object, verdict.
#include "tests/support/doctest.h"

#include <string>
#include <vector>

#include "kit.h"

using namespace sekisho::tests;

namespace {

struct Row {
  const char* comparison;
  const char* object;  ///< members besides the type
  const char* verdict;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.comparison);
    CAPTURE(row.object);
    CHECK(about(std::string("[") + row.comparison + "]", std::string("{\"type\":\"x-t\",") + row.object + "}") == row.verdict);
  }
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/match: numbers compare by value, whatever their spelling") {
    check({{"x-t:v = 1", R"("v":1.0)", "yes"},
           {"x-t:v = 1", R"("v":1.5)", "no"},
           {"x-t:v < 1.5", R"("v":1)", "yes"},
           {"x-t:v >= 1.5", R"("v":1)", "no"},
           {"x-t:v = 9007199254740993", R"("v":9007199254740992.0)", "no"},
           {"x-t:v < 9007199254740993", R"("v":9007199254740992.0)", "yes"},
           {"x-t:v > -1", R"("v":-0.5)", "yes"},
           {"x-t:v < -1", R"("v":-1.5)", "yes"},
           {"x-t:v < 9223372036854775807", R"("v":1e300)", "no"},
           {"x-t:v IN (1, 2.5)", R"("v":2.5)", "yes"}});
  }

  TEST_CASE("stix/match: text compares by code point without normalising, the longer is greater") {
    check({{"x-t:v < 'oz'", R"("v":"o")", "yes"},
           {"x-t:v > 'oz'", R"("v":"o\u0300")", "yes"},
           {"x-t:v < 'z'", R"("v":"o\u0300")", "yes"},
           {"x-t:v > 'z'", R"("v":"\u00f2")", "yes"},
           {"x-t:v = '\xC3\xB2'", R"("v":"o\u0300")", "no"},
           {"x-t:v > '\xEF\xBF\xBD'", R"("v":"\ud83d\ude00")", "yes"},
           {"x-t:v = 'A'", R"("v":"a")", "no"}});
  }

  TEST_CASE("stix/match: incompatible types are false, != true, NOT turns that round") {
    check({{"x-t:v = 'x'", R"("v":1)", "no"},
           {"x-t:v != 'x'", R"("v":1)", "yes"},
           {"x-t:v NOT != 'x'", R"("v":1)", "no"},
           {"x-t:v < 'x'", R"("v":1)", "no"},
           {"x-t:v NOT < 'x'", R"("v":1)", "yes"},
           {"x-t:v = true", R"("v":"true")", "no"},
           {"x-t:v != true", R"("v":null)", "yes"},
           {"x-t:v = 'a'", R"("v":["a"])", "no"},
           {"x-t:v != 'a'", R"("v":{"a":"a"})", "yes"},
           {"x-t:v LIKE '%'", R"("v":1)", "no"},
           {"x-t:v MATCHES '.'", R"("v":1)", "no"},
           {"x-t:v ISSUBSET '1.2.3.4'", R"("v":1)", "no"},
           {"x-t:v IN ('a')", R"("v":1)", "no"},
           {"x-t:v NOT IN ('a')", R"("v":1)", "yes"}});
  }

  TEST_CASE("stix/match: a missing path is false whatever the operator, only NOT EXISTS asks for that") {
    check({{"x-t:w = 3", R"("v":1)", "no"},
           {"x-t:w != 3", R"("v":1)", "no"},
           {"x-t:w NOT = 3", R"("v":1)", "no"},
           {"x-t:w NOT IN (3)", R"("v":1)", "no"},
           {"x-t:w NOT LIKE 'a'", R"("v":1)", "no"},
           {"x-u:v != 3", R"("v":1)", "no"},
           {"x-t:v[5] != 3", R"("v":[1])", "no"},
           {"x-t:v[*] != 3", R"("v":[])", "no"},
           {"x-t:v[0] != 3", R"("v":7)", "no"},
           {"x-t:v.w != 3", R"("v":"text")", "no"},
           {"EXISTS x-t:v", R"("v":null)", "yes"},
           {"EXISTS x-t:w", R"("v":1)", "no"},
           {"NOT EXISTS x-t:w", R"("v":1)", "yes"},
           {"NOT EXISTS x-t:v", R"("v":1)", "no"}});
  }

  TEST_CASE("stix/match: lists, dictionaries and quoted names") {
    check({{"x-t:v[1] = 'b'", R"("v":["a","b"])", "yes"},
           {"x-t:v[*] = 'b'", R"("v":["a","b"])", "yes"},
           {"x-t:v[*] = 'c'", R"("v":["a","b"])", "no"},
           {"x-t:v[*] != 'a'", R"("v":["a","b"])", "yes"},
           {"x-t:v[*] NOT = 'a'", R"("v":["a","b"])", "no"},
           {"x-t:v[*] NOT = 'c'", R"("v":["a","b"])", "yes"},
           {"x-t:v[*][*] = 3", R"("v":[[1],[2,3]])", "yes"},
           {"x-t:v[*].e > 7.5", R"("v":[{"e":1},{"e":7.9}])", "yes"},
           {"x-t:hashes.'SHA-256' = 'ab'", R"("hashes":{"SHA-256":"ab"})", "yes"},
           {"x-t:extensions.'x-ext'.n = 1", R"("extensions":{"x-ext":{"n":1}})", "yes"}});
  }

  TEST_CASE("stix/match: binary properties are compared as bytes") {
    check({{"x-t:p_bin = 'this is a test'", R"("p_bin":"dGhpcyBpcyBhIHRlc3Q=")", "yes"},
           {"x-t:p_bin = b'dGhpcyBpcyBhIHRlc3Q='", R"("p_bin":"dGhpcyBpcyBhIHRlc3Q=")", "yes"},
           {"x-t:p_bin = h'7468697320697320612074657374'", R"("p_bin":"dGhpcyBpcyBhIHRlc3Q=")", "yes"},
           {"x-t:p_bin = 'dGhpcyBpcyBhIHRlc3Q='", R"("p_bin":"dGhpcyBpcyBhIHRlc3Q=")", "no"},
           {"x-t:p_hex > h'00'", R"("p_hex":"FF")", "yes"},
           {"x-t:p_hex > h'ff'", R"("p_hex":"ff00")", "yes"},
           {"x-t:p_hex = '\xC3\xBF'", R"("p_hex":"ff")", "yes"},
           {"x-t:p_hex = '\xC4\x80'", R"("p_hex":"ff")", "no"},
           {"x-t:p_hex != '\xC4\x80'", R"("p_hex":"ff")", "yes"},
           {"x-t:p_hex < '\xC4\x80'", R"("p_hex":"00")", "no"},
           {"x-t:p_hex = h'ff'", R"("p_hex":"no hex")", "no"},
           {"x-t:p_hex != h'ff'", R"("p_hex":"no hex")", "yes"},
           {"x-t:p_hex IN ('a', 'b')", R"("p_hex":"62")", "yes"},
           {"x-t:name = h'616c'", R"("name":"al")", "yes"},
           {"x-t:name = h'ff'", R"("name":"\u00ff")", "yes"},
           {"x-t:name > h'00'", R"("name":"\u0103")", "no"},
           {"x-t:name != h'00'", R"("name":"\u0103")", "yes"}});
  }

  TEST_CASE("stix/match: LIKE takes % and _ on code points in normal form C") {
    check({{"x-t:v LIKE 'C:\\\\\\\\Win%\\\\\\\\foo'", R"("v":"C:\\\\Windows\\\\foo")", "yes"},
           {"x-t:v LIKE 'a%'", R"("v":"abc")", "yes"},
           {"x-t:v LIKE '%c'", R"("v":"abc")", "yes"},
           {"x-t:v LIKE '%b%'", R"("v":"abc")", "yes"},
           {"x-t:v LIKE '%'", R"("v":"")", "yes"},
           {"x-t:v LIKE '%%'", R"("v":"x")", "yes"},
           {"x-t:v LIKE 'a_c'", R"("v":"a\u00e9c")", "yes"},
           {"x-t:v LIKE 'a_c'", R"("v":"a\nc")", "yes"},
           {"x-t:v LIKE 'a_c'", R"("v":"ac")", "no"},
           {"x-t:v LIKE 'a%b%c'", R"("v":"a1b\n2c")", "yes"},
           {"x-t:v LIKE 'a%b%c'", R"("v":"a1c")", "no"},
           {"x-t:v LIKE 'a.c'", R"("v":"abc")", "no"},
           {"x-t:v LIKE 'b'", R"("v":"abc")", "no"},
           {"x-t:v LIKE '\xC3\xA9'", R"("v":"e\u0301")", "yes"},
           {"x-t:v LIKE 'e\xCC\x81'", R"("v":"\u00e9")", "yes"},
           {"x-t:v_bin LIKE '%ali_e'", R"("v_bin":"YWxpY2U=")", "yes"},
           {"x-t:v_bin NOT LIKE '\xC4\x83%'", R"("v_bin":"YWxpY2U=")", "yes"}});
  }

  TEST_CASE("stix/match: MATCHES searches, its dot takes newlines, text is in normal form C") {
    check({{"x-t:v MATCHES 'l+'", R"("v":"hello")", "yes"},
           {"x-t:v MATCHES '^l+'", R"("v":"hello")", "no"},
           {"x-t:v MATCHES 'a.c'", R"("v":"a\nc")", "yes"},
           {"x-t:v MATCHES ''", R"("v":"")", "yes"},
           {"x-t:v MATCHES '^.$'", R"("v":"e\u0301")", "yes"},
           {"x-t:v MATCHES '(?i)HELLO'", R"("v":"hello")", "yes"},
           {"x-t:v_hex MATCHES '^\\\\xff.$'", R"("v_hex":"ff0a")", "yes"},
           {"x-t:v_hex MATCHES '\xC4\x83'", R"("v_hex":"ff0a")", "no"},
           {"x-t:v MATCHES '(a)\\\\1'", R"("v":"aa")", "stix-pattern"},
           {"x-t:v MATCHES '(?=a)'", R"("v":"a")", "stix-pattern"},
           {"x-t:v MATCHES '(?<!a)b'", R"("v":"b")", "stix-pattern"},
           {"x-t:v MATCHES '(?>a)'", R"("v":"a")", "stix-pattern"},
           {"x-t:v MATCHES '('", R"("v":"a")", "stix-pattern"},
           {"x-t:v MATCHES '(((a{100}){100}){100})'", R"("v":"a")", "limit-exceeded"},
           {"x-t:v MATCHES '(a+)+$'", R"("v":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")", "no"}});
  }

  TEST_CASE("stix/match: address ranges, bare addresses, both families") {
    check({{"x-t:v ISSUBSET '198.51.100.0/24'", R"("v":"198.51.100.0/27")", "yes"},
           {"x-t:v ISSUBSET '198.51.100.0/24'", R"("v":"198.51.100.77")", "yes"},
           {"x-t:v ISSUBSET '198.51.100.0/27'", R"("v":"198.51.100.0/24")", "no"},
           {"x-t:v ISSUPERSET '198.51.100.0/27'", R"("v":"198.51.100.0/24")", "yes"},
           {"x-t:v ISSUPERSET '198.51.100.3'", R"("v":"198.51.100.3")", "yes"},
           {"x-t:v ISSUBSET '0.0.0.0/0'", R"("v":"10.0.0.1")", "yes"},
           {"x-t:v ISSUBSET '0.0.0.0/0'", R"("v":"::1")", "no"},
           {"x-t:v ISSUBSET '2001:db8::/32'", R"("v":"2001:DB8:1::/48")", "yes"},
           {"x-t:v ISSUBSET '2001:db8::/33'", R"("v":"2001:db8:8000::1")", "no"},
           {"x-t:v ISSUPERSET '2001:db8::1'", R"("v":"2001:db8::1/128")", "yes"},
           {"x-t:v ISSUBSET '10.0.0.0/8'", R"("v":"10.0.0.1/33")", "no"},
           {"x-t:v NOT ISSUBSET '10.0.0.0/8'", R"("v":"example.com")", "yes"},
           {"x-t:v ISSUBSET '10.0.0.0/33'", R"("v":"10.0.0.1")", "stix-pattern"},
           {"x-t:v ISSUBSET 'example.com'", R"("v":"10.0.0.1")", "stix-pattern"}});
  }

  TEST_CASE("stix/match: timestamps compare as instants") {
    check({{"x-t:v = t'2020-01-01T00:00:00Z'", R"("v":"2020-01-01T00:00:00.000Z")", "yes"},
           {"x-t:v > t'2020-01-01T00:00:00Z'", R"("v":"2020-01-01T00:00:00.000000001Z")", "yes"},
           {"x-t:v = t'2020-01-01T00:00:00Z'", R"("v":"2020-01-01 00:00:00Z")", "no"},
           {"x-t:v != t'2020-01-01T00:00:00Z'", R"("v":"yesterday")", "yes"},
           {"x-t:v < '2021'", R"("v":"2020-01-01T00:00:00Z")", "yes"}});
  }

  TEST_CASE("stix/match: one object satisfies the whole of [ ], by AND before OR") {
    const Observations both(array({observed("o", R"("0":{"type":"x-t","a":1},"1":{"type":"x-t","b":2})", 0, 0)}));
    CHECK(verdict("[x-t:a = 1 AND x-t:b = 2]", both) == "no");
    CHECK(verdict("[x-t:a = 1 OR x-t:b = 2]", both) == "yes");
    CHECK(verdict("[x-t:a = 1 AND x-t:a != 2]", both) == "yes");
    CHECK(verdict("[x-t:b = 3 OR x-t:a = 1 AND x-t:a = 2]", both) == "no");
    CHECK(verdict("[(x-t:b = 2 OR x-t:a = 1) AND x-t:b = 2]", both) == "yes");
    CHECK(verdict("[(x-t:a = 2 OR x-t:a = 1) AND (x-t:a = 3 OR x-t:a > 0)]", both) == "yes");
    CHECK(verdict("[x-u:a = 1 OR x-t:b = 2]", both) == "yes");
  }
}
