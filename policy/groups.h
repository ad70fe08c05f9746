// Which groups a party is in, those that include its own counted. docs/specs/policy.md §1. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/model.h"

namespace sekisho::policy {

/// Sorted, each once. Without `now`: at any time at all.
std::vector<std::string> groups_of(const Policy& policy, const Party& party, std::optional<Timestamp> now);

}  // namespace sekisho::policy
