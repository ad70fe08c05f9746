// Definitions that are the same bytes on every node because they are part of the specifications
// (docs/specs/attestation.md, weekly-csv.md): whoever sends them, they say the same. Any thread.
#pragma once

#include "stix/object.h"

namespace sekisho::sync {

/// By content: an object of such an id with other content is not one.
bool is_known_definition(const stix::Object& object);

}  // namespace sekisho::sync
