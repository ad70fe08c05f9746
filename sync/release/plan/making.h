// The making of one plan, by topic: plan.cpp takes each input by itself, plan_references.cpp closes references and makes
// the renditions that they ask for, plan_contents.cpp lets contents of one version compete. docs/specs/release.md,
// docs/specs/redaction.md §4. Used by Planner::plan() alone; lives for one plan.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sync/release/plan/planner.h"

namespace sekisho::sync {

class Planner::Making {
 public:
  /// `before`: the whole is computed anew; with `among` the whole of these ids, while all others stay as they are.
  Making(Planner& planner, const policy::Compiled& policy, const View& view, const Before* before, Timestamp now,
         const std::set<std::string>* among = nullptr)
      : planner_(planner), policy_(policy), view_(view), before_(before), among_(among), whole_(before != nullptr), now_(now),
        renditions_matter_(planner.renditions_matter(policy)), log_(planner.log_of(view.name)) {}
  Result<Plan> run(const std::vector<Input>& inputs, const Step& step);
  /// What the rules leave it to need; nothing if they let it go in no form. Nothing is told in the log.
  Result<std::optional<Needs>> needs_alone(const Input& input);
  /// Whether its profiles let it go in no form, for all that is known of its givers now. Nothing is told in the log.
  Result<bool> names_source(const Input& input);

 private:
  using Replacement = stix::redact::Replacement;

  /// One of the inputs that no rule is against.
  struct Candidate {
    PlanItem item;
    std::vector<const policy::RedactionProfile*> profiles;
    ClosureCandidate base;            ///< of what is redacted: what the profiles leave of its references
    bool redacted = false, rigid = false, strips = false;
    bool as_before = false;           ///< went as a rendition for its references alone: what was released is not touched
    bool out = false;                 ///< withheld or held: told in the plan already
    bool passed = false;              ///< would go as it is, but another copy goes: nobody is pointed at it
    std::string circle;               ///< a reference that leads back to it through renditions alone
    std::optional<Timestamp> again;   ///< when it is decided again by itself
    std::optional<Timestamp> due;     ///< until when a reference may still come
    std::vector<std::string> lost;    ///< definitions that it names and that may not travel with it: stripped
    std::vector<std::string> strip;   ///< of `made`
    std::map<std::string, Replacement, std::less<>> rewrite;
    std::optional<Made> made;
    std::string giver;
    ClosureMeanings meanings;         ///< of all that it names in one form or another
    std::optional<Translates> translates;
    std::string said;                 ///< of what its target lost; taken out of `made`
    std::vector<std::string> also;    ///< what references to its claim mean, where they do not mean whatever there is of its id
    bool is_also(const std::string& key) const { return std::find(also.begin(), also.end(), key) != also.end(); }
    const ClosureCandidate& names() const { return redacted ? base : item.links->closure; }
    const std::string& id() const { return item.links->closure.id; }
  };
  /// What the view carries beside an original or instead of it: it stays if all that it names does.
  struct Kept {
    std::size_t candidate = 0;
    store::ObjectNo no = 0;
    bool duplicate = false;
    std::string profiles, version;
    ClosureCandidate names;
    store::ObjectNo of = 0;
    store::CollectionNo collection = 0;
  };

  enum class Visit : std::uint8_t { kNot, kOpen, kDone };

  void hold(const Input& input, const Awaited& awaited) {
    plan_.holds.push_back({view_.name, input.no, input.collection, awaited.to_text(), now_});
  }
  void withhold(const Input& input, std::string reason) {
    plan_.withheld.push_back({input.no, input.collection, std::move(reason)});
  }

  Needs needs_of(const Candidate& candidate) const;
  Status add_meanings(const ClosureCandidate& names, Candidate& candidate);
  /// Of candidates whose ids somebody means one claim of.
  Status name_claims();

  // plan.cpp: each by itself
  Status consider(const Input& input);
  /// False: held for a marking whose definition this audience may not read. Whatever is understood without its definition
  /// goes without those that may not go, and so does what was decided as if nothing were known of the marking (a rendition
  /// that lacks the marked parts): that they are here must not show.
  Result<bool> add_definitions(const Loaded& loaded, bool went_before, PlanItem& item);
  bool understood(const Loaded& loaded, const PlanItem& item, const std::string& id) const {
    return planner_.marking(policy_, {view_.audience, id, bearer_for(policy_, loaded), item.collection}, now_).has_value();
  }
  /// Whether the view carries it in this collection, in whatever form.
  Result<bool> carried_here(const PlanItem& item);
  /// Those that it refers to; gives the ids of those that may not travel.
  Result<std::vector<std::string>> add_named(const Loaded& loaded, bool went_before, PlanItem& item);
  /// A definition travels with what is released after it has come: what went without it, or with an earlier version, stays so.
  struct Went {
    bool any = false;   ///< false: it went without any, as a rendition does that lacks the marked parts
    bool kept = false;  ///< those that went may still
  };
  Result<Went> keep_definitions(const std::string& id, PlanItem& item);
  struct KeptDefinitions {
    Went went;
    std::vector<store::ObjectNo> kept;
  };
  static void add_definition(store::ObjectNo no, PlanItem& item);
  /// The same, unless the view has another content of it, or there another copy.
  Status add_if_new(store::ObjectNo no, PlanItem& item);
  /// The last object by which the names of its source are known.
  Result<store::ObjectNo> known_as_made(const PlanItem& item);
  Result<Renditions::Ask> ask_for(const Loaded& loaded, const Candidate& candidate);
  /// As many operators must agree on them as the audience needs; what it needs does not depend on who else there is.
  ApprovedTexts approved_texts(const Loaded& loaded) const;
  /// What the profiles leave of it, whatever becomes of its references. False: nothing may go.
  Result<bool> redact_alone(const Loaded& loaded, Candidate& candidate);
  Status add_kept(const Candidate& candidate);
  /// Whether the view carries a rendition of the candidate at hand made under the same profiles.
  bool stands_for_it(const Candidate& candidate) const;
  /// Where what the view carries instead of an original cannot stay, the original may go. True: close again.
  bool drop_what_stood();

  // plan_references.cpp: references, and the renditions that they ask for
  Status close();
  /// Those that only a rendition of can go, each after those that it names. False: something fell out; close again.
  Result<bool> make_renditions();
  /// Puts what `i` names and is not made yet on the path; those on it already are a circle, of which none can go.
  std::optional<std::size_t> first_before(std::size_t i, std::vector<std::size_t>& path);
  Result<bool> make_one(std::size_t i);
  /// What has to be done about each reference, that of the creator included where it leads nowhere.
  Status edits_of(const Candidate& candidate, std::vector<std::string>& strip,
                  std::map<std::string, Replacement, std::less<>>& rewrite);
  /// What readers have of an id once this plan is carried out.
  Result<std::pair<Reads, Replacement>> stands_instead(const Candidate& by, const std::string& id);

  // translations.cpp: a translation goes without what its target lost
  /// What the audience has of what a translation translates, once this plan is carried out.
  struct Target {
    stix::redact::Lost lost;
    bool redacted = false;  ///< some version goes to this audience redacted, or is to
    bool had = false;       ///< of the versions that it may be of, one is had; as it is:
    bool original = false;
    std::vector<Replacement> forms;  ///< renditions of these
  };
  /// `only`: of what else there is, only whether the version that is named is had.
  Result<Target> target_of(const Translates& translates, const Meant& meant, const std::set<store::ObjectNo>* only = nullptr);
  Result<Target> target_of(const Candidate& candidate);
  void index_targets();
  Status add_version(store::ObjectNo no, const std::vector<store::CollectionNo>& where, Target& target);
  Status add_forms(const Loaded& original, const std::vector<store::CollectionNo>& where, Target& target);
  Result<const Alone*> alone(const Loaded& loaded, store::CollectionNo where);
  bool is_among(const std::string& id) const { return whole_ && (among_ == nullptr || among_->count(id) != 0); }
  /// The version that it names is not had, and what is had of the others is redacted.
  static bool misses(const Translates& translates, const Target& target) { return translates.names_version && target.redacted && !target.had; }
  static bool may_stay(const stix::Object& form, const Translates& translates, const Target& target);
  /// Translations that would go with what their target lost, or stay so. True: close again.
  Result<bool> trim_translations();
  Result<bool> trim(std::size_t i, std::set<std::size_t>& dropped);
  /// Those that are carried and that this plan brings to tell too much.
  Status find_overtaken();
  Status look_at_translation(store::ObjectNo no, const std::string& of, const std::set<store::ObjectNo>& redacted);

  // plan_claims.cpp: which claim of an id counts
  Status contend();
  /// `who`: candidates of this id that may go.
  Status contend_for(const std::string& id, const std::vector<std::size_t>& who);
  Result<bool> is_alone(const std::string& id, const std::vector<std::size_t>& who);
  Status add_others(const std::string& id, const std::vector<std::size_t>& who, std::vector<ClaimCopy>& copies, std::vector<Place>& places);
  Result<Relative> relative_at(const std::string& id, const Place& place);
  void cut_if_both(const Place& place, const ClaimCopy& copy, ClaimOutcome outcome);
  void settle(const std::string& id, const Place& place, const ClaimCopy& copy, ClaimOutcome outcome, std::optional<std::size_t> candidate);
  void find_unread();
  bool may_go(std::size_t i) const { return closed_[i].as != Reads::kNothing || instead_[i] || candidates_[i].passed; }
  Place place_of(std::size_t i) const { return {candidates_[i].item.no, candidates_[i].item.collection}; }
  Result<bool> carried_before(const Place& place);
  /// Nobody is pointed at a rendition that is not served.
  bool is_shadowed(std::size_t i) const { return outcomes_[i] != ClaimOutcome::kServed && winners_.count(candidates_[i].id()) != 0; }

  // plan_contents.cpp: one content per version
  /// Once per collection. Whoever is passed over here leaves its id readable.
  Status compete();
  /// Where the copy that goes is a rendition, nobody may be pointed at the id of those that are passed over. True: close again.
  bool drop_passed_over();
  struct Content {
    Sha256 content;
    std::vector<std::pair<store::CollectionNo, store::ObjectNo>> where;
  };
  using Taken = std::unordered_map<std::string, Content>;
  /// In one collection only one of several copies; `no` again, which may have travelled with others, is no other copy.
  static bool take(Taken& taken, const std::string& version, const Sha256& content, store::ObjectNo no, store::CollectionNo collection);
  static bool take(Taken& taken, const Links& links, store::ObjectNo no, store::CollectionNo collection) {
    return take(taken, links.version, links.content, no, collection);
  }
  /// A definition of which the view has another content, or there another copy, does not travel.
  Status take_definitions(Taken& taken, PlanItem& item);
  /// Renditions, and words about them, have versions of their own, of which somebody may have given another content. False:
  /// nothing of the item is left.
  Result<bool> take_made(Taken& taken, std::size_t i);
  Status finish(std::size_t i);
  /// Revocations of earlier renditions with their original, and `duplicate-of` where the original now goes too.
  Status add_words(Candidate& candidate);
  /// Where all is computed anew: of what stays.
  Status index_words();
  void index_originals();

  Planner& planner_;
  const policy::Compiled& policy_;
  const View& view_;
  const Before* before_;
  const std::set<std::string>* among_;
  const bool whole_;
  const Timestamp now_;
  const bool renditions_matter_;
  const std::size_t log_;
  bool tells_ = true;  ///< what is decided, to the log
  Plan plan_;
  std::vector<Candidate> candidates_;
  std::vector<Kept> kept_;
  std::unordered_map<std::string_view, std::vector<std::size_t>> kept_of_;  ///< by the id that they stand for; index_originals()
  /// Of the inputs, what the view had before.
  struct Was {
    Place place;
    std::shared_ptr<const Links> links;
    std::optional<std::size_t> candidate;
  };
  std::vector<Was> was_;
  struct Unread {
    std::vector<Place> places;
    bool taken = false;  ///< others waited for the place, or wait for it
  };
  std::map<std::string, Unread> unread_;
  std::vector<ClaimOutcome> outcomes_;  ///< by candidate
  std::set<std::string, std::less<>> winners_;  ///< ids of which something is served
  std::set<std::string, std::less<>> stay_originals_;  ///< those of which something carried is served on, as it is
  std::vector<std::pair<Place, Awaited>> displaced_;
  std::map<std::string, std::map<std::string, Meant>, std::less<>> divided_;  ///< by id: what references mean that do not mean whatever there is
  std::vector<std::size_t> owners_;  ///< candidate of each node of the closure
  std::vector<Closed> closed_;       ///< by candidate
  std::vector<bool> alive_;          ///< by kept
  std::vector<bool> instead_;        ///< by candidate: a kept rendition stands for it
  std::unordered_map<std::string_view, std::vector<std::size_t>> by_id_;  ///< candidates whose renditions are made
  std::vector<Visit> visits_;
  std::map<std::pair<std::string, store::CollectionNo>, KeptDefinitions> kept_definitions_;  ///< by id and place
  std::map<std::pair<store::CollectionNo, std::string>, MadeThere> words_;  ///< by id; index_words()
  std::set<std::string> originals_;  ///< ids that go as they are; index_originals()
  std::unordered_map<std::string, std::vector<std::size_t>> targets_;  ///< candidates of what candidates translate
  std::map<std::string, std::set<store::ObjectNo>> redacted_;  ///< considered, and to go redacted at best; by id
};

}  // namespace sekisho::sync
