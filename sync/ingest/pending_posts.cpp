#include "sync/ingest/pending_posts.h"

namespace sekisho::sync {

// What has been planned meanwhile is forgotten here: no more are held than the follower is behind.
Status PendingPosts::add(const std::string& id) {
  SEKISHO_ASSIGN(const store::ChangeNo last, store_.last_change());
  SEKISHO_ASSIGN(const store::ChangeNo planned, store_.released_through());
  const MutexLock lock(mutex_);
  drop_through(planned);
  if (last <= planned) return {};
  last_of_[id] = last;
  in_order_.emplace(last, id);
  return {};
}

void PendingPosts::drop_through(store::ChangeNo planned) {
  const auto end = in_order_.upper_bound(planned);
  for (auto it = in_order_.begin(); it != end; ++it) last_of_.erase(it->second);
  in_order_.erase(in_order_.begin(), end);
}

Result<bool> PendingPosts::holds(std::string_view id) {
  SEKISHO_ASSIGN(const store::ChangeNo planned, store_.released_through());
  SEKISHO_ASSIGN(const store::ChangeNo found, found_);
  const MutexLock lock(mutex_);
  drop_through(planned);
  return planned < found || last_of_.count(id) != 0;
}

}  // namespace sekisho::sync
