// Deterministic ids of STIX Cyber-observable Objects (STIX 2.1 §2.9). Pure; any thread. Linear in
// the contributing properties; no limit of its own beyond those of the object.
#pragma once

#include <string>
#include <string_view>

#include "core/json.h"
#include "core/result.h"
#include "core/uuid.h"
#include "stix/object.h"

namespace sekisho::stix {

/// Namespace of SCO ids: 00abedb4-aa42-466c-9c01-fed23315a9b7.
const Uuid& sco_namespace();
/// The deterministic id of an SCO given as JSON with `type` and its properties (`id` is ignored).
/// kNotFound if none of the contributing properties is present or the type (process) has none: such an
/// object takes a random UUIDv4. kStixInvalid if `type` is no SCO of STIX 2.1.
Result<std::string> sco_id(const json::Value& object);
/// Whether the UUID of an id is of version 5: tools compute these from what the object says, so two that never met have the same.
bool is_version_5(std::string_view id);
/// Whether a cyber-observable has the id that is computed from its own content. Costs a hash over its identifying properties.
bool has_computed_id(const Object& object);

}  // namespace sekisho::stix
