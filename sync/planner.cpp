#include "sync/planner.h"

#include <algorithm>

#include "stix/markings.h"
#include "sync/marking.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kRecentObjects = 4096;
constexpr std::size_t kJudgedAtOnce = 4096;
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

std::shared_ptr<const Links> links_of(const Loaded& loaded) {
  auto links = std::make_shared<Links>();
  links->closure.id = loaded.stored.id;
  links->version = loaded.stored.id + "\n" + loaded.stored.version;
  links->content = loaded.stored.content;
  if (travels_with_users(loaded.stored.type)) return links;
  std::vector<std::string>& ids = links->closure.references;
  for (auto& reference : stix::references(*loaded.object)) {
    if (reference.id != loaded.stored.id) ids.push_back(std::move(reference.id));
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return links;
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

void Planner::look_again() {
  versions_.clear();
  no_markings_.clear();
  judged_.clear();
}

void Planner::forget() {
  known_.clear();
  markings_.clear();
  look_again();
}

LoadedPtr Planner::remember(std::shared_ptr<Loaded> loaded) {
  loaded->links = links_of(*loaded);
  loaded->definitions = definitions_of(*loaded->object);
  const store::ObjectNo no = loaded->stored.no;
  if (recent_.insert_or_assign(no, loaded).second) recent_order_.push_back(no);
  if (recent_order_.size() > kRecentObjects) {
    recent_.erase(recent_order_.front());
    recent_order_.pop_front();
  }
  return loaded;
}

Status Planner::offer(store::ObjectNo no, const store::NewObject& accepted) {
  auto loaded = std::make_shared<Loaded>();
  const stix::Object& object = *accepted.object;
  loaded->stored.no = no;
  loaded->stored.id = std::string(object.id());
  loaded->stored.type = std::string(object.type());
  loaded->stored.spec_version = std::string(object.spec_version());
  loaded->stored.version = std::string(object.version());
  loaded->stored.version_time = object.version_time();
  loaded->stored.content = object.content_hash();
  loaded->stored.source = accepted.source;
  loaded->stored.provenance = accepted.provenance;
  loaded->object = accepted.object;
  SEKISHO_ASSIGN(loaded->provenance, Provenance::from_json(accepted.provenance));
  remember(std::move(loaded));
  return {};
}

Result<LoadedPtr> Planner::load(store::ObjectNo no) {
  const auto found = recent_.find(no);
  if (found != recent_.end()) return found->second;
  auto loaded = std::make_shared<Loaded>();
  SEKISHO_ASSIGN(loaded->stored, store_.object(no));
  SEKISHO_ASSIGN(loaded->object, stix::Object::parse(std::move(loaded->stored.bytes)));
  SEKISHO_ASSIGN(loaded->provenance, Provenance::from_json(loaded->stored.provenance));
  return remember(std::move(loaded));
}

Result<const std::vector<store::StoredObject>*> Planner::versions(const std::string& id) {
  const auto found = versions_.find(id);
  if (found != versions_.end()) return &found->second;
  SEKISHO_ASSIGN(auto read, store_.versions_of(id, false));
  return &versions_.emplace(id, std::move(read)).first->second;
}

std::optional<stix::MarkingMeaning> Planner::marking(const policy::Policy& policy, std::string_view id) {
  const std::string key(id);
  const auto found = markings_.find(key);
  if (found != markings_.end()) return found->second;
  if (no_markings_.count(key) != 0) return std::nullopt;
  const auto meaning = held_meaning(store_, policy, id);
  if (meaning) {
    markings_[key] = meaning;
  } else {
    no_markings_.insert(key);
  }
  return meaning;
}

// Within one step the same for all views.
const policy::JudgedMarking& Planner::judged(const policy::Compiled& policy, const policy::Facts& facts, store::ObjectNo no,
                                             store::CollectionNo collection) {
  if (judged_.size() >= kJudgedAtOnce) judged_.clear();
  const auto [found, fresh] = judged_.try_emplace({no, collection});
  if (fresh) found->second = policy.judge_marking(facts);
  return found->second;
}

policy::Decision Planner::decide(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                                 store::CollectionNo collection_no, Timestamp now) {
  if (const std::string* why = recalled_->why(loaded.stored.source, loaded.stored.id)) {
    policy::Decision denied;
    denied.reasons.push_back({*why, "recall"});
    return denied;
  }
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
  facts.approvals = approvals_->count(loaded.stored.content);
  facts.marking = [this, &policy](std::string_view id) { return marking(policy.policy(), id); };
  facts.judged = &judged(policy, facts, loaded.stored.no, collection_no);
  return policy.decide(audience, facts, now);
}

Result<bool> Planner::view_reads(const View& view, std::string_view id) {
  auto& known = known_[view.name];
  const std::string key(id);
  if (known.count(key) != 0) return true;
  SEKISHO_ASSIGN(const auto held, versions(key));
  for (const auto& version : *held) {
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
  SEKISHO_ASSIGN(const auto held, versions(loaded.stored.id));
  if (held->size() < 2) return false;
  for (const auto& other : *held) {
    if (other.no == loaded.stored.no || other.version != loaded.stored.version) continue;
    SEKISHO_ASSIGN(const auto placed, store_.placements(other.no));
    for (const auto& [place, stream] : view.streams) {
      if (std::find(placed.begin(), placed.end(), stream) == placed.end()) continue;
      if (other.content != loaded.stored.content || place == collection_no) return true;
    }
  }
  return false;
}

// The newest version that the audience may read: those that it may not must not count.
Result<std::optional<store::ObjectNo>> Planner::readable_definition(const policy::Compiled& policy, const View& view,
                                                                    std::string_view id, store::CollectionNo where,
                                                                    Timestamp now) {
  SEKISHO_ASSIGN(const auto held, versions(std::string(id)));
  std::vector<std::pair<Timestamp, store::ObjectNo>> newest_first;
  for (const auto& version : *held) newest_first.emplace_back(version.version_time, version.no);
  std::stable_sort(newest_first.begin(), newest_first.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [time, no] : newest_first) {
    SEKISHO_ASSIGN(const LoadedPtr definition, load(no));
    if (decide(policy, view.audience, *definition, where, now).effect == policy::Effect::kPermit) {
      return std::optional<store::ObjectNo>(no);
    }
  }
  return std::optional<store::ObjectNo>();
}

Result<std::optional<PlanItem>> Planner::candidate(const policy::Compiled& policy, const View& view,
                                                   const Input& input, std::vector<store::Hold>& holds,
                                                   Timestamp now) {
  const std::optional<PlanItem> nothing;
  const store::Collection* where = collection(input.collection);
  if (where == nullptr || where->companion_of || !policy.reads(view.audience, where->alias, now)) return nothing;
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(input.no));
  const policy::Decision decision = decide(policy, view.audience, *loaded, input.collection, now);
  log_.add(input.no, input.collection, loaded->stored.content, decision.effect,
           decision.reasons.empty() ? std::string_view() : std::string_view(decision.reasons.back().rule));
  const auto hold_for = [&](const std::string& id) {
    holds.push_back({view.name, input.no, input.collection, id, now});
  };
  if (decision.effect == policy::Effect::kHold) {
    for (const std::string& id : loaded->definitions) {
      if (!marking(policy.policy(), id)) hold_for(id);
    }
    return nothing;
  }
  if (decision.effect != policy::Effect::kPermit) return nothing;

  PlanItem item;
  item.no = input.no;
  item.collection = input.collection;
  item.links = loaded->links;
  for (const std::string& id : loaded->definitions) {
    SEKISHO_ASSIGN(const auto held, versions(id));
    if (held->empty()) continue;
    SEKISHO_ASSIGN(const auto definition, readable_definition(policy, view, id, input.collection, now));
    if (!definition) {
      hold_for(id);
      return nothing;
    }
    item.definitions.push_back(*definition);
  }
  return std::optional<PlanItem>(std::move(item));
}

Result<Plan> Planner::plan(const policy::Compiled& policy, const View& view, const std::vector<Input>& inputs,
                           bool whole, Timestamp now) {
  Plan plan;
  log_ = {};
  std::vector<PlanItem> candidates;
  for (const Input& input : inputs) {
    SEKISHO_ASSIGN(auto item, candidate(policy, view, input, plan.holds, now));
    if (!item) continue;
    if (!whole) {
      SEKISHO_ASSIGN(const LoadedPtr loaded, load(item->no));
      SEKISHO_ASSIGN(const bool clash, carried_already(view, *loaded, item->collection));
      if (clash) continue;
    }
    candidates.push_back(std::move(*item));
  }
  plan.decisions = std::move(log_);

  Status failure;
  std::vector<const ClosureCandidate*> closure;
  closure.reserve(candidates.size());
  for (const PlanItem& item : candidates) closure.push_back(&item.links->closure);
  const auto missing = close_references(closure, [&](std::string_view id) {
    if (policy.is_public_id(id)) return true;
    if (whole || !failure.ok()) return false;
    auto reads = view_reads(view, id);
    if (!reads.ok()) {
      failure = reads.error();
      return false;
    }
    return *reads;
  });
  if (!failure.ok()) return failure.error();
  // One content per (id, version), once per collection. Whoever is passed over here leaves its id readable.
  struct Taken {
    Sha256 content;
    std::vector<store::CollectionNo> where;
  };
  std::unordered_map<std::string_view, Taken> taken;
  taken.reserve(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    PlanItem& item = candidates[i];
    if (!missing[i].empty()) {
      plan.holds.push_back({view.name, item.no, item.collection, missing[i], now});
      continue;
    }
    Taken& same = taken.try_emplace(item.links->version, Taken{item.links->content, {}}).first->second;
    if (same.content != item.links->content) continue;
    if (std::find(same.where.begin(), same.where.end(), item.collection) != same.where.end()) continue;
    same.where.push_back(item.collection);
    plan.released.push_back(std::move(item));
  }
  return plan;
}

}  // namespace sekisho::sync
