// STIX 2.1 as tables: one ordered list of properties per type, and one function for the rules that
// join properties. To add a type, write its rows in the tables_*.cpp of its class. Any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/json.h"
#include "stix/validate/finding_log.h"
#include "stix/validate/property_kinds.h"

namespace sekisho::stix {

enum class Need { kOptional, kRequired };

/// One row: a property, its kind, and whether it must be there.
struct Property {
  std::string_view name;
  Kind kind;
  Need need = Need::kOptional;
  std::optional<Clause> clause{};  ///< what a wrong value breaks, where it is not the clause of the table
};
inline constexpr Need kRequired = Need::kRequired;

using Rules = void (*)(const json::Value& object, FindingLog& log);

/// An object type, or a type nested in one.
struct Shape {
  std::string_view name;     ///< a type, an extension key, or the name of a nested type
  Clause clause;             ///< of its table
  std::span<const Property> properties;
  Rules rules = nullptr;    ///< what joins properties
  bool one_needed = false;  ///< at least one of `properties` must be there
};

/// The table of one STIX type.
struct TypeTable {
  Shape shape;                          ///< without the common properties
  std::span<const Shape> extensions{};  ///< predefined ones (§3.10)
};

/// The table of `type`; nullptr if it has none.
const TypeTable* table_of(std::string_view type);
/// The predefined extension of that key on any type; nullptr if there is none.
const Shape* predefined_extension(std::string_view key);
/// True for a name in the table of any type, without the common properties.
bool is_standard_property(std::string_view name);
const Property* find_property(std::span<const Property> properties, std::string_view name);

/// Checks required members, kinds and rules; members that the shape does not know are left alone.
void check_shape(const json::Value& object, const Shape& shape, FindingLog& log);
/// Warns of members that neither the shape nor the rules for custom names know.
void check_strangers(const json::Value& object, const Shape& shape, FindingLog& log);

// The tables, by class.
std::span<const TypeTable> sdo_tables();
std::span<const TypeTable> sro_tables();
std::span<const TypeTable> sco_tables();
std::span<const TypeTable> meta_tables();

// Nested types shared by several tables (§2.5, §2.11).
extern const Shape kExternalReference;
extern const Shape kKillChainPhase;

}  // namespace sekisho::stix
