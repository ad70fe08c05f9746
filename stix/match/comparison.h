// One compiled comparison (STIX 2.1 §9.6): path, operator, constants. Immutable; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "stix/match/ip_range.h"
#include "stix/match/operand.h"
#include "stix/match/path.h"
#include "stix/match/text_test.h"
#include "stix/pattern/ast.h"

namespace sekisho::stix::match {

class Comparison {
 public:
  /// `memory` is for its automaton, if it needs one. Errors: kStixPattern, kLimitExceeded.
  static Result<Comparison> compile(const pattern::Comparison& comparison, std::size_t memory);

  const std::string& type() const { return type_; }
  /// True if the object, whose type is type(), satisfies it.
  bool holds(const json::Value& object, Walk& walk) const;

 private:
  Comparison(Path path, const pattern::Comparison& from)
      : type_(from.path.type), path_(std::move(path)), op_(from.op), negated_(from.negated) {}
  bool judge(const json::Value& value, Walk& walk) const;
  bool judge_order(const json::Value& value, Walk& walk) const;
  bool judge_text(const json::Value& value, Walk& walk) const;
  bool judge_range(const json::Value& value) const;

  std::string type_;
  Path path_;
  pattern::Operator op_;
  bool negated_;
  std::optional<Operand> operand_;
  std::optional<OperandSet> set_;
  std::optional<TextTest> text_;
  std::optional<IpRange> range_;
};

}  // namespace sekisho::stix::match
