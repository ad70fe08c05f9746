// Where the labels of a 2.0 object go. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace sekisho::stix::upgrade {

/// STIX 2.0 Part 2 gave `labels` of six types a meaning of their own; 2.1 has a property for it.
struct Labels {
  std::string_view property;        ///< the 2.1 property, or empty if all stay labels
  std::vector<std::string> typed;   ///< values of that property
  std::vector<std::string> labels;  ///< values that stay
  /// Of each 2.0 label its place in the list it went to; the same order as in the object.
  struct Place {
    bool typed = false;
    std::size_t index = 0;
  };
  std::vector<Place> places;
};

/// `object` has `labels` as a list of strings, or none.
Labels split_labels(const json::Value& object);

}  // namespace sekisho::stix::upgrade
