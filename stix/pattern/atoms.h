// What one comparison says, in one spelling. Private to stix/pattern; pure functions, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stix/pattern/ast.h"
#include "stix/pattern/terms.h"

namespace sekisho::stix::pattern {

/// The atoms of a comparison, joined by AND or by OR.
struct AtomsOf {
  std::vector<Atom> atoms;
  bool all = false;  ///< joined by AND
};

/// `!=` and NOT IN become one of `= ...`, `!= ...` where that means the same on every value: a missing path
/// fails either way (§9.6), and incompatible types make `=` false and `!=` true (§9.6.1). NOT before < and the
/// like stays, since incompatible types make `<` and `>=` both false.
AtomsOf atoms_of(const Comparison& comparison);

/// The kind of a constant: numbers are one kind, and so are hex and binary.
char kind_of(const Constant& constant);
/// A timestamp without the zeros that its fraction ends in.
std::string time_text(std::string_view text);
std::string joined(const std::vector<std::string>& texts, std::string_view between);

}  // namespace sekisho::stix::pattern
