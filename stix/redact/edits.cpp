#include "stix/redact/edits.h"

#include "stix/selector.h"

namespace sekisho::stix::redact {

PlacePattern::PlacePattern(std::string_view pointer) {
  if (auto tokens = pointer_tokens(pointer)) tokens_ = std::move(*tokens);
}

bool PlacePattern::matches(const std::vector<std::string>& tokens) const {
  if (tokens_.empty() || tokens_.size() != tokens.size()) return false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens_[i] != "*" && tokens_[i] != tokens[i]) return false;
  }
  return true;
}

bool Edits::changes_below(const json::Value& value) const {
  const Place begin = place_of(value), end = begin + value.raw().size();
  const auto removed = removed_.upper_bound(begin);
  const auto replaced = replaced_.upper_bound(begin);
  return (removed != removed_.end() && *removed < end) || (replaced != replaced_.end() && replaced->first < end);
}

/// As deep as the parser lets values nest.
struct Edits::Walk {
  const Edits& edits;
  const std::set<Place>& follow;
  std::string& out;
  std::map<Place, std::string> now{};
  std::string selector{};  ///< of the value at hand, in what is written

  /// False: nothing of it is left, and nothing was written.
  bool value(const json::Value& at) {
    if (edits.removes(at)) return false;
    const auto replaced = edits.replaced_.find(place_of(at));
    const std::size_t start = out.size();
    if (replaced != edits.replaced_.end()) {
      json::append_quoted(replaced->second, out);
    } else if (at.is_object() || at.is_array()) {
      if (!container(at)) {
        out.resize(start);
        return false;
      }
    } else {
      out += at.raw();
    }
    if (follow.count(place_of(at)) != 0) now[place_of(at)] = selector;
    return true;
  }

  bool container(const json::Value& at) {
    const bool object = at.is_object();
    const std::size_t above = selector.size();
    std::size_t kept = 0;
    out += object ? '{' : '[';
    for (const auto& [key, member] : at) {
      const std::size_t start = out.size();
      if (!follow.empty()) step(object, key, kept);
      if (kept != 0) out += ',';
      if (object) {
        json::append_quoted(key, out);
        out += ':';
      }
      if (value(member)) {
        ++kept;
      } else {
        out.resize(start);
      }
      selector.resize(above);
    }
    out += object ? '}' : ']';
    return kept != 0 || at.size() == 0;
  }

  /// Into the member of this name, or the element of this index.
  void step(bool member, std::string_view name, std::size_t index) {
    selector += '.';
    if (member) selector += name;
    else selector.append("[").append(std::to_string(index)).append("]");
  }
};

std::map<Place, std::string> Edits::write(const json::Value& root, const std::set<std::string, std::less<>>& leave,
                                          const std::set<Place>& follow, std::string& out) const {
  Walk walk{*this, follow, out};
  for (const auto& [key, member] : root) {
    if (leave.find(key) != leave.end()) continue;
    const std::size_t start = out.size();
    walk.selector = key;
    if (!out.empty()) out += ',';
    json::append_quoted(key, out);
    out += ':';
    if (!walk.value(member)) out.resize(start);
  }
  return std::move(walk.now);
}

Selections::Selections(const json::Value& root) {
  SelectorTree tree;
  std::vector<SelectorTree::Node> nodes;
  for (const auto& entry : root["granular_markings"]) {
    Entry& mine = entries_.emplace_back(Entry{entry.value, {}});
    for (const auto& each : entry.value["selectors"]) {
      const std::string_view selector = each.value.string_or({});
      const auto node = tree.add(selector);
      mine.selected.push_back({selector, node.has_value()});
      nodes.push_back(node.value_or(0));
    }
  }
  if (nodes.empty()) return;
  tree.resolve(root);
  auto node = nodes.begin();
  for (Entry& entry : entries_) {
    for (Selected& one : entry.selected) {
      if (one.is_selector) one.at = tree.value(*node);
      ++node;
    }
  }
}

std::set<Place> Selections::places() const {
  std::set<Place> out;
  for (const Entry& entry : entries_) {
    for (const Selected& one : entry.selected) {
      if (one.at.exists()) out.insert(place_of(one.at));
    }
  }
  return out;
}

}  // namespace sekisho::stix::redact
