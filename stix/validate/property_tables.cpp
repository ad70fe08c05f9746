#include "stix/validate/property_tables.h"

#include <algorithm>
#include <array>

#include "stix/names.h"

namespace sekisho::stix {
namespace {

std::array<std::span<const TypeTable>, 4> all_tables() {
  return {sdo_tables(), sro_tables(), sco_tables(), meta_tables()};
}

}  // namespace

const TypeTable* table_of(std::string_view type) {
  for (const auto& tables : all_tables()) {
    const auto found = std::find_if(tables.begin(), tables.end(), [type](const TypeTable& table) {
      return table.shape.name == type;
    });
    if (found != tables.end()) return &*found;
  }
  return nullptr;
}

const Shape* predefined_extension(std::string_view key) {
  for (const TypeTable& table : sco_tables()) {
    for (const Shape& extension : table.extensions) {
      if (extension.name == key) return &extension;
    }
  }
  return nullptr;
}

bool is_standard_property(std::string_view name) {
  for (const auto& tables : all_tables()) {
    for (const TypeTable& table : tables) {
      if (find_property(table.shape.properties, name) != nullptr) return true;
    }
  }
  return false;
}

const Property* find_property(std::span<const Property> properties, std::string_view name) {
  const auto found = std::find_if(properties.begin(), properties.end(),
                                  [name](const Property& row) { return row.name == name; });
  return found == properties.end() ? nullptr : &*found;
}

void check_shape(const json::Value& object, const Shape& shape, FindingLog& log) {
  const FindingLog::InTable table(log, shape.clause);
  bool one = false;
  for (const Property& row : shape.properties) {
    const FindingLog::InRow in_row(log, row);
    const json::Value value = object[row.name];
    if (value.exists()) {
      one = true;
      const FindingLog::InTable clause(log, row.clause.value_or(shape.clause));
      check_kind(value, row.kind, log);
    } else if (row.need == Need::kRequired) {
      log.report(object, shape.clause,
                 std::string(shape.name) + " needs the property " + std::string(row.name));
    }
  }
  if (shape.one_needed && !one) {
    log.report(object, shape.clause,
               std::string(shape.name) + " needs at least one of its properties");
  }
  if (shape.rules != nullptr) shape.rules(object, log);
}

void check_strangers(const json::Value& object, const Shape& shape, FindingLog& log) {
  for (const auto& [name, value] : object) {
    if (find_property(shape.properties, name) != nullptr) continue;
    log.report(
        value, Clause::kCustomProperty,
        "not a property of " + std::string(shape.name) + " in STIX 2.1; a custom one should come with an extension");
    if (!name.starts_with("x_")) log.report(value, Clause::kCustomName, "a custom property should begin with x_");
  }
}

}  // namespace sekisho::stix
