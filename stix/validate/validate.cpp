#include "stix/validate/validate.h"

#include <algorithm>

#include "stix/markings.h"
#include "stix/validate/check.h"
#include "stix/validate/object_rules.h"

namespace sekisho::stix {
namespace {

/// §3.2, §7.3, §11.2: a type that STIX 2.1 does not define comes with the extension that does.
void check_unknown_type(const Subject& object, FindingLog& log) {
  const json::Value type = object.root["type"];
  if (!is_type_name(object.type)) return;
  const bool defined = has_extension_type(object.root, "new-sdo") ||
                       has_extension_type(object.root, "new-sco") ||
                       has_extension_type(object.root, "new-sro");
  if (!defined) {
    log.report(type, Clause::kType,
               "not a type of STIX 2.1; a custom one should come with an extension");
    if (!object.type.starts_with("x-")) {
      log.report(type, Clause::kCustomName, "a custom type should begin with x-");
    }
  }
  log.report(type, Clause::kCustomObject,
             "no property table for this type: only common properties checked");
}

}  // namespace

void check(const json::Value& root, FindingLog& log) {
  if (!root.is_object()) {
    return log.report(root, Clause::kJson, "a STIX object is a JSON object");
  }
  check(subject_of(root), log);
}

void check(const Subject& object, FindingLog& log) {
  check_identity(object, log);
  check_common(object, log);
  if (object.table != nullptr) {
    check_shape(object.root, object.table->shape, log);
  } else {
    check_unknown_type(object, log);
  }
  check_extensions(object, log);
  check_granular_markings(object, log);
  if (object.object_class != ObjectClass::kBundle) check_texts(object.root, log);  // members have their turn
}

std::vector<Finding> validate(const json::Value& object, const ValidateOptions& options) {
  FindingLog log(options);
  check(object, log);
  return log.take();
}

std::vector<Finding> validate(const Object& object, const ValidateOptions& options) {
  return validate(object.root(), options);
}

bool acceptable(const std::vector<Finding>& findings) {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.severity == Severity::kError; });
}

}  // namespace sekisho::stix
