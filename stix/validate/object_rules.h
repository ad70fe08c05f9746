// The rules that hold for every STIX object, whatever its type. Any thread.
#pragma once

#include "stix/validate/finding_log.h"
#include "stix/object.h"
#include "stix/validate/property_tables.h"

namespace sekisho::stix {

/// Columns of the table of common properties (§3.2).
enum class ObjectClass { kSdo, kSro, kSco, kExtension, kLanguage, kMarking, kBundle };
/// For a type that STIX 2.1 does not define: what its extension says, else what its properties
/// suggest.
ObjectClass class_of(const Object& object);

/// §3.2: the common properties, versions, reserved names, names of custom properties.
void check_common(const Object& object, const TypeTable* table, FindingLog& log);
/// §2.9: version of the UUID, and whether the id of a cyber-observable follows from its content.
void check_id(const Object& object, FindingLog& log);
/// §3.10, §7.3, §11.3: the `extensions` of an object.
void check_extensions(const Object& object, const TypeTable* table, FindingLog& log);
/// §7.2.3: granular markings and their selectors.
void check_granular_markings(const Object& object, FindingLog& log);

/// True if `extensions` holds one of `extension_type`.
bool has_extension_type(const json::Value& root, std::string_view extension_type);
/// The name of a custom property or of one in an extension (§7.3, §11.1).
void check_custom_name(std::string_view name, const json::Value& value, std::string_view section,
                       FindingLog& log);

}  // namespace sekisho::stix
