#include <map>
#include <memory>
#include <utility>

#include "stix/names.h"
#include "stix/validate/object_rules.h"

namespace sekisho::stix {
namespace {

constexpr std::string_view kMarkingDefinition[] = {"marking-definition"};

/// Values nest at most this deep (core/json.h), so a longer selector selects nothing.
constexpr std::size_t kMostComponents = 100;

/// All selectors of an object as one tree, so that the object is walked once however many there
/// are.
struct Selected {
  bool exists = false;
  std::map<std::string_view, std::unique_ptr<Selected>> below;
};

bool is_index(std::string_view component) {
  return component.size() > 2 && component.front() == '[' && component.back() == ']' &&
         component.substr(1, component.size() - 2).find_first_not_of("0123456789") ==
             std::string_view::npos;
}

/// Adds a selector to the tree; nullptr if it is no selector.
Selected* plant(std::string_view selector, Selected& root) {
  Selected* at = &root;
  for (std::size_t components = 0; components < kMostComponents; ++components) {
    const auto dot = selector.find('.');
    const std::string_view component = selector.substr(0, dot);
    if (!is_index(component) && !is_dictionary_key(component)) return nullptr;
    auto& next = at->below[component];
    if (!next) next = std::make_unique<Selected>();
    at = next.get();
    if (dot == std::string_view::npos) return at;
    selector.remove_prefix(dot + 1);
  }
  return nullptr;
}

void mark(const json::Value& value, Selected& selected) {
  selected.exists = true;
  if (selected.below.empty()) return;
  std::size_t index = 0;
  for (const auto& [key, member] : value) {
    const std::string name =
        value.is_array() ? "[" + std::to_string(index++) + "]" : std::string(key);
    const auto found = selected.below.find(name);
    if (found != selected.below.end()) mark(member, *found->second);
  }
}

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
    mark(root, tree_);
    for (const auto& [selector, selected] : planted_) {
      if (!selected->exists)
        log_.report(selector, Clause::kSelectorTarget, "the selector names nothing in this object");
    }
  }

 private:
  void add(const json::Value& selector) {
    const auto path = selector.string();
    if (!path) return;
    if (Selected* selected = plant(*path, tree_)) {
      planted_.emplace_back(selector, selected);
    } else {
      log_.report(selector, Clause::kSelectorForm,
                 "a selector is names and [indexes] joined by dots, as labels.[0]");
    }
  }

  FindingLog& log_;
  Selected tree_;
  std::vector<std::pair<json::Value, Selected*>> planted_;
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
