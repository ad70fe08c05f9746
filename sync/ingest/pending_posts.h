// Which submissions wait for the follower: each with the end of the change log as it was when it had been taken. Of those of an
// earlier run of the node none is known by itself; they wait until all that this run found is planned. Any thread.
// docs/specs/taxii-post.md.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/mutex.h"
#include "core/result.h"
#include "store/store.h"

namespace sekisho::sync {

class PendingPosts {
 public:
  explicit PendingPosts(const store::Store& store) : store_(store), found_(store.last_change()) {}

  /// A submission whose objects are stored.
  Status add(const std::string& id) SEKISHO_EXCLUDES(mutex_);
  /// Whether the follower has still to come past it. Errors: those of the store.
  Result<bool> holds(std::string_view id) SEKISHO_EXCLUDES(mutex_);

 private:
  void drop_through(store::ChangeNo planned) SEKISHO_REQUIRES(mutex_);

  const store::Store& store_;
  const Result<store::ChangeNo> found_;  ///< the end of the change log as this run found it
  Mutex mutex_;
  std::map<std::string, store::ChangeNo, std::less<>> last_of_ SEKISHO_GUARDED_BY(mutex_);
  std::multimap<store::ChangeNo, std::string> in_order_ SEKISHO_GUARDED_BY(mutex_);
};

}  // namespace sekisho::sync
