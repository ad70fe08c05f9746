#include "sync/release/release.h"

#include <algorithm>

#include "sync/release/release_impl.h"

namespace sekisho::sync {

void Release::Impl::publish(std::shared_ptr<const policy::Compiled> policy, Timestamp now) {
  auto next = std::make_shared<Snapshot>();
  next->policy = policy;
  next->until = policy->next_change(now);
  for (const View& view : views.all()) {
    for (const std::string& party : view.parties) {
      const auto audience = policy->audience(party, now);
      if (!audience.ok() || *audience != view.audience) continue;
      next->parties[party] = PartyView{view.audience, view.attestations, view.streams};
    }
  }
  auto listed = store.collections();
  if (listed.ok()) next->collections = std::move(*listed);
  policy_in_force = std::move(policy);
  {
    MutexLock lock(snapshot_mutex);
    snapshot = std::move(next);
  }
  tell();
}

void Release::Impl::tell() const {
  MutexLock lock(telling);
  if (changed) changed();
}

Status Release::Impl::load_recalled() {
  SEKISHO_ASSIGN(auto known, read_recalled());
  planner.set_recalled(std::move(known));
  return {};
}

Status Release::Impl::follow_dates() {
  while (true) {
    SEKISHO_TRY(let_go());
    const Timestamp now = clock.now();
    const auto served = current();
    const std::int64_t until = served && served->until ? whole_micros(*served->until).micros() : kNever;
    const std::int64_t all_anew = std::min<std::int64_t>(stale_since, served ? until : now.micros());
    const std::int64_t first = std::min<std::int64_t>(all_anew, left_since);
    if (std::min<std::int64_t>(first, next_due) > now.micros()) return {};
    if (all_anew <= std::min<std::int64_t>(left_since, next_due)) {
      ++anew;
      SEKISHO_TRY(apply(policy_in_force, Timestamp::from_micros(all_anew)));
    } else if (left_since <= next_due) {
      SEKISHO_TRY(settle_dependents(Timestamp::from_micros(left_since)));
    } else {
      SEKISHO_TRY(step(*policy_in_force, {}, {}, Timestamp::from_micros(next_due)));
      tell();
    }
  }
}

Status Release::Impl::catch_up(const std::shared_ptr<const policy::Compiled>& next) {
  if (!policy_in_force) {
    SEKISHO_ASSIGN(const Applied applied, Applied::read(store));
    if (!applied.at || applied.digest != next->policy().digest) return {};
    SEKISHO_TRY(apply(next, *applied.at));
  }
  return follow_dates();
}

// ---- the public face --------------------------------------------------------------------------

Release::Release(store::Store& store, const Clock& clock, Random& random, Signer signer, std::string redaction_key)
    : impl_(std::make_unique<Impl>(store, clock, random, std::move(signer), std::move(redaction_key))) {}
Release::~Release() = default;

std::shared_ptr<const policy::Compiled> Release::policy() const {
  const auto snapshot = impl_->current();
  return snapshot ? snapshot->policy : nullptr;
}

void Release::offer(const std::vector<store::NewObject>& objects, const std::vector<store::Added>& added) {
  FollowerLock lock(impl_->follower);
  for (std::size_t i = 0; i < added.size() && i < objects.size(); ++i) {
    if (!added[i].fresh) continue;
    // Only a short cut: what cannot be offered is read back from the store.
    const Status taken = impl_->planner.offer(added[i], objects[i]);
    if (!taken.ok()) return;
  }
}

// A step at a time: who else wants the follower comes in between.
Status Release::advance() {
  for (bool more = true; more; impl_->follower.give_way()) {
    FollowerLock lock(impl_->follower);
    if (!impl_->policy_in_force) return make_error(Code::kUnavailable, "no policy is in force");
    SEKISHO_TRY(impl_->follow_dates());
    SEKISHO_ASSIGN(more, impl_->follow_log());
    if (more) continue;
    return impl_->follow_dates();  // what has just come may be due already
  }
  return {};
}

Result<bool> Release::Impl::follow_log() {
  SEKISHO_ASSIGN(const store::ChangeNo through, store.released_through());
  SEKISHO_ASSIGN(auto changes, store.changes(through, rows_at_once));
  if (changes.empty()) return false;
  std::vector<Planner::Input> inputs;
  inputs.reserve(changes.size());
  for (const auto& change : changes) inputs.push_back({change.object, change.collection, change.no});
  while (!inputs.empty()) {
    SEKISHO_ASSIGN(const std::size_t taken, step(*policy_in_force, inputs, changes, clock.now()));
    inputs.erase(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(taken));
    changes.erase(changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(taken));
    tell();
  }
  return true;
}

Status Release::look_at(const std::vector<store::ObjectNo>& objects) {
  SEKISHO_TRY(advance());
  FollowerLock lock(impl_->follower);
  std::vector<Planner::Input> inputs;
  for (const store::ObjectNo no : objects) {
    SEKISHO_ASSIGN(const auto where, impl_->store.collections_of(no));
    for (const store::CollectionNo collection : where) inputs.push_back({no, collection});
  }
  while (!inputs.empty()) {
    SEKISHO_ASSIGN(const std::size_t taken, impl_->step(*impl_->policy_in_force, inputs, {}, impl_->clock.now()));
    inputs.erase(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(taken));
  }
  ++impl_->epoch;
  impl_->tell();
  return {};
}

void Release::set_approvals(std::shared_ptr<const Approvals> approvals) {
  FollowerLock lock(impl_->follower);
  {
    MutexLock shared(impl_->snapshot_mutex);
    impl_->approvals = approvals;
  }
  impl_->planner.set_approvals(std::move(approvals));
  ++impl_->epoch;
}

void Release::set_step(std::size_t rows) {
  FollowerLock lock(impl_->follower);
  impl_->rows_at_once = std::max<std::size_t>(rows, 1);
}

void Release::set_most_dependents(std::size_t objects) {
  FollowerLock lock(impl_->follower);
  impl_->most_dependents = objects;
}

std::uint64_t Release::computed_anew() const { return impl_->anew; }

void Release::on_change(std::function<void()> gained) {
  MutexLock lock(impl_->telling);
  impl_->changed = std::move(gained);
}

void Release::announce() { impl_->tell(); }

Status Release::collections_changed() {
  FollowerLock lock(impl_->follower);
  if (!impl_->policy_in_force) return {};
  const Timestamp now = impl_->clock.now();
  SEKISHO_ASSIGN(const auto listed, impl_->store.collections());
  impl_->planner.set_collections(listed);
  SEKISHO_TRY(impl_->views.fill_collections(listed));
  Impl::Writing writing;
  for (const View& view : impl_->views.all()) SEKISHO_TRY(impl_->welcome(writing, view));
  const auto done = impl_->append(writing.release, now);
  if (!done.ok()) return done.error();
  ++impl_->epoch;
  impl_->publish(impl_->policy_in_force, now);
  return {};
}

Result<PartyView> Release::view_of(std::string_view party) {
  auto snapshot = impl_->current();
  if (!snapshot && advance().ok()) snapshot = impl_->current();  // the last switch could not be read back
  if (!snapshot) return make_error(Code::kUnavailable, "no policy is in force");
  const Timestamp now = impl_->clock.now();
  if (impl_->leaving.any() || (snapshot->until && *snapshot->until <= now) ||
      std::min<std::int64_t>({impl_->next_due, impl_->stale_since, impl_->left_since}) <= now.micros()) {
    const Status moved = advance();
    if (!moved.ok()) return make_error(Code::kUnavailable, "streams are not up to date: " + moved.error().detail);
    snapshot = impl_->current();
  }
  const auto found = snapshot->parties.find(std::string(party));
  if (found == snapshot->parties.end()) return make_error(Code::kNotFound, "no such party now");
  return found->second;
}

std::int64_t Release::complete_before(store::StreamNo stream, Timestamp now) const { return impl_->appending.complete_before(stream, now); }

std::vector<store::Collection> Release::collections() const {
  const auto snapshot = impl_->current();
  return snapshot ? snapshot->collections : std::vector<store::Collection>();
}

}  // namespace sekisho::sync
