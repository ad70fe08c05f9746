// What a party reads now: its view as published; and, while something that takes away is not settled, with a check for each item.
// docs/specs/release.md.
#include <algorithm>

#include "sync/release/item_check_stand.h"
#include "sync/release/release_impl.h"

namespace sekisho::sync {

void Release::Impl::publish(std::shared_ptr<const policy::Compiled> policy, Timestamp now) {
  auto next = std::make_shared<Snapshot>();
  next->policy = policy;
  next->at = now;
  next->until = policy->next_change(now);
  for (const View& view : views.all()) {
    for (const std::string& party : view.parties) {
      const auto audience = policy->audience(party, now);
      if (!audience.ok() || *audience != view.audience) continue;
      next->parties[party] = {view.name, PartyView{view.audience, view.attestations, view.streams, nullptr}};
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

bool Release::Impl::is_settled(const Snapshot& served, Timestamp now) const {
  if (leaving.any() || (served.until && *served.until <= now)) return false;
  return std::min<std::int64_t>({next_due, stale_since, left_since}) > now.micros();
}

Status Release::Impl::settle() {
  FollowerLock lock(follower);
  if (!policy_in_force) return make_error(Code::kUnavailable, "no policy is in force");
  return follow_dates();
}

// The streams are those that were planned for the audience of before; what the audience of now may not have of them is passed over.
Result<PartyView> Release::Impl::unsettled_view(const std::shared_ptr<const Snapshot>& served, std::string_view party, Timestamp now) {
  const auto audience = served->policy->audience(party, now);
  if (!audience.ok()) return make_error(Code::kNotFound, "no such party now");
  PartyView view;
  view.audience = *audience;
  const auto found = served->parties.find(party);
  if (found == served->parties.end()) return view;  // valid since a moment ago: nothing is planned for it yet
  const auto& [name, shown] = found->second;
  view.attestations = shown.attestations;
  view.streams = shown.streams;
  MutexLock lock(snapshot_mutex);
  const auto left = left_ids.find(name);
  auto stand = std::make_unique<ItemCheck::Stand>(ItemCheck::Stand{
      store, renditions, served->policy, recalled, tightened, approvals, served->collections,
      left == left_ids.end() ? std::make_shared<const std::set<std::string>>() : left->second, name, shown.streams, shown.audience,
      view.audience, served->at, now});
  view.check = std::make_shared<ItemCheck>(std::move(stand));
  return view;
}

Result<PartyView> Release::view_of(std::string_view party) {
  const auto settled_at = [this](const auto& served) { return served && served->read_back && impl_->is_settled(*served, impl_->clock.now()); };
  auto served = impl_->current();
  if (!settled_at(served)) {
    const Status moved = follow();
    if (!moved.ok()) return make_error(Code::kUnavailable, "streams are not up to date: " + moved.error().detail);
    served = impl_->current();
  }
  if (!served || !served->read_back) return make_error(Code::kUnavailable, "what is in force is not read back yet");
  const Timestamp now = impl_->clock.now();
  if (!impl_->is_settled(*served, now)) return impl_->unsettled_view(served, party, now);
  const auto found = served->parties.find(party);
  if (found == served->parties.end()) return make_error(Code::kNotFound, "no such party now");
  return found->second.shown;
}

// What is due and not done comes under its own date: nobody is told that all before a later one is there.
std::int64_t Release::complete_before(store::StreamNo stream, Timestamp now) const {
  const auto served = impl_->current();
  const std::int64_t until = served && served->until ? served->until->micros() : Impl::kNever;
  const std::int64_t first = std::min<std::int64_t>({impl_->next_due, impl_->stale_since, impl_->left_since, until});
  return impl_->appending.complete_before(stream, Timestamp::from_micros(std::min(now.micros(), first)));
}

bool Release::settled() const {
  const auto served = impl_->current();
  return served && impl_->is_settled(*served, impl_->clock.now());
}

std::uint64_t Release::recalls() const { return impl_->recalls * 2 + (settled() ? 0 : 1); }

}  // namespace sekisho::sync
