#include "stix/pattern/check.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "stix/pattern/findings.h"
#include "stix/pattern/parser.h"

namespace sekisho::stix::pattern {
namespace {

/// The object types of which one object can satisfy a test; nothing after an error, so that it is told once.
using Types = std::optional<std::vector<std::string_view>>;

void sort_unique(std::vector<std::string_view>& types) {
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
}

const Comparison& first_of(const Test& test) {
  const Test* at = &test;
  while (at->kind != Test::Kind::kComparison) at = &at->operands.front();
  return at->comparison;
}

Types check_test(const Test& test, Findings& findings);

/// OR: of any of its operands.
Types check_any(const Test& test, Findings& findings) {
  std::vector<std::string_view> types;
  bool known = true;
  for (const Test& each : test.operands) {
    const Types operand = check_test(each, findings);
    known = known && operand;
    if (operand) types.insert(types.end(), operand->begin(), operand->end());
  }
  if (!known) return std::nullopt;
  sort_unique(types);
  return types;
}

/// AND: of all its operands, since one object satisfies them (§9.5).
Types check_all(const Test& test, Findings& findings) {
  Types types;
  bool broken = false;
  for (const Test& each : test.operands) {
    const Types operand = check_test(each, findings);
    if (!operand || broken) continue;
    if (!types) {
      types = operand;
      continue;
    }
    std::vector<std::string_view> both;
    std::set_intersection(types->begin(), types->end(), operand->begin(), operand->end(), std::back_inserter(both));
    broken = both.empty();
    if (broken) {
      findings.error("S-9.5-1", first_of(each).path.offset,
                     "AND within brackets joins comparisons of one object type; join the types with OR, or write two brackets: [...] AND [...]");
    }
    types = std::move(both);
  }
  return broken ? std::nullopt : types;
}

Types check_test(const Test& test, Findings& findings) {
  if (test.kind == Test::Kind::kAnd) return check_all(test, findings);
  if (test.kind == Test::Kind::kOr) return check_any(test, findings);
  check_comparison(test.comparison, findings);
  return std::vector<std::string_view>{test.comparison.path.type};
}

void check_qualifier(const Qualifier& qualifier, Findings& findings) {
  switch (qualifier.kind) {
    case Qualifier::Kind::kRepeats:
      if (qualifier.times < 1) findings.error("S-9.5-4", qualifier.offset, "REPEATS takes a number of 1 or more");
      break;
    case Qualifier::Kind::kWithin:
      if (!(qualifier.seconds > 0)) findings.error("S-9.5-5", qualifier.offset, "WITHIN takes a number above 0");
      break;
    case Qualifier::Kind::kStartStop:
      if (!(qualifier.start < qualifier.stop)) findings.error("S-9.5-6", qualifier.offset, "START lies before STOP");
      if (!parse_stix_time(qualifier.start_text).ok() || !parse_stix_time(qualifier.stop_text).ok()) {
        findings.warn("S-9.2-1", qualifier.offset, "the month has no such day; it is read as a day of the next month");
      }
      break;
  }
}

/// §9.5.1: none twice on one expression. Parentheses make a new expression of what stands in them. Directly
/// on such a group a repetition is only warned of: nesting the group once more would say the same.
void check_qualifiers(const Observation& observation, Findings& findings) {
  bool seen[3] = {};
  bool group = observation.kind != Observation::Kind::kTest;
  for (const Qualifier& each : observation.qualifiers) {
    check_qualifier(each, findings);
    if (each.after_group) {
      std::fill(std::begin(seen), std::end(seen), false);
      group = true;
    }
    if (!std::exchange(seen[static_cast<std::size_t>(each.kind)], true)) continue;
    const char* const message = "one expression has each kind of qualifier once; put the inner one in parentheses with its expression";
    if (group) findings.warn("S-9.5-3", each.offset, message);
    else findings.error("S-9.5-3", each.offset, message);
  }
}

void check_observation(const Observation& observation, Findings& findings) {
  if (observation.kind == Observation::Kind::kTest) check_test(observation.test, findings);
  for (const Observation& each : observation.operands) check_observation(each, findings);
  check_qualifiers(observation, findings);
}

int level_of(const Observation& observation) {
  if (!observation.qualifiers.empty() || observation.kind == Observation::Kind::kFollowedBy) return 3;
  int level = observation.kind == Observation::Kind::kTest ? 1 : 2;
  for (const Observation& each : observation.operands) level = std::max(level, level_of(each));
  return level;
}

}  // namespace

std::vector<Finding> check(const Pattern& pattern) {
  Findings findings;
  check_observation(pattern.root, findings);
  std::vector<Finding> all = findings.take();
  std::stable_sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) { return a.offset < b.offset; });
  return all;
}

Inspection inspect(std::string_view text, Language language, const PatternLimits& limits) {
  Inspection out;
  Parser parser(text, language, limits);
  if (!parser.run(out.pattern.emplace())) {
    const Trouble& trouble = parser.trouble();
    out.pattern.reset();
    out.findings.push_back({"S-9.4-2", true, static_cast<std::uint32_t>(trouble.offset),
                            trouble.message + " (" + place(text, trouble.offset) + ")"});
    out.valid = false;
    return out;
  }
  out.findings = check(*out.pattern);
  out.valid = std::none_of(out.findings.begin(), out.findings.end(), [](const Finding& each) { return each.is_error; });
  return out;
}

int level_of(const Pattern& pattern) { return level_of(pattern.root); }

}  // namespace sekisho::stix::pattern
