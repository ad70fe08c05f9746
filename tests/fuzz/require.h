// A promise that a fuzz target checks on every input.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace sekisho::fuzz {

inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

}  // namespace sekisho::fuzz
