// Writes one observable in 2.1 form: names, values, references. One thread.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/json.h"
#include "stix/upgrade/losses.h"

namespace sekisho::stix::upgrade {

/// Keys of a container and the ids that took their place; an empty id is not known yet.
using Ids = std::unordered_map<std::string_view, std::string>;

class ObservableWriter {
 public:
  /// `where` is the JSON Pointer of the observable.
  ObservableWriter(const json::Value& observable, std::string where, const Ids& ids,
                   Losses& losses);

  /// The object up to its last own property, not closed. Nesting is bounded by the JSON parser.
  json::Writer write(std::string_view id);

  /// The 2.1 selector of a 2.0 selector inside this observable.
  std::string selector(std::string_view path) const;

 private:
  /// Where in the tree a value stands.
  struct Place {
    std::string_view extension;  ///< predefined extension, or empty
    std::string where;
    bool top;
  };
  std::string member_name(std::string_view name, const Place& place) const;
  void members(const json::Value& object, const Place& place);
  void member(std::string_view old_name, const std::string& name, const json::Value& value,
              const Place& place);
  void value(std::string_view name, const json::Value& value, const Place& place);
  void object(std::string_view name, const json::Value& value, const Place& place);
  void extensions(const json::Value& value, const Place& place);
  void hashes(const std::string& name, const json::Value& value, const Place& place);
  void headers(const json::Value& value);
  void reference(const std::string& name, const json::Value& value, const Place& place);
  void references(const std::string& name, const json::Value& list, const Place& place);
  /// The id that stands for a key; the text itself if it is no key; empty: leave it out.
  std::string resolved(std::string_view name, std::string_view key, const Place& place);

  json::Value observable_;
  std::string_view type_;
  std::string where_;
  const Ids& ids_;
  Losses& losses_;
  json::Writer out_;
};

}  // namespace sekisho::stix::upgrade
