// Selectors of granular markings: which part of an object a marking is about.
// Source: STIX 2.1 §7.2.3 (components joined by `.`; a component is the name of a property or the
// key of a dictionary, upper case included, as in `hashes.SHA-256`, or a list index `[n]`). Any
// thread. Limits: a selector has at most kMaxSelectorSteps components, since values nest no deeper.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/json.h"
#include "core/result.h"

namespace sekisho::stix {

inline constexpr std::size_t kMaxSelectorSteps = 100;

/// One component: a name, or an index. Borrows the text it was read from.
struct SelectorStep {
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  /// An index that no list has: what a number stands for that is too large, or has zeros in front.
  static constexpr std::size_t kBeyond = kNone - 1;
  std::string_view name;
  std::size_t index = kNone;

  bool is_index() const { return index != kNone; }
  bool operator==(const SelectorStep& other) const = default;
  bool operator<(const SelectorStep& other) const {
    return std::tie(index, name) < std::tie(other.index, other.name);
  }
};

/// A selector that is one. It keeps its text; values and steps borrow from it.
class Selector {
 public:
  /// kStixInvalid: not names and [indexes] joined by dots. `[007]` is one, but names nothing.
  static Result<Selector> parse(std::string text);

  const std::string& text() const { return text_; }
  std::vector<SelectorStep> steps() const;
  /// What it names in `root`; a missing value if that is nothing (S-7.2-10).
  json::Value resolve(const json::Value& root) const;
  /// True if `pointer` (RFC 6901, from the object) is the place it names or lies below it
  /// (S-7.2-11). The object is not looked at: `[0]` and the key `0` count as the same. A text that
  /// is no pointer is not covered.
  bool covers(std::string_view pointer) const;
  /// True if all that `other` names lies in what this one names.
  bool covers(const Selector& other) const;
  /// The place as a JSON Pointer.
  std::string pointer() const;

 private:
  explicit Selector(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// The tokens of a JSON Pointer (RFC 6901), unescaped; nothing if the text is none.
std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer);

/// Many selectors over one object: the object is walked once, however many there are. Borrows the
/// texts added and the object resolved against. Not thread safe.
class SelectorTree {
 public:
  using Node = std::uint32_t;
  /// The place of this selector in the tree; nothing if it is no selector.
  std::optional<Node> add(std::string_view selector);
  /// Finds what every selector added so far names in `root`.
  void resolve(const json::Value& root) { find(root, 0); }
  /// What the selector of `node` names; a missing value if that is nothing. Call resolve() before.
  json::Value value(Node node) const { return values_[node]; }

 private:
  void find(const json::Value& value, Node node);

  struct Edge {
    Node parent;
    SelectorStep step;
    bool operator<(const Edge& other) const {
      return parent != other.parent ? parent < other.parent : step < other.step;
    }
  };
  std::vector<json::Value> values_{json::Value()};  ///< by node; 0 is the object itself
  std::vector<bool> leaf_{true};                    ///< by node: nothing below it
  std::map<Edge, Node> below_;
};

}  // namespace sekisho::stix
