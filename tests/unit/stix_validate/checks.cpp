#include "checks.h"

#include <algorithm>
#include <stdexcept>

#include "stix/validate/clauses.h"

namespace sekisho::stix::checks {
namespace {

std::size_t line_of(const FindingLog::Site& site) {
  const std::string path = site.file;
  const std::string file = path.substr(path.rfind('/') + 1);
  const auto& all = lines();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].file == file && all[i].first <= site.line && site.line <= all[i].last) return i;
  }
  throw std::logic_error("a check speaks whose line is not known: " + file + ":" + std::to_string(site.line));
}

using Shapes = std::vector<const Shape*>;

void add_shape(const Shape& shape, Shapes& out) {
  if (std::find(out.begin(), out.end(), &shape) != out.end()) return;
  out.push_back(&shape);
  for (const Property& row : shape.properties) {
    if (row.kind.shape != nullptr) add_shape(*row.kind.shape, out);
  }
}

std::map<const Property*, std::string> labels() {
  std::map<const Property*, std::string> out;
  for (const auto& [row, use] : common_properties()) out.emplace(&row, "common." + std::string(row.name));
  for (const Shape* shape : shapes()) {
    for (const Property& row : shape->properties) {
      out.emplace(&row, std::string(shape->name) + "." + std::string(row.name));
    }
  }
  return out;
}

void add_rows(const json::Value& object, std::span<const Property> properties, std::set<const Property*>& out);

void add_row(const json::Value& object, const Property& row, std::set<const Property*>& out) {
  const json::Value value = object[row.name];
  if (!value.exists()) return;
  out.insert(&row);
  if (row.kind.shape == nullptr) return;
  if (!row.kind.list) return add_rows(value, row.kind.shape->properties, out);
  for (const auto& entry : value) add_rows(entry.value, row.kind.shape->properties, out);
}

void add_rows(const json::Value& object, std::span<const Property> properties, std::set<const Property*>& out) {
  if (!object.is_object()) return;
  for (const Property& row : properties) add_row(object, row, out);
}

}  // namespace

std::string name_of(const Check& check) {
  const Line& line = lines()[check.line];
  const std::string& label = label_of(check.row);
  return line.file + ":" + std::to_string(line.first) + " " + (label.empty() ? "-" : label) + " " +
         std::string(info(check.clause).id);
}

const std::string& label_of(const Property* row) {
  static const std::map<const Property*, std::string> all = labels();
  static const std::string none;
  const auto found = all.find(row);
  return found == all.end() ? none : found->second;
}

bool Recorder::keep(const FindingLog::Check& check, Clause clause) {
  spoke.insert({line_of(check.site), check.row, clause});
  return true;
}

bool Without::keep(const FindingLog::Check& check, Clause clause) {
  return off_ != Check{line_of(check.site), check.row, clause};
}

std::vector<const Shape*> shapes() {
  Shapes out;
  add_shape(kExternalReference, out);
  for (const auto& tables : {sdo_tables(), sro_tables(), sco_tables(), meta_tables()}) {
    for (const TypeTable& table : tables) {
      add_shape(table.shape, out);
      for (const Shape& extension : table.extensions) add_shape(extension, out);
    }
  }
  return out;
}

std::set<const Property*> rows_in(const json::Value& object) {
  std::set<const Property*> out;
  if (!object.is_object()) return out;
  for (const auto& [row, use] : common_properties()) add_row(object, row, out);
  const TypeTable* table = table_of(object["type"].string_or({}));
  if (table == nullptr) return out;
  add_rows(object, table->shape.properties, out);
  for (const Shape& extension : table->extensions) {
    add_rows(object["extensions"][extension.name], extension.properties, out);
  }
  return out;
}

}  // namespace sekisho::stix::checks
