// Which vectors make each check speak, which pass it, and which miss it when it is switched off.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "checks.h"

namespace sekisho::stix::checks {

struct Score {
  std::size_t bad = 0;   ///< vectors in which it speaks
  std::size_t good = 0;  ///< vectors that pass it in silence: the row is there, or an object of that type is
  std::string killer;    ///< a vector that turns red without it
};
struct Coverage {
  std::map<Check, Score> checks;
  std::vector<std::string> complaints;  ///< empty: no check is idle, every clause has vectors
};

/// Every check of lines() and possible(), and every clause of the catalogue; open.tsv names the clauses that
/// have no vector yet.
Coverage coverage();

/// True if some vector turns red when `off` is switched off, found by judging every vector again.
bool missed(const Check& off);

}  // namespace sekisho::stix::checks
