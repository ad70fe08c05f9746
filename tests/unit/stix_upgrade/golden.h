// Compares two sets of objects that say the same under other ids.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "stix/object.h"

namespace sekisho::tests {

/// One difference. `what` is its kind: "TYPE.PROPERTY only here", "... only there", "... differs",
/// "TYPE only here", "TYPE only there", "TYPE id". `here` and `there` are canonical JSON, ids of
/// matched objects in `here` replaced by those in `there`.
struct Difference {
  std::string what;
  std::string file;
  std::string here;
  std::string there;
};

std::vector<Difference> differences(const std::string& file,
                                    const std::vector<stix::ObjectPtr>& here,
                                    const std::vector<stix::ObjectPtr>& there);

}  // namespace sekisho::tests
