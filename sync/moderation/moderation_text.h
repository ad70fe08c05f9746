// The table of states and the texts of moderation. Pure functions; any thread. docs/specs/moderation.md §2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stix/object.h"
#include "sync/moderation/moderation.h"

namespace sekisho::sync {

/// The state after an act, or nothing if it is refused then.
std::optional<State> next_state(State state, Act act);
/// "screen, withdraw": for messages.
std::string possible_acts(State state);

/// The state alone, as kept; `key` is the content.
std::string state_to_json(const Moderated& item);
/// kStoreCorrupt.
Result<Moderated> state_from_json(const std::string& key, const std::string& value);

Held held_of(const Standing& standing, const std::vector<std::string>& parties, unsigned needed);

/// Every pointer is a free text of this object (docs/specs/redaction.md §2 `text`), at the top level. kInvalidArgument,
/// kLimitExceeded.
Status check_texts(const stix::Object& object, const ApprovedTexts& texts);

}  // namespace sekisho::sync
