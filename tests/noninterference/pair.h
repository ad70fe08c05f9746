// Two nodes in lockstep: the same script but for what is hidden from P, the same requests of P, every answer
// compared byte for byte. One thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "coverage.h"
#include "scenario.h"

namespace sekisho::noninterference {

struct Difference {
  std::string request;          ///< or what was compared
  std::string left, right;      ///< answers
  std::size_t slot = 0;
  std::string text() const;     ///< for people: with the first bytes that differ
};

/// Plays a world to its first difference.
/// `diary` is told what comes to P and goes again, slot by slot, in either node; for people.
std::optional<Difference> play(const Scenario& scenario, Coverage& coverage, std::string* diary = nullptr);

}  // namespace sekisho::noninterference
