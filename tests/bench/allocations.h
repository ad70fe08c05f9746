// Counts calls of operator new in the program it is linked into. One thread.
#pragma once

#include <cstddef>

namespace sekisho::bench {

std::size_t allocations();

}  // namespace sekisho::bench
