// The inside of the release follower, shared by release*.cpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sync/release/policy_change/change.h"
#include "sync/release/policy_change/displaced.h"
#include "sync/release/policy_change/policy_recalls.h"
#include "sync/release/plan/dependents.h"
#include "sync/release/plan/planner.h"
#include "sync/release/appending.h"
#include "sync/release/follower.h"
#include "sync/release/leaving.h"
#include "sync/release/release.h"
#include "sync/release/views/views.h"

namespace sekisho::sync {

// Guarded as a whole by one mutex that is held through store calls: the follower is one role, and
// nobody else's data wait behind it (readers use the published snapshot).
struct Release::Impl {
  store::Store& store;
  const Clock& clock;
  Random& random;
  Signer signer;

  const Renditions renditions;
  Follower follower;
  Planner planner SEKISHO_GUARDED_BY(follower);
  Views views SEKISHO_GUARDED_BY(follower);
  std::map<std::string, Waiting> waiting SEKISHO_GUARDED_BY(follower);  ///< by name of the view

  struct Snapshot {
    std::shared_ptr<const policy::Compiled> policy;
    Timestamp at;                    // streams were planned for the audiences of then
    std::optional<Timestamp> until;  // decisions hold until then
    struct Served {
      std::string view;  // its name
      PartyView shown;
    };
    std::map<std::string, Served, std::less<>> parties;
    std::vector<store::Collection> collections;
    bool read_back = true;           // false: what is in force is not known; nothing is served
  };
  mutable Mutex snapshot_mutex;
  std::shared_ptr<const Snapshot> snapshot SEKISHO_GUARDED_BY(snapshot_mutex);
  std::shared_ptr<const Recalled> recalled SEKISHO_GUARDED_BY(snapshot_mutex) = std::make_shared<Recalled>();
  std::shared_ptr<const SettledIds> settled_ids SEKISHO_GUARDED_BY(snapshot_mutex) = std::make_shared<SettledIds>();
  std::shared_ptr<const Approvals> approvals SEKISHO_GUARDED_BY(snapshot_mutex) = std::make_shared<Approvals>();

  Impl(store::Store& store_in, const Clock& clock_in, Random& random_in, Signer signer_in, std::string redaction_key)
      : store(store_in), clock(clock_in), random(random_in), signer(std::move(signer_in)),
        renditions(std::move(redaction_key), signer.identity_id), planner(store_in, renditions), views(store_in, random_in) {
    planner.set_tightened(tightened);
    planner.give_up_when(ending);
  }

  std::shared_ptr<const Snapshot> current() const SEKISHO_EXCLUDES(snapshot_mutex) {
    MutexLock lock(snapshot_mutex);
    return snapshot;
  }
  std::shared_ptr<const Recalled> recalled_now() const SEKISHO_EXCLUDES(snapshot_mutex) {
    MutexLock lock(snapshot_mutex);
    return recalled;
  }
  void publish(std::shared_ptr<const policy::Compiled> policy, Timestamp now) SEKISHO_REQUIRES(follower);
  // release_view.cpp: what a party reads now
  bool is_settled(const Snapshot& served, Timestamp now) const;
  /// Brings the streams up to now, whoever follows: what operators are shown is what is.
  Status settle() SEKISHO_EXCLUDES(follower);
  Result<PartyView> unsettled_view(const std::shared_ptr<const Snapshot>& served, std::string_view party, Timestamp now);
  using LeftIds = std::map<std::string, std::shared_ptr<const std::set<std::string>>>;
  LeftIds left_ids SEKISHO_GUARDED_BY(snapshot_mutex);  ///< by view: ids of which something left, until what depends on it is settled
  void show_left(const std::map<std::string, Left>& left) SEKISHO_EXCLUDES(snapshot_mutex);
  void show_nothing_left() SEKISHO_EXCLUDES(snapshot_mutex);
  struct Writing;
  Leaving leaving;  ///< recalled, and perhaps still carried
  /// Takes out of the streams what is leaving.
  Status let_go() SEKISHO_REQUIRES(follower);
  // release_tighten.cpp: what givers said again
  const std::shared_ptr<Tightened> tightened = std::make_shared<Tightened>();
  /// Once, before anything is planned; what was not given anew before the node ended is from here on.
  Status read_tightened();
  Status let_tighter(const std::vector<store::ObjectNo>& said) SEKISHO_REQUIRES(follower);
  /// Gives a view anew what it carries of that copy, with the attestation of now; renditions among it are attested as tightly.
  Status give_anew(Writing& writing, View& view, const Place& place) SEKISHO_REQUIRES(follower);
  // release_dependents.cpp: what depends on what left
  std::map<std::string, Left> left_of SEKISHO_GUARDED_BY(follower);  ///< by name of the view; not settled yet
  std::size_t most_dependents SEKISHO_GUARDED_BY(follower) = 50'000;
  /// Of a definition that counts no more, or otherwise.
  Status note_turned(store::ObjectNo no, std::map<std::string, Left>& left) SEKISHO_REQUIRES(follower);
  Result<bool> note_left(const Writing& writing, std::map<std::string, Left>& out) SEKISHO_REQUIRES(follower);
  void owe(std::map<std::string, Left> left, bool exact, Timestamp now) SEKISHO_REQUIRES(follower);
  void owe_nothing() SEKISHO_REQUIRES(follower);
  Status settle_dependents(Timestamp now) SEKISHO_REQUIRES(follower);
  /// False: all is to be computed anew.
  Result<bool> write_dependents(Timestamp now) SEKISHO_REQUIRES(follower);
  PolicyRecalls::Losses losses_of(const View& view, const Dependents& found) const SEKISHO_REQUIRES(follower);
  /// Whether any stream carries a form of them.
  Result<bool> carried_anywhere(const std::vector<store::ObjectNo>& objects) const;
  /// All that is recalled now of what these are versions of.
  Result<std::set<store::ObjectNo>> all_recalled(const std::vector<store::ObjectNo>& objects) const;
  Appending appending;
  /// Writes a release under dates that nobody who merges by date has passed. `now`: the instant that it counts for.
  Result<std::vector<std::size_t>> append(const store::Release& release, Timestamp now) SEKISHO_REQUIRES(follower) {
    const Appending::Turn turn(appending, release, now);
    return store.release(release, turn.date());
  }
  std::atomic<std::uint64_t> recalls{0};
  std::size_t rows_at_once SEKISHO_GUARDED_BY(follower) = 500;
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  std::atomic<std::int64_t> stale_since{kNever};  ///< microseconds; from then on the streams must be computed anew
  std::atomic<std::int64_t> left_since{kNever};  ///< microseconds; since then something left whose dependents are not settled
  std::atomic<std::uint64_t> anew{0};            ///< how often all was computed anew by itself
  std::atomic<std::int64_t> next_due{kNever};     ///< microseconds; of all that waits for an instant
  Mutex reading_recalled;  ///< who reads later publishes later
  mutable Mutex telling;  ///< after follower
  std::function<void()> changed SEKISHO_GUARDED_BY(telling);
  void tell() const SEKISHO_EXCLUDES(telling);

  /// Grows with everything but the change log that a prepared change stands on.
  std::atomic<std::uint64_t> epoch{0};
  std::set<std::string> sources SEKISHO_GUARDED_BY(follower);  ///< parties that ever gave something that was released

  /// Whatever had to happen by itself until now, in order, each at its own instant: who asks, or writes, first after it
  /// must not show. Nothing is served before it is done.
  Status follow_dates() SEKISHO_REQUIRES(follower);
  /// Before another policy is worked out: the one in force (after a start: `next`, if it was) is followed to now.
  Status find_translations() SEKISHO_REQUIRES(follower);
  Status catch_up(const std::shared_ptr<const policy::Compiled>& next) SEKISHO_REQUIRES(follower);
  void make_stale(Timestamp now) { stale_since = std::min<std::int64_t>(stale_since, now.micros()); }
  Result<Prepared> prepare(std::shared_ptr<const policy::Compiled> policy, const Watch& watch, Timestamp now);
  Status attest_gained(Change& change);
  /// The signer's attestations have higher numbers; kept in the store.
  Result<store::ObjectNo> attesting_since();
  Status make_gained(Change& change) SEKISHO_REQUIRES(follower);
  Status switch_to(Change& change, std::vector<store::DocumentPut> together, Timestamp now, const Commit& commit = {})
      SEKISHO_REQUIRES(follower);
  Status read_back(Timestamp now) SEKISHO_REQUIRES(follower);
  Status apply(std::shared_ptr<const policy::Compiled> policy, Timestamp now) SEKISHO_REQUIRES(follower);
  // release_follow.cpp: who follows, and when
  /// Rows of the change log that were read and are not planned yet.
  struct Ahead {
    std::vector<Planner::Input> inputs;
    std::vector<store::Change> changes;
  };
  Ahead ahead SEKISHO_GUARDED_BY(follower);
  /// One step along the change log; false: there was nothing.
  Result<bool> follow_log() SEKISHO_REQUIRES(follower);
  Result<bool> follow_once() SEKISHO_EXCLUDES(follower);
  Status read_ahead() SEKISHO_REQUIRES(follower);
  void take_offers() SEKISHO_REQUIRES(follower);
  static constexpr std::size_t kOffers = 4096;  ///< what is offered beyond is read back from the store
  Mutex offering;
  std::vector<std::pair<store::Added, store::NewObject>> offers SEKISHO_GUARDED_BY(offering);
  mutable Mutex turning;
  ConditionVariable turn_over;
  std::uint64_t turns SEKISHO_GUARDED_BY(turning) = 0;  ///< attempts to follow, whatever came of them
  std::optional<Error> trouble SEKISHO_GUARDED_BY(turning);
  std::function<void()> wake SEKISHO_GUARDED_BY(turning);
  std::atomic<bool> by_thread{false};                   ///< whether there is `wake`, or was until this ends
  const std::shared_ptr<std::atomic<bool>> ending = std::make_shared<std::atomic<bool>>(false);  ///< what is planned is given up
  void wake_follower() const SEKISHO_EXCLUDES(turning);
  Status load_waiting(const View& view) SEKISHO_REQUIRES(follower);
  /// Plans in every view, one after the other, what `inputs` and those that are due gain, and writes it as one release. Gives
  /// how many of them it took: the next one may stand on what these brought. `changes`: the rows that they arrived by, or empty.
  Result<std::size_t> step(const policy::Compiled& policy, const std::vector<Planner::Input>& inputs, const std::vector<store::Change>& changes,
                           Timestamp now) SEKISHO_REQUIRES(follower);
  Status write_step(const policy::Compiled& policy, const std::vector<Planner::Input>& inputs, const std::vector<store::Change>& changes,
                    Timestamp now, std::size_t& taken) SEKISHO_REQUIRES(follower);
  /// Collects the appends of one transaction; each object is attested once whatever the number of views.
  struct Writing {
    store::Release release;
    const policy::Compiled* policy = nullptr;  ///< attestations are made by it; null: by the one in force
    std::unordered_map<store::ObjectNo, store::Append::Item> attested;
    std::map<store::StreamNo, std::size_t> append_of;
    std::vector<store::Append::Item>& items(store::StreamNo stream) {
      const auto [it, fresh] = append_of.emplace(stream, release.appends.size());
      if (fresh) release.appends.push_back({stream, {}});
      return release.appends[it->second].items;
    }
  };
  /// What one view gains.
  struct Gaining {
    Planner::Side side;
    Waiting* waiting = nullptr;
    Plan plan;
  };
  using Planned = std::vector<Gaining>;
  /// How far a step goes: rows, and of what is due in each view.
  struct Extent {
    std::size_t rows = 0;
    std::map<std::string, std::size_t> due;
  };
  /// What a step finds besides what views gain.
  struct Found {
    std::vector<std::pair<const View*, Place>> lapsed;  ///< was due in a view, or has one giver more, and may not go there (any more)
    std::vector<std::pair<const View*, Place>> met;  ///< the same of what was displaced: it met references
    std::set<std::pair<std::string, Place>> anew;  ///< stays in the view of that name, under a tighter attestation
    bool rewritten = false;                      ///< as a rendition, some of it
    std::set<std::string> turned;                ///< what decisions stand on is another: definitions whose markings mean something else
    bool cut = false;                            ///< something stands on what came in this very step: it ends before that
    bool takes() const { return !lapsed.empty() || !met.empty() || !turned.empty() || !anew.empty(); }
  };
  Result<Planned> plan_step(const policy::Compiled& policy, const std::vector<Planner::Input>& inputs, bool arriving,
                            Timestamp now, Extent& extent, Found& found) SEKISHO_REQUIRES(follower);
  Status bind(const policy::Compiled& policy, Planned& planned, const Planner::Coming& coming, Timestamp now, Found& found)
      SEKISHO_REQUIRES(follower);
  Status plan_due(const policy::Compiled& policy, Gaining& mine, Timestamp now, Extent& extent, Found& found) SEKISHO_REQUIRES(follower);
  /// The same, in as many goes as it takes until nothing in it stands on the rest.
  Result<Planned> plan_extent(const policy::Compiled& policy, const std::vector<Planner::Input>& inputs, bool arriving,
                              Timestamp now, std::size_t& taken, Found& found) SEKISHO_REQUIRES(follower);
  /// What leaves a view keeps its place there.
  Status keep_places(Writing& writing, const View& view, std::size_t from) SEKISHO_REQUIRES(follower);
  // release_claims.cpp: another claim or content counts for the view; who was given what left is told later
  Status withdraw_displaced(Writing& writing, const View& view, const std::vector<Place>& gone) SEKISHO_REQUIRES(follower);
  Status note_displaced_by(const Change::Target& target, const Places& lost, Writing& writing) SEKISHO_REQUIRES(follower);
  Status add_displaced(store::StreamNo stream, store::ObjectNo form, store::ObjectNo original, Displaced& out) SEKISHO_REQUIRES(follower);
  void note_displaced(Displaced displaced, std::vector<store::DocumentPut>& out) SEKISHO_REQUIRES(follower);
  Status write_leaving(Writing& writing, std::map<std::string, Left> left, bool exact) SEKISHO_REQUIRES(follower);
  /// What is taken back waits for nothing, and is no longer read by those who had it displaced: their ids are added to `left`.
  /// Gives whether it waited anywhere; `exact` becomes false where it stood for a rendition.
  Result<bool> forget_waiting(store::ObjectNo no, std::map<std::string, Left>& left, bool& exact) SEKISHO_REQUIRES(follower);
  Status load_all_waiting() SEKISHO_REQUIRES(follower);
  void note_due() SEKISHO_REQUIRES(follower);

  /// Stores what the items made, so that it has numbers; nothing of it is in a stream yet.
  Status store_made(std::vector<PlanItem>& items, Timestamp now) SEKISHO_REQUIRES(follower);
  Status write_attestation(Writing& writing, const View& view, const Place& place) SEKISHO_REQUIRES(follower);
  Status write_item(Writing& writing, const View& view, const PlanItem& item) SEKISHO_REQUIRES(follower);
  Result<store::Append::Item> attest(Writing& writing, store::ObjectNo no, store::CollectionNo companion)
      SEKISHO_REQUIRES(follower);
  Status write_move(Writing& writing, Change& change, Change::Target& target, View& view) SEKISHO_REQUIRES(follower);
  Status write_switch(Writing& writing, const Change& change, Timestamp now, const Commit& commit) SEKISHO_REQUIRES(follower);
  Status write_idle(Writing& writing, const Move& move, const View& view) SEKISHO_REQUIRES(follower);
  Status welcome(Writing& writing, const View& view) const;
  /// `visit` is called without the follower.
  Status preview(Change& change, const std::string& party, std::string_view alias,
                 const std::function<void(std::string_view)>& visit) SEKISHO_EXCLUDES(follower);
  Status preview_gains(std::span<const PlanItem> gains, const View& view, const store::Collection& where, const std::string& party,
                       std::set<store::ObjectNo>& there, const std::function<void(std::string_view)>& visit) SEKISHO_EXCLUDES(follower);
  /// `there`: what the stream carries by then; grows.
  Status show(const Writing& writing, store::StreamNo stream, const std::string& party, std::set<store::ObjectNo>& there,
              const std::function<void(std::string_view)>& visit) const;
  Status withdraw(Writing& writing, View& view, const Planner::Input& input) SEKISHO_REQUIRES(follower);
  Status withdraw_everywhere(Writing& writing, store::ObjectNo no) SEKISHO_REQUIRES(follower);
  /// It and its renditions; null: from every view and collection.
  Status withdraw_forms(Writing& writing, store::ObjectNo no, const View* only, std::optional<store::CollectionNo> where)
      SEKISHO_REQUIRES(follower);
  Status load_recalled() SEKISHO_REQUIRES(follower);
  /// As the store has it now, for everybody who asks from now on.
  Result<std::shared_ptr<const Recalled>> read_recalled() SEKISHO_EXCLUDES(snapshot_mutex);
  Status note_sources(const std::vector<Planner::Input>& inputs, store::Release& release) SEKISHO_REQUIRES(follower);
  /// Places of an id in every collection, by claim and then as they were accepted.
  Result<std::vector<Place>> copies_of(const std::string& id) SEKISHO_EXCLUDES(follower);
  Result<CopyStanding> copy_standing(const Place& place) SEKISHO_EXCLUDES(follower);
  Result<std::string> state_of(const View& view, const Loaded& loaded, store::CollectionNo where) SEKISHO_REQUIRES(follower);
  Result<std::string> another_claim(const View& view, const Loaded& loaded, store::CollectionNo no) SEKISHO_REQUIRES(follower);
  Result<Standing> standing_of(const PartyView& view, const View& mine, const Loaded& loaded, store::CollectionNo no,
                       const std::vector<store::StreamNo>& placed) SEKISHO_REQUIRES(follower);
  static constexpr std::size_t kExplainedAtOnce = 200;
  static constexpr store::ChangeNo kEnd = std::numeric_limits<store::ChangeNo>::max();
  static constexpr std::size_t kLookedAtOnce = 5'000;
  /// Of the next rows of the change log; gives the last of them, kEnd if there is none.
  Result<store::ChangeNo> add_waiting(store::ChangeNo after, std::string_view giver, std::vector<WaitsForId>& out) SEKISHO_EXCLUDES(follower);
  /// Of the next rows of the change log what the party does not get; `after` moves on, at last to kEnd.
  Result<std::vector<Standing>> withheld_after(const std::string& party, const PartyView& view, store::ChangeNo& after)
      SEKISHO_EXCLUDES(follower);
  certs::Role role_for(const Loaded& loaded) const;
  Result<stix::ObjectPtr> attestation_of(Planner& by, const policy::Compiled& policy, const Loaded& loaded) const;
  std::shared_ptr<const policy::Compiled> policy_in_force SEKISHO_GUARDED_BY(follower);
};

}  // namespace sekisho::sync
