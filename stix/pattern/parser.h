// The grammar of STIX 2.1 §9.4 to §9.7 by recursive descent. Private to stix/pattern; one use per object.
// Recursion goes down one level a parenthesis, and parentheses are bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "stix/pattern/ast.h"
#include "stix/pattern/lexer.h"
#include "stix/pattern/parse.h"

namespace sekisho::stix::pattern {

class Parser {
 public:
  Parser(std::string_view text, Language language, const PatternLimits& limits);
  /// True and the tree in `out`, or false and the reason in trouble().
  bool run(Pattern& out);
  const Trouble& trouble() const { return trouble_; }

 private:
  using ObservationRule = bool (Parser::*)(Observation&);
  using TestRule = bool (Parser::*)(Test&);

  // Observations, loosest first.
  bool followed_by(Observation& out) { return chain(out, Observation::Kind::kFollowedBy, TokenKind::kFollowedBy, &Parser::any_of); }
  bool any_of(Observation& out) { return chain(out, Observation::Kind::kOr, TokenKind::kOr, &Parser::all_of); }
  bool all_of(Observation& out) { return chain(out, Observation::Kind::kAnd, TokenKind::kAnd, &Parser::observation); }
  bool chain(Observation& out, Observation::Kind kind, TokenKind sign, ObservationRule operand);
  bool observation(Observation& out);
  bool qualifiers(Observation& out, bool grouped);
  bool qualifier(Qualifier& out);
  bool start_stop(Qualifier& out);
  bool bound_time(const char* word, Timestamp& time, std::string& text);

  // Within [ ].
  bool any_test(Test& out) { return chain(out, Test::Kind::kOr, TokenKind::kOr, &Parser::all_tests); }
  bool all_tests(Test& out) { return chain(out, Test::Kind::kAnd, TokenKind::kAnd, &Parser::test); }
  bool chain(Test& out, Test::Kind kind, TokenKind sign, TestRule operand);
  bool test(Test& out);
  bool comparison(Comparison& out);
  bool operator_and_constants(Comparison& out);
  bool constant(Comparison& out, bool string_only, bool ordered);
  bool constant_set(Comparison& out);
  bool path(ObjectPath& out);
  bool path_key(ObjectPath& out);
  bool path_index(ObjectPath& out);

  bool at(TokenKind kind) const { return token_.kind == kind; }
  bool advance();
  bool take(TokenKind kind, std::string_view expected);
  bool enter();
  bool fail(std::string message);
  bool fail_unexpected(std::string_view expected);
  bool over(std::string_view what, std::size_t limit);

  std::string_view text_;
  Lexer lexer_;
  Language language_;
  PatternLimits limits_;
  Token token_;
  Trouble trouble_;
  std::uint32_t depth_ = 0;
  std::size_t comparisons_ = 0;
  std::size_t constants_ = 0;
  std::size_t qualifiers_ = 0;
};

/// "line:column" of a byte offset, both from 1, columns in bytes; lines end at U+000A.
std::string place(std::string_view text, std::size_t offset);

}  // namespace sekisho::stix::pattern
