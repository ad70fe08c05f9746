// What stands between `[` and `]`, compiled to jumps (STIX 2.1 §9.5, §9.6): each comparison names where
// to go when it holds and when not. Immutable; any thread, each with its own Walk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/result.h"
#include "stix/match/comparison.h"
#include "stix/pattern/ast.h"

namespace sekisho::stix::match {

class Test {
 public:
  /// Appends its comparisons to `all`. Errors: kStixPattern, kLimitExceeded.
  static Result<Test> compile(const pattern::Test& test, std::size_t memory, std::vector<Comparison>& all);

  /// True if one object of the observation satisfies the whole test; `types` gives the set's number of
  /// each comparison's type. False, with no work left in `walk`, if the work was used up.
  bool holds(const std::vector<Comparison>& all, const std::vector<std::uint32_t>& types, Walk& walk) const;

 private:
  static constexpr std::uint32_t kYes = 0xFFFFFFFF;
  static constexpr std::uint32_t kNo = 0xFFFFFFFE;
  struct Jump {
    std::uint32_t comparison, if_true, if_false;
  };
  Status add(const pattern::Test& test, std::size_t memory, std::vector<Comparison>& all, std::size_t depth);
  bool holds_for(const ObservationSet::Reached& object, const std::vector<Comparison>& all,
                 const std::vector<std::uint32_t>& types, Walk& walk) const;
  /// Where jumps that still wait for their target stand; both are patched when it is known.
  std::vector<std::uint32_t> open_true_, open_false_;
  void land(std::vector<std::uint32_t>& open, std::size_t from, bool on_true, std::uint32_t target);
  std::vector<Jump> jumps_;
};

}  // namespace sekisho::stix::match
