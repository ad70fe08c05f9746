// Which properties an object of a type cannot do without. Source: STIX 2.1 §4, §5, §6, §7. Any thread.
#pragma once

#include <string_view>
#include <vector>

namespace sekisho::stix {

/// The properties that the table of `type` requires, without the common ones; none for a type that STIX 2.1 does not define.
std::vector<std::string_view> required_properties(std::string_view type);

}  // namespace sekisho::stix
