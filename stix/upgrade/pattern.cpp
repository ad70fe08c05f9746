#include "stix/upgrade/pattern.h"

#include <utility>
#include <vector>

#include "stix/pattern/parse.h"
#include "stix/pattern/print.h"
#include "stix/upgrade/names.h"

namespace sekisho::stix::upgrade {
namespace {

using pattern::ObjectPath;
using pattern::PathStep;

/// Renames the steps of one path; follows references into the objects they name.
class PathRenamer {
 public:
  PathRenamer(ObjectPath& path, Losses& losses) : path_(path), losses_(losses) {}

  /// True if the path changed.
  bool rename() {
    std::string_view type = path_.type;
    std::size_t first = 0;
    while (first < path_.steps.size() && !type.empty()) {
      std::string extension;
      if (path_.steps[first].key == "extensions" && first + 2 < path_.steps.size()) {
        extension = path_.steps[first + 1].key;
        extension_key(path_.steps[first + 1]);
        first += 2;
      }
      const std::size_t reference = next_reference(first);
      const bool leads_on = reference < path_.steps.size();
      const std::string key = leads_on ? path_.steps[reference].key : "";  // the 2.0 name
      property(type, extension, first, reference);
      type = referred_type(type, key);
      first = reference + 1;
      while (first < path_.steps.size() && !is_key(first)) ++first;
    }
    headers();
    return changed_;
  }

 private:
  bool is_key(std::size_t at) const { return path_.steps[at].kind == PathStep::Kind::kKey; }
  bool is_reference(std::size_t at) const {
    const std::string& key = path_.steps[at].key;
    return is_key(at) && (key.ends_with("_ref") || key.ends_with("_refs"));
  }
  /// The reference at `at` or the next one; the end where there is none.
  std::size_t next_reference(std::size_t at) const {
    while (at < path_.steps.size() && !is_reference(at)) ++at;
    return at;
  }

  /// Renames the property that begins at `first` and the hash algorithms below it.
  void property(std::string_view type, std::string_view extension, std::size_t first,
                std::size_t end) {
    PathStep& step = path_.steps[first];
    set(step, extension.empty() ? top_name(type, step.key)
                                : std::string(observable_name(type, extension, step.key)));
    for (std::size_t at = first; at + 1 < end; ++at) {
      if (path_.steps[at].key != "hashes" && path_.steps[at].key != "file_header_hashes") continue;
      set(path_.steps[at + 1], std::string(hash_name(path_.steps[at + 1].key)));
    }
  }

  static std::string top_name(std::string_view type, const std::string& key) {
    const std::string_view known = observable_name(type, "", key);
    if (known != key) return std::string(known);
    return is_reserved(key) || is_foreign_to_observables(key) ? "x_" + key : key;
  }

  void extension_key(PathStep& step) {
    const std::string name = extension_name(step.key);
    if (!name.empty()) set(step, name);
  }

  void set(PathStep& step, std::string name) {
    if (step.kind != PathStep::Kind::kKey || step.key == name) return;
    if (name.starts_with("x_")) {
      losses_.add("/pattern", "The property " + path_.type + ":" + step.key +
                                  " has no place in STIX 2.1; the pattern tests " + name);
    }
    step.key = std::move(name);
    changed_ = true;
  }

  /// Header values are lists in 2.1.
  void headers() {
    for (std::size_t at = 0; at + 1 < path_.steps.size(); ++at) {
      if (!is_key(at) || !is_header_map(path_.steps[at].key) || at + 2 != path_.steps.size() ||
          !is_key(at + 1)) {
        continue;
      }
      PathStep any;
      any.kind = PathStep::Kind::kAnyIndex;
      path_.steps.push_back(any);
      changed_ = true;
    }
  }

  ObjectPath& path_;
  Losses& losses_;
  bool changed_ = false;
};

class PatternUpgrade {
 public:
  explicit PatternUpgrade(Losses& losses) : losses_(losses) {}

  // The tree is as deep as the parser lets it be (PatternLimits::max_depth).
  bool observation(pattern::Observation& node) {
    bool changed = false;
    if (node.kind == pattern::Observation::Kind::kTest) changed = test(node.test);
    for (pattern::Observation& operand : node.operands) changed |= observation(operand);
    for (const pattern::Qualifier& qualifier : node.qualifiers) {
      changed |= qualifier.kind == pattern::Qualifier::Kind::kStartStop;
    }
    return changed;
  }

 private:
  bool test(pattern::Test& node) {
    if (node.kind == pattern::Test::Kind::kComparison) return comparison(node.comparison);
    bool changed = false;
    for (pattern::Test& operand : node.operands) changed |= test(operand);
    return changed;
  }

  bool comparison(pattern::Comparison& node) {
    bool changed = PathRenamer(node.path, losses_).rename();
    const bool is_account = node.path.type == "user-account" && node.path.steps.size() == 1 &&
                            node.path.steps.front().key == "account_type";
    if (!is_account) return changed;
    for (pattern::Constant& constant : node.constants) {
      const std::string_view term = account_type(constant.text);
      if (constant.kind != pattern::Constant::Kind::kString || term == constant.text) continue;
      constant.text = std::string(term);
      changed = true;
    }
    return changed;
  }

  Losses& losses_;
};

}  // namespace

Result<std::string> upgrade_pattern(std::string_view text, Losses& losses) {
  SEKISHO_ASSIGN(pattern::Pattern tree, pattern::parse(text, pattern::Language::kStix20));
  const bool changed = PatternUpgrade(losses).observation(tree.root);
  if (!changed && pattern::parse(text, pattern::Language::kStix21).ok()) return std::string(text);
  return pattern::print(tree);
}

}  // namespace sekisho::stix::upgrade
