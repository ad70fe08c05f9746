// Who reads a collection that carries the attestations of another: whoever reads that one. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "policy/compiled.h"
#include "store/store.h"

namespace sekisho::sync {

/// Whether an audience reads a collection, or the one of `all` that it accompanies.
bool is_read(const policy::Compiled& policy, const std::string& audience, const store::Collection& collection,
             const std::vector<store::Collection>& all, Timestamp now);

}  // namespace sekisho::sync
