#include <utility>

#include "stix/selector.h"
#include "stix/validate/object_rules.h"

namespace sekisho::stix {
namespace {

class GranularRules {
 public:
  explicit GranularRules(FindingLog& log) : log_(log) {}

  void entry(const json::Value& at) {
    if (!at.is_object()) return log_.report(at, Clause::kGranularMarking, "a granular marking is an object");
    const json::Value lang = at["lang"];
    const json::Value marking = at["marking_ref"];
    if (lang.exists() == marking.exists()) {
      log_.report(at, Clause::kGranularMarking, "a granular marking has either lang or marking_ref");
    }
    if (lang.exists()) check_kind(lang, language(), log_);
    if (marking.exists()) check_kind(marking, reference(kMarkingDefinition), log_);
    const json::Value selectors = at["selectors"];
    if (!selectors.exists()) return log_.report(at, Clause::kGranularMarking, "a granular marking has selectors");
    check_kind(selectors, list(text()), log_);
    if (!selectors.is_array()) return;
    for (const auto& selector : selectors) add(selector.value);
  }

  void resolve(const json::Value& root) {
    tree_.resolve(root);
    for (const auto& [selector, node] : planted_) {
      if (!tree_.value(node).exists())
        log_.report(selector, Clause::kSelectorTarget, "the selector names nothing in this object");
    }
  }

 private:
  void add(const json::Value& selector) {
    const auto path = selector.string();
    if (!path) return;
    if (const auto node = tree_.add(*path)) {
      planted_.emplace_back(selector, *node);
    } else {
      log_.report(selector, Clause::kSelectorForm,
                 "a selector is names and [indexes] joined by dots, as labels.[0]");
    }
  }

  FindingLog& log_;
  SelectorTree tree_;
  std::vector<std::pair<json::Value, SelectorTree::Node>> planted_;
};

}  // namespace

void check_granular_markings(const Subject& object, FindingLog& log) {
  const json::Value markings = object.root["granular_markings"];
  if (!markings.exists()) return;
  const FindingLog::InTable table(log, Clause::kGranularRef);
  if (!markings.is_array()) return log.report(markings, Clause::kList, "granular_markings is a list");
  if (markings.size() == 0) {
    return log.report(markings, Clause::kList, "a list is never empty; leave the property out");
  }
  GranularRules rules(log);
  for (const auto& entry : markings) rules.entry(entry.value);
  rules.resolve(object.root);
}

}  // namespace sekisho::stix
