// What is held of an id, read once for as long as the follower knows of all that comes. docs/specs/release.md.
#include <algorithm>
#include <limits>

#include "sync/release/plan/planner.h"

namespace sekisho::sync {

// By number: what came to another collection before, unseen, has a lower one.
void Planner::KnownVersions::add(store::StoredObject version) {
  const auto after = [](store::ObjectNo no, const store::StoredObject& other) { return no < other.no; };
  const auto at = std::upper_bound(all.begin(), all.end(), version.no, after);
  if (at != all.begin() && std::prev(at)->no == version.no) return;
  version.provenance.clear();  // nobody asks for it here
  const bool last = at == all.end();
  mixed = mixed || (!all.empty() && all.front().source != version.source);
  if (is_definition(version.id)) {
    auto& first = first_of[version.source];
    first.insert(std::upper_bound(first.begin(), first.end(), version.no), version.no);
    if (first.size() > kSayingsAtOnce + 1) first.pop_back();
    if (version.no <= newest_through) newest_through = std::numeric_limits<store::ObjectNo>::max();  // to be found again
  }
  all.insert(at, std::move(version));
  if (last) {
    by_version[all.back().version].push_back(all.size() - 1);
    return;
  }
  by_version.clear();
  for (std::size_t n = 0; n < all.size(); ++n) by_version[all[n].version].push_back(n);
}

Result<const std::vector<store::StoredObject>*> Planner::versions(const std::string& id) {
  const auto found = versions_.find(id);
  if (found != versions_.end()) return &found->second.all;
  SEKISHO_ASSIGN(auto read, store_.versions_of(id, false));
  std::sort(read.begin(), read.end(), [](const auto& a, const auto& b) { return a.no < b.no; });
  KnownVersions& held = versions_[id];
  for (auto& version : read) held.add(std::move(version));
  versions_known_ += held.all.size() + 1;
  return &held.all;
}

Result<std::vector<std::pair<store::ObjectNo, int>>> Planner::sayings(const policy::Compiled& policy, const Asked& asked) {
  SEKISHO_TRY(versions(asked.id));
  std::vector<std::pair<store::ObjectNo, int>> out;
  for (const auto& [source, numbers] : versions_.at(asked.id).first_of) {
    const auto rank = rank_of(policy.policy(), source, asked.bearer);
    if (!rank) continue;
    for (const store::ObjectNo no : numbers) {
      if (no <= horizon_) out.emplace_back(no, *rank);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::vector<store::ObjectNo>> Planner::newest_definitions(const std::string& id) {
  SEKISHO_TRY(versions(id));
  KnownVersions& held = versions_.at(id);
  if (held.newest_through > horizon_) {
    held.newest_of.clear();
    held.newest_through = 0;
  }
  const auto later = [](store::ObjectNo no, const store::StoredObject& other) { return no < other.no; };
  for (auto at = std::upper_bound(held.all.begin(), held.all.end(), held.newest_through, later); at != held.all.end() && at->no <= horizon_; ++at) {
    auto& newest = held.newest_of[at->source];
    const auto place = std::find_if(newest.begin(), newest.end(), [&at](const auto& one) { return one.first < at->version_time; });
    newest.insert(place, {at->version_time, at->no});
    if (newest.size() > kSayingsAtOnce) newest.pop_back();
  }
  held.newest_through = horizon_;
  std::vector<std::pair<Timestamp, store::ObjectNo>> all;
  for (const auto& [source, newest] : held.newest_of) all.insert(all.end(), newest.begin(), newest.end());
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return b.first < a.first || (a.first == b.first && a.second < b.second); });
  std::vector<store::ObjectNo> out;
  for (const auto& [time, no] : all) out.push_back(no);
  return out;
}

Result<bool> Planner::is_first_readable(const policy::Compiled& policy, const View& view, const Loaded& definition, Timestamp now) {
  for (const auto& [no, stream] : view.streams) {
    const store::Collection* where = collection(no);
    if (where == nullptr || where->companion_of || !policy.reads(view.audience, where->alias, now)) continue;
    if (decide(policy, view.audience, definition, no, now, Reasons::kOmit).effect != policy::Effect::kPermit) continue;
    SEKISHO_ASSIGN(const auto another, readable_definition(policy, view, definition.stored.id, no, now, definition.stored.no));
    if (!another) return true;
  }
  return false;
}

Result<std::vector<const store::StoredObject*>> Planner::of_version(const std::string& id, std::string_view version) {
  SEKISHO_TRY(versions(id));
  const KnownVersions& held = versions_.at(id);
  std::vector<const store::StoredObject*> out;
  const auto found = held.by_version.find(std::string(version));
  if (found == held.by_version.end()) return out;
  for (const std::size_t n : found->second) out.push_back(&held.all[n]);
  return out;
}

Result<std::vector<std::string>> Planner::further_givers(const Loaded& loaded) {
  std::vector<std::string> out;
  SEKISHO_ASSIGN(const auto copies, other_copies(loaded));
  for (const LoadedPtr& copy : copies) {
    if (!copy->stored.source.empty()) out.push_back(copy->stored.source);
  }
  return out;
}

Result<bool> Planner::any_made(const std::string& id) {
  if (made_of_.empty()) return false;
  SEKISHO_TRY(versions(id));
  KnownVersions& held = versions_.at(id);
  if (!held.made) {
    held.made = std::any_of(held.all.begin(), held.all.end(), [this](const auto& version) { return made_of_.count(version.no) != 0; });
  }
  return *held.made;
}

void Planner::made_version_of(std::string_view id) {
  const auto found = versions_.find(std::string(id));
  if (found != versions_.end()) versions_.erase(found);
  if (families_.erase(std::string(id)) != 0) meanings_.clear();
  readers_.forget_misses_of(id);
}

// Of what nobody gave there is no claim.
void Planner::note_made_version(const Loaded& loaded) {
  note_version(loaded);
  readers_.forget_misses_of(loaded.stored.id);
}

Status Planner::made_anew(store::ObjectNo no) {
  SEKISHO_ASSIGN(made_of_[no], store_.renditions_of(no));
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(no));
  if (const auto found = versions_.find(loaded->stored.id); found != versions_.end()) found->second.made = true;
  return {};
}

void Planner::note_first(const Loaded& loaded) {
  const auto [held, fresh] = versions_.try_emplace(loaded.stored.id);
  if (!fresh) return;
  held->second.add(loaded.stored);
  versions_known_ += 2;
}

void Planner::note_version(const Loaded& loaded) {
  const auto held = versions_.find(loaded.stored.id);
  if (held == versions_.end()) return;
  const std::size_t before = held->second.all.size();
  held->second.add(loaded.stored);
  if (held->second.all.size() == before) return;
  ++versions_known_;
  if (made_of_.count(loaded.stored.no) != 0) held->second.made = true;
}

Status Planner::note_held(const policy::Compiled& policy, const Loaded& loaded, const Input& input) {
  note_version(loaded);
  reached_ = std::max(reached_, input.came);
  const auto family = families_of_ == &policy ? families_.find(loaded.stored.id) : families_.end();
  const bool missing = family != families_.end() && family->second.at({input.no, input.collection}) == nullptr;
  if (input.came != 0 && !missing) return {};
  SEKISHO_ASSIGN(const auto came, store_.arrival(input.no, input.collection));
  if (!came) return {};
  reached_ = std::max(reached_, came->no);
  if (!missing) return {};
  SEKISHO_ASSIGN(const Stake mine, stake(policy, input.no));
  if (const auto still = families_.find(loaded.stored.id); still != families_.end()) {
    still->second.add({input.no, input.collection, came->no, loaded.stored.version, loaded.stored.content, loaded.stored.source, mine});
  }
  return {};
}

// What this node made, of what nobody gave, came to no collection and has no claim.
Result<const Family*> Planner::family(const policy::Compiled& policy, const std::string& id) {
  if (families_of_ != &policy) forget_families();
  families_of_ = &policy;
  const auto found = families_.find(id);
  if (found != families_.end()) return &found->second;
  Family family;
  SEKISHO_ASSIGN(const auto held, versions(id));
  for (const auto& version : *held) {
    SEKISHO_ASSIGN(const auto where, store_.collections_of(version.no));
    for (const store::CollectionNo no : where) {
      const store::Collection* place = collection(no);
      if (place == nullptr || place->companion_of) continue;
      SEKISHO_ASSIGN(const auto came, store_.arrival(version.no, no));
      if (!came) continue;
      if (came->no > reached_) {
        family.expect(version.no);
        continue;
      }
      SEKISHO_ASSIGN(const Stake mine, stake(policy, version.no));
      family.add({version.no, no, came->no, version.version, version.content, version.source, mine});
    }
  }
  return &families_.emplace(id, std::move(family)).first->second;
}

Result<bool> Planner::is_contested(const policy::Compiled& policy, const Loaded& loaded) {
  SEKISHO_ASSIGN(const Family* all, family(policy, loaded.stored.id));
  SEKISHO_ASSIGN(const auto held, versions(loaded.stored.id));
  if (held->size() > all->given()) return true;  // this node made some of them
  SEKISHO_ASSIGN(const Stake mine, stake(policy, loaded.stored.no));
  return all->contests(mine, loaded.stored.version, loaded.stored.no);
}

}  // namespace sekisho::sync
