// Changes to places of one object, and writing the object with them. One thread at a time.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace sekisho::stix::redact {

/// A JSON Pointer whose tokens may be `*`.
class PlacePattern {
 public:
  explicit PlacePattern(std::string_view pointer);
  bool matches(const std::vector<std::string>& tokens) const;

 private:
  std::vector<std::string> tokens_;
};

class Edits {
 public:
  /// The value is left out; lists and objects that end up empty go as well. Wins over replace().
  void remove(const std::string& pointer) { removed_.insert(pointer); }
  /// The value becomes this string.
  void replace(const std::string& pointer, std::string text) { replaced_[pointer] = std::move(text); }
  bool empty() const { return removed_.empty() && replaced_.empty(); }
  bool removes(const std::string& pointer) const { return removed_.count(pointer) != 0; }
  /// Whether anything inside this place changes.
  bool changes_below(const std::string& pointer) const;

  /// The object with all edits, but without the members named in `leave`. `follow`: places whose new pointer is wanted;
  /// those that are still there afterwards are in the map given back.
  std::map<std::string, std::string> write(const json::Value& root, const std::set<std::string>& leave,
                                           const std::set<std::string>& follow, std::string& out) const;

 private:
  struct Walk;
  std::set<std::string> removed_;
  std::map<std::string, std::string> replaced_;
};

/// The selector of a place that write() followed: the names of the original `root`, the list indexes of what was written.
std::string selector_of(const json::Value& root, const std::string& before, const std::string& after);

}  // namespace sekisho::stix::redact
