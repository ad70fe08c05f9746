// What left a view because another claim or content of its id counts, until those who were given it are told: docs/specs/recall.md, "Contents".
// Value; one thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/digest.h"
#include "core/result.h"
#include "store/store.h"

namespace sekisho::sync {

/// Documents: key of any form; whether it was disclosed is not looked at yet.
inline constexpr const char* kDisplacedSpace = "displaced-open";

struct Displaced {
  struct One {
    std::string id, version;
    Sha256 content{};
    std::string source;             ///< who gave what it is, or what it was made of
    store::StreamNo stream = 0;
    store::Position position = 0;
  };
  std::set<std::string> parties;    ///< of the view
  std::vector<One> all;

  std::string to_json() const;
  /// kStoreCorrupt.
  static Result<Displaced> from_json(const std::string& key, const std::string& value);
};

}  // namespace sekisho::sync
