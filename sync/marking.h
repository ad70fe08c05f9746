// What a marking id means here: from the definition that we made, else from the creator's own, else from
// the first that was accepted. Another source's later content never replaces it. Any thread.
#pragma once

#include <optional>
#include <string_view>

#include "policy/model.h"
#include "stix/markings.h"
#include "store/store.h"

namespace sekisho::sync {

/// Nothing if no definition of this id is held, or it cannot be read.
std::optional<stix::MarkingMeaning> held_meaning(const store::Store& store, const policy::Policy& policy,
                                                 std::string_view id);

}  // namespace sekisho::sync
