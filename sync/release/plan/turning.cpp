// What markings mean turns as definitions arrive: of the marking that one defines, and, as definitions bear markings too, of
// those whose definitions become readable by it. docs/specs/release.md.
#include <set>

#include "stix/markings.h"
#include "sync/release/plan/planner.h"

namespace sekisho::sync {
namespace {

constexpr unsigned kBearersDeep = 3;  // a definition marked by a definition marked by one

std::string bearers_space(const std::string& marking) { return "marking-bearers/" + marking; }

}  // namespace

Status Planner::arrived(store::ObjectNo no) {
  horizon_ = std::max(horizon_, no);
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(no));
  note_version(*loaded);
  if (const auto translates = Translates::of(*loaded->object)) translations_[translates->id].insert(no);
  if (loaded->stored.type != "marking-definition") return {};
  markings_.clear();
  meanings_.clear();  // who may read what rests on markings
  judged_.clear();
  alone_.clear();
  alike_.clear();
  for (const std::string& id : loaded->definitions) {
    if (is_marking(id) && id != loaded->stored.id) bearers_[id].insert(loaded->stored.id);
  }
  return {};
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

Result<std::vector<std::optional<stix::MarkingMeaning>>> Planner::meanings(const policy::Compiled& policy, const std::vector<View>& views,
                                                                           const std::string& id, Timestamp now) {
  std::set<std::string> givers{std::string(), "\n"};  // ours, and a stranger: no party has that name
  SEKISHO_ASSIGN(const auto held, versions(id));
  for (const auto& version : *held) givers.insert(version.source);
  std::vector<std::optional<stix::MarkingMeaning>> out;
  for (const View& view : views) {
    for (const auto& [where, stream] : view.streams) {
      const store::Collection* place = collection(where);
      if (place == nullptr || place->companion_of) continue;
      for (const std::string& giver : givers) {
        for (const std::string& creator : givers) out.push_back(marking(policy, {view.audience, id, {giver, creator}, where}, now));
      }
    }
  }
  return out;
}

// Of the marking itself: where there was none before, whoever carries it waits or goes without what it marks. Of one whose
// definition bears it: whoever carries that does not wait for this.
Result<std::set<std::string>> Planner::arrived_turning(const policy::Compiled& policy, const std::vector<View>& views, store::ObjectNo no, Timestamp now) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(no));
  note_version(*loaded);
  std::vector<std::string> ids;
  if (loaded->stored.type == "marking-definition") {
    SEKISHO_ASSIGN(const auto bearers, bearers_of(loaded->stored.id));
    ids.assign(bearers.begin(), bearers.end());
    SEKISHO_ASSIGN(const auto held, versions(loaded->stored.id));
    if (held->size() > 1) ids.push_back(loaded->stored.id);
  }
  std::vector<std::vector<std::optional<stix::MarkingMeaning>>> before;
  for (const std::string& id : ids) {
    SEKISHO_ASSIGN(auto meant, meanings(policy, views, id, now));
    before.push_back(std::move(meant));
  }
  SEKISHO_TRY(arrived(no));
  std::set<std::string> turned;
  for (std::size_t n = 0; n < ids.size(); ++n) {
    SEKISHO_ASSIGN(const auto after, meanings(policy, views, ids[n], now));
    for (std::size_t i = 0; i < after.size(); ++i) {
      const auto& then = before[n][i];
      if (!then && !after[i]) continue;
      if (!then && ids[n] == loaded->stored.id) continue;
      if (!(then && after[i] && same_meaning(*then, *after[i]))) turned.insert(ids[n]);
    }
  }
  return turned;
}

}  // namespace sekisho::sync
