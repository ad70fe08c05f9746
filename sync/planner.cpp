#include "sync/planner.h"

#include <algorithm>

#include "stix/markings.h"
#include "sync/closure.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kRecentObjects = 4096;
constexpr std::size_t kOfferedObjects = 8192;
constexpr std::size_t kKnownIds = 200'000;

std::vector<std::string> definitions_of(const stix::Object& object) {
  std::vector<std::string> ids;
  const stix::MarkingRefs markings = stix::marking_refs(object);
  for (const auto* list : {&markings.object, &markings.granular}) {
    for (const std::string& id : *list) {
      if (!stix::tlp_from_marking_id(id)) ids.push_back(id);
    }
  }
  for (const auto& entry : object.root()["extensions"]) {
    if (entry.key.substr(0, 22) == "extension-definition--") ids.emplace_back(entry.key);
  }
  return ids;
}

bool travels_with_users(std::string_view type) {
  return type == "marking-definition" || type == "extension-definition";
}

}  // namespace

void Planner::set_collections(const std::vector<store::Collection>& collections) {
  collections_.clear();
  companions_.clear();
  for (const auto& collection : collections) {
    collections_[collection.no] = collection;
    if (collection.companion_of) companions_[*collection.companion_of] = collection.no;
  }
}

std::optional<store::CollectionNo> Planner::companion(store::CollectionNo no) const {
  const auto found = companions_.find(no);
  if (found == companions_.end()) return std::nullopt;
  return found->second;
}

const store::Collection* Planner::collection(store::CollectionNo no) const {
  const auto found = collections_.find(no);
  return found == collections_.end() ? nullptr : &found->second;
}

void Planner::offer(store::ObjectNo no, stix::ObjectPtr object) {
  if (offered_.size() < kOfferedObjects) offered_[no] = std::move(object);
}

void Planner::forget() {
  known_.clear();
  markings_.clear();
}

Result<LoadedPtr> Planner::load(store::ObjectNo no) {
  const auto found = recent_.find(no);
  if (found != recent_.end()) return found->second;
  auto loaded = std::make_shared<Loaded>();
  SEKISHO_ASSIGN(loaded->stored, store_.object(no));
  const auto offered = offered_.find(no);
  if (offered != offered_.end()) {
    loaded->object = offered->second;
    offered_.erase(offered);
    loaded->stored.bytes.clear();
  } else {
    SEKISHO_ASSIGN(loaded->object, stix::Object::parse(std::move(loaded->stored.bytes)));
  }
  SEKISHO_ASSIGN(loaded->provenance, Provenance::from_json(loaded->stored.provenance));
  for (auto& reference : stix::references(*loaded->object)) {
    if (reference.id != loaded->stored.id) loaded->references.push_back(std::move(reference.id));
  }
  std::sort(loaded->references.begin(), loaded->references.end());
  loaded->references.erase(std::unique(loaded->references.begin(), loaded->references.end()),
                           loaded->references.end());
  loaded->definitions = definitions_of(*loaded->object);
  recent_[no] = loaded;
  recent_order_.push_back(no);
  if (recent_order_.size() > kRecentObjects) {
    recent_.erase(recent_order_.front());
    recent_order_.pop_front();
  }
  return LoadedPtr(loaded);
}

Result<std::optional<store::ObjectNo>> Planner::newest(std::string_view id) {
  SEKISHO_ASSIGN(const auto versions, store_.versions_of(id, false));
  const store::StoredObject* best = nullptr;
  for (const auto& version : versions) {
    if (best == nullptr || version.version_time > best->version_time) best = &version;
  }
  if (best == nullptr) return std::optional<store::ObjectNo>();
  return std::optional<store::ObjectNo>(best->no);
}

std::optional<stix::MarkingMeaning> Planner::marking(std::string_view id) {
  const auto found = markings_.find(std::string(id));
  if (found != markings_.end()) return found->second;
  std::optional<stix::MarkingMeaning> meaning;
  const auto no = newest(id);
  if (no.ok() && no->has_value()) {
    const auto loaded = load(**no);
    if (loaded.ok()) meaning = stix::meaning_of(*(*loaded)->object);
  }
  if (meaning) markings_[std::string(id)] = meaning;  // absence is asked again: the definition may come
  return meaning;
}

policy::Decision Planner::decide(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                                 store::CollectionNo collection_no, Timestamp now) {
  const store::Collection* where = collection(collection_no);
  policy::Facts facts;
  facts.object = loaded.object.get();
  facts.source = loaded.stored.source;
  if (where != nullptr) {
    facts.collection = where->alias;
    facts.baseline_tlp = where->baseline_tlp;
  }
  facts.membership_scope = loaded.provenance.handling.org_scope == certs::OrgScope::kIsacMembership;
  facts.onward_consent = loaded.provenance.handling.onward_consent;
  if (loaded.provenance.handling.max_hops) facts.hops_left = *loaded.provenance.handling.max_hops;
  facts.marking = [this](std::string_view id) { return marking(id); };
  return policy.decide(audience, facts, now);
}

Result<bool> Planner::view_reads(const View& view, std::string_view id) {
  auto& known = known_[view.name];
  const std::string key(id);
  if (known.count(key) != 0) return true;
  SEKISHO_ASSIGN(const auto versions, store_.versions_of(id, false));
  for (const auto& version : versions) {
    SEKISHO_ASSIGN(const auto placed, store_.placements(version.no));
    for (const store::StreamNo stream : placed) {
      for (const auto& [collection_no, mine] : view.streams) {
        if (mine != stream) continue;
        if (known.size() >= kKnownIds) known.clear();
        known.insert(key);
        return true;
      }
    }
  }
  return false;
}

Result<bool> Planner::carried_already(const View& view, const Loaded& loaded, store::CollectionNo collection_no) {
  SEKISHO_ASSIGN(const auto versions, store_.versions_of(loaded.stored.id, false));
  if (versions.size() < 2) return false;
  for (const auto& other : versions) {
    if (other.no == loaded.stored.no || other.version != loaded.stored.version) continue;
    SEKISHO_ASSIGN(const auto placed, store_.placements(other.no));
    for (const auto& [place, stream] : view.streams) {
      if (std::find(placed.begin(), placed.end(), stream) == placed.end()) continue;
      if (other.content != loaded.stored.content || place == collection_no) return true;
    }
  }
  return false;
}

Result<std::optional<PlanItem>> Planner::candidate(const policy::Compiled& policy, const View& view,
                                                   const Input& input, std::vector<store::Hold>& holds,
                                                   Timestamp now) {
  const std::optional<PlanItem> nothing;
  const store::Collection* where = collection(input.collection);
  if (where == nullptr || where->companion_of || !policy.reads(view.audience, where->alias, now)) return nothing;
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(input.no));
  const policy::Decision decision = decide(policy, view.audience, *loaded, input.collection, now);
  const auto hold_for = [&](const std::string& id) {
    holds.push_back({view.name, input.no, input.collection, id, now});
  };
  if (decision.effect == policy::Effect::kHold) {
    for (const std::string& id : loaded->definitions) {
      if (!marking(id)) hold_for(id);
    }
    return nothing;
  }
  if (decision.effect != policy::Effect::kPermit) return nothing;

  PlanItem item;
  item.no = input.no;
  item.collection = input.collection;
  item.id = loaded->stored.id;
  for (const std::string& id : loaded->definitions) {
    SEKISHO_ASSIGN(const auto definition, newest(id));
    if (!definition) continue;
    SEKISHO_ASSIGN(const LoadedPtr held, load(*definition));
    if (decide(policy, view.audience, *held, input.collection, now).effect != policy::Effect::kPermit) {
      hold_for(id);
      return nothing;
    }
    item.definitions.push_back(*definition);
  }
  if (!travels_with_users(loaded->stored.type)) {
    for (const std::string& id : loaded->references) {
      if (!policy.is_public_id(id)) item.references.push_back(id);
    }
  }
  return std::optional<PlanItem>(std::move(item));
}

Result<Plan> Planner::plan(const policy::Compiled& policy, const View& view, const std::vector<Input>& inputs,
                           bool whole, Timestamp now) {
  Plan plan;
  std::vector<PlanItem> candidates;
  std::set<std::pair<std::string, store::CollectionNo>> versions_seen;
  for (const Input& input : inputs) {
    SEKISHO_ASSIGN(auto item, candidate(policy, view, input, plan.holds, now));
    if (!item) continue;
    SEKISHO_ASSIGN(const LoadedPtr loaded, load(item->no));
    if (!whole) {
      SEKISHO_ASSIGN(const bool clash, carried_already(view, *loaded, item->collection));
      if (clash) continue;
    }
    if (!versions_seen.emplace(item->id + "\n" + loaded->stored.version, item->collection).second) continue;
    candidates.push_back(std::move(*item));
  }

  Status failure;
  std::vector<ClosureCandidate> closure;
  closure.reserve(candidates.size());
  for (const PlanItem& item : candidates) closure.push_back({item.id, item.references});
  const auto missing = close_references(closure, [&](std::string_view id) {
    if (whole || !failure.ok()) return false;
    auto reads = view_reads(view, id);
    if (!reads.ok()) {
      failure = reads.error();
      return false;
    }
    return *reads;
  });
  if (!failure.ok()) return failure.error();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (missing[i].empty()) {
      plan.released.push_back(std::move(candidates[i]));
    } else {
      plan.holds.push_back({view.name, candidates[i].no, candidates[i].collection, missing[i], now});
    }
  }
  return plan;
}

}  // namespace sekisho::sync
