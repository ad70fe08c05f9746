#include <algorithm>

#include "stix/names.h"
#include "stix/sco_id.h"
#include "stix/validate/object_rules.h"

namespace sekisho::stix {
namespace {

/// §3.1, §3.2: the type is a name, or the object is none.
void check_type(const Subject& object, FindingLog& log) {
  const json::Value type = object.root["type"];
  if (!type.is_string()) return;  // the common properties say so
  if (is_type_name(object.type)) return;
  const bool lower = std::none_of(object.type.begin(), object.type.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  const bool letter = !object.type.empty() && object.type.front() >= 'a' && object.type.front() <= 'z';
  log.report(type, object.type.empty() || (lower && letter) ? Clause::kNameLength : Clause::kNameForm,
             "a type is 3 to 250 of a-z 0-9 and single hyphens, a letter first");
}

/// §3.6: whoever versions a cyber-observable gives it an id that nobody else would.
void check_versioned(const Subject& object, const json::Value& id, bool shared_id, FindingLog& log) {
  if (!shared_id) return;
  for (const std::string_view name : {"created_by_ref", "created", "modified", "revoked"}) {
    if (!object.root[name].exists()) continue;
    return log.report(id, Clause::kVersionedSco,
                      "an object with " + std::string(name) + " has versions; anyone would give it this id, so use another");
  }
}

void check_observable_id(const Subject& object, const json::Value& id, const Uuid& uuid,
                         FindingLog& log) {
  const auto derived = sco_id(object.root);
  check_versioned(object, id, derived.ok() && *derived == object.id, log);
  if (!derived.ok()) {
    if (uuid.version() != 4) {
      log.report(id, Clause::kScoRandomId,
                 "no property contributes to this id, so it is a random UUIDv4");
    }
  } else if (uuid.version() != 5) {
    log.report(id, Clause::kScoId,
               "the id of a cyber-observable should follow from its content: " + *derived);
  } else if (*derived != object.id) {
    log.report(id, Clause::kScoForeignId,
               "the id does not follow from the content; in the namespace of STIX it would be " +
                   *derived);
  }
}

void check_id(const Subject& object, FindingLog& log) {
  const json::Value id = object.root["id"];
  if (!id.is_string()) return;  // the common properties say so
  const auto& parts = object.id_parts;
  if (!parts) return log.report(id, Clause::kIdentifier, "an id is type--UUID");
  if (parts->type != object.type) {
    return log.report(id, Clause::kIdentifier, "the prefix of an id equals the type");
  }
  check_uuid(id, parts->uuid, log);
  if (object.category == Category::kSco) {
    check_observable_id(object, id, parts->uuid, log);
  } else if (parts->uuid.version() != 4 && object.object_class != ObjectClass::kSco) {
    log.report(id, Clause::kRandomId, "the id of this class of object should be a random UUIDv4");
  }
}

ObjectClass class_of(const json::Value& root, std::string_view type, Category category) {
  switch (category) {
    case Category::kSdo:
      return ObjectClass::kSdo;
    case Category::kSro:
      return ObjectClass::kSro;
    case Category::kSco:
      return ObjectClass::kSco;
    case Category::kBundle:
      return ObjectClass::kBundle;
    case Category::kMeta:
      if (type == "extension-definition") return ObjectClass::kExtension;
      return type == "language-content" ? ObjectClass::kLanguage : ObjectClass::kMarking;
    case Category::kUnknown:
      break;
  }
  // Not defined by STIX 2.1: what its extension says, else what its properties suggest.
  if (has_extension_type(root, "new-sdo")) return ObjectClass::kSdo;
  if (has_extension_type(root, "new-sro")) return ObjectClass::kSro;
  if (has_extension_type(root, "new-sco")) return ObjectClass::kSco;
  const bool versioned = root["created"].exists() || root["modified"].exists();
  return versioned ? ObjectClass::kSdo : ObjectClass::kSco;
}

}  // namespace

Subject subject_of(const json::Value& root) {
  Subject object;
  object.root = root;
  object.type = root["type"].string_or({});
  object.id = root["id"].string_or({});
  object.id_parts = split_id(object.id);
  object.category = category_of(object.type);
  object.object_class = class_of(root, object.type, object.category);
  object.table = table_of(object.type);
  return object;
}

void check_identity(const Subject& object, FindingLog& log) {
  check_type(object, log);
  check_id(object, log);
}

}  // namespace sekisho::stix
