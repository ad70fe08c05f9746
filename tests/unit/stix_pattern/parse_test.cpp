#include "stix/pattern/parse.h"

#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix::pattern;

namespace {

Pattern read(const std::string& text, Language language = Language::kStix21) {
  auto pattern = parse(text, language);
  INFO(text);
  if (!pattern.ok()) FAIL(pattern.error().to_string());
  return *std::move(pattern);
}

Comparison first(const std::string& inside) { return read("[" + inside + "]").root.test.comparison; }

}  // namespace

TEST_SUITE("unit") {

TEST_CASE("stix/pattern: reads a comparison with its places") {
  const Comparison c = first("file:size NOT >= 1280");
  CHECK(c.path.type == "file");
  CHECK(c.path.offset == 1);
  REQUIRE(c.path.steps.size() == 1);
  CHECK(c.path.steps[0].key == "size");
  CHECK(c.op == Operator::kGreaterEqual);
  CHECK(c.negated);
  CHECK(c.op_offset == 15);
  REQUIRE(c.constants.size() == 1);
  CHECK(c.constants[0].kind == Constant::Kind::kInteger);
  CHECK(c.constants[0].integer == 1280);
  CHECK(c.constants[0].offset == 18);
}

TEST_CASE("stix/pattern: reads every operator in both spellings") {
  const auto op = [](const std::string& text) { return first("a:b " + text).op; };
  CHECK(op("= 1") == Operator::kEqual);
  CHECK(op("== 1") == Operator::kEqual);
  CHECK(op("!= 1") == Operator::kNotEqual);
  CHECK(op("<> 1") == Operator::kNotEqual);
  CHECK(op("< 1") == Operator::kLess);
  CHECK(op("<= 1") == Operator::kLessEqual);
  CHECK(op("> 1") == Operator::kGreater);
  CHECK(op(">= 1") == Operator::kGreaterEqual);
  CHECK(op("IN (1)") == Operator::kIn);
  CHECK(op("LIKE 'a%'") == Operator::kLike);
  CHECK(op("MATCHES'^a'") == Operator::kMatches);
  CHECK(op("ISSUBSET '10.0.0.0/8'") == Operator::kIsSubset);
  CHECK(op("ISSUPERSET '10.0.0.0/8'") == Operator::kIsSuperset);
  CHECK(first("EXISTS a:b").op == Operator::kExists);
  CHECK(first("NOT EXISTS a:b").negated);
  CHECK_FALSE(first("EXISTS a:b").negated);
  for (const char* text : {"NOT = 1", "NOT != 1", "NOT < 1", "NOT IN (1)", "NOT LIKE 'a'", "NOT MATCHES 'a'", "NOT ISSUBSET '::1'"}) {
    CHECK(first(std::string("a:b ") + text).negated);
  }
}

TEST_CASE("stix/pattern: reads every kind of constant") {
  const auto constant = [](const std::string& text) { return first("a:b = " + text).constants.at(0); };
  CHECK(constant("-5").integer == -5);
  CHECK(constant("-0").integer == 0);
  CHECK(constant("9223372036854775807").integer == INT64_MAX);
  CHECK(constant("-9223372036854775808").integer == INT64_MIN);
  CHECK(constant("12.50").real == 12.5);
  CHECK(constant(".5").real == 0.5);
  CHECK(constant("-.5").real == -0.5);
  CHECK(constant("12.0").kind == Constant::Kind::kReal);
  CHECK(constant("true").boolean);
  CHECK_FALSE(constant("false").boolean);
  CHECK(constant("''").text.empty());
  CHECK(constant("'it\\'s C:\\\\x'").text == "it's C:\\x");
  CHECK(constant("'line\nbreak \xE6\x97\xA5'").text == "line\nbreak \xE6\x97\xA5");
  CHECK(constant("h'00fFa1'").text == std::string("\x00\xff\xa1", 3));
  CHECK(constant("h''").text.empty());
  CHECK(constant("b'AQIDBA=='").text == std::string("\1\2\3\4"));
  CHECK(constant("b''").kind == Constant::Kind::kBinary);
  const Constant time = constant("t'2014-01-13T07:03:17.5Z'");
  CHECK(time.text == "2014-01-13T07:03:17.5Z");
  CHECK(time.time == *parse_stix_time("2014-01-13T07:03:17.5Z"));
}

TEST_CASE("stix/pattern: a day that its month lacks counts on into the next month") {
  CHECK(first("a:b = t'2024-02-30T12:00:00Z'").constants[0].time == *parse_stix_time("2024-03-01T12:00:00Z"));
  CHECK(first("a:b = t'2023-02-31T00:00:00Z'").constants[0].time == *parse_stix_time("2023-03-03T00:00:00Z"));
  CHECK(first("a:b = t'2024-04-31T00:00:00Z'").constants[0].time == *parse_stix_time("2024-05-01T00:00:00Z"));
}

TEST_CASE("stix/pattern: reads sets, the empty one too") {
  CHECK(first("a:b IN ()").constants.empty());
  CHECK(first("a:b IN('x')").constants.size() == 1);
  const Comparison c = first("a:b NOT IN (1, 2.5,\n'x')");
  REQUIRE(c.constants.size() == 3);
  CHECK(c.constants[1].real == 2.5);
  CHECK(c.constants[2].text == "x");
  CHECK(c.negated);
}

TEST_CASE("stix/pattern: reads paths with quoted names, indexes and stars") {
  const ObjectPath p = first("x-usb_Device:'a.b'.c[0][*].'SHA-256'.d_ref.value = 1").path;
  CHECK(p.type == "x-usb_Device");
  REQUIRE(p.steps.size() == 7);
  CHECK(p.steps[0].key == "a.b");
  CHECK(p.steps[2].kind == PathStep::Kind::kIndex);
  CHECK(p.steps[2].index == 0);
  CHECK(p.steps[3].kind == PathStep::Kind::kAnyIndex);
  CHECK(p.steps[4].key == "SHA-256");
  CHECK(p.steps[6].key == "value");
  CHECK(first("a:b[4294967295] = 1").path.steps[1].index == 4294967295U);
  CHECK(first("a:'b\\'s' = 1").path.steps[0].key == "b's");
  CHECK(first("a:t = 1").path.steps[0].key == "t");
}

TEST_CASE("stix/pattern: AND binds closer than OR within brackets") {
  const Test t = read("[a:a=1 OR a:b=2 AND a:c=3 AND a:d=4 OR a:e=5]").root.test;
  CHECK(t.kind == Test::Kind::kOr);
  REQUIRE(t.operands.size() == 3);
  CHECK(t.operands[1].kind == Test::Kind::kAnd);
  CHECK(t.operands[1].operands.size() == 3);
  const Test u = read("[(a:a=1 OR a:b=2) AND a:c=3]").root.test;
  CHECK(u.kind == Test::Kind::kAnd);
  CHECK(u.operands.at(0).kind == Test::Kind::kOr);
}

TEST_CASE("stix/pattern: AND binds closer than OR, and OR closer than FOLLOWEDBY, between observations") {
  const Observation o = read("[a:a=1] FOLLOWEDBY [a:b=1] OR [a:c=1] AND [a:d=1] FOLLOWEDBY [a:e=1]").root;
  CHECK(o.kind == Observation::Kind::kFollowedBy);
  REQUIRE(o.operands.size() == 3);
  CHECK(o.operands[1].kind == Observation::Kind::kOr);
  CHECK(o.operands[1].operands.at(1).kind == Observation::Kind::kAnd);
  CHECK(o.operands[1].offset == 19);
}

TEST_CASE("stix/pattern: a qualifier belongs to what stands before it") {
  const Observation o = read("[a:a=1] FOLLOWEDBY [a:b=1] REPEATS 5 TIMES WITHIN 2.5 SECONDS").root;
  CHECK(o.qualifiers.empty());
  REQUIRE(o.operands.at(1).qualifiers.size() == 2);
  CHECK(o.operands[1].qualifiers[0].times == 5);
  CHECK(o.operands[1].qualifiers[0].offset == 27);
  CHECK(o.operands[1].qualifiers[1].seconds == 2.5);
  const Observation p = read("(([a:a=1] REPEATS 2 TIMES)) WITHIN 3 SECONDS START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00.50Z'").root;
  CHECK(p.kind == Observation::Kind::kTest);
  REQUIRE(p.qualifiers.size() == 3);
  CHECK_FALSE(p.qualifiers[0].after_group);
  CHECK(p.qualifiers[1].after_group);
  CHECK_FALSE(p.qualifiers[2].after_group);
  CHECK(p.qualifiers[2].start == *parse_stix_time("2020-01-01T00:00:00Z"));
  CHECK(p.qualifiers[2].stop_text == "2021-01-01T00:00:00.50Z");
}

TEST_CASE("stix/pattern: START and STOP are plain strings in 2.0 and t'' in 2.1") {
  const std::string plain = "[a:b=1] START '2020-01-01T00:00:00Z' STOP '2021-01-01T00:00:00Z'";
  const std::string typed = "[a:b=1] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'";
  CHECK(parse(plain, Language::kStix20).ok());
  CHECK_FALSE(parse(plain, Language::kStix21).ok());
  CHECK(parse(plain, Language::kEither).ok());
  CHECK_FALSE(parse(typed, Language::kStix20).ok());
  CHECK(parse(typed, Language::kStix21).ok());
  CHECK(parse(typed, Language::kEither).ok());
  CHECK(read(plain, Language::kStix20).root.qualifiers[0].start == read(typed).root.qualifiers[0].start);
}

TEST_CASE("stix/pattern: passes white space and comments between all tokens") {
  const Comparison c = first("/* one ' [ */ file // two\n : \xC2\xA0size\xE3\x80\x80=\v\t\r\n1280 // end\n");
  CHECK(c.constants.at(0).integer == 1280);
  CHECK(read("[a:b=1OR a:c=2.5AND NOT EXISTS a:d]REPEATS 5TIMES").root.test.operands.size() == 2);
  CHECK(read("[a:b='//x' AND a:c='/*']// last").root.test.operands.size() == 2);
}

TEST_CASE("stix/pattern: limits") {
  const auto code = [](const std::string& text, const PatternLimits& limits) {
    const auto result = parse(text, Language::kStix21, limits);
    return result.ok() ? Code::kInternal : result.error().code;
  };
  const auto nested = [](std::size_t depth, const std::string& inside) {
    return std::string(depth, '(') + inside + std::string(depth, ')');
  };
  CHECK(parse(nested(100, "[a:b=1]")).ok());
  CHECK(code(nested(101, "[a:b=1]"), {}) == Code::kLimitExceeded);
  CHECK(parse("[" + nested(100, "a:b=1") + "]").ok());
  CHECK(code("[" + nested(101, "a:b=1") + "]", {}) == Code::kLimitExceeded);
  PatternLimits deep;
  deep.max_depth = 4'000'000;
  CHECK(parse(nested(1000, "[a:b=1]"), Language::kStix21, deep).ok());
  CHECK(code(std::string(500'000, '('), deep) == Code::kLimitExceeded);
  PatternLimits limits;
  limits.max_bytes = 7;
  CHECK(parse("[a:b=1]", Language::kStix21, limits).ok());
  CHECK(code("[a:b=10]", limits) == Code::kLimitExceeded);
  limits = {};
  limits.max_comparisons = 2;
  CHECK(parse("[a:b=1 OR a:b=2]", Language::kStix21, limits).ok());
  CHECK(code("[a:b=1 OR a:b=2] OR [a:b=3]", limits) == Code::kLimitExceeded);
  limits.max_constants = 2;
  CHECK(code("[a:b IN (1,2,3)]", limits) == Code::kLimitExceeded);
  limits.max_qualifiers = 1;
  CHECK(code("[a:b=1] REPEATS 1 TIMES WITHIN 2 SECONDS", limits) == Code::kLimitExceeded);
  limits.max_path_steps = 3;
  CHECK(parse("[a:b.c[1]=1]", Language::kStix21, limits).ok());
  CHECK(code("[a:b.c[1].d=1]", limits) == Code::kLimitExceeded);
}

}
