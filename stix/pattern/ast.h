// A STIX pattern as a tree: what the parser makes, what the printer, the checks, the normal form and
// the matcher read. Plain values; any thread. Offsets are bytes from 0 in the text that was parsed, 0 in a tree made by
// hand. Whoever walks a tree recurses as deep as it is: parse() bounds that (PatternLimits::max_depth). Source: STIX 2.1 §9.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/time.h"

namespace sekisho::stix::pattern {

/// A constant (§9.2). Only the member of its kind is meaningful.
struct Constant {
  enum class Kind : std::uint8_t { kString, kInteger, kReal, kBoolean, kTimestamp, kBinary, kHex };
  Kind kind = Kind::kString;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  Timestamp time;
  std::string text;  ///< kString: unescaped UTF-8; kBinary, kHex: the bytes; kTimestamp: as written
  std::uint32_t offset = 0;  ///< of its first byte in the source
};

/// One step of an object path (§9.7).
struct PathStep {
  enum class Kind : std::uint8_t { kKey, kIndex, kAnyIndex };
  Kind kind = Kind::kKey;
  std::uint32_t index = 0;
  std::string key;
};

/// `type:step.step[n]` (§9.7).
struct ObjectPath {
  std::string type;
  std::vector<PathStep> steps;
  std::uint32_t offset = 0;
};

enum class Operator : std::uint8_t {
  kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual,
  kIn, kLike, kMatches, kIsSubset, kIsSuperset, kExists
};

/// `path NOT? operator constant` (§9.6). kIn has any number of constants, kExists none, others one.
struct Comparison {
  ObjectPath path;
  Operator op = Operator::kEqual;
  bool negated = false;
  std::vector<Constant> constants;
  std::uint32_t op_offset = 0;
};

/// What stands between `[` and `]`: comparisons joined by AND and OR. A chain of one operator is one
/// node with all its operands in order.
struct Test {
  enum class Kind : std::uint8_t { kComparison, kAnd, kOr };
  Kind kind = Kind::kComparison;
  Comparison comparison;      ///< kComparison
  std::vector<Test> operands; ///< kAnd, kOr: two or more
};

/// A qualifier (§9.5.1).
struct Qualifier {
  enum class Kind : std::uint8_t { kRepeats, kWithin, kStartStop };
  Kind kind = Kind::kRepeats;
  std::int64_t times = 0;      ///< kRepeats
  double seconds = 0;          ///< kWithin
  Timestamp start, stop;       ///< kStartStop
  std::string start_text, stop_text;
  /// True for the first one after a `)`: `([a]) WITHIN 5 SECONDS`, `([a] REPEATS 2 TIMES) REPEATS 2 TIMES`.
  /// Says nothing about the meaning, which is that of the list; the checks tell nesting from repetition by it.
  bool after_group = false;
  std::uint32_t offset = 0;
};

/// An observation expression (§9.5): `[ test ]`, or several joined by AND, OR, FOLLOWEDBY (a chain of
/// one operator is one node), with the qualifiers that follow it, innermost first.
struct Observation {
  enum class Kind : std::uint8_t { kTest, kAnd, kOr, kFollowedBy };
  Kind kind = Kind::kTest;
  Test test;                          ///< kTest
  std::vector<Observation> operands;  ///< the others: two or more
  std::vector<Qualifier> qualifiers;
  std::uint32_t offset = 0;
};

struct Pattern {
  Observation root;
};

}  // namespace sekisho::stix::pattern
