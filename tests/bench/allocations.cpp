#include "allocations.h"

#include <cstdlib>
#include <new>

namespace {
std::size_t count = 0;
}

namespace sekisho::bench {

std::size_t allocations() { return count; }

}  // namespace sekisho::bench

void* operator new(std::size_t size) {
  ++count;
  if (void* const got = std::malloc(size == 0 ? 1 : size)) return got;
  throw std::bad_alloc();
}
void operator delete(void* what) noexcept { std::free(what); }
void operator delete(void* what, std::size_t) noexcept { std::free(what); }
