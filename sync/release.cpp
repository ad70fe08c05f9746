#include "sync/release.h"

#include <algorithm>

#include "core/crash_point.h"
#include "sync/release_impl.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kStep = 1000;  // changes in one transaction

}  // namespace

void Release::Impl::publish(std::shared_ptr<const policy::Compiled> policy, Timestamp now) {
  auto next = std::make_shared<Snapshot>();
  next->policy = policy;
  next->until = policy->next_change(now);
  next->recalled = recalled;
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
  if (changed) changed();
}

Status Release::Impl::load_recalled() {
  SEKISHO_ASSIGN(recalled, Recalled::load(store));
  planner.set_recalled(recalled);
  return {};
}

Status Release::Impl::load_waiting(const View& view) {
  auto& mine = waiting[view.name];
  mine.clear();
  SEKISHO_ASSIGN(const auto holds, store.holds(view.name));
  for (const auto& hold : holds) mine.emplace(hold.missing, Planner::Input{hold.object, hold.collection});
  return {};
}

// Adds the held objects that wait, directly or through one another, for something among the inputs.
Result<std::vector<Planner::Input>> Release::Impl::with_waiting(const View& view, std::vector<Planner::Input> inputs) {
  const auto& mine = waiting[view.name];
  if (mine.empty()) return inputs;
  const auto fresh = static_cast<std::ptrdiff_t>(inputs.size());
  std::set<std::pair<store::ObjectNo, store::CollectionNo>> listed;
  for (const auto& input : inputs) listed.emplace(input.no, input.collection);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(inputs[i].no));
    const auto [from, to] = mine.equal_range(loaded->stored.id);
    for (auto it = from; it != to; ++it) {
      if (listed.emplace(it->second.no, it->second.collection).second) inputs.push_back(it->second);
    }
  }
  // In the order of acceptance: that of waking depends on what arrived unseen in between.
  std::sort(inputs.begin() + fresh, inputs.end(), [](const Planner::Input& a, const Planner::Input& b) {
    return std::pair(a.no, a.collection) < std::pair(b.no, b.collection);
  });
  return inputs;
}

// A party that gives something for the first time is one more that decisions stand on.
Status Release::Impl::note_sources(const std::vector<store::Change>& changes, store::Release& release) {
  const std::size_t before = sources.size();
  for (const auto& change : changes) {
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(change.object));
    if (!loaded->stored.source.empty()) sources.insert(loaded->stored.source);
  }
  if (sources.size() == before) return {};
  ++epoch;
  release.documents.push_back({kReleaseSpace, kSourcesKey, sources_to_json(sources)});
  return {};
}

Status Release::Impl::step(const policy::Compiled& policy, const std::vector<store::Change>& changes, Timestamp now) {
  planner.look_again();
  Writing writing;
  writing.release.through = changes.back().no;
  std::vector<Planner::Input> fresh;
  fresh.reserve(changes.size());
  for (const auto& change : changes) fresh.push_back({change.object, change.collection});
  std::vector<std::pair<const View*, std::set<store::ObjectNo>>> woken;
  for (const View& view : views.all()) {
    SEKISHO_ASSIGN(const auto inputs, with_waiting(view, fresh));
    SEKISHO_ASSIGN(const Plan plan, planner.plan(policy, view, inputs, false, now));
    std::set<store::ObjectNo> unheld;
    for (std::size_t i = fresh.size(); i < inputs.size(); ++i) unheld.insert(inputs[i].no);
    for (const store::ObjectNo no : unheld) writing.release.unholds.emplace_back(view.name, no);
    for (const auto& hold : plan.holds) writing.release.holds.push_back(hold);
    for (const auto& item : plan.released) SEKISHO_TRY(write_item(writing, view, item));
    woken.emplace_back(&view, std::move(unheld));
  }
  SEKISHO_TRY(note_sources(changes, writing.release));
  crash_point("release-before-commit");
  const auto done = store.release(writing.release, now);
  if (!done.ok()) return done.error();
  crash_point("release-after-commit");
  for (const auto& [view, unheld] : woken) {
    auto& mine = waiting[view->name];
    if (!unheld.empty()) {
      for (auto it = mine.begin(); it != mine.end();) {
        it = unheld.count(it->second.no) != 0 ? mine.erase(it) : std::next(it);
      }
    }
  }
  for (const auto& hold : writing.release.holds) {
    waiting[hold.audience].emplace(hold.missing, Planner::Input{hold.object, hold.collection});
  }
  return {};
}

// ---- the public face --------------------------------------------------------------------------

Release::Release(store::Store& store, const Clock& clock, Random& random, Signer signer)
    : impl_(std::make_unique<Impl>(store, clock, random, std::move(signer))) {}
Release::~Release() = default;

std::shared_ptr<const policy::Compiled> Release::policy() const {
  const auto snapshot = impl_->current();
  return snapshot ? snapshot->policy : nullptr;
}

void Release::offer(const std::vector<store::NewObject>& objects, const std::vector<store::Added>& added) {
  MutexLock lock(impl_->follower);
  for (std::size_t i = 0; i < added.size() && i < objects.size(); ++i) {
    if (added[i].outcome == store::AddOutcome::kDuplicate) continue;
    // Only a short cut: what cannot be offered is read back from the store.
    const Status taken = impl_->planner.offer(added[i].object, objects[i]);
    if (!taken.ok()) return;
  }
}

Status Release::advance() {
  MutexLock lock(impl_->follower);
  if (!impl_->policy_in_force) return make_error(Code::kUnavailable, "no policy is in force");
  const auto snapshot = impl_->current();
  if (impl_->stale || (snapshot->until && *snapshot->until <= impl_->clock.now())) {
    SEKISHO_TRY(impl_->apply(impl_->policy_in_force));
  }
  while (true) {
    SEKISHO_ASSIGN(const store::ChangeNo through, impl_->store.released_through());
    SEKISHO_ASSIGN(const auto changes, impl_->store.changes(through, kStep));
    if (changes.empty()) return {};
    SEKISHO_TRY(impl_->step(*impl_->policy_in_force, changes, impl_->clock.now()));
    impl_->tell();
  }
}

Status Release::recall(const std::vector<store::ObjectNo>& objects, std::vector<store::DocumentPut> together) {
  MutexLock lock(impl_->follower);
  if (!impl_->policy_in_force) return make_error(Code::kUnavailable, "no policy is in force");
  Impl::Writing writing;
  for (const store::ObjectNo no : objects) SEKISHO_TRY(impl_->withdraw_everywhere(writing, no));
  writing.release.documents = std::move(together);
  const bool streams_change = !writing.release.withdrawals.empty();
  if (streams_change) writing.release.documents.push_back({kReleaseSpace, kAppliedKey, std::nullopt});
  const Timestamp now = impl_->clock.now();
  const auto done = impl_->store.release(writing.release, now);
  if (!done.ok()) return done.error();
  impl_->stale = impl_->stale || streams_change;
  ++impl_->recalls;
  ++impl_->epoch;
  SEKISHO_TRY(impl_->load_recalled());
  impl_->publish(impl_->policy_in_force, now);
  return {};
}

std::uint64_t Release::recalls() const { return impl_->recalls; }

std::optional<std::string> Release::recalled(std::string_view source, std::string_view object_id) const {
  const auto snapshot = impl_->current();
  const std::string* why = snapshot && snapshot->recalled ? snapshot->recalled->by_source(source, object_id) : nullptr;
  return why == nullptr ? std::nullopt : std::optional<std::string>(*why);
}

void Release::on_change(std::function<void()> gained) {
  MutexLock lock(impl_->follower);
  impl_->changed = std::move(gained);
}

void Release::announce() {
  MutexLock lock(impl_->follower);
  impl_->tell();
}

Status Release::collections_changed() {
  MutexLock lock(impl_->follower);
  if (!impl_->policy_in_force) return {};
  const Timestamp now = impl_->clock.now();
  SEKISHO_ASSIGN(const auto listed, impl_->store.collections());
  impl_->planner.set_collections(listed);
  SEKISHO_TRY(impl_->views.fill_collections(listed));
  Impl::Writing writing;
  for (const View& view : impl_->views.all()) SEKISHO_TRY(impl_->welcome(writing, view));
  const auto done = impl_->store.release(writing.release, now);
  if (!done.ok()) return done.error();
  ++impl_->epoch;
  impl_->publish(impl_->policy_in_force, now);
  return {};
}

Result<PartyView> Release::view_of(std::string_view party) {
  auto snapshot = impl_->current();
  if (!snapshot) return make_error(Code::kUnavailable, "no policy is in force");
  if (snapshot->until && *snapshot->until <= impl_->clock.now()) {
    const Status moved = advance();
    if (!moved.ok()) return make_error(Code::kUnavailable, "streams are not up to date: " + moved.error().detail);
    snapshot = impl_->current();
  }
  const auto found = snapshot->parties.find(std::string(party));
  if (found == snapshot->parties.end()) return make_error(Code::kNotFound, "no such party now");
  return found->second;
}

std::vector<store::Collection> Release::collections() const {
  const auto snapshot = impl_->current();
  return snapshot ? snapshot->collections : std::vector<store::Collection>();
}

}  // namespace sekisho::sync
