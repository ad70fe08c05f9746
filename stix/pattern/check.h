// What the grammar of patterns does not say: rules of STIX 2.1 §9 on a tree. A MUST that is broken is an
// error; what is allowed but most likely a slip (a type or property that the standard does not know, a
// comparison that can never hold) is a warning. Pure functions; any thread. At most kMostFindings of each
// severity are kept, so hostile input cannot flood.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stix/pattern/ast.h"
#include "stix/pattern/parse.h"

namespace sekisho::stix::pattern {

inline constexpr std::size_t kMostFindings = 100;

struct Finding {
  std::string_view clause;   ///< a row of the clause table, like "S-9.5-1"; a literal
  bool is_error = false;
  std::uint32_t offset = 0;  ///< in the pattern's text, in bytes from 0
  std::string message;       ///< one sentence: what is wrong, and what to write instead
};

/// The findings in the order of their offsets. Not judged: whether a regular expression compiles and whether
/// a LIKE constant is NFC (the matcher does), and times against an indicator's valid_from and valid_until.
std::vector<Finding> check(const Pattern& pattern);

struct Inspection {
  std::optional<Pattern> pattern;  ///< nothing if the text is no pattern
  std::vector<Finding> findings;
  bool valid = true;               ///< no finding is an error
};

/// Parses and checks in one go. A text that is no pattern gives one error, clause S-9.4-2, with the parser's
/// message, which ends in "(line:column)".
Inspection inspect(std::string_view text, Language language = Language::kStix21, const PatternLimits& limits = {});

/// The level of §12.7 that a consumer needs: 1 for one observation without qualifiers, 2 with AND and OR
/// between such, 3 for FOLLOWEDBY or any qualifier.
int level_of(const Pattern& pattern);

}  // namespace sekisho::stix::pattern
