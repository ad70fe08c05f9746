// Plans what one view gains: decision, references, definitions that travel along, conflicts of content.
// Reads the store, writes nothing. Not thread safe; the release follower owns it.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "policy/compiled.h"
#include "store/store.h"
#include "sync/handling/approvals.h"
#include "sync/handling/marking.h"
#include "sync/release/plan/claims.h"
#include "sync/release/plan/closure.h"
#include "sync/release/plan/decision_root.h"
#include "sync/release/plan/family.h"
#include "sync/release/plan/plan.h"
#include "sync/handling/provenance.h"
#include "sync/handling/tightened.h"
#include "sync/release/plan/readers.h"
#include "sync/release/plan/recalled.h"
#include "sync/release/plan/rendition.h"
#include "sync/release/plan/stakes.h"
#include "sync/release/views/views.h"
#include "sync/release/plan/waiting.h"

namespace sekisho::sync {

struct Left;        // plan/dependents.h
struct Dependents;

class Planner {
 public:
  Planner(store::Store& store, Renditions renditions) : store_(store), renditions_(std::move(renditions)) {}

  void set_collections(const std::vector<store::Collection>& collections);
  const store::Collection* collection(store::CollectionNo no) const;
  /// The collection that carries the attestations of `no`.
  std::optional<store::CollectionNo> companion(store::CollectionNo no) const;

  /// Loads and parses; recently used ones come from memory.
  Result<LoadedPtr> load(store::ObjectNo no);
  /// Takes an object as it was accepted a moment ago, so that load() need not read it back; nor, as it arrives, what else
  /// there is of its id, if it was the first.
  Status offer(const store::Added& added, const store::NewObject& accepted);

  /// While this is set, what is planned is given up between objects: go_on() is an error.
  void give_up_when(std::shared_ptr<const std::atomic<bool>> ending) { ending_ = std::move(ending); }
  Status go_on() const;

  using Reasons = policy::Compiled::Reasons;
  policy::Decision decide(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                          store::CollectionNo collection, Timestamp now, Reasons reasons = Reasons::kTell);

  /// By rules alone, whatever is recalled; what its markings mean is worked out anew each time.
  policy::Decision decide_by_rules(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                                   store::CollectionNo collection, const Bound& bound, Timestamp now, Reasons reasons);
  /// What it is decided by: what is recalled, and a copy that does not count, is denied before the policy is asked. The facts borrow `loaded`; with what its
  /// markings mean to an audience, which is the same for every audience if it bears only such as mean the same to all.
  std::optional<policy::Decision> denied_unasked(const Loaded& loaded) const;
  policy::Facts facts_of(const policy::Compiled& policy, const Loaded& loaded, store::CollectionNo collection, const Bound& bound) const;
  policy::JudgedMarking judge_marking(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                                      store::CollectionNo collection, Timestamp now, const Bound& bound);
  /// By the copies that have arrived, `without` this object.
  Result<Bound> bound(const policy::Compiled& policy, const Loaded& loaded, store::ObjectNo without = 0);
  static bool same_for_all(const Loaded& loaded);
  /// Whose word on its markings counts; the creator only where it bears any.
  static Bearer bearer_for(const policy::Compiled& policy, const Loaded& loaded);
  /// Property names whose ids are no references to these and whoever asks later (policy.toml `opaque`); what was read by others is
  /// forgotten.
  void set_opaque(const std::vector<std::string>& names);
  const std::vector<std::string>& opaque() const { return opaque_; }
  struct Asked {
    std::string audience, id;
    Bearer bearer;
    store::CollectionNo where = 0;
    auto operator<=>(const Asked&) const = default;
  };
  /// What a marking means to an audience: by the definitions that it may read in that collection, so that its meaning does not
  /// tell that there are more. Nothing where it may not read one that counts as much: another's never stands for it.
  std::optional<stix::MarkingMeaning> marking(const policy::Compiled& policy, Asked asked, Timestamp now);
  /// The first of its markings, in order of their ids, that nothing is known of; the next one when this has come. Empty: there is none.
  std::string awaited_marking(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                              store::CollectionNo collection, Timestamp now);
  /// Whether a definition that a view carries may stay there, whoever uses it.
  Result<bool> stays_by_itself(const policy::Compiled& policy, const std::string& audience, const Place& place, Timestamp now);
  /// Whether what a reference to this id in what `giver` gave means may rest on what that party reads.
  Result<bool> meaning_rests_on_rights(const policy::Compiled& policy, const std::string& giver, const std::string& id);
  /// The highest number that has arrived.
  store::ObjectNo horizon() const { return horizon_; }
  /// How far along the change log copies have come to views: what is stored behind it is not there yet.
  store::ChangeNo reached() const { return reached_; }

  struct Input {
    store::ObjectNo no = 0;
    store::CollectionNo collection = 0;
    store::ChangeNo came = 0;  ///< by this row of the change log; 0: that is looked up
  };
  /// All of them come at once; or whole: the inputs are everything there is, so nothing counts as read already.
  /// `step` is called before each input; what it refuses ends the plan.
  using Step = std::function<Status(std::size_t at)>;
  Result<Plan> plan(const policy::Compiled& policy, const View& view, const std::vector<Input>& inputs, Timestamp now);
  /// `before`: of a view that is computed anew.
  Result<Plan> plan_whole(const policy::Compiled& policy, const View& view, const std::vector<Input>& inputs, const Before& before,
                          Timestamp now, const Step& step = nullptr);
  /// What goes and comes because something left a view; nullopt: that cannot be told from what depends on it alone, or it is more
  /// than `most` objects that would have to be looked at. Waits for nothing, changes nothing.
  Result<std::optional<Dependents>> dependents(const policy::Compiled& policy, const View& view, const Waiting& waiting, const Left& left,
                                               std::size_t most, Timestamp now);
  /// Views read less than they did.
  void withdrew();
  /// From here on, as if the only streams were `first` + collection and carried exactly `places` (sorted, borrowed);
  /// null: the true ones again.
  void suppose(const std::vector<Place>* places, store::StreamNo first) {
    supposed_ = places;
    supposed_first_ = first;
  }
  struct Coming;  // coming.h
  /// A copy of the content of what arrives, by another giver: by what it was bound, and is from here on.
  struct Rebound {
    Place place;
    LoadedPtr loaded;
    Bound before, after;
    bool said_again = false;  ///< its own giver did, and of itself: it is bound by another handling than the one that came with it first
    /// Whether it is attested otherwise from here on.
    bool is_attested_anew() const { return said_again || before.hops_left != after.hops_left; }
  };
  Result<std::vector<Rebound>> bound_by_arrival(const policy::Compiled& policy, const Coming& coming);
  /// The same of an object of which its giver said more, and of what that binds.
  Result<std::vector<Rebound>> bound_by_words(const policy::Compiled& policy, store::ObjectNo no);
  /// What its giver said of it, all of it together.
  certs::Handling said_of(const Loaded& loaded) const;
  /// What is attested of it: the same, and what its creator's own copies leave. Before a hop is taken off.
  Result<certs::Handling> handling_of(const policy::Compiled& policy, const Loaded& loaded);
  /// Whether an audience might have that copy, and may not any more, or in another form.
  bool is_tightened(const policy::Compiled& policy, const std::string& audience, const Rebound& copy, Timestamp now);
  /// Whether it goes to that view redacted, and names one of its givers all the same.
  Result<bool> names_giver(const policy::Compiled& policy, const View& view, const Place& place, Timestamp now);
  /// A view while objects are followed through it, with what is looked up for it once. From begin_decisions() to
  /// take_decisions(); borrows the view.
  struct Side {
    const View* view = nullptr;
    std::size_t place = 0;     ///< among the readers
    std::size_t audience = 0;  ///< the same for views of one audience
    std::size_t log = 0;
  };
  Side side(const View& view);
  /// It leaves that view in the step at hand.
  void lapse_in_step(const Side& side, const Place& place) {
    gone_places_.insert({side.place, place});
    claim_reads_.clear();
  }
  bool came_in_step(const Side& side, const Place& place) const { return given_in_step(side.place, place); }
  /// An object as it comes, to be followed through any number of sides; until the next one comes, or look_again().
  /// `arriving`: for the first time.
  Result<Coming> come(const policy::Compiled& policy, const Input& input, bool arriving, Timestamp now);
  /// This object, with those that wait for it: called once for each as it arrives, what comes of it does not depend on how
  /// many there are in one step. `waiting` is brought up to date, and so is what the view is known to read: if what is added
  /// to `plan` is not carried out, forget().
  Status follow(const policy::Compiled& policy, const Side& side, Coming& coming, Waiting& waiting, Timestamp now, Plan& plan);
  /// Whether it is to be looked at in a step of its own: its claim competes with what came in the one at hand, and renditions may be
  /// among that.
  Result<bool> waits_for_step(const policy::Compiled& policy, const Input& input);
  /// What the view at hand holds, for plans that are not of follow(); null: nothing.
  void stand_on(const Waiting* waiting) { waiting_ = waiting; }
  /// What was planned after it will come again: what views got in the step at hand is forgotten.
  void back_to(store::ObjectNo horizon, store::ChangeNo reached);
  /// What an object stakes on its id, and the name of a claim.
  Result<Stake> stake(const policy::Compiled& policy, store::ObjectNo no);
  const std::string& claim_name(const Stake& stake) const { return stakes_->name(stake.claim); }
  /// Whether it is carried there, as it is or as a rendition.
  Result<bool> has_form(const View& view, store::ObjectNo no, store::CollectionNo where);
  /// Valid until look_again(), or next_step().
  Result<const Family*> family(const policy::Compiled& policy, const std::string& id);
  /// Which claim a reference means: docs/specs/ownership.md §7.
  struct Meant {
    enum class Kind : std::uint8_t { kAny, kClaim, kNobody };
    Kind kind = Kind::kAny;   ///< kAny: whatever there is of the id is what is meant
    std::uint32_t claim = 0;  ///< of kClaim: Stake::claim
    bool or_ours = false;     ///< and any claim that this organisation gives, for whoever reads that
    bool covers(std::uint32_t of, bool ours) const { return kind == Kind::kAny || (kind == Kind::kClaim && claim == of) || (or_ours && ours); }
    /// The id, for any; else a text of its own, which no id is.
    std::string key(const std::string& id) const;
    static std::pair<std::string, Meant> of_key(std::string_view key);
  };
  /// Of a reference to `id` in what `giver` gave, as it came to `of`.
  Result<Meant> meant(const policy::Compiled& policy, const std::string& giver, const Place& of, const std::string& id, Timestamp now);
  /// The claim by which the ids of its renditions are keyed; empty for ours, and for one of which some were made when there was no such key.
  Result<std::string> key_of_renditions(const policy::Compiled& policy, const Loaded& loaded);
  /// As Meant::covers().
  Result<bool> is_meant(const policy::Compiled& policy, const std::string& id, const Meant& meant, std::uint32_t claim);
  /// In the order in which they came to their collections.
  Status sort_by_arrival(std::vector<Place>& places) const;
  /// Adds them in that order.
  Status add_by_arrival(std::vector<Place> places, std::vector<Input>& out) const;
  /// From here on this object is there; what was stored after it is not yet.
  Status arrived(store::ObjectNo no);
  /// The same, and the markings that mean something else from here on to one of these views.
  Result<std::set<std::string>> arrived_turning(const policy::Compiled& policy, const std::vector<View>& views, store::ObjectNo no, Timestamp now);
  /// If it is a definition that bears markings: that it does, to be kept.
  Status note_bearers(store::ObjectNo no, std::vector<store::DocumentPut>& out);
  /// If it is a translation: of what, to be kept.
  Status note_translation(store::ObjectNo no, std::vector<store::DocumentPut>& out);
  /// How far objects have arrived, to be kept with the follower's mark: what is given again later has a low number.
  void note_horizon(std::vector<store::DocumentPut>& out) const;
  /// Everything up to the follower's mark is there.
  Status arrived_all();
  /// Ids of the renditions that the view carries of this object in this collection.
  Result<std::vector<std::string>> renditions_in(const View& view, store::ObjectNo no, store::CollectionNo where);
  /// The renditions of this object are read anew.
  Status made_anew(store::ObjectNo no);
  /// What was read about ids, and holds for all the views of one step, is read anew from here on.
  void look_again();
  /// The same where the store has what was planned, and nothing came to it but what was planned or will come: what is held of
  /// an id stays known, so that a version costs no walk over those before it.
  void next_step();
  /// This node has made versions of it; or this one, which is stored.
  void made_version_of(std::string_view id);
  void note_made_version(const Loaded& loaded);
  /// Forgets what may have changed with the policy.
  Status forget();
  const Recalled& recalled() const { return *recalled_; }
  /// What is denied to everyone from now on, whatever the policy says.
  void set_recalled(std::shared_ptr<const Recalled> recalled) { recalled_ = std::move(recalled); }
  /// What givers said again; grows while it is used.
  void set_tightened(std::shared_ptr<const Tightened> tightened) { tightened_ = std::move(tightened); }
  /// Whose claims of ids operators said count.
  void set_settled(std::shared_ptr<const SettledIds> settled);
  const std::shared_ptr<const SettledIds>& settled() const { return settled_; }
  /// What operators have approved, for hold rules.
  void set_approvals(std::shared_ptr<const Approvals> approvals) {
    approvals_ = std::move(approvals);
    meanings_.clear();
  }
  /// The decisions of all plans from here on, by view, for decision_root().
  void begin_decisions() { decisions_ = {}; }
  void put_decisions(const std::string& view, DecisionLog log) { decisions_.put[view] = std::move(log); }
  /// Every view has been asked about the same objects.
  void settle_decisions() { decisions_.logs.settle(); }
  std::map<std::string, DecisionLog> take_decisions();

 private:
  const policy::JudgedMarking& judged(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                                      store::CollectionNo collection, Timestamp now, const Bound& bound);
  /// While it lives, what a giver said again of this object counts for nothing.
  struct FirstWords {
    FirstWords(Planner& planner, store::ObjectNo no) : planner_(planner), before_(std::exchange(planner.first_words_of_, no)) {}
    ~FirstWords() { planner_.first_words_of_ = before_; }
    FirstWords(const FirstWords&) = delete;
    FirstWords& operator=(const FirstWords&) = delete;

   private:
    Planner& planner_;
    store::ObjectNo before_;
  };
  /// Of its very content, by other givers, that have arrived; without those that only gave it back.
  Result<std::vector<LoadedPtr>> other_copies(const Loaded& loaded);
  /// That copy in every collection, as it is bound now.
  Status add_rebound(const policy::Compiled& policy, const LoadedPtr& copy, const Bound& before, bool said_again, std::vector<Rebound>& out);
  class Making;  // plan.cpp
  class Waking;  // waking.h
  class Falling;  // dependents.cpp
  struct Verdict;
  struct Alike;
  struct FreshVersion;
  Result<Alike*> alike(const policy::Compiled& policy, const LoadedPtr& loaded, store::CollectionNo collection, Timestamp now);
  static const Verdict& verdict(const policy::Compiled& policy, const Side& side, Alike& alike, Timestamp now);
  Status look_up(const policy::Compiled& policy, Coming& coming, Timestamp now);
  FreshVersion& fresh_version(const std::shared_ptr<const Links>& links, store::CollectionNo collection, store::ObjectNo no);
  /// A rendition, or a word about one, that a view carries.
  struct CarriedMade {
    store::ObjectNo no = 0;  ///< 0: made in the step at hand
    store::ObjectNo of = 0;  ///< what it stands for
    Made made;
  };
  /// In any collection, or in this one.
  Result<std::vector<CarriedMade>> carried_made(const View& view, store::ObjectNo no,
                                                std::optional<store::CollectionNo> where = std::nullopt);
  /// Of what a view carries instead of the versions of an id, and beside them, what can matter. By place and id of the rendition.
  struct MadeKnown {
    using Key = std::pair<store::CollectionNo, std::string>;
    struct One {
      store::ObjectNo no = 0, of = 0;  ///< as in CarriedMade
      Made fresh;                      ///< if it has no number yet
      Timestamp time;
      stix::redact::Replacement name;
    };
    std::map<Key, One> newest;
    std::map<std::uint32_t, std::pair<store::CollectionNo, One>> last;  ///< the newest of all, by the claim of what it stands for
    std::set<Key> told, untold;  ///< whether a word says what it stands for
    std::vector<std::pair<std::uint64_t, store::ObjectNo>> lately;  ///< step, and what is to be looked at when that is over
  };
  /// Of what the store shows; valid until anything else is looked up.
  Result<MadeKnown*> made_known(const policy::Compiled& policy, const View& view, const std::string& id);
  Status note_made(const policy::Compiled& policy, const CarriedMade& made, store::CollectionNo where, MadeKnown& known);
  Status note_made_of(const policy::Compiled& policy, const View& view, store::ObjectNo of, MadeKnown& known);
  Result<CarriedMade> whole_of(const MadeKnown::One& one);
  /// The newest of each rendition that is carried in one place, of any version of an id, by its id; and whether a word says what it stands for.
  struct MadeThere {
    std::map<std::string, CarriedMade> newest;
    std::set<std::string> told;
    void add(const CarriedMade& made);
  };
  /// As the step at hand leaves it; only those of which no word is said, unless `all`.
  Result<MadeThere> made_there(const policy::Compiled& policy, const View& view, const std::string& id, store::CollectionNo where, bool all);
  /// The same, and those of the step at hand.
  Result<std::vector<CarriedMade>> made_of(const View& view, const Loaded& original, std::optional<store::CollectionNo> where = std::nullopt);
  /// Of any version of an id, likewise.
  Result<std::vector<CarriedMade>> all_made(const View& view, std::string_view id,
                                            std::optional<store::CollectionNo> where = std::nullopt);
  /// Of anything of this id, or of what a reference to it means.
  Result<Reads> reads(const policy::Compiled& policy, const View& view, const std::string& id, const Meant& meant);
  Result<Reads> reads_ours(const policy::Compiled& policy, const View& view, const std::string& id);
  Result<bool> turns_meanings(const policy::Compiled& policy, Coming& coming, const Waiting& waiting, Timestamp now);
  Result<bool> turns_meaning(const policy::Compiled& policy, const std::string& giver, const Coming& coming, Timestamp now);
  struct Meaning;
  Result<const Meaning*> meaning_of(const policy::Compiled& policy, const std::string& giver, const std::string& id, const Family& all, Timestamp now);
  /// Null: a reference to it in what `giver` gave means whatever there is of the id.
  Result<const Family*> divided(const policy::Compiled& policy, const std::string& giver, const std::string& id);
  Result<Reads> find_claim(const policy::Compiled& policy, const View& view, const std::string& id, std::uint32_t claim);
  /// The same, known while nothing of the id comes or leaves.
  Result<Reads> reads_claim(const policy::Compiled& policy, const View& view, const std::string& id, std::uint32_t claim);
  /// The newest rendition of it, or of one claim of it.
  Result<std::optional<stix::redact::Replacement>> replacement(const policy::Compiled& policy, const View& view, const std::string& id,
                                                               const Meant& meant);
  /// Whether rules let the giver read this copy, recalled or not.
  Result<bool> may_read(const policy::Compiled& policy, const std::string& giver, const Relative& copy, Timestamp now);
  bool renditions_matter(const policy::Compiled& policy) const { return !policy.policy().profiles.empty() || !made_of_.empty(); }
  /// kCompetes: it may go as it is, beside what else there is of its id; kNo: the whole of plan() is needed.
  enum class Plain : std::uint8_t { kDone, kCompetes, kNo };
  Result<Plain> plain(const policy::Compiled& policy, const Side& side, Coming& coming, Timestamp now, Plan& plan);
  // contest.cpp: what is known of a contest of claims
  /// False where the whole of plan() is needed to tell what counts.
  Result<bool> settle_beside(const policy::Compiled& policy, const Side& side, Coming& coming, Waiting& waiting, Timestamp now, Plan& plan);
  struct Contest;
  Result<std::optional<Place>> leader(const Side& side, const Contest& contest, const Waiting& waiting, const std::string& id);
  Result<std::optional<ClaimOutcome>> outcome_beside(const Side& side, const Contest& contest, const Waiting& waiting, const Family& all,
                                                     const Relative& mine, const Relative& lead);
  Status note_contests(const policy::Compiled& policy, const Side& side, const Plan& plan, const Waiting& waiting);
  void release_plainly(const Side& side, Coming& coming, Plan& plan);
  /// What it needs to go to that side, as far as rules let it; nothing if they do not.
  Result<std::optional<Needs>> needs_of(const policy::Compiled& policy, const Side& side, Coming& coming, Timestamp now);
  /// Those that wait for it and may go with it, in the order in which they came; others may come to wait for something else.
  Result<std::vector<Input>> wake(const policy::Compiled& policy, const Side& side, Coming& coming, Waiting& waiting, Timestamp now,
                                  std::optional<std::string>& missing);
  Status add_displaced(std::vector<Input>& together, const Waiting& waiting);
  Status add_same_content(const policy::Compiled& policy, const Side& side, const Coming& coming, std::vector<Input>& together);
  Status take_up(const std::vector<Input>& together, const Plan& mine, Waiting& waiting);
  Status follow_waiting(const policy::Compiled& policy, const Side& side, Coming& coming, Waiting& waiting, Timestamp now, Plan& plan);
  Status absorb(const policy::Compiled& policy, const Side& side, const Plan& plan);
  Result<std::optional<store::ObjectNo>> readable_definition(const policy::Compiled& policy, const View& view,
                                                             std::string_view id, store::CollectionNo where,
                                                             Timestamp now, store::ObjectNo without = 0);
  /// Those of a definition that may travel: of each giver the newest kSayingsAtOnce that have arrived; the newest first.
  Result<std::vector<store::ObjectNo>> newest_definitions(const std::string& id);
  /// Those that have arrived and count to a bearer, with their ranks, in order of number: of each giver the first ones, and one more than count.
  Result<std::vector<std::pair<store::ObjectNo, int>>> sayings(const policy::Compiled& policy, const Asked& asked);
  /// Whether a definition that told nothing new is the first that this view may read.
  Result<bool> is_first_readable(const policy::Compiled& policy, const View& view, const Loaded& definition, Timestamp now);
  /// One version of something, to be compared with what is carried.
  struct Key {
    std::string_view id;
    std::string_view version;  ///< Links::version
    Sha256 content{};
    store::ObjectNo no = 0;    ///< 0: not stored yet
  };
  static Key key_of(const Loaded& loaded) {
    return {loaded.stored.id, loaded.links->version, loaded.stored.content, loaded.stored.no};
  }
  /// Whether another content or copy of the same version is carried where it would clash; `made`: of what this node made.
  Result<bool> carried_already(const View& view, const Key& key, store::CollectionNo collection, bool made = false);
  Result<bool> is_given(store::ObjectNo no);
  /// Whether claims or contents of its id compete, for whatever audience.
  Result<bool> is_contested(const policy::Compiled& policy, const Loaded& loaded);
  /// Whether anything of this id was released, or its claims competed, in the step at hand: to this reader, or to any.
  bool touched_in_step(const std::string& id, std::optional<std::size_t> reader) const;
  /// Whether it was released to this reader, or taken from it, in the step at hand.
  bool given_in_step(std::size_t reader, const Place& place) const;
  bool gone_in_step(std::size_t reader, const Place& place) const { return gone_places_.count({reader, place}) != 0; }
  Result<std::vector<store::StreamNo>> placed(store::ObjectNo no) const;
  Result<bool> carries(const View& view, store::ObjectNo no, store::CollectionNo where) const;
  /// Whether any version of this id has arrived.
  Result<bool> has_arrived(const std::string& id);
  Result<bool> view_reads(const View& view, std::string_view id);
  std::optional<stix::MarkingMeaning> read_meaning(const policy::Compiled& policy, const Asked& asked, Timestamp now);
  /// Whether an audience may read a definition, asked so deep among definitions; one that bears more markings than count nobody may.
  bool permits(const policy::Compiled& policy, const Loaded& definition, const Asked& asked, Timestamp now);
  using Told = std::vector<std::optional<stix::MarkingMeaning>>;
  /// What a marking means to everybody who could be told of it: by audience, place and whoever gave a definition of it; to objects that
  /// bear it, and behind that, level by level, to definitions.
  Result<Told> meanings(const policy::Compiled& policy, const std::vector<View>& views, const std::string& id, bool levels, Timestamp now);
  /// Whether it was told before, and is told otherwise now; `at_all`, or was not.
  static bool is_told_otherwise(const Told& before, const Told& after, bool at_all);
  void note_arrival(const Loaded& loaded);
  /// Nothing that was worked out from what these mean is kept.
  void forget_meanings_of(const std::set<std::string>& markings);
  /// Translations of anything of this id.
  Result<std::set<store::ObjectNo>> translations_of(const std::string& id);
  /// Marking-definitions that bear this marking, or one of which the definition does.
  Result<std::set<std::string>> bearers_of(const std::string& marking);
  /// All that are held of an id, without bytes; valid until look_again(), or next_step().
  Result<const std::vector<store::StoredObject>*> versions(const std::string& id);
  /// Those of one version among them.
  Result<std::vector<const store::StoredObject*>> of_version(const std::string& id, std::string_view version);
  /// The parties among the givers of the other copies of its content.
  Result<std::vector<std::string>> further_givers(const Loaded& loaded);
  /// Names of an identity that its objects told, each with the first version that did.
  struct KnownNames {
    std::size_t read = 0;  ///< of versions()
    std::map<std::string, std::vector<std::pair<store::ObjectNo, std::string>>> by_giver;
  };
  Status read_names(const std::string& identity, KnownNames& known);
  /// What identity objects that have arrived, up to this number, call whom `ask` hides; what a stranger says of an identity does not count.
  Result<std::vector<std::string>> source_names(const policy::Policy& policy, const Renditions::Ask& ask, store::ObjectNo known);
  /// Whether there are renditions of any of them.
  Result<bool> any_made(const std::string& id);
  /// It is held, and nothing of its id was before.
  void note_first(const Loaded& loaded);
  /// It is held.
  void note_version(const Loaded& loaded);
  /// The same, and given there.
  Status note_held(const policy::Compiled& policy, const Loaded& loaded, const Input& input);
  void forget_families() {
    made_known_.clear();
    families_.clear();
    forget_contests();
    meanings_.clear();
    resting_.clear();
  }
  /// Whether there is, or is to be, a rendition of any version of it.
  Result<bool> may_be_made(const std::string& id) {
    if (fresh_made_.count(id) != 0) return true;
    return any_made(id);
  }
  void forget_contests() {
    contests_.clear();
    contests_known_ = 0;
  }
  void forget_gone();
  LoadedPtr remember(std::shared_ptr<Loaded> loaded);

  // ---- what views got in the step at hand and the store does not show yet
  struct FreshMade {
    std::size_t reader = 0;
    store::ObjectNo of = 0;
    store::CollectionNo collection = 0;
    Made made;
  };
  struct FreshVersion {
    std::shared_ptr<const Links> links;
    store::CollectionNo collection = 0;
    store::ObjectNo no = 0;  ///< 0: not stored yet
    ReaderSet* of_id = nullptr;  ///< if stored: who was given any version of the id
    ReaderSet readers;
    bool is_with(std::size_t reader) const { return readers.is_with(reader); }
    void give(std::size_t reader) {
      readers.give(reader);
      if (of_id != nullptr) of_id->give(reader);
    }
  };
  struct KnownVersions {
    std::vector<store::StoredObject> all;  ///< by number
    std::unordered_map<std::string, std::vector<std::size_t>> by_version;  ///< places in `all`
    bool mixed = false;                    ///< not all of one source
    std::optional<bool> made;              ///< any of them; if asked
    // Of a definition, by who gave it: the first numbers, one more than count; and what newest_definitions() gives.
    std::map<std::string, std::vector<store::ObjectNo>> first_of;
    std::map<std::string, std::vector<std::pair<Timestamp, store::ObjectNo>>> newest_of;
    store::ObjectNo newest_through = 0;
    void add(store::StoredObject version);
  };

  /// What an audience gets of an object, as it is kept with the decisions.
  struct Verdict {
    bool reads = false;  ///< the collection
    bool again = false;
    policy::Effect effect = policy::Effect::kDeny;
    std::string rule;
  };
  /// Objects that no audience tells apart: what was decided about one holds for all.
  struct Alike {
    const policy::Compiled* policy = nullptr;
    Timestamp now;
    LoadedPtr first;
    policy::Facts facts;
    policy::JudgedMarking judged;
    std::vector<std::optional<Verdict>> verdicts;  ///< by audience
  };

  /// Of a contest of claims in one view, places to look at first; each is checked before it is believed.
  struct Contest {
    std::optional<Place> carried, left;
    std::map<std::pair<std::uint32_t, std::string>, Place> displaced;  ///< by claim and giver
    std::map<std::string, Place> of_version;                           ///< carried
  };

  store::Store& store_;
  std::shared_ptr<const std::atomic<bool>> ending_;
  std::map<std::pair<std::size_t, std::string>, Contest> contests_;  ///< by reader and id
  std::size_t contests_known_ = 0;                                   ///< places in them
  std::map<std::pair<std::string, std::string>, bool> not_keyed_;  ///< by id and claim: some of its renditions are not; a claim does not turn
  std::unordered_set<store::ObjectNo> given_;
  const std::vector<Place>* supposed_ = nullptr;
  store::StreamNo supposed_first_ = 0;
  Renditions renditions_;
  std::vector<std::string> opaque_;
  std::unordered_map<store::ObjectNo, std::vector<store::ObjectNo>> made_of_;  ///< renditions, by what they stand for
  store::ObjectNo horizon_ = 0;  ///< the highest number that has arrived
  store::ChangeNo reached_ = 0;
  std::unordered_map<std::string, std::vector<FreshMade>> fresh_made_;  ///< by the id that they stand for; until look_again()
  using ReaderOfId = std::pair<std::size_t, std::string>;
  std::map<ReaderOfId, MadeKnown> fresh_known_;  ///< of the same, what can matter; likewise
  std::map<ReaderOfId, MadeKnown> made_known_;   ///< of what left nothing is known from the next step on
  std::uint64_t step_ = 0;                       ///< counts them
  std::unordered_map<std::string, std::map<std::pair<std::size_t, std::uint32_t>, Reads>> claim_reads_;  ///< by id; reader and claim. Likewise
  std::unordered_multimap<std::string_view, FreshVersion> fresh_versions_;  ///< by Links::version; until look_again()
  std::unordered_map<std::string, ReaderSet> touched_;  ///< ids whose claims competed; until look_again()
  std::unordered_multimap<store::ObjectNo, const FreshVersion*> fresh_of_;  ///< of those that are stored; until look_again()
  std::unordered_map<std::string, ReaderSet> fresh_ids_;  ///< of what was released; until look_again()
  std::set<std::pair<std::size_t, Place>> gone_places_;  ///< by reader; until look_again()
  std::unordered_map<std::string, KnownNames> names_;  ///< by identity; until forget()
  std::unordered_map<std::string, Family> families_;
  const policy::Compiled* families_of_ = nullptr;
  /// What a giver can mean by an id: the claims that count for it, in order of arrival.
  struct Meaning {
    struct Copy {
      store::ChangeNo arrival = 0;
      int rule = 0;       ///< of ownership.md §7: the lower, the sooner it is meant
      Stake stake;
      std::size_t best = 0;  ///< of those up to this one
    };
    std::size_t seen = 0;  ///< of the family
    std::vector<Copy> copies;
    void add(Copy copy);
    /// What is meant by something that came at that time; null: nothing.
    const Copy* at(store::ChangeNo arrival) const;
  };
  std::map<std::pair<std::string, std::string>, Meaning> meanings_;  ///< by giver and id; as long as families_
  std::unordered_map<std::string, std::set<std::pair<std::string, std::string>>> resting_;  ///< of these, by the markings of copies
  std::optional<Stakes> stakes_;
  const policy::Compiled* stakes_of_ = nullptr;
  std::unordered_map<store::ObjectNo, Stake> stake_of_;
  const Waiting* waiting_ = nullptr;  ///< of the view at hand
  std::list<Alike> alike_;                                                  ///< until look_again()
  std::unordered_map<std::string, std::size_t> audiences_;                  ///< Side::audience
  std::map<store::CollectionNo, store::Collection> collections_;
  std::map<store::CollectionNo, store::CollectionNo> companions_;
  std::shared_ptr<const Recalled> recalled_ = std::make_shared<Recalled>();
  std::shared_ptr<const Tightened> tightened_ = std::make_shared<Tightened>();
  store::ObjectNo first_words_of_ = 0;  ///< 0: of none
  std::shared_ptr<const SettledIds> settled_ = std::make_shared<SettledIds>();
  std::shared_ptr<const Approvals> approvals_ = std::make_shared<Approvals>();
  /// Since begin_decisions(), by name of the view.
  struct Decisions {
    std::map<std::string, std::size_t> views;
    DecisionLogs logs;
    std::map<std::string, DecisionLog> put;
  };
  Decisions decisions_;
  std::size_t log_of(const std::string& view);
  std::unordered_map<store::ObjectNo, LoadedPtr> recent_;
  std::list<store::ObjectNo> recent_order_;
  std::set<Place> firsts_;  ///< offered and not arrived yet: nothing was held of the id before
  std::string offered_as_;  ///< text of the provenance offered last, mostly that of the next
  Provenance offered_provenance_;
  static constexpr std::size_t kSayingsAtOnce = 16;  ///< definitions under one id whose givers count alike
  static constexpr unsigned kNestedDefinitions = 3;  ///< a definition marked by a definition marked by one
  /// By id; how deep among definitions it is asked, and by whom. Until look_again().
  std::unordered_map<std::string, std::map<std::pair<unsigned, Asked>, std::optional<stix::MarkingMeaning>>> markings_;
  std::map<std::tuple<unsigned, store::ObjectNo, store::CollectionNo, std::string>, bool> permits_;  ///< how deep, and which; where and to whom. Likewise
  store::ObjectNo told_nothing_ = 0;  ///< a definition that turned nothing as it arrived; the last one
  std::unordered_map<std::string, std::set<std::string>> bearers_;  ///< of what arrived since the start; the rest is kept
  std::unordered_map<std::string, std::set<store::ObjectNo>> translations_;  ///< by what they translate; likewise
  /// What an audience loses of an object by rules and profiles alone.
  struct Alone {
    bool redacted = false;  ///< it may have it redacted at best
    stix::redact::Lost lost;
  };
  std::map<std::tuple<std::string, store::ObjectNo, store::CollectionNo>, Alone> alone_;  ///< by audience; until look_again()
  unsigned nested_ = 0;  ///< definitions marked by definitions, at the moment
  std::unordered_map<std::string, KnownVersions> versions_;
  std::size_t versions_known_ = 0;  ///< in all of them
  using Judged = std::tuple<store::ObjectNo, store::CollectionNo, std::string>;  ///< audience, empty: the same for all
  std::map<Judged, policy::JudgedMarking> judged_;  ///< until look_again()
  Readers readers_;
};

}  // namespace sekisho::sync
