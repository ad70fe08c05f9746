// A search over the members of an object or the elements of a list. Pure; any
// thread; linear in the number of entries. Does not go into what lies below.
#pragma once

#include "core/json.h"

namespace sekisho::stix {

/// True if `test(entry)` holds for one of the entries; a scalar or missing value has none.
template <typename Test>
bool any_entry(const json::Value& value, Test test) {
  for (const json::Value::Entry& entry : value) {
    if (test(entry)) return true;
  }
  return false;
}

}  // namespace sekisho::stix
