// A store in memory: the reference implementation of the contract, for tests and dry runs.
#pragma once

#include <memory>

#include "core/ports/random.h"
#include "store/store.h"

namespace sekisho::store {

std::unique_ptr<Store> make_memory_store(Random& random);

}  // namespace sekisho::store
