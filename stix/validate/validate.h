// Checks an object against STIX 2.1, clause by clause. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "stix/object.h"

namespace sekisho::stix {

enum class Severity { kError, kWarning, kNote };  ///< MUST, SHOULD, for information

/// One finding. `clause` is a section of STIX 2.1 such as "3.2" or "4.7".
struct Finding {
  Severity severity = Severity::kError;
  std::string clause;
  std::string pointer;      ///< JSON Pointer inside the object
  json::Position position;  ///< inside the text of the object
  std::string message;      ///< what is wrong, and what is right
};

struct ValidateOptions {
  bool strict = false;  ///< SHOULD counts as error
};

/// All findings in order of position. Types without a property table of their own are checked by
/// their common properties, and a kNote says so.
std::vector<Finding> validate(const Object& object, const ValidateOptions& options = {});
/// True if no finding is an error.
bool acceptable(const std::vector<Finding>& findings);

}  // namespace sekisho::stix
