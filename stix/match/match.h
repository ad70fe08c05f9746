// Does a STIX pattern match what was observed? Source: STIX 2.1 §9.4 to §9.7; what is decided where the
// standard is silent: docs/specs/stix-match.md.
// A Matcher is compiled once, immutable and cheap to copy; any thread, several at once.
// Limits: MatchLimits for one call, the constants below for one pattern.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "stix/match/observations.h"
#include "stix/pattern/ast.h"

namespace sekisho::stix::match {

inline constexpr std::size_t kMaxDepth = 200;           ///< expressions within each other
inline constexpr std::size_t kMaxPathSteps = 100;       ///< of one object path
inline constexpr std::size_t kMaxDemands = 256;         ///< observations sought under rules of their own
inline constexpr std::size_t kMaxExpressions = 512;     ///< LIKE and MATCHES that need an automaton
inline constexpr std::size_t kMaxProgramSize = 10'000;  ///< RE2 instructions of one of them
inline constexpr std::size_t kExpressionMemory = 64u << 20;  ///< bytes for all automata of one pattern

/// Bounds for one call of matches; going over one is kLimitExceeded, never a wrong answer.
struct MatchLimits {
  std::uint64_t max_work = 500'000'000;    ///< steps of comparing: members and bytes looked at
  std::uint64_t max_search = 300'000'000;  ///< steps of combining observations
};

struct MatchResult {
  bool matched = false;
  /// One set of observations that makes the match, in the order given to ObservationSet::build.
  std::vector<std::size_t> positions;
  std::vector<std::string> ids;  ///< theirs; those without an id are left out
};

class Matcher {
 public:
  /// Errors: kStixPattern (a constant, regular expression or address range that cannot be used; where
  /// = "byte N" of the source), kLimitExceeded.
  static Result<Matcher> compile(const pattern::Pattern& pattern);

  /// Errors: kLimitExceeded.
  Result<MatchResult> matches(const ObservationSet& observations, const MatchLimits& limits = {}) const;

  /// Number of comparisons in the pattern.
  std::size_t comparisons() const;

 private:
  struct Program;
  explicit Matcher(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;
};

}  // namespace sekisho::stix::match
