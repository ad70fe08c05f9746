// STIX patterns, text to tree. Pure; any thread; linear in the text, within PatternLimits.
// Source: STIX 2.1 §9.4 to §9.7; STIX 2.0 Part 5.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.h"
#include "stix/pattern/ast.h"

namespace sekisho::stix::pattern {

/// The language read. 2.0 and 2.1 differ in START and STOP: plain strings there, t'...' here.
enum class Language { kStix20, kStix21, kEither };

/// Bounds for one pattern; going over one is kLimitExceeded.
struct PatternLimits {
  std::size_t max_bytes = 1u << 20;
  std::size_t max_comparisons = 20'000;
  std::size_t max_constants = 50'000;    ///< in all sets together
  std::size_t max_qualifiers = 20'000;
  std::size_t max_path_steps = 100;      ///< of one object path
  std::uint32_t max_depth = 100;         ///< parentheses within each other; at most 1000 is taken
};

/// The tree of `text`. Errors: kStixPattern (where = "line:column", detail says what was found and
/// what is expected there), kLimitExceeded.
Result<Pattern> parse(std::string_view text, Language language = Language::kStix21,
                      const PatternLimits& limits = {});

}  // namespace sekisho::stix::pattern
