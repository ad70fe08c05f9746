// One content per version in a plan, and the words that go beside. docs/specs/release.md, docs/specs/redaction.md §5.
#include <algorithm>

#include "sync/release/plan/making.h"

namespace sekisho::sync {

Status Planner::Making::compete() {
  Taken taken;
  taken.reserve(candidates_.size());
  if (whole_) SEKISHO_TRY(index_words());
  for (auto& [place, awaited] : displaced_) hold({place.first, place.second}, awaited);
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    Candidate& candidate = candidates_[i];
    if (candidate.out || outcomes_[i] != ClaimOutcome::kServed) continue;
    if (!may_go(i)) {
      hold({candidate.item.no, candidate.item.collection}, {closed_[i].missing, candidate.due});
      plan_.needs.emplace_back(place_of(i), needs_of(candidate));
      continue;
    }
    PlanItem& item = candidate.item;
    if (!take(taken, *item.links, item.no, item.collection)) continue;
    SEKISHO_TRY(take_definitions(taken, item));
    item.original = closed_[i].as == Reads::kOriginal;
    if (renditions_matter_) {
      SEKISHO_TRY(finish(i));
      SEKISHO_ASSIGN(const bool any, take_made(taken, i));
      if (!any) continue;
    }
    plan_.released.push_back(std::move(item));
  }
  return {};
}

bool Planner::Making::drop_passed_over() {
  Taken taken;
  std::set<std::string_view> originals;
  std::vector<std::size_t> passed;
  bool any = false;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    Candidate& candidate = candidates_[i];
    if (candidate.out || !may_go(i)) continue;
    const bool takes = is_definition(candidate.id())
                           ? take(taken, *candidate.item.links, candidate.item.no, candidate.item.collection)
                           : outcomes_[i] == ClaimOutcome::kServed || outcomes_[i] == ClaimOutcome::kDisplaced;
    if (candidate.passed) {
      // What went instead of it went only because it did: neither goes. Nothing is passed over twice, so this comes to an end.
      candidate.out = takes;
      any = any || takes;
      continue;
    }
    if (closed_[i].as != Reads::kOriginal) continue;
    if (takes) {
      originals.insert(candidate.id());
    } else {
      passed.push_back(i);
    }
  }
  for (const std::size_t i : passed) {
    if (originals.count(candidates_[i].id()) != 0 || stay_originals_.count(candidates_[i].id()) != 0) continue;
    candidates_[i].passed = any = true;
  }
  return any;
}

bool Planner::Making::take(Taken& taken, const std::string& version, const Sha256& content, store::ObjectNo no, store::CollectionNo collection) {
  Content& same = taken.try_emplace(version, Content{content, {}}).first->second;
  if (same.content != content) return false;
  for (const auto& [place, copy] : same.where) {
    if (place == collection) return copy == no;
  }
  same.where.emplace_back(collection, no);
  return true;
}

Status Planner::Making::take_definitions(Taken& taken, PlanItem& item) {
  std::vector<store::ObjectNo> travel;
  for (const store::ObjectNo no : item.definitions) {
    SEKISHO_ASSIGN(const LoadedPtr definition, planner_.load(no));
    if (take(taken, *definition->links, no, item.collection)) travel.push_back(no);
  }
  item.definitions = std::move(travel);
  return {};
}

Result<bool> Planner::Making::take_made(Taken& taken, std::size_t i) {
  PlanItem& item = candidates_[i].item;
  const auto goes = [&](const stix::Object& form, store::ObjectNo no) -> Result<bool> {
    const std::string version = version_of(form);
    if (!whole_ && no == 0) {
      SEKISHO_ASSIGN(const bool clash, planner_.carried_already(view_, {form.id(), version, form.content_hash(), 0}, item.collection));
      if (clash) return false;
    }
    return take(taken, version, form.content_hash(), no, item.collection);
  };
  std::vector<store::ObjectNo> stored;
  for (const store::ObjectNo no : item.stored) {
    SEKISHO_ASSIGN(const LoadedPtr form, planner_.load(no));
    SEKISHO_ASSIGN(const bool may, goes(*form->object, no));
    if (may) stored.push_back(no);
  }
  std::vector<Made> made;
  for (Made& one : item.made) {
    SEKISHO_ASSIGN(const bool may, goes(*one.object, 0));
    if (may) made.push_back(std::move(one));
  }
  item.stored = std::move(stored);
  item.made = std::move(made);
  return item.original || !item.stored.empty() || !item.made.empty();
}

Status Planner::Making::finish(std::size_t i) {
  Candidate& candidate = candidates_[i];
  if (!candidate.item.original && !instead_[i] && candidate.made) candidate.item.made.push_back(std::move(*candidate.made));
  for (std::size_t k = 0; k < kept_.size(); ++k) {
    if (kept_[k].candidate != i || !alive_[k]) continue;
    candidate.item.stored.push_back(kept_[k].no);
  }
  return add_words(candidate);
}

Status Planner::Making::add_words(Candidate& candidate) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(candidate.item.no));
  const bool revoked = loaded->object->root()["revoked"].boolean().value_or(false);
  // Computed anew, what is carried as it goes had its words when it came.
  bool went_before = whole_ && !candidate.item.original && candidate.item.made.empty();
  if (whole_ && candidate.item.original) {
    SEKISHO_ASSIGN(went_before, planner_.carries(view_, candidate.item.no, candidate.item.collection));
  }
  if (went_before || (!candidate.item.original && !revoked)) return {};
  MadeThere there;
  if (!whole_) {
    SEKISHO_ASSIGN(there, planner_.made_there(policy_, view_, loaded->stored.id, candidate.item.collection, revoked));
  }
  const MadeThere& all = whole_ ? words_[{candidate.item.collection, loaded->stored.id}] : there;
  SEKISHO_ASSIGN(const Stake mine, planner_.stake(policy_, candidate.item.no));
  std::set<std::string, std::less<>> done;
  for (const Made& other : candidate.item.made) done.emplace(other.object->id());
  for (const auto& [id, each] : all.newest) {
    const stix::Object& before = *each.made.object;
    SEKISHO_ASSIGN(const Stake its, planner_.stake(policy_, each.of));
    if (its.claim != mine.claim) continue;  // of what somebody else claims it says nothing
    if (revoked && done.count(id) == 0 && !before.root()["revoked"].boolean().value_or(false)) {
      SEKISHO_ASSIGN(const LoadedPtr original, planner_.load(each.of));
      Made word = planner_.renditions_.revocation(before, *original->object, *loaded->object, each.made.provenance);
      if (word.object) candidate.item.made.push_back(std::move(word));
    }
    if (candidate.item.original && all.told.count(id) == 0) {
      SEKISHO_ASSIGN(const certs::Handling handling, planner_.handling_of(policy_, *loaded));
      Made word = planner_.renditions_.duplicate_of(before, *loaded->object, handling);
      if (word.object) candidate.item.made.push_back(std::move(word));
    }
  }
  return {};
}

// Of what goes away now nothing is said.
Status Planner::Making::index_words() {
  for (std::size_t k = 0; k < kept_.size(); ++k) {
    if (!alive_[k]) continue;
    const Candidate& candidate = candidates_[kept_[k].candidate];
    SEKISHO_ASSIGN(const LoadedPtr loaded, planner_.load(kept_[k].no));
    words_[{kept_[k].collection, candidate.id()}].add({kept_[k].no, kept_[k].of, {loaded->object, loaded->provenance}});
  }
  return {};
}

void Planner::Making::index_originals() {
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (candidates_[i].out || closed_[i].as != Reads::kOriginal) continue;
    originals_.insert(candidates_[i].id());
    originals_.insert(candidates_[i].also.begin(), candidates_[i].also.end());
  }
  kept_of_.clear();
  for (std::size_t k = 0; k < kept_.size(); ++k) {
    kept_of_[candidates_[kept_[k].candidate].id()].push_back(k);
    if (alive_[k]) originals_.insert(kept_[k].names.id);
  }
  originals_.insert(std::string());  // so that it is not empty
}

}  // namespace sekisho::sync
