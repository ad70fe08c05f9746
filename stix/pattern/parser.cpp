#include "stix/pattern/parser.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <utility>

#include "core/utf8.h"
#include "stix/pattern/constants.h"
#include "stix/pattern/mistakes.h"

namespace sekisho::stix::pattern {
namespace {

constexpr std::uint32_t kMostDepth = 1000;  // what the stack surely holds

/// Most patterns are; eight bytes at a time.
bool is_ascii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::uint64_t any = 0;
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    any |= word;
  }
  for (; at < text.size(); ++at) any |= static_cast<unsigned char>(text[at]);
  return (any & kHighBits) == 0;
}

}  // namespace

Parser::Parser(std::string_view text, Language language, const PatternLimits& limits)
    : text_(text), lexer_(text), language_(language), limits_(limits) {
  limits_.max_depth = std::min(limits_.max_depth, kMostDepth);
  limits_.max_bytes = std::min<std::size_t>(limits_.max_bytes, std::numeric_limits<std::uint32_t>::max());
}

bool Parser::run(Pattern& out) {
  if (text_.size() > limits_.max_bytes) return over("bytes", limits_.max_bytes);
  if (!is_ascii(text_) && !utf8::valid(text_)) {
    while (const std::size_t length = utf8::sequence_length(text_.substr(trouble_.offset))) trouble_.offset += length;
    trouble_.message = "the text is not UTF-8 here";
    return false;
  }
  if (!advance()) return false;
  if (!at(TokenKind::kLeftBracket) && !at(TokenKind::kLeftParenthesis)) {
    return fail_unexpected("`[`: comparisons stand in brackets, as in [file:size = 1280]");
  }
  if (!followed_by(out.root)) return false;
  if (at(TokenKind::kEnd)) return true;
  return fail_unexpected("AND, OR, FOLLOWEDBY, a qualifier (REPEATS, WITHIN, START) or the end");
}

bool Parser::advance() {
  token_ = lexer_.next();
  if (token_.kind != TokenKind::kBroken) return true;
  trouble_ = lexer_.trouble();
  return false;
}

bool Parser::fail(std::string message) {
  trouble_ = {token_.offset, std::move(message), false};
  return false;
}

bool Parser::fail_unexpected(std::string_view expected) { return fail(unexpected(token_, expected)); }

bool Parser::over(std::string_view what, std::size_t limit) {
  trouble_ = {token_.offset, "more than " + std::to_string(limit) + " " + std::string(what), true};
  return false;
}

bool Parser::take(TokenKind kind, std::string_view expected) {
  return at(kind) ? advance() : fail_unexpected(expected);
}

bool Parser::enter() {
  return ++depth_ <= limits_.max_depth || over("parentheses within each other", limits_.max_depth);
}

bool Parser::chain(Observation& out, Observation::Kind kind, TokenKind sign, ObservationRule operand) {
  if (!(this->*operand)(out)) return false;
  if (!at(sign)) return true;
  Observation all;
  all.kind = kind;
  all.offset = out.offset;
  all.operands.push_back(std::move(out));
  while (at(sign)) {
    if (!advance() || !(this->*operand)(all.operands.emplace_back())) return false;
  }
  out = std::move(all);
  return true;
}

/// `[ test ]` or `( observations )`, with the qualifiers that follow.
bool Parser::observation(Observation& out) {
  out.offset = token_.offset;
  const bool grouped = at(TokenKind::kLeftParenthesis);
  if (grouped) {
    if (!enter() || !advance() || !followed_by(out)) return false;
    if (!take(TokenKind::kRightParenthesis, "`)`, AND, OR, FOLLOWEDBY or a qualifier")) return false;
    --depth_;
  } else {
    if (!take(TokenKind::kLeftBracket, "`[` or `(`: comparisons stand in brackets, as in [file:size = 1280]")) return false;
    if (!any_test(out.test)) return false;
    if (!take(TokenKind::kRightBracket, "`]`, AND or OR")) return false;
  }
  return qualifiers(out, grouped);
}

bool Parser::qualifiers(Observation& out, bool grouped) {
  while (at(TokenKind::kRepeats) || at(TokenKind::kWithin) || at(TokenKind::kStart)) {
    if (++qualifiers_ > limits_.max_qualifiers) return over("qualifiers", limits_.max_qualifiers);
    Qualifier& each = out.qualifiers.emplace_back();
    each.offset = token_.offset;
    each.after_group = std::exchange(grouped, false);
    if (!qualifier(each)) return false;
  }
  return true;
}

bool Parser::qualifier(Qualifier& out) {
  if (at(TokenKind::kStart)) return start_stop(out);
  Constant number;
  if (at(TokenKind::kRepeats)) {
    out.kind = Qualifier::Kind::kRepeats;
    if (!advance()) return false;
    if (!at(TokenKind::kInteger) || token_.text[0] == '-') return fail_unexpected("a positive integer: REPEATS 5 TIMES");
    if (!read_constant(token_, number, trouble_) || !advance()) return false;
    out.times = number.integer;
    return take(TokenKind::kTimes, "TIMES");
  }
  out.kind = Qualifier::Kind::kWithin;
  if (!advance()) return false;
  if ((!at(TokenKind::kInteger) && !at(TokenKind::kReal)) || token_.text[0] == '-') {
    return fail_unexpected("a positive number: WITHIN 300 SECONDS");
  }
  if (!read_constant(token_, number, trouble_) || !advance()) return false;
  out.seconds = number.kind == Constant::Kind::kReal ? number.real : static_cast<double>(number.integer);
  return take(TokenKind::kSeconds, "SECONDS, the only unit");
}

bool Parser::start_stop(Qualifier& out) {
  out.kind = Qualifier::Kind::kStartStop;
  return advance() && bound_time("START", out.start, out.start_text) &&
         take(TokenKind::kStop, "STOP: the two come together, START t'time' STOP t'time'") &&
         bound_time("STOP", out.stop, out.stop_text);
}

/// t'time' in 2.1, 'time' in 2.0.
bool Parser::bound_time(const char* word, Timestamp& time, std::string& text) {
  const bool plain = at(TokenKind::kString);
  if (!plain && !at(TokenKind::kTimestamp)) return fail_unexpected(std::string("a time after ") + word + ": t'2026-01-31T23:59:59Z'");
  if (plain && language_ == Language::kStix21) {
    return fail(std::string(word) + " takes a timestamp in STIX 2.1, a plain string only in 2.0; write t before the apostrophe: t'2026-01-31T23:59:59Z'");
  }
  if (!plain && language_ == Language::kStix20) {
    return fail(std::string(word) + " takes a plain string in STIX 2.0, t'...' only in 2.1; leave out the t before the apostrophe");
  }
  const auto read = read_time(token_.text);
  if (!read) return fail("not a time; write it as 2026-01-31T23:59:59.123Z");
  time = *read;
  text = std::string(token_.text);
  return advance();
}

bool Parser::chain(Test& out, Test::Kind kind, TokenKind sign, TestRule operand) {
  if (!(this->*operand)(out)) return false;
  if (!at(sign)) return true;
  Test all;
  all.kind = kind;
  all.operands.reserve(2);
  all.operands.push_back(std::move(out));
  while (at(sign)) {
    if (!advance() || !(this->*operand)(all.operands.emplace_back())) return false;
  }
  out = std::move(all);
  return true;
}

bool Parser::test(Test& out) {
  if (!at(TokenKind::kLeftParenthesis)) return comparison(out.comparison);
  if (!enter() || !advance() || !any_test(out)) return false;
  --depth_;
  return take(TokenKind::kRightParenthesis, "`)`, AND or OR");
}

bool Parser::comparison(Comparison& out) {
  if (++comparisons_ > limits_.max_comparisons) return over("comparisons", limits_.max_comparisons);
  if (at(TokenKind::kNot)) {
    if (!advance()) return false;
    if (!at(TokenKind::kExists)) return fail("NOT stands before the operator, as in file:name NOT = 'a', or before EXISTS");
    out.negated = true;
  }
  if (!at(TokenKind::kExists)) return path(out.path) && operator_and_constants(out);
  out.op = Operator::kExists;
  out.op_offset = token_.offset;
  return advance() && path(out.path);
}

bool Parser::operator_and_constants(Comparison& out) {
  if (at(TokenKind::kNot)) {
    out.negated = true;
    if (!advance()) return false;
  }
  out.op_offset = token_.offset;
  bool string_only = false;
  switch (token_.kind) {
    case TokenKind::kEqual: out.op = Operator::kEqual; break;
    case TokenKind::kNotEqual: out.op = Operator::kNotEqual; break;
    case TokenKind::kLess: out.op = Operator::kLess; break;
    case TokenKind::kLessEqual: out.op = Operator::kLessEqual; break;
    case TokenKind::kGreater: out.op = Operator::kGreater; break;
    case TokenKind::kGreaterEqual: out.op = Operator::kGreaterEqual; break;
    case TokenKind::kIn: out.op = Operator::kIn; break;
    case TokenKind::kLike: out.op = Operator::kLike; string_only = true; break;
    case TokenKind::kMatches: out.op = Operator::kMatches; string_only = true; break;
    case TokenKind::kIsSubset: out.op = Operator::kIsSubset; string_only = true; break;
    case TokenKind::kIsSuperset: out.op = Operator::kIsSuperset; string_only = true; break;
    case TokenKind::kExists: return fail("EXISTS stands before the path, as in EXISTS file:name");
    case TokenKind::kHyphenName: return fail("found " + shown(token_) + " after the path; expected an operator");
    default: return fail_unexpected("an operator: = != < <= > >= IN LIKE MATCHES ISSUBSET ISSUPERSET, NOT before it");
  }
  if (!advance()) return false;
  if (out.op == Operator::kIn) return constant_set(out);
  const bool ordered = out.op != Operator::kEqual && out.op != Operator::kNotEqual;
  return constant(out, string_only, ordered);
}

bool Parser::constant(Comparison& out, bool string_only, bool ordered) {
  if (!is_constant(token_.kind)) return fail(no_constant(token_));
  if (string_only && !at(TokenKind::kString)) return fail_unexpected("a 'string': LIKE, MATCHES, ISSUBSET and ISSUPERSET take no other constant");
  if (ordered && (at(TokenKind::kTrue) || at(TokenKind::kFalse))) {
    return fail("true and false have no order; compare them with = or !=");
  }
  if (++constants_ > limits_.max_constants) return over("constants", limits_.max_constants);
  return read_constant(token_, out.constants.emplace_back(), trouble_) && advance();
}

bool Parser::constant_set(Comparison& out) {
  if (!take(TokenKind::kLeftParenthesis, "`(`: IN takes a set, as in IN ('a', 'b')")) return false;
  if (at(TokenKind::kRightParenthesis)) return advance();
  while (true) {
    if (!constant(out, false, false)) return false;
    if (at(TokenKind::kRightParenthesis)) return advance();
    if (!take(TokenKind::kComma, "`,` or `)`")) return false;
  }
}

bool Parser::path(ObjectPath& out) {
  out.offset = token_.offset;
  if (!at(TokenKind::kName) && !at(TokenKind::kHyphenName)) {
    return fail_unexpected("an object path, as in file:size");
  }
  out.type = std::string(token_.text);
  if (!advance()) return false;
  if (!take(TokenKind::kColon, "`:` between object type and property, as in file:size")) return false;
  out.steps.reserve(2);  // most paths have one or two
  if (!path_key(out)) return false;
  while (at(TokenKind::kDot) || at(TokenKind::kLeftBracket)) {
    if (out.steps.size() >= limits_.max_path_steps) return over("steps in a path", limits_.max_path_steps);
    if (at(TokenKind::kLeftBracket) ? !path_index(out) : !advance() || !path_key(out)) return false;
  }
  return true;
}

bool Parser::path_key(ObjectPath& out) {
  if (!at(TokenKind::kName) && !at(TokenKind::kString)) {
    if (at(TokenKind::kHyphenName) || (token_.kind >= TokenKind::kAnd && !token_.text.empty())) {
      return fail("the name " + shown(token_) + " stands in apostrophes: '" + std::string(token_.text.substr(0, 32)) + "'");
    }
    return fail_unexpected("the name of a property; one with other characters than letters, digits and _ stands in apostrophes");
  }
  PathStep& step = out.steps.emplace_back();
  step.key = unescaped(token_);
  return advance();
}

bool Parser::path_index(ObjectPath& out) {
  if (!advance()) return false;
  PathStep& step = out.steps.emplace_back();
  if (at(TokenKind::kAsterisk)) {
    step.kind = PathStep::Kind::kAnyIndex;
  } else {
    step.kind = PathStep::Kind::kIndex;
    if (!at(TokenKind::kInteger) || token_.text[0] == '-') return fail_unexpected("a list index from 0, or `*`");
    const char* const end = token_.text.data() + token_.text.size();
    if (std::from_chars(token_.text.data(), end, step.index).ec != std::errc()) return fail("the index has more than 32 bits");
  }
  return advance() && take(TokenKind::kRightBracket, "`]` after the index");
}

}  // namespace sekisho::stix::pattern
