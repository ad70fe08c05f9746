#include <algorithm>

#include "core/json_pointer.h"
#include "stix/names.h"
#include "stix/object.h"

namespace sekisho::stix {
namespace {

/// A hostile object could name many ids below very long member names; a pointer stops growing here
/// and then names the nearest ancestor within the limit, so whoever acts on it takes out more,
/// never less.
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
  std::vector<Reference> take() { return std::move(found_); }

  /// `all_strings`: every string that has the form of an id counts (external_references).
  void value(const json::Value& at, bool all_strings) {
    if (at.is_object()) {
      for (const auto& [key, member] : at) {
        path_.push(key);
        this->member(key, member, all_strings);
        path_.pop();
      }
    } else if (at.is_array()) {
      elements(at, [&](const json::Value& element) { value(element, all_strings); });
    } else if (all_strings) {
      add(at);
    }
  }

 private:
  void member(std::string_view key, const json::Value& at, bool all_strings) {
    if (key == "object_marking_refs" || key == "marking_ref") return;
    if (key.ends_with("_ref") && at.is_string()) {
      add(at);
    } else if (key.ends_with("_refs") && at.is_array()) {
      elements(at, [&](const json::Value& element) {
        if (element.is_string()) {
          add(element);
        } else {
          value(element, all_strings);
        }
      });
    } else {
      value(at, all_strings || key == "external_references");
    }
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
    if (text && split_id(*text)) found_.push_back({std::string(*text), path_.text()});
  }

  Path path_;
  std::vector<Reference> found_;
};

}  // namespace

std::vector<Reference> references(const Object& object) {
  ReferenceWalk walk;
  walk.value(object.root(), false);
  return walk.take();
}

}  // namespace sekisho::stix
