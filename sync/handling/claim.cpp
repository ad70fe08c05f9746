#include "sync/handling/claim.h"

#include <limits>

#include "policy/model.h"
#include "stix/marking_schemes.h"
#include "stix/markings.h"
#include "stix/sco_id.h"

namespace sekisho::sync {
namespace {

std::string of_party(std::string_view party) { return "party:" + std::string(party); }

}  // namespace

std::string claim_of(const policy::Policy& policy, std::string_view created_by_ref, std::string_view source, std::string_view id) {
  if (created_by_ref.empty() || policy::is_identity_of(policy, source, id)) return of_party(source);
  if (policy::is_identity_of(policy, {}, created_by_ref)) return of_party({});
  const policy::Party* creator = policy::party_of_identity(policy, created_by_ref);
  return creator != nullptr ? of_party(creator->id) : "identity:" + std::string(created_by_ref);
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

bool is_free_id(const policy::Policy& policy, std::string_view party, std::string_view id) {
  if (stix::is_version_5(id) || stix::tlp_from_marking_id(id) || stix::pap_from_marking_id(id)) return true;
  return policy::is_identity_of(policy, party, id);
}

unsigned standing_of(const policy::Policy& policy, std::string_view source) {
  if (source.empty()) return std::numeric_limits<unsigned>::max();
  const policy::Party* giver = policy.find_party(source);
  return giver == nullptr ? 0 : giver->standing;
}

bool is_creators_word(const policy::Policy& policy, const stix::Object& object, std::string_view source, const Provenance& provenance) {
  if (provenance.role == certs::Role::kRelay) return false;
  return claim_of(policy, object, source, provenance.unnamed) == of_party(source);
}

}  // namespace sekisho::sync
