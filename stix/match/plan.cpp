#include "stix/match/plan.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "stix/match/match.h"

namespace sekisho::stix::match {
namespace {

using pattern::Observation;
using pattern::Qualifier;

/// More than all observations that a set can hold.
constexpr std::int64_t kManyTimes = 10'000'000'000'000'000;

Error bad_qualifier(const char* detail, const Qualifier& qualifier) {
  return make_error(Code::kStixPattern, detail, "byte " + std::to_string(qualifier.offset));
}

Status check(const Qualifier& qualifier) {
  if (qualifier.kind == Qualifier::Kind::kRepeats && qualifier.times < 1) {
    return bad_qualifier("REPEATS takes a positive number", qualifier);
  }
  if (qualifier.kind == Qualifier::Kind::kWithin && !(qualifier.seconds > 0)) {
    return bad_qualifier("WITHIN takes a positive number of seconds", qualifier);
  }
  return {};
}

/// Whole nanoseconds by which the newest may be later than the oldest: strictly less than the window.
Instant span_of(double seconds) {
  constexpr double kLongest = 1e12;  // longer than the years 0 to 9999
  const double nanos = std::round(std::min(seconds, kLongest) * 1e9);
  return std::max<Instant>(static_cast<Instant>(nanos), 1) - 1;
}

class Planner {
 public:
  Result<Plan> run(const Observation& root) {
    SEKISHO_TRY(qualified(root, root.qualifiers.size(), Guard{}, 0));
    plan_.groups = groups_of(root);
    return std::move(plan_);
  }

 private:
  /// START and STOP outside of the REPEATS bound each observation by itself.
  std::size_t groups_of(const Observation& root) const {
    if (plan_.anchors.empty() && plan_.choices.empty()) return 1;  // one demand with a count instead
    for (auto i = root.qualifiers.rbegin(); i != root.qualifiers.rend(); ++i) {
      if (i->kind == Qualifier::Kind::kRepeats) return static_cast<std::size_t>(i->times);
      if (i->kind == Qualifier::Kind::kWithin) return 1;
    }
    return 1;
  }

  struct Mark {
    std::size_t demands, anchors, choices;
  };
  Mark mark() const { return {plan_.demands.size(), plan_.anchors.size(), plan_.choices.size()}; }

  /// The expression with the first `count` of its qualifiers.
  Status qualified(const Observation& from, std::size_t count, Guard guard, std::size_t depth) {
    if (depth > kMaxDepth) return make_error(Code::kLimitExceeded, "observation expressions are nested too deeply");
    if (count == 0) return plain(from, guard, depth);
    const Qualifier& qualifier = from.qualifiers[count - 1];
    SEKISHO_TRY(check(qualifier));
    const Mark start = mark();
    SEKISHO_TRY(qualified(from, count - 1, guard, depth + 1));
    switch (qualifier.kind) {
      case Qualifier::Kind::kRepeats: return repeat(from, count - 1, qualifier.times, guard, depth, start);
      case Qualifier::Kind::kWithin: within(span_of(qualifier.seconds), guard, start); break;
      case Qualifier::Kind::kStartStop: clip(instant_of(qualifier.start), instant_of(qualifier.stop) - 1, start); break;
    }
    return {};
  }

  Status repeat(const Observation& from, std::size_t qualifiers, std::int64_t times, Guard guard,
                std::size_t depth, Mark start) {
    if (plan_.anchors.size() == start.anchors && plan_.choices.size() == start.choices) {
      for (std::size_t i = start.demands; i < plan_.demands.size(); ++i) {
        std::int64_t& count = plan_.demands[i].count;
        count = count > kManyTimes / times ? kManyTimes : count * times;
      }
      return {};
    }
    std::size_t before = start.anchors;
    for (std::int64_t copy = 1; copy < times; ++copy) {
      const std::size_t next = plan_.anchors.size();
      SEKISHO_TRY(qualified(from, qualifiers, guard, depth + 1));
      if (next > start.anchors && plan_.anchors[next].choice == guard.choice) order(before, next);
      before = next;
    }
    return {};
  }

  void order(std::size_t first, std::size_t second) {
    plan_.ordered.emplace_back(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(second));
  }

  void within(Instant span, Guard guard, Mark start) {
    const bool one = plan_.demands.size() == start.demands + 1 && plan_.demands.back().count == 1;
    if (one) return;  // a single observation is always as close as that to itself
    const std::uint32_t anchor = add_anchor(guard);
    for (std::size_t i = start.demands; i < plan_.demands.size(); ++i) {
      plan_.demands[i].after.push_back(anchor);
      plan_.demands[i].before.push_back({anchor, span});
    }
  }

  void clip(Instant first, Instant last, Mark start) {
    for (std::size_t i = start.demands; i < plan_.demands.size(); ++i) {
      plan_.demands[i].lo = std::max(plan_.demands[i].lo, first);
      plan_.demands[i].hi = std::min(plan_.demands[i].hi, last);
    }
  }

  std::uint32_t add_anchor(Guard guard) {
    plan_.anchors.push_back(guard);
    return static_cast<std::uint32_t>(plan_.anchors.size() - 1);
  }

  Status plain(const Observation& from, Guard guard, std::size_t depth) {
    if (from.kind == Observation::Kind::kTest || is_leaf(from, depth)) return demand(from, guard);
    if (from.operands.empty()) return make_error(Code::kStixPattern, "AND, OR and FOLLOWEDBY join expressions");
    if (from.kind == Observation::Kind::kOr) return choose(from, guard, depth);
    if (from.kind == Observation::Kind::kFollowedBy) return follow(from, guard, depth);
    for (const Observation& operand : from.operands) {
      SEKISHO_TRY(qualified(operand, operand.qualifiers.size(), guard, depth + 1));
    }
    return {};
  }

  /// True for a test, or an OR of such, that asks for one observation at any time.
  static bool is_leaf(const Observation& from, std::size_t depth) {
    if (depth > kMaxDepth) return false;
    if (from.kind == Observation::Kind::kTest) return true;
    if (from.kind != Observation::Kind::kOr || from.operands.empty()) return false;
    return std::all_of(from.operands.begin(), from.operands.end(), [&](const Observation& operand) {
      return std::all_of(operand.qualifiers.begin(), operand.qualifiers.end(), says_nothing) && is_leaf(operand, depth + 1);
    });
  }

  static bool says_nothing(const Qualifier& qualifier) {
    return (qualifier.kind == Qualifier::Kind::kWithin && qualifier.seconds > 0) ||
           (qualifier.kind == Qualifier::Kind::kRepeats && qualifier.times == 1);
  }

  Status demand(const Observation& from, Guard guard) {
    if (plan_.demands.size() >= kMaxDemands) {
      return make_error(Code::kLimitExceeded, "the pattern seeks more than " + std::to_string(kMaxDemands) +
                                                  " observations under rules of their own");
    }
    const auto [at, is_new] = leaf_of_.emplace(&from, static_cast<std::uint32_t>(plan_.leaves.size()));
    if (is_new) {
      plan_.leaves.emplace_back();
      gather(from, plan_.leaves.back());
    }
    Demand out;
    out.leaf = at->second;
    out.guard = guard;
    plan_.demands.push_back(std::move(out));
    return {};
  }

  static void gather(const Observation& from, std::vector<const pattern::Test*>& tests) {
    if (from.kind == Observation::Kind::kTest) {
      tests.push_back(&from.test);
      return;
    }
    for (const Observation& operand : from.operands) gather(operand, tests);
  }

  Status choose(const Observation& from, Guard guard, std::size_t depth) {
    const auto choice = static_cast<std::uint32_t>(plan_.choices.size());
    plan_.choices.push_back({static_cast<std::uint32_t>(from.operands.size()), guard});
    for (std::uint32_t i = 0; i < from.operands.size(); ++i) {
      SEKISHO_TRY(qualified(from.operands[i], from.operands[i].qualifiers.size(), Guard{choice, i}, depth + 1));
    }
    return {};
  }

  Status follow(const Observation& from, Guard guard, std::size_t depth) {
    std::size_t border = 0;
    for (std::size_t i = 0; i < from.operands.size(); ++i) {
      const std::size_t start = plan_.demands.size();
      SEKISHO_TRY(qualified(from.operands[i], from.operands[i].qualifiers.size(), guard, depth + 1));
      const std::size_t end = plan_.demands.size();
      const bool first = i == 0, last = i + 1 == from.operands.size();
      const std::size_t earlier = border;
      if (!last) border = add_anchor(guard);
      if (!first && !last) order(earlier, border);
      for (std::size_t k = start; k < end; ++k) {
        if (!first) plan_.demands[k].after.push_back(static_cast<std::uint32_t>(earlier));
        if (!last) plan_.demands[k].before.push_back({static_cast<std::uint32_t>(border), 0});
      }
    }
    return {};
  }

  Plan plan_;
  std::map<const Observation*, std::uint32_t> leaf_of_;
};

}  // namespace

Result<Plan> Plan::make(const pattern::Observation& root) { return Planner().run(root); }

}  // namespace sekisho::stix::match
