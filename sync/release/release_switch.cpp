// The switch from one policy to another: one transaction for all views.
#include <algorithm>

#include "core/crash_point.h"
#include "sync/release/plan/decision_root.h"
#include "sync/release/policy_change/policy_recalls.h"
#include "sync/release/release_impl.h"

namespace sekisho::sync {
namespace {

constexpr const char* kWaySpace = "view-attestations";  // key: name of a view, value: the way its readers get attestations

Error not_standing() { return make_error(Code::kUnavailable, "something else changed meanwhile; prepare again"); }

}  // namespace

// Everything that one view gains and loses, as part of the transaction.
Status Release::Impl::write_move(Writing& writing, Change& change, Change::Target& target, View& view) {
  SEKISHO_TRY(welcome(writing, view));
  if (!target.move.fork && !target.move.from.empty()) {
    SEKISHO_ASSIGN(const auto before, store.holds(view.name));
    for (const auto& hold : before) writing.release.unholds.emplace_back(view.name, hold.object);
  }
  const Places lost = Change::lost(target);
  for (const auto& [no, collection] : lost) SEKISHO_TRY(withdraw(writing, view, {no, collection}));
  SEKISHO_TRY(note_displaced_by(target, lost, writing));
  for (const auto& [place, missing] : target.holds) {
    writing.release.holds.push_back({view.name, place.first, place.second, missing, change.now()});
  }
  if (target.attest_all) {
    for (const Place& place : Change::stays(target)) SEKISHO_TRY(write_attestation(writing, view, place));
  }
  for (const PlanItem& item : target.gains) SEKISHO_TRY(write_item(writing, view, item));
  return {};
}

// What waited for its parties waits no more: all is computed anew when they come back. Places that are kept stay so.
Status Release::Impl::write_idle(Writing& writing, const Move& move, const View& view) {
  if (move.fork) {
    SEKISHO_ASSIGN(auto way, store.document(kWaySpace, move.from));
    writing.release.documents.push_back({kWaySpace, view.name, std::move(way)});
  }
  SEKISHO_ASSIGN(auto held, store.holds(move.from));
  for (auto& hold : held) {
    if (!move.fork) writing.release.unholds.emplace_back(view.name, hold.object);
    if (!Awaited::from_text(hold.missing).has(Mark::kLeft)) continue;
    hold.audience = view.name;
    writing.release.holds.push_back(hold);
  }
  return {};
}

// What the gains are made of, so that it has numbers and attestations; nothing of it is in a stream yet.
Status Release::Impl::make_gained(Change& change) {
  for (Change::Target& target : change.targets()) {
    SEKISHO_TRY(store_made(target.gains, clock.now()));
    if (!target.gains.empty()) Change::want(target, target.gains);
  }
  return attest_gained(change);
}

Status Release::Impl::switch_to(Change& change, std::vector<store::DocumentPut> together, Timestamp now, const Commit& commit) {
  SEKISHO_ASSIGN(const auto listed, store.collections());
  Views next(store, random);
  SEKISHO_TRY(next.load());
  SEKISHO_TRY(next.fill_collections(listed));
  for (const auto& collection : listed) {
    if (change.planner().collection(collection.no) == nullptr) return not_standing();
  }
  SEKISHO_TRY(change.extend());
  planner.set_collections(listed);
  for (Change::Target& target : change.targets()) {
    if (target.move.from.empty() || !target.move.rebuild || target.move.attestations == "none") continue;
    SEKISHO_ASSIGN(const auto before, store.document(kWaySpace, target.move.from));
    target.attest_all = before && *before != target.move.attestations;
  }
  SEKISHO_TRY(make_gained(change));
  bool rebuilt = false;
  Writing writing;
  writing.policy = &change.policy();
  for (const auto& [object, attestation] : change.attested) writing.attested[object] = {attestation, std::nullopt};
  PolicyRecalls waiting_recalls(store, clock);
  SEKISHO_TRY(waiting_recalls.begin());
  DecisionStep decided{"policy", change.policy().policy().digest, 0, {}};
  auto logs = change.planner().take_decisions();
  for (Change::Target& target : change.targets()) {
    const bool moves = target.move.rebuild || target.move.audience != target.from.audience || !target.move.newcomers.empty();
    if (!moves) continue;
    SEKISHO_ASSIGN(View view, next.stage(target.move));
    crash_point("policy-after-staging");
    if (target.move.rebuild) {
      rebuilt = true;
      SEKISHO_TRY(waiting_recalls.note(change, target));
      SEKISHO_TRY(write_move(writing, change, target, view));
      writing.release.documents.push_back({kWaySpace, view.name, view.attestations});
      if (const auto log = logs.find(target.label); log != logs.end()) decided.views[view.name] = std::move(log->second);
    }
    if (target.move.audience == kIdle) SEKISHO_TRY(write_idle(writing, target.move, view));
    Views::commit(target.move, view, writing.release);
  }
  for (auto& put : together) writing.release.documents.push_back(std::move(put));
  SEKISHO_TRY(decision_root(store, std::move(decided), clock.now(), writing.release.documents));
  for (auto& put : waiting_recalls.take_puts()) writing.release.documents.push_back(std::move(put));
  writing.release.documents.push_back({kReleaseSpace, kSourcesKey, sources_to_json(change.sources())});
  SEKISHO_TRY(write_switch(writing, change, now, commit));
  crash_point("policy-after-switch");
  ++epoch;
  if (rebuilt) ++recalls;
  // At once: pages that pass over what is gone would count as disclosures of it. What cannot be written now is later.
  [[maybe_unused]] const Status settled = waiting_recalls.settle();
  // It is in force whatever fails from here on; until all is read back nothing is served.
  policy_in_force = change.shared_policy();
  make_stale(now);
  sources = change.sources();
  const Status back = read_back(now);
  if (back.ok() && change.behind()) make_stale(now);
  if (back.ok()) return {};
  // Who asks meanwhile is told of the new policy, and given nothing: stale_since says that all is to be computed anew.
  const auto before = current();
  auto none = std::make_shared<Snapshot>();
  none->policy = policy_in_force;
  none->read_back = false;
  if (before) none->collections = before->collections;
  {
    MutexLock lock(snapshot_mutex);
    snapshot = std::move(none);
  }
  ++recalls;
  return {};
}

// With a recall that came since this was worked out the streams do not stand, and a start must compute them anew.
Status Release::Impl::write_switch(Writing& writing, const Change& change, Timestamp now, const Commit& commit) {
  const auto write = [&](std::vector<store::DocumentPut> puts) -> Status {
    MutexLock lock(leaving.writing);
    const bool stand = !leaving.any() && !change.behind();
    puts.push_back({kReleaseSpace, kAppliedKey, stand ? std::optional<std::string>(Applied::of(change.policy(), now).to_json()) : std::nullopt});
    for (auto& put : puts) writing.release.documents.push_back(std::move(put));
    crash_point("policy-before-switch");
    const auto done = append(writing.release, now);
    return done.ok() ? Status() : Status(done.error());
  };
  return commit ? commit(write) : write({});
}

Status Release::Impl::read_back(Timestamp now) {
  planner.set_opaque(policy_in_force->policy().opaque);
  SEKISHO_TRY(planner.forget());
  SEKISHO_TRY(planner.arrived_all());
  SEKISHO_TRY(load_recalled());
  SEKISHO_TRY(views.load());
  views.read_ways(*policy_in_force, now);
  waiting.clear();
  SEKISHO_TRY(load_all_waiting());
  stale_since = kNever;
  owe_nothing();
  show_nothing_left();
  publish(policy_in_force, now);
  ++recalls;  // who has begun to read by what was in force before reads again
  return {};
}

Status Release::Impl::apply(std::shared_ptr<const policy::Compiled> policy, Timestamp now) {
  SEKISHO_ASSIGN(const Prepared prepared, prepare(std::move(policy), {}, now));
  return switch_to(*prepared.change, {}, now);
}

Status Release::switch_to(const Prepared& prepared, std::vector<store::DocumentPut> together, const Commit& commit) {
  FollowerLock lock(impl_->follower);
  SEKISHO_TRY(impl_->catch_up(prepared.change->shared_policy()));
  if (!stands(prepared)) return not_standing();
  return impl_->switch_to(*prepared.change, std::move(together), impl_->clock.now(), commit);
}

Result<std::vector<PartyChange>> Release::set_policy(std::shared_ptr<const policy::Compiled> policy) {
  FollowerLock lock(impl_->follower);
  SEKISHO_TRY(impl_->catch_up(policy));
  const Timestamp now = impl_->clock.now();
  SEKISHO_ASSIGN(const Prepared prepared, impl_->prepare(std::move(policy), {}, now));
  SEKISHO_TRY(impl_->switch_to(*prepared.change, {}, now));
  return prepared.parties;
}

}  // namespace sekisho::sync
