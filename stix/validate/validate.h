// Checks an object against STIX 2.1, clause by clause; the clauses and their sections are clauses.def. Pure; any thread.
// Never fails: what is wrong with the object is a finding. Limits: 100 findings of each severity, and one note that tells
// how many more there are; a pointer is cut after 1000 bytes. Recursion is as deep as the object, which core/json.h bounds.
#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <vector>

#include "core/json.h"
#include "stix/object.h"
#include "stix/validate/clauses.h"

namespace sekisho::stix {

/// One finding.
struct Finding {
  Severity severity = Severity::kError;
  Clause clause = Clause::kLeftOut;
  std::string pointer;      ///< JSON Pointer inside the object
  json::Position position;  ///< inside the text of the object
  std::string message;      ///< what is wrong, and what is right
};

struct ValidateOptions {
  bool strict = false;       ///< SHOULD counts as error, and unknown types, properties and extensions are refused
  std::bitset<256> ignored{};  ///< clauses that are not reported, by number of the enumeration
};

/// All findings in order of position, for any JSON value that should be a STIX 2.1 object; none if nothing is to be said.
/// The object is judged by itself: what a reference names is not looked for. Types without a property table of their own
/// are checked by their common properties, and a note says so.
std::vector<Finding> validate(const json::Value& object, const ValidateOptions& options = {});
std::vector<Finding> validate(const Object& object, const ValidateOptions& options = {});
/// True if no finding is an error.
bool acceptable(const std::vector<Finding>& findings);

}  // namespace sekisho::stix
