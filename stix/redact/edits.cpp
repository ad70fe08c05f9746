#include "stix/redact/edits.h"

#include <algorithm>

#include "core/json_pointer.h"
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

bool Edits::changes_below(const std::string& pointer) const {
  const std::string inside = pointer + "/";
  const auto removed = removed_.lower_bound(inside);
  const auto replaced = replaced_.lower_bound(inside);
  return (removed != removed_.end() && removed->starts_with(inside)) ||
         (replaced != replaced_.end() && replaced->first.starts_with(inside));
}

/// As deep as the parser lets values nest.
struct Edits::Walk {
  const Edits& edits;
  const std::set<std::string>& follow;
  std::string& out;
  std::map<std::string, std::string> now{};

  /// False: nothing of it is left, and nothing was written.
  bool value(const json::Value& at, const std::string& before, const std::string& after) {
    if (edits.removed_.count(before) != 0) return false;
    const auto replaced = edits.replaced_.find(before);
    const std::size_t start = out.size();
    if (replaced != edits.replaced_.end()) {
      json::append_quoted(replaced->second, out);
    } else if (at.is_object() || at.is_array()) {
      if (!container(at, before, after)) {
        out.resize(start);
        return false;
      }
    } else {
      out += at.raw();
    }
    if (follow.count(before) != 0) now[before] = after;
    return true;
  }

  bool container(const json::Value& at, const std::string& before, const std::string& after) {
    const bool object = at.is_object();
    std::size_t index = 0, kept = 0;
    out += object ? '{' : '[';
    for (const auto& [key, member] : at) {
      const std::size_t start = out.size();
      std::string old_place = before, new_place = after;
      json::append_token(old_place, object ? std::string(key) : std::to_string(index));
      json::append_token(new_place, object ? std::string(key) : std::to_string(kept));
      ++index;
      if (kept != 0) out += ',';
      if (object) {
        json::append_quoted(key, out);
        out += ':';
      }
      if (value(member, old_place, new_place)) {
        ++kept;
      } else {
        out.resize(start);
      }
    }
    out += object ? '}' : ']';
    return kept != 0 || at.size() == 0;
  }
};

std::map<std::string, std::string> Edits::write(const json::Value& root, const std::set<std::string>& leave,
                                                const std::set<std::string>& follow, std::string& out) const {
  Walk walk{*this, follow, out};
  for (const auto& [key, member] : root) {
    if (leave.count(std::string(key)) != 0) continue;
    const std::size_t start = out.size();
    std::string place;
    json::append_token(place, key);
    if (!out.empty()) out += ',';
    json::append_quoted(key, out);
    out += ':';
    if (!walk.value(member, place, place)) out.resize(start);
  }
  return std::move(walk.now);
}

std::string selector_of(const json::Value& root, const std::string& before, const std::string& after) {
  using Tokens = std::vector<std::string>;
  std::string out;
  json::Value at = root;
  const Tokens old_tokens = pointer_tokens(before).value_or(Tokens{}), new_tokens = pointer_tokens(after).value_or(Tokens{});
  for (std::size_t i = 0; i < std::min(old_tokens.size(), new_tokens.size()); ++i) {
    const bool index = at.is_array();
    out += (out.empty() ? "" : ".") + (index ? "[" + new_tokens[i] + "]" : new_tokens[i]);
    at = index ? at.at(std::stoul(old_tokens[i])) : at[old_tokens[i]];
  }
  return out;
}

}  // namespace sekisho::stix::redact
