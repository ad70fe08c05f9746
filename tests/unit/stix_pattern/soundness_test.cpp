// The normal form means what the pattern means: both are judged on random observations by a matcher that
// follows STIX 2.1 §9 word for word, in the plainest way that works for four observations.
#include <array>
#include <optional>
#include <set>

#include "random_pattern.h"
#include "stix/pattern/normal.h"
#include "stix/pattern/parse.h"
#include "stix/pattern/print.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::stix::pattern;
using namespace sekisho::stix::pattern::tests;

namespace {

constexpr std::size_t kObservations = 4;

/// One object: the values that each path reaches, none if it is missing; several with [*].
struct Object {
  std::uint32_t seed = 0;
  std::int64_t second = 0;

  std::vector<Constant> at(const std::string& path) const {
    Dice dice(static_cast<std::uint32_t>(std::hash<std::string>()(path)) ^ seed);
    std::vector<Constant> out;
    const std::size_t count = path.find('*') != std::string::npos ? dice.roll(3) : dice.roll(4) == 0 ? 0 : 1;
    for (std::size_t i = 0; i < count; ++i) out.push_back(constant(dice));
    return out;
  }
};

bool is_number(const Constant& c) { return c.kind == Constant::Kind::kInteger || c.kind == Constant::Kind::kReal; }
bool is_bytes(const Constant& c) { return c.kind == Constant::Kind::kBinary || c.kind == Constant::Kind::kHex; }
double number(const Constant& c) { return c.kind == Constant::Kind::kInteger ? static_cast<double>(c.integer) : c.real; }

/// -1, 0 or 1; nothing if the types cannot be compared (§9.2).
std::optional<int> compared(const Constant& a, const Constant& b) {
  const auto order = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  if (is_number(a) && is_number(b)) return order(number(a), number(b));
  const bool texts = (is_bytes(a) || a.kind == Constant::Kind::kString) && (is_bytes(b) || b.kind == Constant::Kind::kString);
  if (texts) return order(a.text, b.text);
  if (a.kind != b.kind) return std::nullopt;
  if (a.kind == Constant::Kind::kBoolean) return order(a.boolean, b.boolean);
  return order(a.time, b.time);
}

bool holds_of(const Constant& value, const Comparison& c) {
  const auto equal = [&](const Constant& other) { return compared(value, other) == 0; };
  const auto order = c.constants.empty() ? std::nullopt : compared(value, c.constants[0]);
  switch (c.op) {
    case Operator::kEqual: return order == 0;
    case Operator::kNotEqual: return order != 0;  // other types too
    case Operator::kLess: return order && *order < 0;
    case Operator::kLessEqual: return order && *order <= 0;
    case Operator::kGreater: return order && *order > 0;
    case Operator::kGreaterEqual: return order && *order >= 0;
    case Operator::kIn: return std::any_of(c.constants.begin(), c.constants.end(), equal);
    default: return std::hash<std::string>()(value.text + operator_text(c.op)) % 2 == 0;  // any fixed answer
  }
}

bool holds(const Test& test, const Object& object) {
  const auto one = [&](const Test& each) { return holds(each, object); };
  if (test.kind == Test::Kind::kAnd) return std::all_of(test.operands.begin(), test.operands.end(), one);
  if (test.kind == Test::Kind::kOr) return std::any_of(test.operands.begin(), test.operands.end(), one);
  const Comparison& c = test.comparison;
  const auto values = object.at(print(c.path));
  if (c.op == Operator::kExists) return values.empty() == c.negated;
  return std::any_of(values.begin(), values.end(), [&](const Constant& each) { return holds_of(each, c) != c.negated; });
}

using Bindings = std::set<unsigned>;  ///< sets of observations, as bits
using Objects = std::array<Object, kObservations>;

std::pair<std::int64_t, std::int64_t> span(unsigned binding, const Objects& objects) {
  std::int64_t low = INT64_MAX, high = INT64_MIN;
  for (unsigned i = 0; i < kObservations; ++i) {
    if ((binding >> i & 1U) == 0) continue;
    low = std::min(low, objects[i].second);
    high = std::max(high, objects[i].second);
  }
  return {low, high};
}

Bindings combined(const Bindings& left, const Bindings& right, bool in_order, const Objects& objects) {
  Bindings out;
  for (const unsigned a : left) {
    for (const unsigned b : right) {
      const bool apart = (a & b) == 0;
      if (apart && (!in_order || span(b, objects).first >= span(a, objects).second)) out.insert(a | b);
    }
  }
  return out;
}

Bindings qualified(const Bindings& all, const Qualifier& qualifier, const Objects& objects) {
  Bindings out;
  if (qualifier.kind == Qualifier::Kind::kRepeats) {
    out = all;
    for (std::int64_t i = 1; i < qualifier.times; ++i) out = combined(out, all, false, objects);
    return out;
  }
  for (const unsigned each : all) {
    const auto [low, high] = span(each, objects);
    const bool within = static_cast<double>(high - low) < qualifier.seconds;
    const bool between = low >= qualifier.start.seconds && high < qualifier.stop.seconds;
    if (qualifier.kind == Qualifier::Kind::kWithin ? within : between) out.insert(each);
  }
  return out;
}

Bindings bindings(const Observation& observation, const Objects& objects) {
  Bindings out;
  if (observation.kind == Observation::Kind::kTest) {
    for (unsigned i = 0; i < kObservations; ++i) {
      if (holds(observation.test, objects[i])) out.insert(1U << i);
    }
  }
  for (const Observation& each : observation.operands) {
    const Bindings operand = bindings(each, objects);
    if (&each == &observation.operands.front()) out = operand;
    else if (observation.kind == Observation::Kind::kOr) out.insert(operand.begin(), operand.end());
    else out = combined(out, operand, observation.kind == Observation::Kind::kFollowedBy, objects);
  }
  for (const Qualifier& each : observation.qualifiers) out = qualified(out, each, objects);
  return out;
}

}  // namespace

TEST_SUITE("unit") {

TEST_CASE("stix/pattern: property: the normal form matches what the pattern matches") {
  std::size_t matched = 0, judged = 0;
  PROPERTY("same meaning", [&](std::uint32_t seed) {
    for (std::uint32_t round = 0; round < 10; ++round) {
      Dice dice(seed * 10 + round);
      Pattern pattern;
      pattern.root = observation(dice, 2);
      const auto text = normal_text(pattern);
      if (!text.ok()) continue;
      PatternLimits wide;
      wide.max_bytes = 16u << 20;
      wide.max_comparisons = 1'000'000;
      const auto normal = parse(*text, Language::kStix21, wide);
      RC_ASSERT(normal.ok());
      for (int i = 0; i < 10; ++i) {
        Objects objects;
        for (Object& each : objects) {
          each.seed = static_cast<std::uint32_t>(dice.roll(1'000'000));
          each.second = parse_stix_time("2026-01-02T03:04:04Z")->seconds + static_cast<std::int64_t>(dice.roll(4));
        }
        const bool before = !bindings(pattern.root, objects).empty();
        const bool after = !bindings(normal->root, objects).empty();
        if (before != after) RC_FAIL(print(pattern) + "\n" + *text);
        matched += before;
        ++judged;
      }
    }
  });
  CHECK(matched * 10 > judged);  // the test sees both outcomes
  CHECK(matched < judged);
}

}
