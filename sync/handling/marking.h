// What a marking id means on an object that a party gave: from the definition that we made, else from the creator's own, else
// from that party's, else from the first that was accepted. Another source's later content never replaces it. Any thread.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model.h"
#include "stix/markings.h"
#include "store/store.h"

namespace sekisho::sync {

/// One that could be meant, and the party that gave it (empty = this node).
struct Definition {
  std::string source;
  stix::ObjectPtr object;
};

/// Whether it counts before what anybody else says of its id: made by us, or given by its creator.
bool is_authoritative(const policy::Policy& policy, const std::string& source, const stix::Object& definition);
/// Of those given, oldest accepted first; nothing if there is none. `giver`: the party that gave the marked object.
std::optional<stix::MarkingMeaning> meaning_among(const policy::Policy& policy, const std::vector<Definition>& definitions,
                                                  std::string_view giver);
/// Of all that this node holds, up to the stored object `last`. Nothing if no definition of this id is held, or it cannot
/// be read.
std::optional<stix::MarkingMeaning> held_meaning(const store::Store& store, const policy::Policy& policy, std::string_view id,
                                                 std::string_view giver,
                                                 store::ObjectNo last = std::numeric_limits<store::ObjectNo>::max());

}  // namespace sekisho::sync
