// A policy prepared beside the one in force, and what it adds attested ahead.
#include <algorithm>
#include <charconv>

#include "core/crash_point.h"
#include "sync/release/release_impl.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kAttestedAtOnce = 1000;
constexpr const char* kAttestingKey = "attesting";  // in kReleaseSpace: who attests, a line break, the last object before the first by that key

/// Attestations on their way into the store, and which stored objects they have become.
class Batch {
 public:
  Batch(store::Store& store, std::unordered_map<store::ObjectNo, store::ObjectNo>& attested)
      : store_(store), attested_(attested) {}

  void add(store::NewObject attestation) { release_.created.push_back(std::move(attestation)); }
  std::size_t size() const { return release_.created.size(); }

  // They are in no stream: nobody sees them yet.
  Status flush(Timestamp now) {
    if (release_.created.empty()) return {};
    crash_point("policy-before-attesting");
    const auto done = store_.release(release_, now);
    if (!done.ok()) return done.error();
    crash_point("policy-after-attesting");
    for (const auto& created : release_.created) {
      SEKISHO_ASSIGN(const auto held, store_.versions_of(created.object->id(), false));
      for (const auto& version : held) {
        if (version.source.empty() && version.content == created.object->content_hash()) attested_[created.attests] = version.no;
      }
    }
    release_ = {};
    return {};
  }

 private:
  store::Store& store_;
  std::unordered_map<store::ObjectNo, store::ObjectNo>& attested_;
  store::Release release_;
};

}  // namespace

Result<Prepared> Release::Impl::prepare(std::shared_ptr<const policy::Compiled> policy, const Watch& watch,
                                         Timestamp now) {
  SEKISHO_TRY(read_tightened());
  const std::uint64_t begun = epoch;
  std::set<std::string> before;
  if (const auto served = current()) {
    for (const auto& [party, view] : served->parties) before.insert(party);
  }
  Views beside(store, random);
  SEKISHO_TRY(beside.load());
  SEKISHO_ASSIGN(const auto listed, store.collections());
  Prepared prepared;
  prepared.change = std::make_shared<Change>(store, renditions, std::move(policy), now);
  prepared.change->epoch = begun;
  {
    MutexLock lock(snapshot_mutex);
    prepared.change->planner().set_approvals(approvals);
    prepared.change->planner().set_settled(settled_ids);
    prepared.change->planner().set_tightened(tightened);
    prepared.change->planner().give_up_when(ending);
  }
  SEKISHO_TRY(prepared.change->prepare(beside, listed, watch));
  SEKISHO_ASSIGN(prepared.parties, prepared.change->parties(beside, before));
  prepared.decisions = prepared.change->decisions();
  return prepared;
}

// An attestation is a function of the object, what was said of it, and the signer. So one that this signer made before is the one that
// would be made now, unless givers said more since: nothing is signed, parsed or stored again.
Result<store::ObjectNo> Release::Impl::attesting_since() {
  const std::string signing = signer.key->kid() + " " + signer.identity_id + "\n";
  SEKISHO_ASSIGN(const auto kept, store.document(kReleaseSpace, kAttestingKey));
  store::ObjectNo since = 0;
  if (kept && kept->starts_with(signing)) {
    const char* end = kept->data() + kept->size();
    if (std::from_chars(kept->data() + signing.size(), end, since).ptr == end) return since;
  }
  SEKISHO_ASSIGN(since, store.last_object());
  store::Batch batch;
  batch.documents.push_back({kReleaseSpace, kAttestingKey, signing + std::to_string(since)});
  const auto done = store.commit(batch, clock.now());
  return done.ok() ? Result<store::ObjectNo>(since) : Result<store::ObjectNo>(done.error());
}

Status Release::Impl::attest_gained(Change& change) {
  SEKISHO_ASSIGN(const store::ObjectNo since, attesting_since());
  SEKISHO_ASSIGN(const auto given_by_several, store.shared_contents());
  const auto said_more = [&](store::ObjectNo no) {
    return tightened->of(no) || std::binary_search(given_by_several.begin(), given_by_several.end(), no);
  };
  Batch batch(store, change.attested);
  std::set<store::ObjectNo> queued;
  for (const Change::Target& target : change.targets()) {
    if (target.move.attestations == "none") continue;
    const auto add = [&](const Place& place) -> Status {
      SEKISHO_TRY(change.planner().go_on());
      const store::ObjectNo no = place.first;
      const auto companion = change.planner().companion(place.second);
      if (!companion || change.attested.count(no) != 0 || !queued.insert(no).second) return {};
      SEKISHO_ASSIGN(const auto made, store.attestations_of(no));
      if (!made.empty() && made.back() > since && !said_more(no)) {
        change.attested[no] = made.back();
        return {};
      }
      SEKISHO_ASSIGN(const LoadedPtr loaded, change.planner().load(no));
      store::NewObject created;
      SEKISHO_ASSIGN(created.object, attestation_of(change.planner(), change.policy(), *loaded));
      created.collection = *companion;
      created.attests = no;
      batch.add(std::move(created));
      return batch.size() < kAttestedAtOnce ? Status() : batch.flush(clock.now());
    };
    for (const PlanItem& item : target.gains) {
      for (const Place& place : places_of(item)) {
        if (!std::binary_search(target.had.begin(), target.had.end(), place)) SEKISHO_TRY(add(place));
      }
    }
    if (!target.attest_all) continue;
    for (const Place& place : Change::stays(target)) SEKISHO_TRY(add(place));
  }
  return batch.flush(clock.now());
}

Result<Prepared> Release::prepare(std::shared_ptr<const policy::Compiled> policy, const Watch& watch) {
  {
    FollowerLock lock(impl_->follower);
    SEKISHO_TRY(impl_->catch_up(policy));
  }
  return impl_->prepare(std::move(policy), watch, impl_->clock.now());
}

bool Release::stands(const Prepared& prepared) const {
  const auto until = prepared.change->policy().next_change(prepared.change->now());
  return prepared.change->epoch == impl_->epoch && (!until || impl_->clock.now() < *until);
}

Status Release::attest_ahead(const Prepared& prepared) { return impl_->attest_gained(*prepared.change); }

}  // namespace sekisho::sync
