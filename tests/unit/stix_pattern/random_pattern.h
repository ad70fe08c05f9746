// Random patterns for the property tests: few paths and values, so that comparisons meet each other.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "stix/pattern/ast.h"

namespace sekisho::stix::pattern::tests {

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : state_(seed) {}
  std::size_t roll(std::size_t sides) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state_ >> 33) % sides;
  }
  bool flip() { return roll(2) == 0; }

 private:
  std::uint64_t state_;
};

template <typename T>
void shuffle(std::vector<T>& items, Dice& dice) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[dice.roll(i)]);
}

inline Constant constant(Dice& dice) {
  Constant out;
  out.kind = static_cast<Constant::Kind>(dice.roll(7));
  switch (out.kind) {
    case Constant::Kind::kString: out.text = dice.flip() ? "x" : "it's \\ \xE6\x97\xA5"; break;
    case Constant::Kind::kInteger: out.integer = static_cast<std::int64_t>(dice.roll(5)) - 2; break;
    case Constant::Kind::kReal: out.real = static_cast<double>(dice.roll(9)) / 4 - 1; break;
    case Constant::Kind::kBoolean: out.boolean = dice.flip(); break;
    case Constant::Kind::kTimestamp:
      out.text = dice.flip() ? "2026-01-02T03:04:05Z" : "2026-01-02T03:04:05.500Z";
      out.time = *parse_stix_time(out.text);
      break;
    default: out.text = std::string(dice.roll(3), '\xFE');
  }
  return out;
}

inline ObjectPath path(Dice& dice) {
  ObjectPath out;
  out.type = "x-a";
  out.steps.push_back({PathStep::Kind::kKey, 0, dice.flip() ? "p" : "q-r"});
  if (dice.roll(4) == 0) out.steps.push_back({dice.flip() ? PathStep::Kind::kAnyIndex : PathStep::Kind::kIndex, 3, ""});
  if (dice.roll(4) == 0) out.steps.push_back({PathStep::Kind::kKey, 0, "IN"});
  // An index is kept only where it is printed.
  for (PathStep& each : out.steps) each.index = each.kind == PathStep::Kind::kIndex ? 3 : 0;
  return out;
}

inline Test comparison(Dice& dice) {
  Test out;
  Comparison& c = out.comparison;
  c.path = path(dice);
  c.op = static_cast<Operator>(dice.roll(12));
  c.negated = dice.roll(3) == 0;
  if (c.op == Operator::kExists) return out;
  if (c.op == Operator::kIn) {
    for (std::size_t i = dice.roll(4); i > 0; --i) {
      c.constants.push_back(constant(dice));
      c.constants.back().kind == c.constants.front().kind ? void() : c.constants.pop_back();
    }
    return out;
  }
  do {
    c.constants.assign(1, constant(dice));
  } while (c.constants[0].kind == Constant::Kind::kBoolean && c.op != Operator::kEqual && c.op != Operator::kNotEqual);
  if (c.op >= Operator::kLike) c.constants[0] = [] { Constant s; s.text = "10.0.0.1/8"; return s; }();
  return out;
}

inline Test test(Dice& dice, int depth) {
  if (depth == 0 || dice.roll(3) == 0) return comparison(dice);
  Test out;
  out.kind = dice.flip() ? Test::Kind::kAnd : Test::Kind::kOr;
  for (std::size_t i = 2 + dice.roll(2); i > 0; --i) out.operands.push_back(test(dice, depth - 1));
  return out;
}

inline Qualifier qualifier(Dice& dice) {
  Qualifier out;
  out.kind = static_cast<Qualifier::Kind>(dice.roll(3));
  out.times = out.kind == Qualifier::Kind::kRepeats ? static_cast<std::int64_t>(1 + dice.roll(3)) : 0;
  out.seconds = out.kind == Qualifier::Kind::kWithin ? static_cast<double>(1 + dice.roll(6)) / 2 : 0;
  if (out.kind == Qualifier::Kind::kStartStop) {
    out.start_text = "2026-01-02T03:04:05Z";
    out.stop_text = "2026-01-03T03:04:05.10Z";
    out.start = *parse_stix_time(out.start_text);
    out.stop = *parse_stix_time(out.stop_text);
  }
  return out;
}

inline Observation observation(Dice& dice, int depth) {
  Observation out;
  if (depth == 0 || dice.roll(3) == 0) {
    out.test = test(dice, 2);
  } else {
    out.kind = static_cast<Observation::Kind>(1 + dice.roll(3));
    for (std::size_t i = 2 + dice.roll(2); i > 0; --i) out.operands.push_back(observation(dice, depth - 1));
  }
  for (std::size_t i = dice.roll(6); i > 3; --i) {
    out.qualifiers.push_back(qualifier(dice));
    const bool first_of_compound = out.qualifiers.size() == 1 && out.kind != Observation::Kind::kTest;
    out.qualifiers.back().after_group = first_of_compound || dice.roll(3) == 0;
  }
  return out;
}

}  // namespace sekisho::stix::pattern::tests
