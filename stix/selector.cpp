#include "stix/selector.h"

#include <utility>

#include "core/json_pointer.h"
#include "stix/names.h"

namespace sekisho::stix {
namespace {

/// The index in `[n]`; nothing if the component is no index.
std::optional<std::size_t> index_of(std::string_view component) {
  if (component.size() < 3 || component.front() != '[' || component.back() != ']')
    return std::nullopt;
  // `[00]` is written like an index, but no element is called so.
  std::size_t index = component.size() > 3 && component[1] == '0' ? SelectorStep::kBeyond : 0;
  for (const char c : component.substr(1, component.size() - 2)) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::size_t>(c - '0');
    index =
        index > (SelectorStep::kBeyond - digit) / 10 ? SelectorStep::kBeyond : index * 10 + digit;
  }
  return index;
}

/// Takes the components of a selector one after the other.
class Steps {
 public:
  explicit Steps(std::string_view selector) : rest_(selector) {}
  bool done() const { return done_; }
  /// Nothing if what comes is no component, or too much came already.
  std::optional<SelectorStep> next() {
    if (++taken_ > kMaxSelectorSteps) return std::nullopt;
    const auto dot = rest_.find('.');
    const std::string_view component = rest_.substr(0, dot);
    done_ = dot == std::string_view::npos;
    if (!done_) rest_.remove_prefix(dot + 1);
    if (const auto index = index_of(component)) return SelectorStep{{}, *index};
    if (is_dictionary_key(component)) return SelectorStep{component, SelectorStep::kNone};
    return std::nullopt;
  }

 private:
  std::string_view rest_;
  std::size_t taken_ = 0;
  bool done_ = false;
};

json::Value child(const json::Value& value, const SelectorStep& step) {
  if (step.is_index()) return value.is_array() ? value.at(step.index) : json::Value();
  return value.is_object() ? value[step.name] : json::Value();
}

/// The token of a JSON Pointer that names the same place.
std::string token(const SelectorStep& step) {
  return step.is_index() ? std::to_string(step.index) : std::string(step.name);
}

}  // namespace

Result<Selector> Selector::parse(std::string text) {
  Steps steps(text);
  while (!steps.done()) {
    if (!steps.next()) {
      return make_error(Code::kStixInvalid,
                        "a selector is names and [indexes] joined by dots, as labels.[0]");
    }
  }
  return Selector(std::move(text));
}

std::vector<SelectorStep> Selector::steps() const {
  std::vector<SelectorStep> all;
  Steps steps(text_);
  while (!steps.done()) {
    if (const auto step = steps.next()) all.push_back(*step);
  }
  return all;
}

json::Value Selector::resolve(const json::Value& root) const {
  json::Value at = root;
  for (const SelectorStep& step : steps()) at = child(at, step);
  return at;
}

bool Selector::covers(std::string_view pointer) const {
  const auto tokens = pointer_tokens(pointer);
  const auto own = steps();
  if (!tokens || tokens->size() < own.size()) return false;
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (token(own[i]) != (*tokens)[i]) return false;
  }
  return true;
}

bool Selector::covers(const Selector& other) const {
  const auto own = steps();
  const auto theirs = other.steps();
  if (theirs.size() < own.size()) return false;
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (!(own[i] == theirs[i])) return false;
  }
  return true;
}

std::string Selector::pointer() const {
  std::string out;
  for (const SelectorStep& step : steps()) json::append_token(out, token(step));
  return out;
}

std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer) {
  std::vector<std::string> tokens;
  if (pointer.empty()) return tokens;
  if (pointer.front() != '/') return std::nullopt;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      tokens.emplace_back();
    } else if (pointer[i] == '~') {
      if (++i == pointer.size() || (pointer[i] != '0' && pointer[i] != '1')) return std::nullopt;
      tokens.back() += pointer[i] == '0' ? '~' : '/';
    } else {
      tokens.back() += pointer[i];
    }
  }
  return tokens;
}

std::optional<SelectorTree::Node> SelectorTree::add(std::string_view selector) {
  Node at = 0;
  for (Steps steps(selector); !steps.done();) {
    const auto step = steps.next();
    if (!step) return std::nullopt;
    const auto [edge, fresh] = below_.try_emplace({at, *step}, static_cast<Node>(values_.size()));
    if (fresh) {
      values_.emplace_back();
      leaf_.push_back(true);
      leaf_[at] = false;
    }
    at = edge->second;
  }
  return at;
}

// As deep as the tree, which has at most kMaxSelectorSteps levels.
void SelectorTree::find(const json::Value& value, Node node) {
  values_[node] = value;
  if (leaf_[node]) return;
  const bool list = value.is_array();
  std::size_t index = 0;
  for (const auto& [key, member] : value) {
    const auto found = below_.find(
        {node, list ? SelectorStep{{}, index++} : SelectorStep{key, SelectorStep::kNone}});
    if (found != below_.end()) find(member, found->second);
  }
}

}  // namespace sekisho::stix
