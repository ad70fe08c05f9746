#include "sync/handling/trust.h"

namespace sekisho::sync {

Result<certs::TrustList> trust_list(const policy::Policy& policy) {
  std::vector<certs::PinnedKey> pinned;
  for (const policy::Party& party : policy.parties) {
    for (const policy::PartyKey& key : party.keys) {
      auto parsed = certs::PublicKey::from_base64url(key.x);
      if (!parsed.ok()) {
        return make_error(parsed.error().code, parsed.error().detail, "key of party " + party.id);
      }
      pinned.push_back({*parsed, party.id, key.validity.from, key.validity.until, key.revoked});
    }
  }
  return certs::TrustList::build(std::move(pinned));
}

Status in_own_name(const policy::Policy& policy, std::string_view party, std::string_view identity) {
  const policy::Party* owner = policy::party_of_identity(policy, identity);
  if (!policy::is_identity_of(policy, {}, identity) && (owner == nullptr || owner->id == party)) return {};
  return make_error(Code::kKeyNotAllowed,
                    "party " + std::string(party) + " signed in the name of another organisation", "/created_by_ref");
}

}  // namespace sekisho::sync
