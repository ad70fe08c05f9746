// The fixed TLP markings. Any thread.
#pragma once

#include <optional>
#include <string>

#include "core/json.h"

namespace sekisho::stix::upgrade {

/// The published 2.1 form of a TLP 1 marking-definition, if id and content are those of one. The
/// TLP objects are fixed (STIX 2.1 §7.2.1.4); 2.1 gave them names.
std::optional<std::string> published_tlp(const json::Value& marking_definition);

}  // namespace sekisho::stix::upgrade
