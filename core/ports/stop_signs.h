// Port: signs that whoever may write in a folder puts up, and that the program looks at each time before it acts. Putting one up
// needs nothing of the program: neither a lock nor a socket nor its store. docs/specs/egress.md.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace sekisho {

/// Any thread, and any process at the same time. Names are of letters, digits, '-', '_' and '.', and do not begin with '.'.
class StopSigns {
 public:
  virtual ~StopSigns() = default;
  /// Whether this one is up. What cannot be told counts as up. Cheap: no lock, no allocation.
  virtual bool up(std::string_view name) const = 0;
  /// Puts it up. From when it is up until it is taken down every up() says so, in every process and after a restart. `text` says
  /// why; where there is no room for the text the sign stands without it. kIo: it could not be put up, or not durably.
  virtual Status raise(std::string_view name, std::string_view text) = 0;
  /// Takes it down if its text is still this one; kVersionConflict if somebody has put it up anew meanwhile; kNotFound.
  virtual Status lower(std::string_view name, std::string_view text) = 0;
  /// All that are up, with their texts, by name.
  virtual Result<std::vector<std::pair<std::string, std::string>>> list() const = 0;
};

}  // namespace sekisho
