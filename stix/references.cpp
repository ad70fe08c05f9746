#include <algorithm>
#include <unordered_set>

#include "core/json_pointer.h"
#include "stix/names.h"
#include "stix/object.h"
#include "stix/parts.h"

namespace sekisho::stix {
namespace {

/// A hostile object could name many ids below very long member names; a pointer stops growing here
/// and then names the nearest ancestor within the limit. Who acts on the place itself takes Reference::at.
constexpr std::size_t kMaxPointer = 1000;

/// The JSON Pointer of where a walk is.
class Path {
 public:
  void push(std::string_view key) {
    const std::size_t before = text_.size();
    if (lost_ == 0 && before + key.size() < kMaxPointer) {
      ends_.push_back(before);
      json::append_token(text_, key);
    } else {
      ++lost_;
    }
  }
  void pop() {
    if (lost_ > 0) {
      --lost_;
    } else {
      text_.resize(ends_.back());
      ends_.pop_back();
    }
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
  std::size_t lost_ = 0;
};

/// Walks an object once. Depth is bounded by the parser.
class ReferenceWalk {
 public:
  explicit ReferenceWalk(const std::vector<std::string>& opaque) : opaque_(opaque) {}

  std::vector<Reference> run(const json::Value& root) {
    members(root, "id");
    if (!own_.empty()) std::erase_if(found_, [this](const Reference& one) { return own_.contains(one.id); });
    return std::move(found_);
  }

 private:
  /// `counts`: whether a string here names an object, unless it is below a property of its own name.
  void value(const json::Value& at, bool counts) {
    if (at.is_object()) {
      part(at);
    } else if (at.is_array()) {
      elements(at, [&](const json::Value& element) { value(element, counts); });
    } else if (counts) {
      add(at);
    }
  }

  void part(const json::Value& at) {
    if (!is_embedded_observable(at)) return members(at, {});
    own_.emplace(at["id"].string_or({}));
    members(at, "id");
  }

  void members(const json::Value& at, std::string_view but) {
    for (const auto& [key, member] : at) {
      if (key == but || key == "object_marking_refs") continue;
      path_.push(key);
      if (key == "granular_markings" && member.is_array()) {
        elements(member, [&](const json::Value& entry) { entry.is_object() ? members(entry, "marking_ref") : value(entry, true); });
      } else {
        value(member, !is_opaque(key));
      }
      path_.pop();
    }
  }

  bool is_opaque(std::string_view key) const {
    return std::find(opaque_.begin(), opaque_.end(), key) != opaque_.end();
  }

  template <typename Visit>
  void elements(const json::Value& list, Visit visit) {
    std::size_t index = 0;
    for (const auto& entry : list) {
      path_.push(std::to_string(index++));
      visit(entry.value);
      path_.pop();
    }
  }

  void add(const json::Value& at) {
    const auto text = at.string();
    if (text && split_id(*text)) found_.push_back({std::string(*text), path_.text(), at});
  }

  const std::vector<std::string>& opaque_;
  Path path_;
  std::vector<Reference> found_;
  std::unordered_set<std::string> own_;  ///< of embedded observables
};

}  // namespace

std::vector<Reference> references(const Object& object, const std::vector<std::string>& opaque) {
  return ReferenceWalk(opaque).run(object.root());
}

}  // namespace sekisho::stix
