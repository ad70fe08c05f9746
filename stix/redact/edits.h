// Changes to places of one object, and writing the object with them. Linear in the object and the changes: a place is known by
// where its value begins in the text, since pointers below a very long member name would each be as long. One thread at a time.
#pragma once

#include <cstddef>
#include <map>
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

/// Where a value begins in the text of its object: no two values of one object begin at the same byte. Null for a missing one.
using Place = const char*;
inline Place place_of(const json::Value& value) { return value.raw().data(); }

/// All values that are given must be of one object.
class Edits {
 public:
  /// The value is left out; lists and objects that end up empty go as well. Wins over replace(). Nothing for a missing value.
  void remove(const json::Value& value) {
    if (value.exists()) removed_.insert(place_of(value));
  }
  /// The value becomes this string. Nothing for a missing value.
  void replace(const json::Value& value, std::string text) {
    if (value.exists()) replaced_[place_of(value)] = std::move(text);
  }
  bool empty() const { return removed_.empty() && replaced_.empty(); }
  bool removes(const json::Value& value) const { return removed_.count(place_of(value)) != 0; }
  /// Whether anything inside this value changes.
  bool changes_below(const json::Value& value) const;

  /// The object with all edits, but without the members named in `leave`. `follow`: places of which a selector is wanted;
  /// those that are still there afterwards are in the map given back: the list indexes in it are those of what was written.
  std::map<Place, std::string> write(const json::Value& root, const std::set<std::string, std::less<>>& leave,
                                     const std::set<Place>& follow, std::string& out) const;

 private:
  struct Walk;
  std::set<Place> removed_;
  std::map<Place, std::string> replaced_;
};

/// What the selectors of an object's own granular markings name: all found in one walk over the object.
class Selections {
 public:
  struct Selected {
    std::string_view selector;
    bool is_selector = false;  ///< else the text is none
    json::Value at{};          ///< missing if it names nothing that is there
    /// The member of the object that it lies in or is.
    std::string_view member() const { return selector.substr(0, selector.find('.')); }
  };
  struct Entry {
    json::Value marking;  ///< one of `granular_markings`
    std::vector<Selected> selected;
  };
  explicit Selections(const json::Value& root);
  const std::vector<Entry>& entries() const { return entries_; }
  /// The places of what is there.
  std::set<Place> places() const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace sekisho::stix::redact
