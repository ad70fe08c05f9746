// What markings mean turns as definitions arrive: of the marking that one defines, and, as definitions bear markings too, of
// those whose definitions become readable by it. docs/specs/release.md.
#include <algorithm>
#include <set>
#include <utility>

#include "stix/markings.h"
#include "sync/release/plan/planner.h"

namespace sekisho::sync {
namespace {

constexpr unsigned kBearersDeep = 3;  // a definition marked by a definition marked by one

std::string bearers_space(const std::string& marking) { return "marking-bearers/" + marking; }

}  // namespace

void Planner::note_arrival(const Loaded& loaded) {
  horizon_ = std::max(horizon_, loaded.stored.no);
  if (const auto translates = Translates::of(*loaded.object)) translations_[translates->id].insert(loaded.stored.no);
  if (loaded.stored.type != "marking-definition") return;
  for (const std::string& id : loaded.links->markings) {
    if (id != loaded.stored.id) bearers_[id].insert(loaded.stored.id);
  }
}

Status Planner::arrived(store::ObjectNo no) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(no));
  note_version(*loaded);
  note_arrival(*loaded);
  if (loaded->stored.type != "marking-definition") return {};
  markings_.clear();
  permits_.clear();
  meanings_.clear();  // who may read what rests on markings
  judged_.clear();
  alone_.clear();
  return {};
}

void Planner::forget_meanings_of(const std::set<std::string>& markings) {
  for (const std::string& id : markings) {
    markings_.erase(id);
    const auto resting = resting_.find(id);
    if (resting == resting_.end()) continue;
    for (const auto& key : resting->second) meanings_.erase(key);
    resting_.erase(resting);
  }
  permits_.clear();
  judged_.clear();
  alone_.clear();
}

Status Planner::note_bearers(store::ObjectNo no, std::vector<store::DocumentPut>& out) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(no));
  if (loaded->stored.type != "marking-definition") return {};
  for (const std::string& id : loaded->definitions) {
    if (is_marking(id) && id != loaded->stored.id) out.push_back({bearers_space(id), loaded->stored.id, ""});
  }
  return {};
}

Result<std::set<std::string>> Planner::bearers_of(const std::string& marking) {
  std::set<std::string> all, next{marking};
  for (unsigned deep = 0; deep < kBearersDeep && !next.empty(); ++deep) {
    std::set<std::string> found;
    for (const std::string& id : next) {
      SEKISHO_ASSIGN(const auto told, store_.documents(bearers_space(id)));
      for (const auto& [bearer, nothing] : told) found.insert(bearer);
      if (const auto here = bearers_.find(id); here != bearers_.end()) found.insert(here->second.begin(), here->second.end());
    }
    next.clear();
    for (const std::string& id : found) {
      if (id != marking && all.insert(id).second) next.insert(id);
    }
  }
  return all;
}

// Who gives it as the bearer's giver and who as its creator counts alike where nobody else says anything; a stranger's word does not count.
Result<Planner::Told> Planner::meanings(const policy::Compiled& policy, const std::vector<View>& views, const std::string& id, bool levels,
                                        Timestamp now) {
  SEKISHO_TRY(versions(id));
  const std::string stranger = "\n";  // no party has that name
  std::vector<Bearer> bearers{{stranger, stranger}};
  const auto& first_of = versions_.at(id).first_of;
  for (const auto& [giver, numbers] : first_of) {
    if (giver.empty()) continue;
    bearers.push_back({giver, stranger});
    for (const auto& [creator, others] : first_of) {
      if (!creator.empty() && creator != giver) bearers.push_back({giver, creator});
    }
  }
  std::set<std::pair<std::string, store::CollectionNo>> readers;
  for (const View& view : views) {
    for (const auto& [where, stream] : view.streams) {
      const store::Collection* place = collection(where);
      if (place != nullptr && !place->companion_of && policy.reads(view.audience, place->alias, now)) readers.emplace(view.audience, where);
    }
  }
  Told out;
  for (unsigned level = 0; level < (levels ? kNestedDefinitions : 1); ++level) {
    const unsigned before = std::exchange(nested_, level);
    for (const auto& [audience, where] : readers) {
      for (const Bearer& bearer : bearers) out.push_back(marking(policy, {audience, id, bearer, where}, now));
    }
    nested_ = before;
  }
  return out;
}

bool Planner::is_told_otherwise(const Told& before, const Told& after, bool at_all) {
  for (std::size_t i = 0; i < after.size(); ++i) {
    const auto& then = before[i];
    if (!then && (!after[i] || !at_all)) continue;
    if (!(then && after[i] && same_meaning(*then, *after[i]))) return true;
  }
  return false;
}

// Of the marking itself: where there was none before, whoever carries it waits or goes without what it marks. Of one whose
// definition bears it: whoever carries that does not wait for this.
Result<std::set<std::string>> Planner::arrived_turning(const policy::Compiled& policy, const std::vector<View>& views, store::ObjectNo no, Timestamp now) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(no));
  note_version(*loaded);
  const std::string& id = loaded->stored.id;
  const store::ObjectNo horizon = horizon_;
  std::set<std::string> turned;
  told_nothing_ = is_definition(id) ? no : 0;
  // What came before, and what comes after as much of one giver as counts, turns nothing.
  bool counts = loaded->stored.type == "marking-definition" && no > horizon;
  if (counts) {
    SEKISHO_TRY(versions(id));
    const auto& said = versions_.at(id).first_of[loaded->stored.source];
    counts = std::binary_search(said.begin(), said.end(), no);
  }
  if (!counts) {
    note_arrival(*loaded);
    return turned;
  }
  SEKISHO_ASSIGN(const auto held, versions(id));
  const bool first = held->front().no > horizon;
  std::set<std::string> bearers;
  if (first) {
    SEKISHO_ASSIGN(bearers, bearers_of(id));
    if (bearers.empty()) {
      told_nothing_ = 0;
      note_arrival(*loaded);
      forget_meanings_of({id});
      return turned;
    }
  }
  Told before;
  if (!first) {
    SEKISHO_ASSIGN(before, meanings(policy, views, id, true, now));
  }
  note_arrival(*loaded);
  markings_.erase(id);
  permits_.clear();
  // Deeper among definitions less is known and nothing else: of the first one that nobody understands there is no more to ask.
  SEKISHO_ASSIGN(const Told after, meanings(policy, views, id, !first, now));
  before.resize(after.size());
  if (!is_told_otherwise(before, after, true)) return turned;
  told_nothing_ = 0;
  if (!first) {
    const auto bare = static_cast<std::ptrdiff_t>(after.size() / kNestedDefinitions);
    if (is_told_otherwise({before.begin(), before.begin() + bare}, {after.begin(), after.begin() + bare}, false)) turned.insert(id);
    SEKISHO_ASSIGN(bearers, bearers_of(id));
  }
  std::set<std::string> resting = bearers;
  resting.insert(id);
  std::vector<Told> then;
  forget_meanings_of(resting);
  for (const bool past : {true, false}) {
    if (past) horizon_ = horizon;
    else horizon_ = std::max(horizon, no);
    std::size_t n = 0;
    for (const std::string& bearer : bearers) {
      SEKISHO_ASSIGN(Told told, meanings(policy, views, bearer, false, now));
      if (past) then.push_back(std::move(told));
      else if (is_told_otherwise(then[n++], told, true)) turned.insert(bearer);
    }
    if (past) forget_meanings_of(resting);
  }
  return turned;
}

}  // namespace sekisho::sync
