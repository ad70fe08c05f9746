#include <algorithm>
#include <array>

#include "stix/entries.h"
#include "stix/names.h"
#include "stix/validate/object_rules.h"

// A table has one row a line.
// clang-format off
namespace sekisho::stix {
namespace {

constexpr std::string_view kIdentity[] = {"identity"};
constexpr std::string_view kMarkingDefinition[] = {"marking-definition"};

struct CommonProperty {
  std::string_view name;
  Kind kind;
  std::string_view use;  ///< one letter per ObjectClass: R required, O optional, - not allowed
};
// The table of §3.2: SDO, SRO, SCO, extension-definition, language-content, marking-definition,
// bundle.
constexpr CommonProperty kCommon[] = {
    {"type", text(), "RRRRRRR"},
    {"id", text(), "RRRRRRR"},
    {"spec_version", exactly("2.1"), "RRORRR-"},
    {"created_by_ref", reference(kIdentity), "OO-ROO-"},
    {"created", version_time(), "RR-RRR-"},
    {"modified", version_time(), "RR-RR--"},
    {"revoked", boolean(), "OO-OO--"},
    {"labels", list(text()), "OO-OO--"},
    {"confidence", integer(0, 100), "OO--O--"},
    {"lang", language(), "OO-----"},
    {"external_references", list(nested(kExternalReference)), "OO-OOO-"},
    {"object_marking_refs", list(reference(kMarkingDefinition)), "OOOOOO-"},
    {"granular_markings", unchecked(), "OOOOOO-"},
    {"defanged", boolean(), "--O----"},
    {"extensions", unchecked(), "OOO-OO-"},
};

constexpr std::string_view kReserved[] = {"severity", "username", "phone_number", "action"};

bool is_common(std::string_view name) {
  return std::any_of(std::begin(kCommon), std::end(kCommon),
                     [name](const CommonProperty& row) { return row.name == name; });
}

void check_common_properties(const Object& object, FindingLog& log) {
  const auto column = static_cast<std::size_t>(class_of(object));
  const bool custom = category_of(object.type()) == Category::kUnknown;
  const std::string_view section = object.type() == "bundle" ? "8" : "3.2";
  const json::Value root = object.root();
  for (const CommonProperty& row : kCommon) {
    const json::Value value = root[row.name];
    const char use = row.use[column];
    if (!value.exists()) {
      if (use == 'R') {
        log.error(root, section,
                  std::string(object.type()) + " needs the property " + std::string(row.name));
      }
    } else if (use == '-' && !custom) {
      log.error(value, section,
                std::string(row.name) + " is not a property of " + std::string(object.type()));
    } else {
      check_kind(value, row.kind, log);
    }
  }
}

void check_versions(const json::Value& root, FindingLog& log) {
  const auto created = parse_stix_time(root["created"].string_or({}));
  const auto modified = parse_stix_time(root["modified"].string_or({}));
  if (created.ok() && modified.ok() && *modified < *created) {
    log.error(root["modified"], "3.2", "modified is not before created");
  }
}

void check_own_marking(const Object& object, FindingLog& log) {
  if (object.type() != "marking-definition") return;
  const auto refuse = [&](const json::Value& value) {
    if (value.string() == object.id()) {
      log.error(value, "3.2", "a marking-definition does not mark itself");
    }
  };
  for (const auto& entry : object.root()["object_marking_refs"]) refuse(entry.value);
  for (const auto& entry : object.root()["granular_markings"]) refuse(entry.value["marking_ref"]);
}

/// §3.1: `x_enc` is absent when `x` is absent.
void check_encoding_sibling(const json::Value& root, std::string_view name,
                            const json::Value& value, FindingLog& log) {
  if (!name.ends_with("_enc")) return;
  if (!root[name.substr(0, name.size() - 4)].exists()) {
    log.error(value, "3.1", "the property whose character set this names is missing");
  }
}

bool is_id(const json::Value& value) {
  return split_id(value.string_or({})).has_value();
}

/// §3.1: what the ending of a name promises of its value.
bool keeps_promise(std::string_view name, const json::Value& value) {
  if (name.ends_with("_ref")) return is_id(value);
  if (name.ends_with("_refs")) {
    return value.is_array() &&
           !any_entry(value, [](const json::Value::Entry& entry) { return !is_id(entry.value); });
  }
  FindingLog scratch;
  if (name.ends_with("_bin")) check_kind(value, binary(), scratch);
  if (name.ends_with("_hex")) check_kind(value, hex_text(), scratch);
  return scratch.take().empty();
}

/// What STIX says of any property, known or not.
void check_unknown_value(std::string_view name, const json::Value& value, FindingLog& log) {
  if (value.kind() == json::Kind::kNull) {
    log.error(value, "2", "null is not a value of STIX; leave the property out");
  } else if (value.is_array() && value.size() == 0) {
    log.error(value, "2.12", "a list is never empty; leave the property out");
  } else if (!keeps_promise(name, value)) {
    log.warning(value, "3.1",
                "_ref is an id, _refs a list of ids, _bin base64, _hex lower-case hex content");
  }
}

/// Members that neither the common properties nor the table of the type know.
void check_others(const Object& object, const TypeTable* table, FindingLog& log) {
  const json::Value root = object.root();
  const bool extended = has_extension_type(root, "toplevel-property-extension");
  bool warned = false;
  for (const auto& [name, value] : root) {
    check_encoding_sibling(root, name, value, log);
    if (is_common(name)) continue;
    if (std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved)) {
      log.error(value, "3.8", "the name is reserved; use another");
      continue;
    }
    if (table != nullptr && find_property(table->shape.properties, name) != nullptr) continue;
    check_custom_name(name, value, "3.1", log);
    check_unknown_value(name, value, log);
    if (table == nullptr || extended || warned) continue;
    warned = true;
    log.warning(value, "11.1",
                "not a property of " + std::string(object.type()) +
                    " in STIX 2.1; a custom one should come with an extension");
  }
}

}  // namespace

ObjectClass class_of(const Object& object) {
  switch (category_of(object.type())) {
    case Category::kSdo:
      return ObjectClass::kSdo;
    case Category::kSro:
      return ObjectClass::kSro;
    case Category::kSco:
      return ObjectClass::kSco;
    case Category::kBundle:
      return ObjectClass::kBundle;
    case Category::kMeta:
      if (object.type() == "extension-definition") return ObjectClass::kExtension;
      return object.type() == "language-content" ? ObjectClass::kLanguage : ObjectClass::kMarking;
    case Category::kUnknown:
      break;
  }
  const json::Value root = object.root();
  if (has_extension_type(root, "new-sdo")) return ObjectClass::kSdo;
  if (has_extension_type(root, "new-sro")) return ObjectClass::kSro;
  if (has_extension_type(root, "new-sco")) return ObjectClass::kSco;
  const bool versioned = root["created"].exists() || root["modified"].exists();
  return versioned ? ObjectClass::kSdo : ObjectClass::kSco;
}

void check_common(const Object& object, const TypeTable* table, FindingLog& log) {
  check_common_properties(object, log);
  check_versions(object.root(), log);
  check_own_marking(object, log);
  check_others(object, table, log);
}

void check_custom_name(std::string_view name, const json::Value& value, std::string_view section,
                       FindingLog& log) {
  if (is_property_name(name)) return;
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  // §11 leaves it to the consumer whether to take custom content; published catalogues write
  // capitals in names of their own, so those are reported without refusing the object.
  if (name.starts_with("x_") && is_property_name(lower)) {
    log.warning(value, section, "a property name is in lower case");
  } else {
    log.error(value, section, "a property name is 3 to 250 of a-z 0-9 _ with a letter first");
  }
}

}  // namespace sekisho::stix
