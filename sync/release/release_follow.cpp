// Who follows the change log, and when: whoever gives something, in place, or a thread that is woken. docs/threads.md.
#include <algorithm>

#include "sync/release/release_impl.h"

namespace sekisho::sync {
// ---- what was parsed already

void Release::offer(const std::vector<store::NewObject>& objects, const std::vector<store::Added>& added) {
  const MutexLock lock(impl_->offering);
  for (std::size_t i = 0; i < added.size() && i < objects.size() && impl_->offers.size() < Impl::kOffers; ++i) {
    if (added[i].fresh) impl_->offers.emplace_back(added[i], objects[i]);
  }
}

// Only a short cut: what cannot be taken is read back from the store.
void Release::Impl::take_offers() {
  std::vector<std::pair<store::Added, store::NewObject>> taken;
  {
    const MutexLock lock(offering);
    taken.swap(offers);
  }
  for (const auto& [added, object] : taken) {
    if (!planner.offer(added, object).ok()) return;
  }
}

// ---- a step

Status Release::Impl::read_ahead() {
  SEKISHO_ASSIGN(const store::ChangeNo through, store.released_through());
  if (!ahead.changes.empty() && ahead.changes.front().no == through + 1) return {};
  ahead = {};
  SEKISHO_ASSIGN(ahead.changes, store.changes(through, rows_at_once));
  for (const auto& change : ahead.changes) ahead.inputs.push_back({change.object, change.collection, change.no});
  return {};
}

Result<bool> Release::Impl::follow_log() {
  take_offers();
  SEKISHO_TRY(read_ahead());
  if (ahead.inputs.empty()) return false;
  const auto taken = step(*policy_in_force, ahead.inputs, ahead.changes, clock.now());
  if (!taken.ok()) {
    ahead = {};
    return taken.error();
  }
  const auto count = static_cast<std::ptrdiff_t>(*taken);
  ahead.inputs.erase(ahead.inputs.begin(), ahead.inputs.begin() + count);
  ahead.changes.erase(ahead.changes.begin(), ahead.changes.begin() + count);
  tell();
  return true;
}

Result<bool> Release::Impl::follow_once() {
  FollowerLock lock(follower);
  if (!policy_in_force) return make_error(Code::kUnavailable, "no policy is in force");
  SEKISHO_TRY(follow_dates());
  SEKISHO_ASSIGN(const bool more, follow_log());
  if (!more) SEKISHO_TRY(follow_dates());  // what has just come may be due already
  return more;
}

Result<bool> Release::advance_once() {
  auto done = impl_->follow_once();
  {
    const MutexLock lock(impl_->turning);
    ++impl_->turns;
    impl_->trouble = done.ok() ? std::nullopt : std::optional(done.error());
  }
  impl_->turn_over.notify_all();
  return done;
}

// Who else wants the follower comes in between.
Status Release::advance() {
  for (bool more = true; more; let_others_in()) {
    SEKISHO_ASSIGN(more, advance_once());
  }
  return {};
}

void Release::let_others_in() { impl_->follower.give_way(); }

// ---- who follows

void Release::follow_by(std::function<void()> wake) {
  {
    const MutexLock lock(impl_->turning);
    impl_->by_thread = static_cast<bool>(wake);
    impl_->ending->store(false);
    impl_->wake = std::move(wake);
  }
  impl_->turn_over.notify_all();
}

// Readers read on what stands: nobody follows in the thread's place.
void Release::stop_following() {
  {
    const MutexLock lock(impl_->turning);
    impl_->ending->store(true);
    impl_->wake = nullptr;
  }
  impl_->turn_over.notify_all();
}

void Release::Impl::wake_follower() const {
  const MutexLock lock(turning);
  if (wake) wake();
}

Status Release::follow() {
  if (!impl_->by_thread) return advance();
  impl_->wake_follower();
  return {};
}

Status Release::follow_to(store::ChangeNo row) {
  if (!impl_->by_thread) return advance();
  while (true) {
    std::uint64_t before = 0;
    {
      const MutexLock lock(impl_->turning);
      before = impl_->turns;
      if (!impl_->wake) return node_is_stopping();
      impl_->wake();
    }
    SEKISHO_ASSIGN(const store::ChangeNo through, impl_->store.released_through());
    if (through >= row) return {};
    const MutexLock lock(impl_->turning);
    impl_->turn_over.wait(impl_->turning, [&]() SEKISHO_REQUIRES(impl_->turning) { return impl_->turns != before || !impl_->wake; });
    if (impl_->turns == before) return node_is_stopping();
    if (impl_->trouble) return make_error(Code::kUnavailable, "accepted, and not planned yet: " + impl_->trouble->to_string());
  }
}

std::optional<Error> Release::trouble() const {
  const MutexLock lock(impl_->turning);
  return impl_->trouble;
}

// ---- what is looked at again

// What is still ahead in the change log is waited for: it is planned there, and looked at again here.
Status Release::look_at(const std::vector<store::ObjectNo>& objects) {
  std::vector<Planner::Input> inputs;
  store::ChangeNo last = 0;
  for (const store::ObjectNo no : objects) {
    SEKISHO_ASSIGN(const auto where, impl_->store.collections_of(no));
    for (const store::CollectionNo collection : where) {
      SEKISHO_ASSIGN(const auto came, impl_->store.arrival(no, collection));
      if (came) last = std::max(last, came->no);
      inputs.push_back({no, collection});
    }
  }
  SEKISHO_TRY(follow_to(last));
  FollowerLock lock(impl_->follower);
  while (!inputs.empty()) {
    SEKISHO_ASSIGN(const std::size_t taken, impl_->step(*impl_->policy_in_force, inputs, {}, impl_->clock.now()));
    inputs.erase(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(taken));
  }
  ++impl_->epoch;
  impl_->tell();
  return {};
}

}  // namespace sekisho::sync
