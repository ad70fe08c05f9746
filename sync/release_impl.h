// The inside of the release follower, shared by release*.cpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sync/change.h"
#include "sync/planner.h"
#include "sync/release.h"
#include "sync/views.h"

namespace sekisho::sync {

// Guarded as a whole by one mutex that is held through store calls: the follower is one role, and
// nobody else's data wait behind it (readers use the published snapshot).
struct Release::Impl {
  store::Store& store;
  const Clock& clock;
  Random& random;
  Signer signer;

  Mutex follower;
  Planner planner SEKISHO_GUARDED_BY(follower);
  Views views SEKISHO_GUARDED_BY(follower);
  std::map<std::string, std::unordered_multimap<std::string, Planner::Input>> waiting
      SEKISHO_GUARDED_BY(follower);  // view name -> missing id -> who waits

  struct Snapshot {
    std::shared_ptr<const policy::Compiled> policy;
    std::optional<Timestamp> until;  // decisions hold until then
    std::map<std::string, PartyView> parties;
    std::vector<store::Collection> collections;
    std::shared_ptr<const Recalled> recalled;
  };
  mutable Mutex snapshot_mutex;
  std::shared_ptr<const Snapshot> snapshot SEKISHO_GUARDED_BY(snapshot_mutex);

  Impl(store::Store& store_in, const Clock& clock_in, Random& random_in, Signer signer_in)
      : store(store_in), clock(clock_in), random(random_in), signer(std::move(signer_in)), planner(store_in),
        views(store_in, random_in) {}

  std::shared_ptr<const Snapshot> current() const SEKISHO_EXCLUDES(snapshot_mutex) {
    MutexLock lock(snapshot_mutex);
    return snapshot;
  }
  void publish(std::shared_ptr<const policy::Compiled> policy, Timestamp now) SEKISHO_REQUIRES(follower);
  std::shared_ptr<const Recalled> recalled SEKISHO_GUARDED_BY(follower);
  std::atomic<std::uint64_t> recalls{0};
  bool stale SEKISHO_GUARDED_BY(follower) = false;  ///< the streams must be computed anew
  std::function<void()> changed SEKISHO_GUARDED_BY(follower);
  void tell() const SEKISHO_REQUIRES(follower);

  /// Grows with everything but the change log that a prepared change stands on.
  std::atomic<std::uint64_t> epoch{0};
  std::set<std::string> sources SEKISHO_GUARDED_BY(follower);  ///< parties that ever gave something that was released

  Result<Prepared> prepare(std::shared_ptr<const policy::Compiled> policy, const Watch& watch);
  Status attest_gained(Change& change);
  Status switch_to(Change& change, std::vector<store::DocumentPut> together) SEKISHO_REQUIRES(follower);
  Status read_back(Timestamp now) SEKISHO_REQUIRES(follower);
  Status apply(std::shared_ptr<const policy::Compiled> policy) SEKISHO_REQUIRES(follower);
  Status load_waiting(const View& view) SEKISHO_REQUIRES(follower);
  Status step(const policy::Compiled& policy, const std::vector<store::Change>& changes, Timestamp now)
      SEKISHO_REQUIRES(follower);
  Result<std::vector<Planner::Input>> with_waiting(const View& view, std::vector<Planner::Input> inputs)
      SEKISHO_REQUIRES(follower);

  /// Collects the appends of one transaction; each object is attested once whatever the number of views.
  struct Writing {
    store::Release release;
    std::unordered_map<store::ObjectNo, store::Append::Item> attested;
    std::map<store::StreamNo, std::size_t> append_of;
    std::vector<store::Append::Item>& items(store::StreamNo stream) {
      const auto [it, fresh] = append_of.emplace(stream, release.appends.size());
      if (fresh) release.appends.push_back({stream, {}});
      return release.appends[it->second].items;
    }
  };
  Status write_item(Writing& writing, const View& view, const PlanItem& item) SEKISHO_REQUIRES(follower);
  Result<store::Append::Item> attest(Writing& writing, store::ObjectNo no, store::CollectionNo companion)
      SEKISHO_REQUIRES(follower);
  Status write_move(Writing& writing, Change& change, Change::Target& target, View& view) SEKISHO_REQUIRES(follower);
  Status welcome(Writing& writing, const View& view) const;
  Status preview(Change& change, const std::string& party, std::string_view alias,
                 const std::function<void(std::string_view)>& visit) SEKISHO_REQUIRES(follower);
  Status show(const Writing& writing, store::StreamNo stream, const std::string& party,
              const std::function<void(std::string_view)>& visit);
  Status withdraw(Writing& writing, View& view, const Planner::Input& input) SEKISHO_REQUIRES(follower);
  Status withdraw_everywhere(Writing& writing, store::ObjectNo no) SEKISHO_REQUIRES(follower);
  Status load_recalled() SEKISHO_REQUIRES(follower);
  Status note_sources(const std::vector<store::Change>& changes, store::Release& release) SEKISHO_REQUIRES(follower);
  Standing standing_of(const PartyView& view, const View& mine, const Loaded& loaded, store::CollectionNo no,
                       const std::vector<store::StreamNo>& placed) SEKISHO_REQUIRES(follower);
  std::optional<std::string> waits_for(const View& mine, store::ObjectNo object, store::CollectionNo no)
      SEKISHO_REQUIRES(follower);
  certs::Role role_for(const Loaded& loaded) const;
  Result<stix::ObjectPtr> attestation_of(const Loaded& loaded) const;
  std::shared_ptr<const policy::Compiled> policy_in_force SEKISHO_GUARDED_BY(follower);
};

}  // namespace sekisho::sync
