// Compiling: tests to jumps, observation expressions to a plan. Matching: which observation satisfies
// which test, then the search among them.
#include "stix/match/match.h"

#include <algorithm>
#include <utility>

#include "stix/match/plan.h"
#include "stix/match/search.h"
#include "stix/match/test.h"

namespace sekisho::stix::match {
namespace {

constexpr std::size_t kLeastMemory = 128u << 10;
constexpr std::size_t kMostMemory = 4u << 20;

std::size_t count_expressions(const pattern::Test& test, std::size_t depth) {
  if (depth > kMaxDepth) return 0;  // refused soon
  if (test.kind == pattern::Test::Kind::kComparison) {
    return test.comparison.op == pattern::Operator::kLike || test.comparison.op == pattern::Operator::kMatches;
  }
  std::size_t count = 0;
  for (const pattern::Test& operand : test.operands) count += count_expressions(operand, depth + 1);
  return count;
}

}  // namespace

struct Matcher::Program {
  std::vector<Comparison> comparisons;
  std::vector<std::vector<Test>> leaves;  ///< a leaf holds if one of its tests does
  Plan plan;

  /// One demand that no time rule ties to others: the first observations that satisfy it will do.
  bool streams() const { return plan.demands.size() == 1 && plan.anchors.empty() && plan.choices.empty(); }
};

namespace {

class Run {
 public:
  Run(const std::vector<Comparison>& comparisons, const std::vector<std::vector<Test>>& leaves, const Plan& plan,
      const ObservationSet& set, const MatchLimits& limits)
      : comparisons_(comparisons), leaves_(leaves), plan_(plan), set_(set), limits_(limits) {
    walk_.set = &set;
    walk_.work_left = limits.max_work;
    for (const Comparison& comparison : comparisons) types_.push_back(set.type_number(comparison.type()));
  }

  Result<std::vector<std::size_t>> first_that_do() {
    const Demand& demand = plan_.demands[0];
    std::vector<std::size_t> found;
    std::int64_t left = demand.count;
    for (std::size_t i = 0; i < set_.size(); ++i) {
      const Supply supply = supply_of(i);
      const bool in_time = supply.timed ? std::max(supply.first, demand.lo) <= std::min(supply.last, demand.hi)
                                        : demand.timeless();
      if (in_time && holds(0, i)) {
        found.push_back(i);
        left -= supply.count;
      }
      if (walk_.work_left == 0) return out_of_work();
      if (left <= 0) return found;
    }
    return std::vector<std::size_t>();
  }

  Result<std::vector<std::size_t>> combined() {
    std::vector<Supply> supplies;
    for (std::size_t i = 0; i < set_.size(); ++i) {
      Supply supply = supply_of(i);
      for (std::size_t leaf = 0; leaf < leaves_.size(); ++leaf) {
        if (!holds(leaf, i)) continue;
        for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
          if (plan_.demands[d].leaf == leaf) supply.usable.add(d);
        }
      }
      if (walk_.work_left == 0) return out_of_work();
      if (!supply.usable.empty()) supplies.push_back(supply);
    }
    SEKISHO_ASSIGN(auto found, search(plan_, std::move(supplies), limits_.max_search));
    return found ? *std::move(found) : std::vector<std::size_t>();
  }

 private:
  static Error out_of_work() {
    return make_error(Code::kLimitExceeded, "comparing the observations takes too many steps");
  }

  Supply supply_of(std::size_t i) const {
    const Observed& observed = set_.observed(i);
    return {i, observed.count, instant_of(observed.first), instant_of(observed.last), observed.timed, {}};
  }

  bool holds(std::size_t leaf, std::size_t observation) {
    walk_.observation = observation;
    return std::any_of(leaves_[leaf].begin(), leaves_[leaf].end(),
                       [&](const Test& test) { return test.holds(comparisons_, types_, walk_); });
  }

  const std::vector<Comparison>& comparisons_;
  const std::vector<std::vector<Test>>& leaves_;
  const Plan& plan_;
  const ObservationSet& set_;
  const MatchLimits limits_;
  Walk walk_;
  std::vector<std::uint32_t> types_;
};

}  // namespace

Result<Matcher> Matcher::compile(const pattern::Pattern& pattern) {
  auto program = std::make_shared<Program>();
  SEKISHO_ASSIGN(program->plan, Plan::make(pattern.root));
  std::size_t expressions = 0;
  for (const auto& tests : program->plan.leaves) {
    for (const pattern::Test* test : tests) expressions += count_expressions(*test, 0);
  }
  if (expressions > kMaxExpressions) {
    return make_error(Code::kLimitExceeded, "the pattern has more than " + std::to_string(kMaxExpressions) + " LIKE and MATCHES");
  }
  const std::size_t memory =
      std::clamp(kExpressionMemory / std::max<std::size_t>(expressions, 1), kLeastMemory, kMostMemory);
  for (const auto& tests : program->plan.leaves) {
    program->leaves.emplace_back();
    for (const pattern::Test* test : tests) {
      SEKISHO_ASSIGN(Test compiled, Test::compile(*test, memory, program->comparisons));
      program->leaves.back().push_back(std::move(compiled));
    }
  }
  program->plan.leaves.clear();  // they point into the pattern, which may go now
  return Matcher(std::move(program));
}

Result<MatchResult> Matcher::matches(const ObservationSet& observations, const MatchLimits& limits) const {
  Run run(program_->comparisons, program_->leaves, program_->plan, observations, limits);
  SEKISHO_ASSIGN(const std::vector<std::size_t> found, program_->streams() ? run.first_that_do() : run.combined());
  MatchResult result;
  result.matched = !found.empty();
  for (const std::size_t i : found) {
    const Observed& observed = observations.observed(i);
    result.positions.push_back(observed.position);
    if (!observed.id.empty()) result.ids.emplace_back(observed.id);
  }
  return result;
}

std::size_t Matcher::comparisons() const { return program_->comparisons.size(); }

}  // namespace sekisho::stix::match
