// Which drawn objects P, and its accomplices where there are such, never get to see, under any policy and at any time of the world, whatever a marking that
// is not public may mean. Decided apart from the release: by the policy alone, over everything. One thread.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scenario.h"

namespace sekisho::noninterference {

class Oracle {
 public:
  /// Over every policy of one node: its stages with each variant of the rows of others.
  Oracle(const std::vector<Stage>& stages, const std::vector<Others>& others, const std::vector<std::string>& readers);
  /// Whether some policy lets one of the readers have it in its collection (or, for definitions, in any) at some time.
  bool ever_permitted(const Put& put) const { return ever(put, false); }
  /// Whether some policy lets one of them have it redacted: what it names may then be left out.
  bool ever_redacted(const Put& put) const { return ever(put, true); }

 private:
  struct Moment {
    std::shared_ptr<const policy::Compiled> policy;
    Timestamp at;
    std::string audience;
  };
  bool ever(const Put& put, bool redacted) const;
  bool ever(const Put& put, policy::Facts& facts, bool redacted) const;
  std::vector<Moment> moments_;
};

}  // namespace sekisho::noninterference
