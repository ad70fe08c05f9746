// Names of the IANA character set registry. Any thread.
#pragma once

#include <string_view>

namespace sekisho::stix {

/// A preferred MIME name, else a name, of the registry (STIX 2.1 §3.9).
bool is_character_set(std::string_view text);

}  // namespace sekisho::stix
