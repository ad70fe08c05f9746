// The search against a naive matcher that lists every way to bind observations and checks its times as
// a network of differences: slow, and built on nothing that the search is built on.
#include "tests/support/doctest.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/time.h"
#include "kit.h"
#include "stix/pattern/ast.h"
#include "stix/pattern/normal.h"
#include "stix/pattern/parse.h"
#include "stix/pattern/print.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::tests;
namespace pattern = sekisho::stix::pattern;

namespace {

constexpr std::int64_t kNanos = 1'000'000'000;

struct Seen {
  int tests = 0;  ///< bit i: satisfies test i
  int first = 0, last = 0, count = 1;
};

/// t[later] - t[earlier] <= most
struct Difference {
  std::size_t later, earlier;
  std::int64_t most;
};

struct Binding {
  std::vector<std::size_t> used;  ///< instances
  std::vector<Difference> differences;
  std::vector<std::pair<std::size_t, std::pair<std::int64_t, std::int64_t>>> bounds;
};

class Naive {
 public:
  explicit Naive(const std::vector<Seen>& seen) {
    for (const Seen& one : seen) {
      for (int i = 0; i < one.count; ++i) instances_.push_back(one);
    }
  }

  bool matches(const pattern::Observation& root) const {
    const auto all = bindings(root, root.qualifiers.size());
    return std::any_of(all.begin(), all.end(), [&](const Binding& binding) { return possible(binding); });
  }

 private:
  using Bindings = std::vector<Binding>;

  Bindings bindings(const pattern::Observation& from, std::size_t qualifiers) const {
    if (qualifiers == 0) return plain(from);
    const pattern::Qualifier& qualifier = from.qualifiers[qualifiers - 1];
    Bindings inner = bindings(from, qualifiers - 1);
    if (qualifier.kind == pattern::Qualifier::Kind::kRepeats) {
      Bindings out = inner;
      for (std::int64_t i = 1; i < qualifier.times; ++i) out = joined(out, inner, false);
      return out;
    }
    for (Binding& binding : inner) {
      for (const std::size_t a : binding.used) {
        if (qualifier.kind == pattern::Qualifier::Kind::kStartStop) {
          binding.bounds.push_back({a, {(qualifier.start.seconds - 1577836800) * kNanos,
                                        (qualifier.stop.seconds - 1577836800) * kNanos - 1}});
          continue;
        }
        for (const std::size_t b : binding.used) {
          binding.differences.push_back({a, b, static_cast<std::int64_t>(qualifier.seconds * 1e9) - 1});
        }
      }
    }
    return inner;
  }

  Bindings plain(const pattern::Observation& from) const {
    Bindings out;
    if (from.kind == pattern::Observation::Kind::kTest) {
      const int test = from.test.comparison.path.steps[0].key[1] - '0';
      for (std::size_t i = 0; i < instances_.size(); ++i) {
        if ((instances_[i].tests >> test & 1) != 0) out.push_back({{i}, {}, {}});
      }
      return out;
    }
    for (std::size_t i = 0; i < from.operands.size(); ++i) {
      const pattern::Observation& operand = from.operands[i];
      Bindings next = bindings(operand, operand.qualifiers.size());
      if (i == 0) {
        out = std::move(next);
      } else if (from.kind == pattern::Observation::Kind::kOr) {
        out.insert(out.end(), next.begin(), next.end());
      } else {
        out = joined(out, next, from.kind == pattern::Observation::Kind::kFollowedBy);
      }
    }
    return out;
  }

  static Bindings joined(const Bindings& left, const Bindings& right, bool in_order) {
    Bindings out;
    for (const Binding& a : left) {
      for (const Binding& b : right) {
        const bool twice = std::any_of(b.used.begin(), b.used.end(), [&](std::size_t i) {
          return std::find(a.used.begin(), a.used.end(), i) != a.used.end();
        });
        if (twice) continue;
        Binding both = a;
        both.used.insert(both.used.end(), b.used.begin(), b.used.end());
        both.differences.insert(both.differences.end(), b.differences.begin(), b.differences.end());
        both.bounds.insert(both.bounds.end(), b.bounds.begin(), b.bounds.end());
        for (const std::size_t i : a.used) {
          for (const std::size_t j : b.used) {
            if (in_order) both.differences.push_back({i, j, 0});
          }
        }
        out.push_back(std::move(both));
      }
    }
    return out;
  }

  /// Floyd and Warshall over the differences; the last point is time zero.
  bool possible(const Binding& binding) const {
    const std::size_t zero = instances_.size(), n = zero + 1;
    constexpr std::int64_t kFarAway = INT64_C(1) << 60;
    std::vector<std::vector<std::int64_t>> most(n, std::vector<std::int64_t>(n, kFarAway));
    const auto add = [&](std::size_t later, std::size_t earlier, std::int64_t value) {
      most[later][earlier] = std::min(most[later][earlier], value);
    };
    for (const std::size_t i : binding.used) {
      add(i, zero, instances_[i].last * kNanos);
      add(zero, i, -instances_[i].first * kNanos);
    }
    for (const auto& [i, range] : binding.bounds) {
      add(i, zero, range.second);
      add(zero, i, -range.first);
    }
    for (const Difference& d : binding.differences) add(d.later, d.earlier, d.most);
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) add(i, j, std::min(kFarAway, most[i][k] + most[k][j]));
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      if (most[i][i] < 0) return false;
    }
    return true;
  }

  std::vector<Seen> instances_;
};

/// `p0` to `p2` are true in an object whose bit is set.
std::string json_of(const std::vector<Seen>& seen) {
  std::vector<std::string> items;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    std::string object = "\"0\":{\"type\":\"x-t\"";
    for (int t = 0; t < 3; ++t) {
      object += ",\"p" + std::to_string(t) + "\":" + ((seen[i].tests >> t & 1) != 0 ? "true" : "false");
    }
    items.push_back(observed("o" + std::to_string(i), object + "}", seen[i].first, seen[i].last, seen[i].count));
  }
  return array(items);
}

int draw(int low, int high) { return *rc::gen::inRange(low, high + 1); }

pattern::Observation leaf() {
  pattern::Observation out;
  auto& comparison = out.test.comparison;
  comparison.path.type = "x-t";
  comparison.path.steps.push_back({pattern::PathStep::Kind::kKey, 0, "p" + std::to_string(draw(0, 2))});
  pattern::Constant constant;
  constant.kind = pattern::Constant::Kind::kBoolean;
  constant.boolean = true;
  comparison.constants.push_back(constant);
  return out;
}

pattern::Observation expression(int depth, int& budget) {
  pattern::Observation out;
  if (depth == 0 || budget <= 1 || draw(0, 3) == 0) {
    out = leaf();
    --budget;
  } else {
    out.kind = static_cast<pattern::Observation::Kind>(draw(1, 3));
    const int operands = draw(2, 3);
    for (int i = 0; i < operands; ++i) out.operands.push_back(expression(depth - 1, budget));
  }
  for (int i = draw(0, 2); i > 1; --i) {
    pattern::Qualifier qualifier;
    qualifier.kind = static_cast<pattern::Qualifier::Kind>(draw(0, 2));
    qualifier.times = draw(1, 2);
    qualifier.seconds = draw(1, 6) / 2.0;
    const int start = draw(0, 5);
    qualifier.start.seconds = 1577836800 + start;
    qualifier.stop.seconds = 1577836800 + start + draw(0, 4);
    qualifier.start_text = format_stix_time(qualifier.start);
    qualifier.stop_text = format_stix_time(qualifier.stop);
    qualifier.after_group = out.qualifiers.empty() && out.kind != pattern::Observation::Kind::kTest;
    out.qualifiers.push_back(qualifier);
  }
  return out;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/match: agrees with a matcher that tries everything") {
    int yes = 0, no = 0;
    PROPERTY("search equals exhaustive search", [&] {
      std::vector<Seen> seen(static_cast<std::size_t>(draw(1, 4)));
      for (Seen& one : seen) {
        one.tests = draw(0, 7);
        one.first = draw(0, 6);
        one.last = one.first + (draw(0, 1) == 0 ? 0 : draw(0, 3));
        one.count = draw(0, 3) == 0 ? 2 : 1;
      }
      int budget = 4;
      pattern::Pattern tree;
      tree.root = expression(2, budget);
      const Observations observations(json_of(seen));
      const auto matcher = stix::match::Matcher::compile(tree);
      RC_ASSERT(matcher.ok());
      const auto result = matcher.value().matches(observations.set());
      RC_ASSERT(result.ok());
      const bool wanted = Naive(seen).matches(tree.root);
      RC_ASSERT(result.value().matched == wanted);
      (wanted ? yes : no)++;
      // The normal form, read again, judges the same.
      const auto text = pattern::normal_text(tree);
      RC_ASSERT(text.ok());
      const auto normal = pattern::parse(*text);
      if (!normal.ok()) RC_FAIL(*text + ": " + normal.error().to_string());
      const auto second = stix::match::Matcher::compile(*normal);
      RC_ASSERT(second.ok());
      const auto same = second->matches(observations.set());
      RC_ASSERT(same.ok());
      if (same->matched != wanted) RC_FAIL(pattern::print(tree) + "\n" + *text);
      if (!wanted) return;
      // What it names makes a match by itself.
      std::vector<Seen> named;
      for (const std::size_t position : result.value().positions) named.push_back(seen[position]);
      RC_ASSERT(Naive(named).matches(tree.root));
    });
    CHECK(yes > 10);
    CHECK(no > 10);
  }

  TEST_CASE("stix/match: many groups among many observations, and a group that packing misses") {
    std::vector<std::string> items;
    for (int i = 0; i < 3000; ++i) items.push_back(seen("o" + std::to_string(i), std::to_string(i * 7 % 4), i / 2));
    const Observations plenty(array(items));
    CHECK(verdict("([x-t:v = 1] FOLLOWEDBY [x-t:v = 2]) WITHIN 3 SECONDS REPEATS 100 TIMES", plenty) == "yes");
    // Taken early, 1 would go with the 2 that only the other 1 can use.
    const Observations tight(array({seen("a", "1", 0), seen("b", "2", 2), seen("c", "1", 2), seen("d", "2", 3), seen("e", "2", 0.5),
                                    seen("f", "1", 0.4)}));
    CHECK(verdict("([x-t:v = 1] FOLLOWEDBY [x-t:v = 2]) WITHIN 2.2 SECONDS REPEATS 3 TIMES", tight) == "yes");
    CHECK(verdict("([x-t:v = 1] FOLLOWEDBY [x-t:v = 2]) WITHIN 1.5 SECONDS REPEATS 3 TIMES", tight) == "no");
  }

  TEST_CASE("stix/match: different observations for each part") {
    const Observations two(array({seen("a", "1", 0), seen("b", "2", 5)}));
    CHECK(verdict("[x-t:v = 1] AND [x-t:v = 2]", two) == "yes");
    CHECK(verdict("[x-t:v = 1] AND [x-t:v = 1]", two) == "no");
    CHECK(verdict("[x-t:v > 0] AND [x-t:v = 1]", two) == "yes");
    CHECK(verdict("[x-t:v > 0] AND [x-t:v = 1] AND [x-t:v = 2]", two) == "no");
    CHECK(verdict("[x-t:v = 3] OR [x-t:v = 2]", two) == "yes");
    CHECK(verdict("[x-t:v = 3] OR [x-t:v = 4]", two) == "no");
    // What the second part would take first is all that is left for the third.
    const Observations three(array({seen("a", "1", 0), seen("b", "2", 0), seen("c", "3", 0)}));
    CHECK(ids("[x-t:v < 3] AND [x-t:v > 1] AND [x-t:v < 3]", three) == "a b c");
    CHECK(verdict("[x-t:v < 3] AND [x-t:v > 1] AND [x-t:v < 3] AND [x-t:v > 0]", three) == "no");
    CHECK(ids("[x-t:v = 2]", two) == "b");
    CHECK(ids("[x-t:v = 2] AND [x-t:v = 1]", two) == "a b");
    CHECK(ids("[x-t:v = 7]", two).empty());
  }

  TEST_CASE("stix/match: FOLLOWEDBY allows the same instant, not an earlier one") {
    const Observations all(array({seen("a", "1", 5), seen("b", "2", 5), seen("c", "3", 4)}));
    CHECK(verdict("[x-t:v = 1] FOLLOWEDBY [x-t:v = 2]", all) == "yes");
    CHECK(verdict("[x-t:v = 2] FOLLOWEDBY [x-t:v = 1]", all) == "yes");
    CHECK(verdict("[x-t:v = 3] FOLLOWEDBY [x-t:v = 1]", all) == "yes");
    CHECK(verdict("[x-t:v = 1] FOLLOWEDBY [x-t:v = 3]", all) == "no");
    CHECK(verdict("[x-t:v = 3] FOLLOWEDBY [x-t:v = 1] FOLLOWEDBY [x-t:v = 2]", all) == "yes");
    CHECK(verdict("[x-t:v = 1] FOLLOWEDBY [x-t:v = 2] FOLLOWEDBY [x-t:v = 3]", all) == "no");
    const Observations row(array({seen("a", "1", 0), seen("b", "2", 1), seen("c", "3", 2), seen("d", "4", 3)}));
    CHECK(verdict("[x-t:v = 1] FOLLOWEDBY ([x-t:v = 2] AND [x-t:v = 3]) FOLLOWEDBY [x-t:v = 4]", row) == "yes");
    CHECK(verdict("[x-t:v = 1] FOLLOWEDBY ([x-t:v = 2] AND [x-t:v = 4]) FOLLOWEDBY [x-t:v = 3]", row) == "no");
  }

  TEST_CASE("stix/match: WITHIN ends before the window's length, START STOP are half open") {
    const Observations two(array({seen("a", "1", 10), seen("b", "2", 15)}));
    CHECK(verdict("([x-t:v = 1] AND [x-t:v = 2]) WITHIN 5 SECONDS", two) == "no");
    CHECK(verdict("([x-t:v = 1] AND [x-t:v = 2]) WITHIN 5.001 SECONDS", two) == "yes");
    CHECK(verdict("[x-t:v > 0] REPEATS 2 TIMES WITHIN 5 SECONDS", two) == "no");
    CHECK(verdict("[x-t:v > 0] REPEATS 2 TIMES WITHIN 6 SECONDS", two) == "yes");
    CHECK(verdict("[x-t:v = 1] WITHIN 0.1 SECONDS", two) == "yes");
    const auto from_to = [&](const char* start, const char* stop) {
      return verdict(std::string("[x-t:v = 1] START t'2020-01-01T00:00:") + start + "Z' STOP t'2020-01-01T00:00:" + stop + "Z'", two);
    };
    CHECK(from_to("10", "11") == "yes");
    CHECK(from_to("09", "10") == "no");
    CHECK(from_to("09", "10.000000001") == "yes");
    CHECK(from_to("11", "12") == "no");
    CHECK(verdict("[x-t:v > 0] REPEATS 2 TIMES START t'2020-01-01T00:00:10Z' STOP t'2020-01-01T00:00:15Z'", two) == "no");
  }

  TEST_CASE("stix/match: number_observed counts, at instants that suit between first and last") {
    const Observations three(array({seen("a", "1", 0, 3)}));
    CHECK(verdict("[x-t:v = 1] REPEATS 3 TIMES", three) == "yes");
    CHECK(verdict("[x-t:v = 1] REPEATS 4 TIMES", three) == "no");
    CHECK(verdict("[x-t:v = 1] AND [x-t:v = 1]", three) == "yes");
    const std::string one = "\"0\":{\"type\":\"x-t\",\"v\":1}", other = "\"0\":{\"type\":\"x-t\",\"v\":2}";
    const Observations wide(array({observed("a", one, 0, 100), observed("b", other, 50, 60)}));
    CHECK(verdict("[x-t:v = 1] FOLLOWEDBY [x-t:v = 2]", wide) == "yes");
    CHECK(verdict("[x-t:v = 2] FOLLOWEDBY [x-t:v = 1]", wide) == "yes");
    // One instant has to do for all rules: before 20 it cannot follow what came at 50.
    CHECK(verdict("[x-t:v = 2] FOLLOWEDBY ([x-t:v = 1] START t'2020-01-01T00:00:00Z' STOP t'2020-01-01T00:00:20Z')", wide) == "no");
    CHECK(verdict("([x-t:v = 1] AND [x-t:v = 2]) WITHIN 0.001 SECONDS", wide) == "yes");
  }

  TEST_CASE("stix/match: REPEATS of a group asks for whole groups") {
    std::vector<std::string> items;
    for (int i = 0; i < 10; ++i) items.push_back(seen("b" + std::to_string(i), "2", 2 * i));
    for (int i = 0; i < 10; ++i) items.push_back(seen("a" + std::to_string(i), "1", 2 * i + 1));
    const Observations zigzag(array(items));  // b a b a ... : the first b follows no a
    CHECK(verdict("([x-t:v = 1] FOLLOWEDBY [x-t:v = 2]) REPEATS 9 TIMES", zigzag) == "yes");
    CHECK(verdict("([x-t:v = 1] FOLLOWEDBY [x-t:v = 2]) REPEATS 10 TIMES", zigzag) == "no");
    CHECK(verdict("([x-t:v = 2] FOLLOWEDBY [x-t:v = 1]) REPEATS 10 TIMES", zigzag) == "yes");
    CHECK(verdict("([x-t:v = 1] AND [x-t:v = 2]) REPEATS 11 TIMES", zigzag) == "no");
    CHECK(verdict("([x-t:v = 2] FOLLOWEDBY [x-t:v = 1]) WITHIN 1.5 SECONDS REPEATS 10 TIMES", zigzag) == "yes");
    CHECK(verdict("([x-t:v = 1] FOLLOWEDBY [x-t:v = 2]) WITHIN 1.5 SECONDS REPEATS 10 TIMES", zigzag) == "no");
  }
}
