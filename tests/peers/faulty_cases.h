// Every quirk of docs/specs/quirks.md: the fault that shows it and the profile that the probe must write for it.
#pragma once

#include <string>
#include <vector>

#include "taxii/quirks.h"
#include "tests/peers/faulty_server.h"

namespace sekisho::tests {

struct FaultyCase {
  std::string name;
  Faults faults;
  std::string profile;  ///< as Quirks::to_json writes it
};
/// Each works: a pull by the profile gets everything.
const std::vector<FaultyCase>& faulty_cases();

}  // namespace sekisho::tests
