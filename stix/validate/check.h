// The checks themselves, into a log of the caller's. One thread per log.
#pragma once

#include "core/json.h"
#include "stix/validate/finding_log.h"

namespace sekisho::stix {

struct Subject;

/// Everything that STIX 2.1 says of one object by itself.
void check(const json::Value& object, FindingLog& log);
/// The same, by the table that `object` names.
void check(const Subject& object, FindingLog& log);

}  // namespace sekisho::stix
