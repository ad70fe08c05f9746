#include "stix/validate/standard.h"

#include "stix/validate/object_rules.h"
#include "stix/validate/property_tables.h"

namespace sekisho::stix {

bool is_defined_type(std::string_view type) { return table_of(type) != nullptr; }

bool is_defined_property(std::string_view type, std::string_view name) {
  const TypeTable* table = table_of(type);
  if (table == nullptr) return false;
  return is_common_property(name) || find_property(table->shape.properties, name) != nullptr;
}

bool is_defined_extension(std::string_view key) { return predefined_extension(key) != nullptr; }

bool is_defined_in_extension(std::string_view key, std::string_view name) {
  const Shape* shape = predefined_extension(key);
  return shape != nullptr && find_property(shape->properties, name) != nullptr;
}

}  // namespace sekisho::stix
