// Pinned keys from the policy's parties. Any thread.
#pragma once

#include "certs/trust.h"
#include "core/result.h"
#include "policy/model.h"

namespace sekisho::sync {

/// kJwsMalformed or kAlreadyExists name the party at fault.
Result<certs::TrustList> trust_list(const policy::Policy& policy);
/// kKeyNotAllowed if the identity belongs to somebody else than the party: a name to sign under is one's own.
Status in_own_name(const policy::Policy& policy, std::string_view party, std::string_view identity);

}  // namespace sekisho::sync
