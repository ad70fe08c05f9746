// Pinned keys from the policy's parties. Any thread.
#pragma once

#include "certs/trust.h"
#include "core/result.h"
#include "policy/model.h"

namespace sekisho::sync {

/// kJwsMalformed or kAlreadyExists name the party at fault.
Result<certs::TrustList> trust_list(const policy::Policy& policy);

}  // namespace sekisho::sync
