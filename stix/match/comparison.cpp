#include "stix/match/comparison.h"

#include <algorithm>
#include <utility>

namespace sekisho::stix::match {
namespace {

using pattern::Operator;
using ConstantKind = pattern::Constant::Kind;

std::string place(std::uint32_t offset) { return "byte " + std::to_string(offset); }

Error bad_pattern(std::string detail, std::uint32_t offset) {
  return make_error(Code::kStixPattern, std::move(detail), place(offset));
}

bool orders(Operator op) {
  return op == Operator::kLess || op == Operator::kLessEqual || op == Operator::kGreater || op == Operator::kGreaterEqual;
}

/// Types that one set may mix: numbers with each other, bytes with each other.
int family(ConstantKind kind) {
  if (kind == ConstantKind::kReal) kind = ConstantKind::kInteger;
  if (kind == ConstantKind::kHex) kind = ConstantKind::kBinary;
  return static_cast<int>(kind);
}

Status check_constants(const pattern::Comparison& from) {
  const auto& constants = from.constants;
  const std::size_t wanted = from.op == Operator::kExists ? 0 : 1;
  if (from.op != Operator::kIn && constants.size() != wanted) {
    return bad_pattern("the operator takes " + std::to_string(wanted) + " constants", from.op_offset);
  }
  if (orders(from.op) && constants[0].kind == ConstantKind::kBoolean) {
    return bad_pattern("true and false have no order; use = or !=", constants[0].offset);
  }
  for (const auto& constant : constants) {
    if (family(constant.kind) != family(constants[0].kind)) {
      return bad_pattern("the constants of IN are of one type", constant.offset);
    }
  }
  return {};
}

}  // namespace

Result<Comparison> Comparison::compile(const pattern::Comparison& from, std::size_t memory) {
  SEKISHO_TRY(check_constants(from));
  SEKISHO_ASSIGN(Path path, Path::compile(from.path));
  const Encoding encoding = path.encoding();
  Comparison out(std::move(path), from);
  switch (from.op) {
    case Operator::kExists: return out;
    case Operator::kIn: out.set_.emplace(from.constants, encoding); return out;
    case Operator::kLike:
    case Operator::kMatches: {
      const auto& constant = from.constants[0];
      if (constant.kind != ConstantKind::kString) return bad_pattern("LIKE and MATCHES take a string", constant.offset);
      const auto subject = encoding == Encoding::kNone ? TextTest::Subject::kText : TextTest::Subject::kBytes;
      auto test = from.op == Operator::kLike ? TextTest::like(constant.text, subject, memory)
                                             : TextTest::matches(constant.text, subject, memory);
      if (!test.ok()) return make_error(test.error().code, test.error().detail, place(constant.offset));
      out.text_ = std::move(test).value();
      return out;
    }
    case Operator::kIsSubset:
    case Operator::kIsSuperset: {
      const auto& constant = from.constants[0];
      if (constant.kind == ConstantKind::kString) out.range_ = IpRange::parse(constant.text);
      if (!out.range_) return bad_pattern("ISSUBSET and ISSUPERSET take an IP address or CIDR range", constant.offset);
      return out;
    }
    default: out.operand_.emplace(from.constants[0], encoding); return out;
  }
}

bool Comparison::holds(const json::Value& object, Walk& walk) const {
  bool present = false;
  const bool found = path_.any(object, walk, [&](const json::Value& value) {
    present = true;
    return op_ == Operator::kExists || judge(value, walk);
  });
  // EXISTS asks about presence itself; everything else is false without a value, negated or not.
  if (op_ == Operator::kExists) return found != negated_;
  return present && found != negated_;
}

bool Comparison::judge(const json::Value& value, Walk& walk) const {
  if (operand_) return judge_order(value, walk);
  if (set_) return set_->contains(value, path_.encoding(), walk.room);
  return text_ ? judge_text(value, walk) : judge_range(value);
}

bool Comparison::judge_order(const json::Value& value, Walk& walk) const {
  const auto order = operand_->order(value, path_.encoding(), walk.room);
  if (!order) return op_ == Operator::kNotEqual;
  switch (op_) {
    case Operator::kEqual: return *order == 0;
    case Operator::kNotEqual: return *order != 0;
    case Operator::kLess: return *order < 0;
    case Operator::kLessEqual: return *order <= 0;
    case Operator::kGreater: return *order > 0;
    default: return *order >= 0;
  }
}

bool Comparison::judge_text(const json::Value& value, Walk& walk) const {
  const auto text = value.string();
  if (!text || !walk.spend(text_->cost(text->size()))) return false;
  if (path_.encoding() == Encoding::kNone) return text_->holds(to_nfc(*text, walk.room.text));
  const auto bytes = decoded(*text, path_.encoding(), walk.room);
  return bytes && text_->holds(*bytes);
}

bool Comparison::judge_range(const json::Value& value) const {
  const auto text = value.string();
  const auto range = text ? IpRange::parse(*text) : std::nullopt;
  if (!range) return false;
  return op_ == Operator::kIsSubset ? range_->contains(*range) : range->contains(*range_);
}

}  // namespace sekisho::stix::match
