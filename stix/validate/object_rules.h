// The rules that hold for every STIX object, whatever its type. Any thread.
#pragma once

#include <optional>

#include "stix/names.h"
#include "stix/object.h"
#include "stix/validate/finding_log.h"
#include "stix/validate/property_tables.h"

namespace sekisho::stix {

/// Columns of the table of common properties (§3.2).
enum class ObjectClass { kSdo, kSro, kSco, kExtension, kLanguage, kMarking, kBundle };

/// What a marking refers to (§7.2).
inline constexpr std::string_view kMarkingDefinition[] = {"marking-definition"};

/// A row of the table of common properties.
struct CommonProperty {
  Property row;
  std::string_view use;  ///< one letter per ObjectClass: R required, O optional, - not applicable, N never
};
std::span<const CommonProperty> common_properties();

/// The object being checked, looked at once.
struct Subject {
  json::Value root;
  std::string_view type;      ///< empty if there is none
  std::string_view id;        ///< empty if there is none
  std::optional<IdParts> id_parts;
  Category category = Category::kUnknown;
  ObjectClass object_class = ObjectClass::kSdo;
  const TypeTable* table = nullptr;  ///< nullptr for a type that STIX 2.1 does not define
  std::span<const CommonProperty> common = common_properties();
};
Subject subject_of(const json::Value& root);

/// §2.9, §3.1, §3.2-1: type and id, the version of the UUID, and whether the id of a cyber-observable
/// follows from its content.
void check_identity(const Subject& object, FindingLog& log);
/// §3.2: the common properties, versions, reserved names, names of custom properties.
void check_common(const Subject& object, FindingLog& log);
/// §3.10, §7.3, §11.3: the `extensions` of an object.
void check_extensions(const Subject& object, FindingLog& log);
/// §7.2.3: granular markings and their selectors.
void check_granular_markings(const Subject& object, FindingLog& log);

/// RFC 7493 §2.1: no noncharacter in a string or a name, at any depth.
void check_texts(const json::Value& root, FindingLog& log);

/// §8: what an object must be to stand in a bundle.
void check_bundle_member(const json::Value& member, FindingLog& log);

/// True if `extensions` holds one of `extension_type`.
bool has_extension_type(const json::Value& root, std::string_view extension_type);
/// The name of a custom property, or of one in an extension. Reports it under `clause`.
void check_custom_name(std::string_view name, const json::Value& value, Clause clause,
                       FindingLog& log, FindingLog::Site site = FindingLog::Site::here());
/// True for a name of the table of common properties.
bool is_common_property(std::string_view name);

}  // namespace sekisho::stix
