#include "stix/redact/lost.h"

#include <string_view>
#include <unordered_map>

namespace sekisho::stix::redact {
namespace {

using Members = std::unordered_map<std::string_view, json::Value>;

Members members_of(const json::Value& object) {
  Members out;
  out.reserve(object.size());
  for (const auto& [key, member] : object) out.emplace(key, member);
  return out;
}

/// As deep as the parser lets values nest.
bool same(const json::Value& a, const json::Value& b) {
  if (a.kind() != b.kind() || a.size() != b.size()) return false;
  if (a.is_string()) return a.string() == b.string();
  if (a.is_array()) {
    auto other = b.begin();
    for (const auto& [none, element] : a) {
      if (!same(element, (*other).value)) return false;
      ++other;
    }
    return true;
  }
  if (!a.is_object()) return a.raw() == b.raw();
  const Members others = members_of(b);
  for (const auto& [key, member] : a) {
    const auto other = others.find(key);
    if (other == others.end() || !same(member, other->second)) return false;
  }
  return true;
}

}  // namespace

void Lost::add(const Object& original, const Object& form) { compare(original.root(), form.root()); }

void Lost::compare(const json::Value& original, const json::Value& form) {
  const Members left = members_of(form);
  for (const auto& [key, member] : original) {
    const auto now = left.find(key);
    if (now == left.end()) {
      below_[std::string(key)].whole_ = true;
    } else if (member.is_object() && now->second.is_object()) {
      Lost part;
      part.compare(member, now->second);
      if (part.any()) below_[std::string(key)].add(part);
    } else if (!same(member, now->second)) {
      below_[std::string(key)].whole_ = true;
    }
  }
}

void Lost::add(const Lost& other) {
  whole_ = whole_ || other.whole_;
  for (const auto& [key, part] : other.below_) below_[key].add(part);
}

// A text, or a list, that stands for an object of which something is lost may say that.
void Lost::walk(const json::Value& said, const std::function<void(const json::Value&)>& visit) const {
  if (!any()) return;
  if (whole_ || !said.is_object()) return visit(said);
  for (const auto& [key, member] : said) {
    const auto part = below_.find(key);
    if (part != below_.end()) part->second.walk(member, visit);
  }
}

void Lost::each_said(const Object& translation, const std::function<void(const json::Value&)>& visit) const {
  for (const auto& [language, members] : translation.root()["contents"]) walk(members, visit);
}

bool Lost::said_by(const Object& translation) const {
  bool any = false;
  each_said(translation, [&any](const json::Value&) { any = true; });
  return any;
}

std::string Lost::text(const json::Value& said) const {
  if (!any()) return {};
  if (whole_ || !said.is_object()) return "true";
  std::string out;
  for (const auto& [key, member] : said) {
    const auto part = below_.find(key);
    const std::string below = part == below_.end() ? std::string() : part->second.text(member);
    if (below.empty()) continue;
    out += out.empty() ? '{' : ',';
    json::append_quoted(key, out);
    out.append(":").append(below);
  }
  return out.empty() ? out : out + "}";
}

std::string Lost::said(const Object& translation) const {
  std::string out;
  for (const auto& [language, members] : translation.root()["contents"]) {
    const std::string below = text(members);
    if (below.empty()) continue;
    out += out.empty() ? '{' : ',';
    json::append_quoted(language, out);
    out.append(":").append(below);
  }
  return out.empty() ? out : out + "}";
}

}  // namespace sekisho::stix::redact
