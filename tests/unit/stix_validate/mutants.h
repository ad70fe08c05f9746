// Tables with one thing wrong: does any vector turn red? Each mutant changes one row, one shape or one cell of
// the common properties in a copy of the tables, and the vectors are judged by the copy.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "stix/validate/object_rules.h"
#include "stix/validate/property_tables.h"

namespace sekisho::stix::checks {

struct Mutant {
  std::string name;  ///< "malware.malware_types without the term worm"
  const Property* row = nullptr;
  const Shape* shape = nullptr;
  std::function<bool(Property&)> change_row{};  ///< false: the row is dropped
  std::function<bool(Shape&)> change_shape{};   ///< false: the extension is dropped
  std::string use{};                            ///< of a common property, instead of its own
};

/// Everything that can be dropped or turned in the tables, one at a time.
std::vector<Mutant> mutants();
/// The vector that turns red; empty if none does.
std::string killer_of(const Mutant& mutant);

}  // namespace sekisho::stix::checks
