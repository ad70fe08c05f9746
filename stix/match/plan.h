// Observation expressions as demands: how many observations of which kind are sought, and how their
// times hang together (STIX 2.1 §9.5). Time rules become anchors, instants to be chosen: for FOLLOWEDBY
// the border between both sides, for WITHIN the begin of the window. Then each rule bounds each
// observation by itself, and what is left is to share observations out. Immutable; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/result.h"
#include "stix/match/instant.h"
#include "stix/pattern/ast.h"

namespace sekisho::stix::match {

/// One alternative of one OR; no choice: always there.
struct Guard {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  std::uint32_t choice = kNone, alternative = 0;
};

/// `count` different observations, each of which satisfies one of the leaf's tests.
struct Demand {
  std::uint32_t leaf = 0;
  std::int64_t count = 1;
  Instant lo = -kFar, hi = kFar;       ///< START, and the last instant before STOP
  std::vector<std::uint32_t> after;        ///< anchors: not before them
  struct Before {
    std::uint32_t anchor;
    Instant span;
  };
  std::vector<Before> before;              ///< not later than the anchor plus the span
  Guard guard;
  bool timeless() const { return after.empty() && before.empty() && lo == -kFar && hi == kFar; }
};

struct Plan {
  std::vector<std::vector<const pattern::Test*>> leaves;  ///< tests, only while compiling
  std::vector<Demand> demands;
  std::vector<Guard> anchors;
  struct Choice {
    std::uint32_t alternatives;
    Guard guard;
  };
  std::vector<Choice> choices;
  /// Anchors of which the first may be taken not to be after the second: copies made by REPEATS are
  /// interchangeable, and the borders of a chain of FOLLOWEDBY are in order.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ordered;

  /// The plan is so many equal groups in a row (of demands, anchors and choices), tied by nothing but
  /// that their observations differ: a REPEATS of the whole pattern, written out.
  std::size_t groups = 1;

  /// Errors: kStixPattern, kLimitExceeded. The plan's leaves point into `root`.
  static Result<Plan> make(const pattern::Observation& root);
};

}  // namespace sekisho::stix::match
