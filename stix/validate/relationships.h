// The relationship pairs that STIX 2.1 defines (Appendix B with Errata 01). Any thread.
#pragma once

#include <string_view>

namespace sekisho::stix {

/// True if `type` from `source` to `target` (type names) is one of the pairs listed, or is common
/// to all objects (§3.7), or if one of the two is not a type of STIX 2.1.
bool is_listed_relationship(std::string_view source, std::string_view type,
                            std::string_view target);

}  // namespace sekisho::stix
