#include "stix/names.h"
#include "stix/validate/object_rules.h"
#include "stix/sco_id.h"

namespace sekisho::stix {
namespace {

void check_observable_id(const Object& object, const json::Value& id, const Uuid& uuid,
                         FindingLog& log) {
  const auto derived = sco_id(object.root());
  if (!derived.ok()) {
    if (uuid.version() != 4) {
      log.error(id, "2.9", "no property contributes to this id, so it is a random UUIDv4");
    }
  } else if (uuid.version() != 5) {
    log.warning(id, "2.9", "the id of a cyber-observable should follow from its content (UUIDv5)");
  } else if (*derived != object.id()) {
    log.warning(
        id, "2.9",
        "the id does not follow from the content; within the namespace of STIX it would be " +
            *derived);
  }
}

}  // namespace

void check_id(const Object& object, FindingLog& log) {
  const json::Value id = object.root()["id"];
  const auto parts = split_id(object.id());
  if (!parts) return;  // Object::parse lets no other id in
  check_uuid(id, parts->uuid, log);
  if (category_of(object.type()) == Category::kSco) {
    check_observable_id(object, id, parts->uuid, log);
  } else if (parts->uuid.version() != 4 && class_of(object) != ObjectClass::kSco) {
    log.warning(id, "2.9", "the id of this class of object should be a random UUIDv4");
  }
}

}  // namespace sekisho::stix
