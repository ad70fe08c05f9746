// Which names STIX 2.1 itself defines, for those who leave out everything else. Any thread.
#pragma once

#include <string_view>

namespace sekisho::stix {

/// A type with a property table (STIX 2.1 §4-§7).
bool is_defined_type(std::string_view type);
/// A property of that type, common ones included (§3.2).
bool is_defined_property(std::string_view type, std::string_view name);
/// A predefined extension (§3.10), and a property in it.
bool is_defined_extension(std::string_view key);
bool is_defined_in_extension(std::string_view key, std::string_view name);

}  // namespace sekisho::stix
