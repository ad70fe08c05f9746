// Who may name whom as creator.
#include <algorithm>

#include "policy/model.h"
#include "policy/text.h"

namespace sekisho::policy {

const Party* party_of_identity(const Policy& policy, std::string_view identity) {
  for (const Party& party : policy.parties) {
    if (lists(party.identities, identity)) return &party;
  }
  return nullptr;
}

bool is_identity_of(const Policy& policy, std::string_view party, std::string_view identity) {
  if (party.empty()) return lists(policy.identities, identity);
  const Party* one = policy.find_party(party);
  return one != nullptr && lists(one->identities, identity);
}

bool may_relay(const Policy& policy, const Party& party, std::string_view identity) {
  if (lists(party.relay.identities, identity)) return true;
  if (!party.relay.everybody || lists(policy.identities, identity)) return false;
  const Party* owner = party_of_identity(policy, identity);
  return owner == nullptr || !owner->signs;
}

bool speaks_for(const Policy& policy, const Party& party, std::string_view identity) {
  return lists(party.identities, identity) || may_relay(policy, party, identity);
}

}  // namespace sekisho::policy
