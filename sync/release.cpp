#include "sync/release.h"

#include <algorithm>

#include "core/crash_point.h"
#include "core/json.h"
#include "sync/release_impl.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kStep = 1000;             // changes and rows in one transaction
constexpr std::string_view kSpace = "release";  // documents of this room
constexpr std::string_view kApplied = "applied-policy";

/// What was in force when the streams were last computed in full.
struct Applied {
  std::string digest;
  std::optional<std::int64_t> until;  ///< next validity boundary then, microseconds

  std::string to_json() const {
    json::Writer w;
    w.begin_object().member("digest", digest);
    if (until) w.member_int("until", *until);
    w.end_object();
    return w.take();
  }
  static Applied from_json(const std::string& text) {
    Applied applied;
    const auto document = json::Document::parse(text);
    if (!document.ok()) return applied;
    applied.digest = std::string((*document)->root()["digest"].string_or(""));
    applied.until = (*document)->root()["until"].integer();
    return applied;
  }
};

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

Result<std::vector<Planner::Input>> Release::Impl::everything() {
  std::vector<Planner::Input> inputs;
  SEKISHO_ASSIGN(const store::ChangeNo through, store.released_through());
  store::ChangeNo after = 0;
  while (after < through) {
    SEKISHO_ASSIGN(const auto changes, store.changes(after, kStep));
    if (changes.empty()) break;
    for (const auto& change : changes) {
      after = change.no;
      if (change.no <= through) inputs.push_back({change.object, change.collection});
    }
  }
  return inputs;
}

Status Release::Impl::add_carried(const View& view, store::ObjectNo no, std::set<Place>& had) {
  SEKISHO_ASSIGN(const auto placed, store.placements(no));
  for (const auto& [collection, stream] : view.streams) {
    if (std::find(placed.begin(), placed.end(), stream) != placed.end()) had.emplace(no, collection);
  }
  return {};
}

Result<ViewChange> Release::Impl::rebuild(const policy::Compiled& policy, View& view, Timestamp now) {
  ViewChange change;
  change.parties.assign(view.parties.begin(), view.parties.end());
  SEKISHO_TRY(welcome(view, now));
  planner.look_again();
  planner.begin_decisions();
  SEKISHO_ASSIGN(auto inputs, everything());
  // What is carried now keeps its place where two copies of one version compete. A definition is carried
  // wherever one of its users is.
  std::set<Place> had;
  std::map<store::ObjectNo, std::vector<store::ObjectNo>> made_of;
  SEKISHO_ASSIGN(const auto pairs, store.renditions());
  for (const auto& [of, made] : pairs) made_of[of].push_back(made);
  std::vector<Planner::Input> present, absent;
  for (const auto& input : inputs) {
    SEKISHO_ASSIGN(const auto placed, store.placements(input.no));
    for (const auto& [collection, stream] : view.streams) {
      const bool carried = std::find(placed.begin(), placed.end(), stream) != placed.end();
      if (carried && !planner.collection(collection)->companion_of) had.emplace(input.no, collection);
    }
    if (const auto made = made_of.find(input.no); made != made_of.end()) {
      for (const store::ObjectNo each : made->second) SEKISHO_TRY(add_carried(view, each, had));
    }
    (had.count({input.no, input.collection}) != 0 ? present : absent).push_back(input);
  }
  inputs = present;
  inputs.insert(inputs.end(), absent.begin(), absent.end());
  SEKISHO_ASSIGN(Plan plan, planner.plan(policy, view, inputs, true, now));
  SEKISHO_TRY(store_made(plan.released, now));

  std::set<Place> desired;
  for (const auto& item : plan.released) {
    if (item.original) desired.emplace(item.no, item.collection);
    for (const store::ObjectNo made : item.stored) desired.emplace(made, item.collection);
    for (const store::ObjectNo definition : item.definitions) desired.emplace(definition, item.collection);
  }

  Writing writing;
  SEKISHO_ASSIGN(const auto held_before, store.holds(view.name));
  for (const auto& hold : held_before) writing.release.unholds.emplace_back(view.name, hold.object);
  for (const Place& place : had) {
    if (desired.count(place) != 0) continue;
    ++change.lost;
    SEKISHO_TRY(withdraw(writing, view, {place.first, place.second}));
  }
  for (const auto& hold : plan.holds) writing.release.holds.push_back(hold);
  for (const auto& item : plan.released) {
    const auto carried = [&](store::ObjectNo no) { return had.count({no, item.collection}) != 0; };
    if ((!item.original || carried(item.no)) && std::all_of(item.stored.begin(), item.stored.end(), carried)) continue;
    ++change.gained;
    SEKISHO_TRY(write_item(writing, view, item));
    if (writing.release.created.size() + writing.attested.size() >= 2 * kStep) {
      const auto done = store.release(writing.release, now);
      if (!done.ok()) return done.error();
      writing = Writing();
    }
  }
  SEKISHO_TRY(decision_root(store, {"policy", policy.policy().digest, 0, planner.take_decisions()}, now, writing.release.documents));
  const auto done = store.release(writing.release, now);
  if (!done.ok()) return done.error();
  SEKISHO_TRY(load_waiting(view));
  view.rebuild = false;
  return change;
}

Result<std::vector<ViewChange>> Release::Impl::apply(std::shared_ptr<const policy::Compiled> policy) {
  const Timestamp now = clock.now();
  SEKISHO_ASSIGN(const auto listed, store.collections());
  planner.set_collections(listed);
  SEKISHO_TRY(planner.forget());
  SEKISHO_TRY(planner.arrived_all());
  SEKISHO_TRY(load_recalled());
  SEKISHO_TRY(views.load());
  SEKISHO_ASSIGN(const auto text, store.document(kSpace, kApplied));
  const Applied before = text ? Applied::from_json(*text) : Applied();
  const bool same = before.digest == policy->policy().digest && (!before.until || now.micros() < *before.until);
  SEKISHO_TRY(views.reconcile(*policy, now, !same));
  SEKISHO_TRY(views.fill_collections(listed));
  std::vector<ViewChange> changes;
  for (View& view : views.all()) {
    SEKISHO_TRY(load_waiting(view));
    if (!view.rebuild) continue;
    SEKISHO_ASSIGN(ViewChange change, rebuild(*policy, view, now));
    ++recalls;
    changes.push_back(std::move(change));
  }
  note_due();
  Applied after;
  after.digest = policy->policy().digest;
  if (const auto until = policy->next_change(now)) after.until = until->micros();
  store::Batch batch;
  batch.documents.push_back({std::string(kSpace), std::string(kApplied), after.to_json()});
  const auto stored = store.commit(batch, now);
  if (!stored.ok()) return stored.error();
  stale = false;
  publish(std::move(policy), now);
  return changes;
}

// ---- the public face --------------------------------------------------------------------------

Release::Release(store::Store& store, const Clock& clock, Random& random, Signer signer, std::string redaction_key)
    : impl_(std::make_unique<Impl>(store, clock, random, std::move(signer), std::move(redaction_key))) {}
Release::~Release() = default;

Result<std::vector<ViewChange>> Release::set_policy(std::shared_ptr<const policy::Compiled> policy) {
  MutexLock lock(impl_->follower);
  return impl_->apply(std::move(policy));
}

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
    const auto changed = impl_->apply(impl_->policy_in_force);
    if (!changed.ok()) return changed.error();
  }
  while (true) {
    SEKISHO_ASSIGN(const store::ChangeNo through, impl_->store.released_through());
    SEKISHO_ASSIGN(const auto changes, impl_->store.changes(through, kStep));
    if (changes.empty()) break;
    std::vector<Planner::Input> inputs;
    inputs.reserve(changes.size());
    for (const auto& change : changes) inputs.push_back({change.object, change.collection});
    SEKISHO_TRY(impl_->step(*impl_->policy_in_force, inputs, changes.back().no, true, impl_->clock.now()));
    impl_->tell();
  }
  if (impl_->clock.now().micros() < impl_->next_due) return {};
  SEKISHO_TRY(impl_->step(*impl_->policy_in_force, {}, 0, false, impl_->clock.now()));
  impl_->tell();
  return {};
}

Status Release::look_at(const std::vector<store::ObjectNo>& objects) {
  SEKISHO_TRY(advance());
  MutexLock lock(impl_->follower);
  std::vector<Planner::Input> inputs;
  for (const store::ObjectNo no : objects) {
    SEKISHO_ASSIGN(const auto where, impl_->store.collections_of(no));
    for (const store::CollectionNo collection : where) inputs.push_back({no, collection});
  }
  SEKISHO_TRY(impl_->step(*impl_->policy_in_force, inputs, 0, false, impl_->clock.now()));
  impl_->tell();
  return {};
}

void Release::set_approvals(std::shared_ptr<const Approvals> approvals) {
  MutexLock lock(impl_->follower);
  impl_->planner.set_approvals(std::move(approvals));
}

Status Release::recall(const std::vector<store::ObjectNo>& objects, std::vector<store::DocumentPut> together) {
  MutexLock lock(impl_->follower);
  if (!impl_->policy_in_force) return make_error(Code::kUnavailable, "no policy is in force");
  Impl::Writing writing;
  for (const store::ObjectNo no : objects) SEKISHO_TRY(impl_->withdraw_everywhere(writing, no));
  writing.release.documents = std::move(together);
  const bool streams_change = !writing.release.withdrawals.empty();
  if (streams_change) writing.release.documents.push_back({std::string(kSpace), std::string(kApplied), std::nullopt});
  const Timestamp now = impl_->clock.now();
  const auto done = impl_->store.release(writing.release, now);
  if (!done.ok()) return done.error();
  impl_->stale = impl_->stale || streams_change;
  ++impl_->recalls;
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
  for (View& view : impl_->views.all()) SEKISHO_TRY(impl_->welcome(view, now));
  impl_->publish(impl_->policy_in_force, now);
  return {};
}

Result<PartyView> Release::view_of(std::string_view party) {
  auto snapshot = impl_->current();
  if (!snapshot) return make_error(Code::kUnavailable, "no policy is in force");
  const Timestamp now = impl_->clock.now();
  if ((snapshot->until && *snapshot->until <= now) || impl_->next_due <= now.micros()) {
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
