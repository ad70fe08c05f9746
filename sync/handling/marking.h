// What a marking id means on an object: docs/specs/ownership.md §6. What is published of TLP and PAP is known by id; of anything
// else counts what we say, else what the giver of the object says, else its creator, else who is listed in `definers`. Any thread.
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

/// Of the marked object: whose word on its markings counts besides ours.
struct Bearer {
  std::string giver;    ///< the party that gave it (empty = this node)
  std::string creator;  ///< the party in whose `identities` its creator stands; empty = none
  auto operator<=>(const Bearer&) const = default;
};
/// Linear in the identities of the policy.
Bearer bearer_of(const policy::Policy& policy, std::string source, const stix::Object& marked);

/// One that could be meant, and the party that gave it (empty = this node).
struct Definition {
  std::string source;
  stix::ObjectPtr object;
};

/// How much the word of a source counts on what this bearer bears: the lower, the more. Nothing: it does not.
std::optional<int> rank_of(const policy::Policy& policy, std::string_view source, const Bearer& bearer);
bool same_meaning(const stix::MarkingMeaning& a, const stix::MarkingMeaning& b);
/// Of those given the one that counts; not understood if two that count alike disagree; nothing if none counts.
std::optional<stix::MarkingMeaning> meaning_among(const policy::Policy& policy, const std::vector<Definition>& definitions,
                                                  const Bearer& bearer);
/// Of all that this node holds, up to the stored object `last`. Nothing if no definition of this id counts, or it cannot be read.
std::optional<stix::MarkingMeaning> held_meaning(const store::Store& store, const policy::Policy& policy, std::string_view id,
                                                 const Bearer& bearer,
                                                 store::ObjectNo last = std::numeric_limits<store::ObjectNo>::max());

}  // namespace sekisho::sync
