// Random trees: what is printed is read as the same tree, and what is rewritten without changing the meaning
// has the same normal form.
#include <algorithm>
#include <functional>

#include "stix/pattern/check.h"
#include "stix/pattern/normal.h"
#include "stix/pattern/parse.h"
#include "stix/pattern/print.h"
#include "tests/support/property.h"
#include "random_pattern.h"

using namespace sekisho;
using namespace sekisho::stix::pattern;
using namespace sekisho::stix::pattern::tests;

namespace {

bool same(const Constant& a, const Constant& b) {
  return a.kind == b.kind && a.boolean == b.boolean && a.integer == b.integer && !(a.real < b.real) && !(b.real < a.real) &&
         a.time == b.time && a.text == b.text;
}
template <typename T, typename Same>
bool all_same(const std::vector<T>& a, const std::vector<T>& b, Same same_one) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_one);
}
bool same(const Test& a, const Test& b) {
  const Comparison &x = a.comparison, &y = b.comparison;
  const auto steps = [](const PathStep& p, const PathStep& q) { return p.kind == q.kind && p.index == q.index && p.key == q.key; };
  return a.kind == b.kind && x.path.type == y.path.type && all_same(x.path.steps, y.path.steps, steps) && x.op == y.op &&
         x.negated == y.negated && all_same(x.constants, y.constants, [](const auto& p, const auto& q) { return same(p, q); }) &&
         all_same(a.operands, b.operands, [](const auto& p, const auto& q) { return same(p, q); });
}
bool same(const Observation& a, const Observation& b) {
  const auto qualifiers = [](const Qualifier& p, const Qualifier& q) {
    return p.kind == q.kind && p.times == q.times && !(p.seconds < q.seconds) && !(q.seconds < p.seconds) && p.start == q.start &&
           p.stop == q.stop && p.start_text == q.start_text && p.stop_text == q.stop_text && p.after_group == q.after_group;
  };
  return a.kind == b.kind && same(a.test, b.test) && all_same(a.qualifiers, b.qualifiers, qualifiers) &&
         all_same(a.operands, b.operands, [](const auto& p, const auto& q) { return same(p, q); });
}

// Rewrites that keep the meaning.

template <typename Node>
Node joined(typename Node::Kind kind, std::vector<Node> operands) {
  Node out;
  out.kind = kind;
  out.operands = std::move(operands);
  return out;
}

bool has_star(const ObjectPath& p) {
  return std::any_of(p.steps.begin(), p.steps.end(), [](const PathStep& s) { return s.kind == PathStep::Kind::kAnyIndex; });
}

Test rewritten(Test node, Dice& dice);

Test rewritten_comparison(Test node, Dice& dice) {
  Comparison& c = node.comparison;
  for (Constant& each : c.constants) {
    if (each.kind == Constant::Kind::kInteger && dice.flip()) {
      each.kind = Constant::Kind::kReal;
      each.real = static_cast<double>(each.integer);
      each.integer = 0;
    } else if (each.kind == Constant::Kind::kHex || each.kind == Constant::Kind::kBinary) {
      each.kind = dice.flip() ? Constant::Kind::kHex : Constant::Kind::kBinary;
    }
  }
  const bool equality = c.op == Operator::kEqual || c.op == Operator::kNotEqual;
  if (equality && !has_star(c.path) && dice.flip()) {
    c.op = c.op == Operator::kEqual ? Operator::kNotEqual : Operator::kEqual;
    c.negated = !c.negated;
  }
  if (c.op == Operator::kEqual && dice.flip()) c.op = Operator::kIn;
  if (c.op == Operator::kIn && c.constants.size() > 1) {
    shuffle(c.constants, dice);
    if (dice.flip()) c.constants.push_back(c.constants[0]);
    const bool split = dice.flip() && (!c.negated || !has_star(c.path));
    if (split) {
      std::vector<Test> parts;
      for (const Constant& each : c.constants) {
        parts.push_back(node);
        parts.back().comparison.constants.assign(1, each);
      }
      return joined(c.negated ? Test::Kind::kAnd : Test::Kind::kOr, std::move(parts));
    }
  }
  return node;
}

Test rewritten(Test node, Dice& dice) {
  if (node.kind == Test::Kind::kComparison) {
    node = rewritten_comparison(std::move(node), dice);
  } else {
    for (Test& each : node.operands) each = rewritten(std::move(each), dice);
    shuffle(node.operands, dice);
    if (dice.roll(3) == 0) node.operands.push_back(node.operands[0]);
    if (dice.roll(3) == 0 && node.operands.size() > 2) {  // (a b) c
      Test last = std::move(node.operands.back());
      node.operands.pop_back();
      const auto kind = node.kind;
      node = joined(kind, std::vector<Test>{std::move(node), std::move(last)});
    }
    const bool distribute = node.kind == Test::Kind::kAnd && node.operands[0].kind == Test::Kind::kOr && dice.flip();
    if (distribute) {
      std::vector<Test> parts;
      for (const Test& each : node.operands[0].operands) {
        Test part = node;
        part.operands[0] = each;
        parts.push_back(std::move(part));
      }
      node = joined(Test::Kind::kOr, std::move(parts));
    }
  }
  if (dice.roll(4) == 0) {  // x = x OR x AND y = x AND (x OR y)
    const bool any = dice.flip();
    Test inner = joined(any ? Test::Kind::kAnd : Test::Kind::kOr, std::vector<Test>{node, comparison(dice)});
    node = joined(any ? Test::Kind::kOr : Test::Kind::kAnd, std::vector<Test>{std::move(inner), node});
  }
  return node;
}

Observation rewritten(Observation node, Dice& dice) {
  using Kind = Observation::Kind;
  const std::vector<Qualifier> qualifiers = std::exchange(node.qualifiers, {});
  if (node.kind == Kind::kTest) {
    node.test = rewritten(std::move(node.test), dice);
    if (node.test.kind == Test::Kind::kOr && dice.flip()) {  // [a OR b] = [a] OR [b]
      std::vector<Observation> parts;
      for (const Test& each : node.test.operands) {
        parts.emplace_back();
        parts.back().test = each;
      }
      node = joined(Kind::kOr, std::move(parts));
    }
  } else {
    for (Observation& each : node.operands) each = rewritten(std::move(each), dice);
    if (node.kind != Kind::kFollowedBy) shuffle(node.operands, dice);
    if (node.kind == Kind::kOr && dice.flip()) node.operands.push_back(node.operands[0]);
    if (node.operands.size() > 2 && dice.flip()) {  // (a b) c
      Observation last = std::move(node.operands.back());
      node.operands.pop_back();
      const Kind kind = node.kind;
      node = joined(kind, std::vector<Observation>{std::move(node), std::move(last)});
    }
  }
  const bool absorbs = node.kind == Kind::kTest || node.kind == Kind::kFollowedBy;
  if (absorbs && dice.roll(4) == 0) {  // x = x OR (x AND y)
    Observation other;
    other.test = comparison(dice);
    node = joined(Kind::kOr, std::vector<Observation>{joined(Kind::kAnd, std::vector<Observation>{other, node}), node});
  }
  node.qualifiers = qualifiers;
  for (Qualifier& each : node.qualifiers) each.after_group = dice.flip();
  if (dice.roll(5) == 0) {
    Qualifier once;
    once.times = 1;
    node.qualifiers.push_back(once);
  }
  return node;
}

}  // namespace

TEST_SUITE("unit") {

TEST_CASE("stix/pattern: property: what is printed is read as the same tree") {
  PROPERTY("round trip", [](std::uint32_t seed) {
    Dice dice(seed);
    Pattern pattern;
    pattern.root = observation(dice, 3);
    const std::string text = print(pattern);
    const auto again = parse(text);
    if (!again.ok()) RC_FAIL(text + ": " + again.error().to_string());
    if (!same(again->root, pattern.root)) RC_FAIL(text + " is read as " + print(*again));
    RC_ASSERT(print(*again) == text);
    RC_ASSERT(level_of(*again) == level_of(pattern));
  });
}

TEST_CASE("stix/pattern: property: rewriting without changing the meaning keeps the normal form") {
  PROPERTY("normal form", [](std::uint32_t seed) {
    Dice dice(seed);
    Pattern pattern;
    pattern.root = observation(dice, 2);
    const auto normal = normal_text(pattern);
    Pattern other;
    other.root = rewritten(pattern.root, dice);
    const auto of_other = normal_text(other);
    if (!normal.ok() || !of_other.ok()) return;
    if (*normal != *of_other) RC_FAIL(print(pattern) + "\n" + print(other) + "\n" + *normal + "\n" + *of_other);
    PatternLimits wide;
    wide.max_bytes = 16u << 20;
    wide.max_comparisons = 1'000'000;
    const auto again = parse(*normal, Language::kStix21, wide);
    if (!again.ok()) RC_FAIL(*normal + ": " + again.error().to_string());
    RC_ASSERT(*normal_text(*again) == *normal);
  });
}

}
