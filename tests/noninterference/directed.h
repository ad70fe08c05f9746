// Scenarios with an expected answer: one for each attack that docs/specs/ownership.md names, and one for each thing that may
// show nevertheless (§12 there). One thread.
#pragma once

#include <string>
#include <vector>

namespace sekisho::noninterference {

struct Directed {
  const char* name;
  const char* rule;  ///< of docs/specs/ownership.md
  std::string (*run)();  ///< empty, or what is wrong
};

const std::vector<Directed>& directed();
/// Runs them; the number of those that do not hold. Names in `only` or all.
int run_directed(const std::string& only);

}  // namespace sekisho::noninterference
