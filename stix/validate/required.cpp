#include "stix/validate/required.h"

#include "stix/validate/property_tables.h"

namespace sekisho::stix {

std::vector<std::string_view> required_properties(std::string_view type) {
  std::vector<std::string_view> out;
  const TypeTable* table = table_of(type);
  if (table == nullptr) return out;
  for (const Property& property : table->shape.properties) {
    if (property.need == Need::kRequired) out.push_back(property.name);
  }
  return out;
}

}  // namespace sekisho::stix
