// What depends on what left a view, found over the store's index of mentions and planned by itself: what else the view reads
// it goes on reading. References close to the greatest set in which they hold; what leaves takes from that set whatever names
// it, and what names that, and nothing else, so that nothing beyond has to be looked at. docs/specs/release.md.
//
// What is not done here, for what comes of it stands on more than that, and all is computed anew instead:
// - what left is a definition: it may turn what markings mean;
// - the view carries, or would carry, a rendition of something concerned, or a word about one: these are rewritten, each in its turn;
// - a definition that may go with what leaves is there in several versions or copies, or only other definitions bear it, or it
//   was given there and bears markings itself;
// - of an id that something left there are several claims: what refers to it may mean one of them;
// - more than a given number of objects that mention something that left would have to be looked at.
#include "sync/release/plan/dependents.h"

#include <algorithm>
#include <map>
#include <optional>

#include "sync/release/plan/making.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kMentionsAtOnce = 500;

}  // namespace

/// Lives for one view. The functions that give a bool: false, it cannot be done exactly.
class Planner::Falling {
 public:
  Falling(Planner& planner, const policy::Compiled& policy, const View& view, const Waiting& waiting, std::size_t most, Timestamp now)
      : planner_(planner), policy_(policy), view_(view), waiting_(waiting), most_(most), now_(now),
        with_renditions_(planner.renditions_matter(policy)) {}

  Result<std::optional<Dependents>> run(const Left& left) {
    std::optional<Dependents> none;
    SEKISHO_ASSIGN(through_, planner_.store_.released_through());
    SEKISHO_ASSIGN(const bool found, find(left));
    if (!found) return none;
    Dependents out;
    SEKISHO_ASSIGN(const bool planned, plan(out));
    if (!planned) return none;
    SEKISHO_TRY(settle_definitions(out));
    return std::optional(std::move(out));
  }

 private:
  // ---- what falls: at least what does, and at most what mentions it

  Result<bool> find(const Left& left) {
    fallen_ = left.places;
    for (const std::string& id : left.definitions) {
      SEKISHO_ASSIGN(const bool exact, turn(id));
      if (!exact) return false;
    }
    for (const std::string& id : left.ids) {
      SEKISHO_ASSIGN(const bool exact, look_at(id));
      if (!exact) return false;
    }
    while (!open_.empty()) {
      const std::string id = std::move(open_.back());
      open_.pop_back();
      SEKISHO_ASSIGN(const bool exact, fall(id));
      if (!exact) return false;
    }
    return true;
  }

  /// Gives whatever mentions this id until it is told to stop. False: it was, or there is more than may be looked at.
  template <typename Visit>
  Result<bool> each_mention(const std::string& id, const Visit& visit) {
    store::ObjectNo after = 0;
    while (true) {
      SEKISHO_ASSIGN(const auto page, planner_.store_.mentioning(id, after, kMentionsAtOnce));
      for (const store::ObjectNo no : page) {
        SEKISHO_TRY(planner_.go_on());
        if (++looked_at_ > most_) return false;
        SEKISHO_ASSIGN(const bool go_on, visit(no));
        if (!go_on) return false;
      }
      if (page.size() < kMentionsAtOnce) return true;
      after = page.back();
    }
  }

  /// One more id that is planned. False: which of several claims of it counts, and what means which, is settled with everything.
  Result<bool> add(const std::string& id) {
    if (ids_.insert(id).second && with_renditions_) {
      SEKISHO_ASSIGN(const auto made, planner_.all_made(view_, id));
      if (!made.empty()) return false;
    }
    if (waiting_.any_for(marked(Mark::kDisplacedRendition, id))) return false;
    SEKISHO_ASSIGN(const Family* family, planner_.family(policy_, id));
    return family->claims() <= 1;
  }

  /// Whoever bears or names this definition is planned again, whatever became of it before; so are definitions that bear it, and theirs.
  Result<bool> turn(const std::string& definition) {
    constexpr unsigned kNever = kNestedDefinitions + 1;
    std::set<std::string> open{definition};
    // Deeper than markings of markings count nothing turns.
    for (unsigned deep = 0; deep < kNever && !open.empty(); ++deep) {
      std::set<std::string> bearers;
      for (const std::string& id : open) {
        unsigned& known = definitions_.try_emplace(id, kNever).first->second;
        if (known <= deep) continue;
        const bool users = known == kNever;
        known = deep;
        ids_.insert(id);
        SEKISHO_ASSIGN(const bool exact, each_mention(id, [&](store::ObjectNo no) -> Result<bool> {
          SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(no));
          if (is_definition(loaded->stored.id)) bearers.insert(loaded->stored.id);
          else if (users) return turn_user(*loaded);
          return true;
        }));
        if (!exact) return false;
      }
      open = std::move(bearers);
    }
    return true;
  }

  /// It may be decided otherwise: what it meets and what waits for it is looked at too.
  Result<bool> turn_user(const Loaded& loaded) {
    if (with_renditions_) {
      SEKISHO_ASSIGN(const bool plain, has_no_renditions(loaded));
      if (!plain) return false;
    }
    SEKISHO_ASSIGN(std::vector<Place> places, carried_at(loaded.stored.no));
    for (const auto& [collection, stream] : view_.streams) {
      const Place place{loaded.stored.no, collection};
      const Awaited* awaited = waiting_.of(place);
      if (awaited != nullptr && awaited->has(Mark::kDisplaced)) places.push_back(place);
    }
    fallen_.insert(places.begin(), places.end());
    SEKISHO_ASSIGN(const bool exact, places.empty() ? add(loaded.stored.id) : look_at(loaded.stored.id));
    return exact ? add_waiting(loaded.stored.id) : Result<bool>(false);
  }

  /// What waits for this id, and for that: where another copy comes to be read, it may go.
  Result<bool> add_waiting(const std::string& id) {
    std::vector<std::string> open{id};
    while (!open.empty()) {
      const auto waiting = waiting_.for_id(open.back());
      open.pop_back();
      for (const Place& place : waiting) {
        if (++looked_at_ > most_) return false;
        SEKISHO_ASSIGN(const LoadedPtr other, planner_.load(place.first));
        if (!waiters_.insert(other->stored.id).second) continue;
        SEKISHO_ASSIGN(const bool known, add(other->stored.id));
        if (!known) return false;
        open.push_back(other->stored.id);
      }
    }
    return true;
  }

  /// A copy of this id is not read any more.
  Result<bool> look_at(const std::string& id) {
    SEKISHO_ASSIGN(const bool exact, add(id));
    if (!exact) return false;
    SEKISHO_ASSIGN(const bool reads, still_reads(id));
    if (!reads && gone_.insert(id).second) open_.push_back(id);
    return true;
  }

  Result<bool> still_reads(const std::string& id) {
    if (policy_.is_public_id(id)) return true;
    SEKISHO_ASSIGN(const auto held, planner_.versions(id));
    for (const auto& version : *held) {
      SEKISHO_ASSIGN(const auto places, carried_at(version.no));
      if (std::any_of(places.begin(), places.end(), [this](const Place& place) { return fallen_.count(place) == 0; })) return true;
    }
    for (const Place& place : waiting_.for_id(marked(Mark::kDisplaced, id))) {
      if (fallen_.count(place) == 0) return true;
    }
    return other_copy_goes(id);
  }

  /// Copies and contents that are passed over leave no trace, and go in the place of what fell.
  Result<bool> other_copy_goes(const std::string& id) {
    SEKISHO_ASSIGN(const Family* family, planner_.family(policy_, id));
    for (const Relative& relative : family->all()) {
      const Place place{relative.no, relative.collection};
      if (relative.arrival > through_ || fallen_.count(place) != 0) continue;
      SEKISHO_ASSIGN(const bool goes, surely_goes(place));
      if (!goes) continue;
      relied_on_.insert(place);
      return true;
    }
    return false;
  }

  /// False also where this is not certain.
  Result<bool> surely_goes(const Place& place) {
    const store::Collection* where = planner_.collection(place.second);
    if (where == nullptr || !policy_.reads(view_.audience, where->alias, now_)) return false;
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(place.first));
    const auto decision = planner_.decide(policy_, view_.audience, *loaded, place.second, now_, Reasons::kOmit);
    if (decision.effect != policy::Effect::kPermit) return false;
    for (const std::string& reference : loaded->links->closure.references) {
      if (policy_.is_public_id(reference)) continue;
      if (gone_.count(reference) != 0) return false;
      SEKISHO_ASSIGN(const Meant meant, planner_.meant(policy_, loaded->stored.source, place, reference, now_));
      SEKISHO_ASSIGN(const Reads reads, planner_.reads(policy_, view_, reference, meant));
      if (reads != Reads::kOriginal) return false;
    }
    for (const auto* list : {&loaded->definitions, &loaded->named}) {
      for (const std::string& id : *list) {
        SEKISHO_ASSIGN(const bool known, planner_.has_arrived(id));
        if (!known && list == &loaded->definitions) continue;
        SEKISHO_ASSIGN(const auto definition, planner_.readable_definition(policy_, view_, id, place.second, now_));
        if (!definition) return false;
      }
    }
    return true;
  }

  /// Whatever mentions this id, which the view reads no more, falls.
  Result<bool> fall(const std::string& id) {
    return each_mention(id, [&](store::ObjectNo no) { return take_down(no, id); });
  }

  Result<bool> take_down(store::ObjectNo no, const std::string& id) {
    SEKISHO_ASSIGN(const std::vector<Place> carried, carried_at(no));
    std::vector<Place> places = carried;
    bool as_rendition = false;
    for (const auto& [collection, stream] : view_.streams) {
      const Place place{no, collection};
      const Awaited* awaited = waiting_.of(place);
      if (relied_on_.count(place) != 0 || (awaited != nullptr && awaited->has(Mark::kDisplaced))) places.push_back(place);
      as_rendition = as_rendition || (awaited != nullptr && awaited->has(Mark::kDisplacedRendition));
    }
    if (places.empty() && !as_rendition && !with_renditions_) return true;
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(no));
    const auto& references = loaded->links->closure.references;
    if (!std::binary_search(references.begin(), references.end(), id)) return true;  // a marking, an opaque property, or the hash alone
    if (as_rendition) return false;
    if (with_renditions_) {
      SEKISHO_ASSIGN(const bool plain, has_no_renditions(*loaded));
      if (!plain) return false;
    }
    if (!carried.empty()) {
      SEKISHO_ASSIGN(const bool given, planner_.is_given(no));
      if (!given) return false;  // this node made it of something
    }
    bool any = false;
    for (const Place& place : places) any = fallen_.insert(place).second || any;
    return any ? look_at(loaded->stored.id) : Result<bool>(true);
  }

  /// None is carried of it, and its audience would get none.
  Result<bool> has_no_renditions(const Loaded& loaded) {
    SEKISHO_ASSIGN(const auto made, planner_.carried_made(view_, loaded.stored.no));
    if (!made.empty()) return false;
    SEKISHO_ASSIGN(const auto where, planner_.store_.collections_of(loaded.stored.no));
    for (const store::CollectionNo collection : where) {
      const auto decision = planner_.decide(policy_, view_.audience, loaded, collection, now_, Reasons::kOmit);
      if (decision.effect == policy::Effect::kRedact) return false;
    }
    return true;
  }

  /// As it is.
  Result<std::vector<Place>> carried_at(store::ObjectNo no) const {
    SEKISHO_ASSIGN(const auto placed, planner_.placed(no));
    std::vector<Place> out;
    if (placed.empty()) return out;
    for (const auto& [collection, stream] : view_.streams) {
      if (std::find(placed.begin(), placed.end(), stream) != placed.end()) out.emplace_back(no, collection);
    }
    return out;
  }

  // ---- what comes of the ids of which something fell, planned as a whole

  Result<bool> plan(Dependents& out) {
    std::vector<std::pair<store::ChangeNo, Place>> rows;
    Before before;
    for (const std::string& id : ids_) {
      if (!waiting_.for_id(marked(Mark::kDisplaced, id)).empty()) before.displaced.insert(id);
      for (const Place& place : waiting_.for_id(marked(Mark::kLeft, id))) before.left.insert(place);
      SEKISHO_ASSIGN(const Family* family, planner_.family(policy_, id));
      for (const Relative& relative : family->all()) {
        if (relative.arrival > through_) continue;
        rows.emplace_back(relative.arrival, Place{relative.no, relative.collection});
        SEKISHO_ASSIGN(const bool carried, planner_.carries(view_, relative.no, relative.collection));
        if (carried) carried_.push_back(rows.back().second);
      }
    }
    std::sort(rows.begin(), rows.end());
    std::sort(carried_.begin(), carried_.end());
    before.carried = &carried_;
    std::vector<Input> inputs;
    for (const bool first : {true, false}) {
      for (const auto& [came, place] : rows) {
        if (before.carries(place) == first) inputs.push_back({place.first, place.second});
      }
    }
    SEKISHO_ASSIGN(Plan plan, Making(planner_, policy_, view_, &before, now_, &ids_).run(inputs, nullptr));
    if (plan.renditions) return false;
    for (const auto& [came, place] : rows) out.looked_at.push_back(place);
    std::map<Place, std::string> holds;
    for (auto& hold : plan.holds) holds[{hold.object, hold.collection}] = std::move(hold.missing);
    for (const auto& [place, id] : plan.left) {
      Awaited awaited = Awaited::from_text(holds[place]);
      awaited.add(marked(Mark::kLeft, id));
      holds[place] = awaited.to_text();
    }
    out.holds.assign(holds.begin(), holds.end());
    for (PlanItem& item : plan.released) {
      bool whole = before.carries({item.no, item.collection});
      wanted_.emplace(item.no, item.collection);
      for (const store::ObjectNo no : item.definitions) {
        wanted_.emplace(no, item.collection);
        SEKISHO_ASSIGN(const bool there, planner_.carries(view_, no, item.collection));
        whole = whole && there;
      }
      if (!whole) out.gains.push_back(std::move(item));
    }
    for (const Place& place : carried_) SEKISHO_TRY(lose(place, out));
    return true;
  }

  // ---- definitions that had travelled

  Status settle_definitions(Dependents& out) {
    for (const auto& [id, deep] : definitions_) {
      SEKISHO_ASSIGN(const auto held, planner_.versions(id));
      for (const auto& version : *held) {
        for (const auto& [collection, stream] : view_.streams) {
          const Place place{version.no, collection};
          SEKISHO_ASSIGN(const bool carried, planner_.carries(view_, version.no, collection));
          if (carried && !std::binary_search(carried_.begin(), carried_.end(), place)) SEKISHO_TRY(lose(place, out));
        }
      }
    }
    std::sort(out.lost.begin(), out.lost.end());
    return {};
  }

  /// It leaves unless it is wanted, or a definition that may stay.
  Status lose(const Place& place, Dependents& out) {
    if (wanted_.count(place) != 0) return {};
    SEKISHO_ASSIGN(const bool stays, planner_.stays_by_itself(policy_, view_.audience, place, now_));
    if (!stays) out.lost.push_back(place);
    return {};
  }

  Planner& planner_;
  const policy::Compiled& policy_;
  const View& view_;
  const Waiting& waiting_;
  const std::size_t most_;
  const Timestamp now_;
  const bool with_renditions_;
  store::ChangeNo through_ = 0;
  std::size_t looked_at_ = 0;
  std::set<std::string> ids_;         ///< of which something fell, or may be decided otherwise
  std::map<std::string, unsigned> definitions_;  ///< among these, and how deep markings lead there from what turned
  std::set<std::string> waiters_;     ///< ids of what waits for something that may be decided otherwise
  std::set<std::string> gone_;        ///< that the view reads no more, unless the plan finds another copy
  std::vector<std::string> open_;     ///< of those, whose mentions are still to be looked at
  std::set<Place> fallen_;            ///< carried or displaced until now
  std::set<Place> relied_on_;         ///< passed over until now
  std::vector<Place> carried_;        ///< of ids_, sorted
  std::set<Place> wanted_;            ///< what is to be carried of ids_, with definitions
};

Result<std::optional<Dependents>> Planner::dependents(const policy::Compiled& policy, const View& view, const Waiting& waiting,
                                                      const Left& left, std::size_t most, Timestamp now) {
  waiting_ = &waiting;
  auto done = Falling(*this, policy, view, waiting, most, now).run(left);
  waiting_ = nullptr;
  return done;
}

void Planner::withdrew() {
  readers_.forget_ids();
  look_again();
}

}  // namespace sekisho::sync
