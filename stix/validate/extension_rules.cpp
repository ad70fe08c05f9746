#include <algorithm>

#include "stix/entries.h"
#include "stix/markings.h"
#include "stix/names.h"
#include "stix/validate/object_rules.h"

namespace sekisho::stix {
namespace {

constexpr std::string_view kDefinition = "extension-definition--";

/// The definitions that this program reads (stix/markings.h).
constexpr std::string_view kUnderstood[] = {kTlpExtensionId, kPapExtensionId, kIepExtensionId, kAcsExtensionId};

/// An extension by the mechanism of §7.3: key is the id of its definition, value has
/// extension_type.
void check_defined(std::string_view key, const json::Value& value, bool standard_type, FindingLog& log) {
  const auto id = split_id(key);
  if (!id) {
    return log.report(value, Clause::kExtensionKey, "the key is the id of an extension-definition");
  }
  check_uuid(value, id->uuid, log);
  const json::Value type = value["extension_type"];
  if (!type.exists()) {
    return log.report(value, Clause::kExtensionType, "an extension has extension_type");
  }
  check_kind(type, closed_enum(kExtensionTypeEnum), log);
  if (standard_type && type.string_or({}).starts_with("new-")) {
    log.report(type, Clause::kRedefinition, "this type is of STIX itself; an extension of it is a property-extension");
  }
  if (std::find(std::begin(kUnderstood), std::end(kUnderstood), key) == std::end(kUnderstood)) {
    log.report(value, Clause::kUnknownExtension, "this extension is kept, but not understood");
  }
  for (const auto& [name, member] : value) {
    if (name != "extension_type") check_custom_name(name, member, Clause::kExtensionName, log);
  }
}

/// A deprecated custom extension (§11.3). §6.7, §6.12, §6.13 and §6.16 know none, §11.3 allows them on any
/// cyber-observable and shows one on a file, so they are taken with a warning.
void check_custom(std::string_view key, const json::Value& value, FindingLog& log) {
  if (!key.ends_with("-ext") || !is_type_name(key)) {
    return log.report(value, Clause::kCustomExtensionKey,
                     "the key is the id of an extension-definition, or a name ending in -ext");
  }
  if (!key.starts_with("x-")) log.report(value, Clause::kCustomName, "a custom extension should begin with x-");
  log.report(value, Clause::kCustomExtension, "custom extensions are deprecated; use an extension-definition");
}

void check_one(std::string_view key, const json::Value& value, const TypeTable* table,
               FindingLog& log) {
  if (!value.is_object()) return log.report(value, Clause::kExtensions, "an extension is an object");
  if (value.size() == 0) return log.report(value, Clause::kDictionary, "an extension has at least one property");
  if (key.starts_with(kDefinition)) return check_defined(key, value, table != nullptr, log);
  if (table != nullptr) {
    for (const Shape& shape : table->extensions) {
      if (shape.name == key) return check_kind(value, nested(shape), log);
    }
  }
  if (predefined_extension(key) != nullptr) {
    return log.report(value, Clause::kPredefined, "this predefined extension belongs to another type of object");
  }
  check_custom(key, value, log);
}

}  // namespace

bool has_extension_type(const json::Value& root, std::string_view extension_type) {
  const json::Value extensions = root["extensions"];
  if (!extensions.is_object()) return false;
  return any_entry(extensions, [&](const json::Value::Entry& entry) {
    return entry.value["extension_type"].string() == extension_type;
  });
}

void check_extensions(const Subject& object, FindingLog& log) {
  const json::Value extensions = object.root["extensions"];
  if (!extensions.exists()) return;
  if (!extensions.is_object()) return log.report(extensions, Clause::kExtensions, "extensions is an object");
  if (extensions.size() == 0) {
    return log.report(extensions, Clause::kDictionary, "extensions is never empty; leave it out");
  }
  for (const auto& [key, value] : extensions) check_one(key, value, object.table, log);
}

}  // namespace sekisho::stix
