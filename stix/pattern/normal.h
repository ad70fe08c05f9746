// One text for all patterns that mean the same, as far as docs/specs/stix-pattern.md lists: for telling
// duplicates, not for people. Sound: equal texts mean equal patterns under STIX 2.1 §9; different texts say
// nothing. The text is itself a pattern with that meaning. Pure; any thread.
#pragma once

#include <string>

#include "core/result.h"
#include "stix/pattern/ast.h"

namespace sekisho::stix::pattern {

/// The normal form. kLimitExceeded when working it out would take more than a bounded number of steps (well
/// under a second); such patterns, with many ORs within ANDs, are compared by print() instead.
Result<std::string> normal_text(const Pattern& pattern);

}  // namespace sekisho::stix::pattern
