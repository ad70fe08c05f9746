#include "stix/validate/validate.h"

#include <algorithm>

#include "stix/markings.h"
#include "stix/validate/object_rules.h"

namespace sekisho::stix {
namespace {

/// §3.2, §7.3, §11.2: a type that STIX 2.1 does not define comes with the extension that does.
void check_unknown_type(const Object& object, FindingLog& log) {
  const json::Value root = object.root();
  const bool defined = has_extension_type(root, "new-sdo") || has_extension_type(root, "new-sco") ||
                       has_extension_type(root, "new-sro");
  if (!defined) {
    log.warning(root["type"], "11.2",
                "not a type of STIX 2.1; a custom one should come with an extension");
  }
  log.note(root["type"], "3.2", "no property table for this type: only common properties checked");
}

/// §7.2.1.4: TLP markings are fixed objects; a gateway reads them by id and content alike.
void check_meaning(const Object& object, FindingLog& log) {
  if (meaning_of(object).kind == MarkingMeaning::Kind::kMismatch) {
    log.error(object.root()["id"], "7.2",
              "id and content of this TLP marking disagree; use the published object");
  }
}

}  // namespace

std::vector<Finding> validate(const Object& object, const ValidateOptions& options) {
  FindingLog log;
  const TypeTable* table = table_of(object.type());
  check_id(object, log);
  check_common(object, table, log);
  if (table != nullptr) {
    check_shape(object.root(), table->shape, log);
  } else {
    check_unknown_type(object, log);
  }
  check_meaning(object, log);
  check_extensions(object, table, log);
  check_granular_markings(object, log);
  std::vector<Finding> findings = log.take();
  if (options.strict) {
    for (Finding& finding : findings) {
      if (finding.severity == Severity::kWarning) finding.severity = Severity::kError;
    }
  }
  return findings;
}

bool acceptable(const std::vector<Finding>& findings) {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.severity == Severity::kError; });
}

}  // namespace sekisho::stix
