#include "sync/handling/claim.h"

#include <algorithm>
#include <vector>

#include "policy/model.h"

namespace sekisho::sync {
namespace {

bool lists_id(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

std::string of_party(std::string_view party) { return "party:" + std::string(party); }

/// Whether the giver itself is what `id` names.
bool is_giver(const policy::Policy& policy, std::string_view source, std::string_view id) {
  if (source.empty()) return lists_id(policy.identities, id);
  const policy::Party* giver = policy.find_party(source);
  return giver != nullptr && lists_id(giver->identities, id);
}

}  // namespace

std::string claim_of(const policy::Policy& policy, std::string_view created_by_ref, std::string_view source, std::string_view id) {
  if (created_by_ref.empty() || is_giver(policy, source, id)) return of_party(source);
  if (lists_id(policy.identities, created_by_ref)) return of_party({});
  for (const policy::Party& party : policy.parties) {
    if (lists_id(party.identities, created_by_ref)) return of_party(party.id);
  }
  return "identity:" + std::string(created_by_ref);
}

bool stays_unnamed(const policy::Policy& policy, const stix::Object& object, std::string_view source, bool unnamed) {
  const auto creator = object.created_by_ref();
  if (!unnamed || !creator) return unnamed;
  const policy::Party* giver = policy.find_party(source);
  return giver == nullptr || !policy::speaks_for(policy, *giver, *creator);
}

std::string claim_of(const policy::Policy& policy, const stix::Object& object, std::string_view source, bool unnamed) {
  return claim_of(policy, stays_unnamed(policy, object, source, unnamed) ? std::string_view() : object.created_by_ref().value_or(""), source, object.id());
}

bool is_creators_word(const policy::Policy& policy, const stix::Object& object, std::string_view source, const Provenance& provenance) {
  if (provenance.role == certs::Role::kRelay) return false;
  return claim_of(policy, object, source, provenance.unnamed) == of_party(source);
}

}  // namespace sekisho::sync
