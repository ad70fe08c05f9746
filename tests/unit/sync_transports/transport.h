// Two ways from one node to another, told alike: a link, and a pull over TAXII. Each brings what `to` may have of
// `from`, in memory, frame by frame or request by request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "node.h"

namespace sekisho::sync::tests {

/// What happens on the way.
struct Weather {
  std::size_t steps = SIZE_MAX;  ///< frames or answers that pass before the line is cut
  std::string find = {}, put = {};  ///< of equal length: replaced in what passes
};

class OverLink {
 public:
  /// Whether it came to the end without a cut.
  static bool bring(Node& from, Node& to, const Weather& weather = {});
  /// The receiver's memory of how far it was.
  static std::string space(const Node& from) { return "follow/" + from.name; }
};

class OverTaxii {
 public:
  static bool bring(Node& from, Node& to, const Weather& weather = {});
  static std::string space(const Node& from) { return "pull/" + from.name; }
};

/// All occurrences.
std::string altered(std::string text, const Weather& weather);

}  // namespace sekisho::sync::tests
