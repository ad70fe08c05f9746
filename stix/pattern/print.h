// A pattern's tree back to text, in one spelling: STIX 2.1, keywords in capitals, one space between words,
// parentheses only where the tree needs them, START and STOP as t'...'. parse(print(tree)) is the tree again.
// docs/specs/stix-pattern.md lists the choices. Pure functions that do not fail; any thread;
// linear in the tree. Source: STIX 2.1 §9.
#pragma once

#include <string>

#include "stix/pattern/ast.h"

namespace sekisho::stix::pattern {

std::string print(const Pattern& pattern);
std::string print(const Observation& observation);
std::string print(const Test& test);  ///< without the brackets
std::string print(const Comparison& comparison);
std::string print(const ObjectPath& path);
std::string print(const Constant& constant);
std::string print(const Qualifier& qualifier);

/// `text` in apostrophes, with \' and \\ where needed.
std::string quoted(const std::string& text);
/// As a pattern writes it: = != < <= > >= IN LIKE ...
const char* operator_text(Operator op);

}  // namespace sekisho::stix::pattern
