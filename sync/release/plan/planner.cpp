#include "sync/release/plan/planner.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "stix/markings.h"
#include "sync/handling/claim.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kRecentObjects = 4096;
constexpr std::size_t kJudgedAtOnce = 4096;
constexpr std::size_t kKnownIds = 200'000;
constexpr std::size_t kVersionsKnown = 100'000;
constexpr std::size_t kKnownMade = 20'000;
constexpr std::size_t kClaimsKnown = 100'000;
constexpr std::size_t kMarkingsOfDefinition = 16;  // what bears more of them says nothing
constexpr const char* kHorizonSpace = "release-horizon";  // key "horizon": the highest number that had arrived at the mark
constexpr const char* kHorizonKey = "horizon";
constexpr std::size_t kChangesAtOnce = 10'000;

bool travels_with_users(std::string_view type) {
  return type == "marking-definition" || type == "extension-definition";
}

void tidy(std::vector<std::string>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

std::vector<std::string> definitions_of(const stix::Object& object) {
  std::vector<std::string> ids;
  const stix::MarkingRefs markings = stix::marking_refs(object);
  for (const auto* list : {&markings.object, &markings.granular, &markings.embedded}) {
    for (const std::string& id : *list) {
      if (!stix::tlp_from_marking_id(id)) ids.push_back(id);
    }
  }
  if (!markings.embedded.empty()) tidy(ids);
  for (const auto& entry : object.root()["extensions"]) {
    if (entry.key.substr(0, 22) == "extension-definition--") ids.emplace_back(entry.key);
  }
  return ids;
}

std::shared_ptr<const Links> links_of(const Loaded& loaded, std::vector<std::string> references) {
  auto links = std::make_shared<Links>();
  links->closure.id = loaded.stored.id;
  links->version = version_of(*loaded.object);
  links->content = loaded.stored.content;
  links->closure.references = std::move(references);
  std::copy_if(loaded.definitions.begin(), loaded.definitions.end(), std::back_inserter(links->markings), is_marking);
  tidy(links->markings);
  return links;
}

}  // namespace

std::string version_of(const stix::Object& object) { return std::string(object.id()) + "\n" + std::string(object.version()); }

Names named_by(const stix::Object& object, const std::vector<std::string>& opaque) {
  Names names;
  if (travels_with_users(object.type())) return names;
  for (auto& reference : stix::references(object, opaque)) {
    if (reference.id == object.id() || stix::tlp_from_marking_id(reference.id)) continue;
    (is_definition(reference.id) ? names.definitions : names.references).push_back(std::move(reference.id));
  }
  tidy(names.references);
  tidy(names.definitions);
  return names;
}

std::vector<std::string> named_by_rendition(const stix::Object& object, const std::vector<std::string>& opaque) {
  std::vector<std::string> names;
  for (auto& reference : stix::references(object, opaque)) {
    const bool needs = reference.pointer != "/created_by_ref" && reference.id != object.id() && !is_definition(reference.id);
    if (needs) names.push_back(std::move(reference.id));
  }
  tidy(names);
  return names;
}

bool is_definition(std::string_view id) { return travels_with_users(id.substr(0, id.find("--"))); }

Before Before::of(const std::vector<store::Hold>& holds) {
  Before out;
  for (const auto& hold : holds) {
    const Awaited awaited = Awaited::from_text(hold.missing);
    if (awaited.has(Mark::kLeft)) out.left.emplace(hold.object, hold.collection);
    if (awaited.is_displaced()) out.displaced.insert(awaited.id.substr(1));
  }
  return out;
}

bool is_marking(std::string_view id) { return id.starts_with("marking-definition--"); }

bool needs_definition(std::string_view id) { return is_marking(id) && !stix::pap_from_marking_id(id); }

Result<std::shared_ptr<Loaded>> parse_stored(store::StoredObject stored) {
  auto loaded = std::make_shared<Loaded>();
  loaded->stored = std::move(stored);
  SEKISHO_ASSIGN(loaded->object, stix::Object::parse_kept(std::move(loaded->stored.bytes), loaded->stored.content));
  SEKISHO_ASSIGN(loaded->provenance, Provenance::from_json(loaded->stored.provenance));
  loaded->definitions = definitions_of(*loaded->object);
  return loaded;
}

Status Planner::go_on() const {
  if (!ending_ || !*ending_) return {};
  return node_is_stopping();
}

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
  versions_known_ = 0;
  forget_families();
  readers_.forget_misses();
  next_step();
}

void Planner::next_step() {
  if (versions_known_ > kVersionsKnown) {
    versions_.clear();
    versions_known_ = 0;
    forget_families();
  }
  if (stakes_ && stakes_->claims() > kClaimsKnown) {
    stakes_.reset();
    stake_of_.clear();
    forget_families();
  }
  markings_.clear();
  permits_.clear();
  judged_.clear();
  alone_.clear();
  alike_.clear();
  ++step_;
  fresh_made_.clear();
  fresh_known_.clear();
  claim_reads_.clear();
  fresh_versions_.clear();
  fresh_of_.clear();
  touched_.clear();
  fresh_ids_.clear();
  forget_gone();
  gone_places_.clear();
  if (made_known_.size() > kKnownMade) made_known_.clear();
  if (readers_.ids() >= kKnownIds) readers_.forget_ids();
}

// What left is carried no more: what was known to stand instead of it is looked for again.
void Planner::forget_gone() {
  if (made_known_.empty()) return;
  for (const auto& [reader, place] : gone_places_) {
    const auto loaded = load(place.first);
    if (!loaded.ok()) return made_known_.clear();
    made_known_.erase({reader, (*loaded)->stored.id});
  }
}

Status Planner::arrived_all() {
  SEKISHO_ASSIGN(const store::ChangeNo through, store_.released_through());
  reached_ = through;
  horizon_ = 0;  // what came with a step that was not written has not come
  SEKISHO_ASSIGN(const auto kept, store_.document(kHorizonSpace, kHorizonKey));
  if (kept) {
    const auto read = std::from_chars(kept->data(), kept->data() + kept->size(), horizon_);
    if (read.ec == std::errc() && read.ptr == kept->data() + kept->size()) return {};
    return make_error(Code::kStoreCorrupt, "how far objects have arrived is not readable", kHorizonKey);
  }
  // A store of before, and one in which nothing has arrived yet.
  for (store::ChangeNo after = 0; after < through;) {
    SEKISHO_ASSIGN(const auto changes, store_.changes(after, std::min<std::size_t>(kChangesAtOnce, through - after)));
    if (changes.empty()) break;
    for (const auto& change : changes) horizon_ = std::max(horizon_, change.object);
    after = changes.back().no;
  }
  return {};
}

void Planner::note_horizon(std::vector<store::DocumentPut>& out) const {
  out.push_back({kHorizonSpace, kHorizonKey, std::to_string(horizon_)});
}

Result<bool> Planner::has_arrived(const std::string& id) {
  SEKISHO_ASSIGN(const auto held, versions(id));
  return !held->empty() && held->front().no <= horizon_;
}

void Planner::back_to(store::ObjectNo horizon, store::ChangeNo reached) {
  horizon_ = horizon;
  reached_ = reached;
  forget_families();
  readers_.forget_ids();
  next_step();
}

// Not by number: what came to another collection before, unseen, has a lower one.
Status Planner::sort_by_arrival(std::vector<Place>& places) const {
  if (places.size() < 2) return {};
  std::vector<std::pair<store::ChangeNo, Place>> dated;
  dated.reserve(places.size());
  for (const Place& place : places) {
    SEKISHO_ASSIGN(const auto came, store_.arrival(place.first, place.second));
    dated.emplace_back(came ? came->no : 0, place);
  }
  std::sort(dated.begin(), dated.end());
  for (std::size_t i = 0; i < dated.size(); ++i) places[i] = dated[i].second;
  return {};
}

Status Planner::add_by_arrival(std::vector<Place> places, std::vector<Input>& out) const {
  SEKISHO_TRY(sort_by_arrival(places));
  for (const Place& place : places) out.push_back({place.first, place.second});
  return {};
}

Status Planner::forget() {
  readers_.clear();
  audiences_.clear();
  made_of_.clear();
  not_keyed_.clear();
  stakes_.reset();
  stake_of_.clear();
  names_.clear();
  look_again();
  SEKISHO_ASSIGN(const auto pairs, store_.renditions());
  for (const auto& [of, made] : pairs) made_of_[of].push_back(made);
  return {};
}

void Planner::set_opaque(const std::vector<std::string>& names) {
  if (opaque_ == names) return;
  opaque_ = names;
  recent_.clear();
  recent_order_.clear();
  look_again();
}

std::size_t Planner::log_of(const std::string& view) {
  const auto found = decisions_.views.find(view);
  if (found != decisions_.views.end()) return found->second;
  return decisions_.views.emplace(view, decisions_.logs.add_view()).first->second;
}

std::map<std::string, DecisionLog> Planner::take_decisions() {
  Decisions done = std::exchange(decisions_, {});
  done.logs.settle();
  for (const auto& [view, log] : done.views) done.put.try_emplace(view, done.logs.of(log));
  return std::move(done.put);
}

LoadedPtr Planner::remember(std::shared_ptr<Loaded> loaded) {
  Names names = named_by(*loaded->object, opaque_);
  loaded->links = links_of(*loaded, std::move(names.references));
  loaded->named = std::move(names.definitions);
  const store::ObjectNo no = loaded->stored.no;
  if (recent_.insert_or_assign(no, loaded).second) recent_order_.push_back(no);
  if (recent_order_.size() > kRecentObjects) {
    recent_.erase(recent_order_.front());
    recent_order_.pop_front();
  }
  return loaded;
}

Status Planner::offer(const store::Added& added, const store::NewObject& accepted) {
  auto loaded = std::make_shared<Loaded>();
  const stix::Object& object = *accepted.object;
  loaded->stored.no = added.object;
  loaded->stored.id = std::string(object.id());
  loaded->stored.type = std::string(object.type());
  loaded->stored.spec_version = std::string(object.spec_version());
  loaded->stored.version = std::string(object.version());
  loaded->stored.version_time = object.version_time();
  loaded->stored.content = object.content_hash();
  loaded->stored.source = accepted.source;
  loaded->stored.provenance = accepted.provenance;
  loaded->object = accepted.object;
  if (accepted.provenance != offered_as_) {
    SEKISHO_ASSIGN(offered_provenance_, Provenance::from_json(accepted.provenance));
    offered_as_ = accepted.provenance;
  }
  loaded->provenance = offered_provenance_;
  loaded->definitions = definitions_of(object);
  remember(std::move(loaded));
  if (firsts_.size() >= kRecentObjects) firsts_.clear();  // of those that had arrived before they were offered
  if (added.first) firsts_.emplace(added.object, accepted.collection);
  return {};
}

Result<LoadedPtr> Planner::load(store::ObjectNo no) {
  const auto found = recent_.find(no);
  if (found != recent_.end()) return found->second;
  SEKISHO_ASSIGN(auto stored, store_.object(no));
  SEKISHO_ASSIGN(auto loaded, parse_stored(std::move(stored)));
  return remember(std::move(loaded));
}

std::optional<stix::MarkingMeaning> Planner::marking(const policy::Compiled& policy, Asked asked, Timestamp now) {
  if (auto published = stix::published_meaning(asked.id)) return published;
  if (nested_ == kNestedDefinitions) return std::nullopt;
  auto& known = markings_[asked.id];
  const auto key = std::pair(nested_, asked);  // the deeper, the sooner it is cut off
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  return known[key] = read_meaning(policy, asked, now);
}

// Each is asked once while nothing that it rests on comes, and no more of them than say something: who defines one marking ever more,
// or marks definitions by definitions ever deeper, is not asked ever more.
std::optional<stix::MarkingMeaning> Planner::read_meaning(const policy::Compiled& policy, const Asked& asked, Timestamp now) {
  const auto said = sayings(policy, asked);
  if (!said.ok()) return std::nullopt;
  constexpr int kNobody = std::numeric_limits<int>::max();
  std::vector<Definition> definitions;
  std::map<int, std::size_t> counted;  // by rank
  int read = kNobody, hidden = kNobody;
  ++nested_;
  for (const auto& [no, rank] : *said) {
    // Who says ever more of one marking counts as one that contradicts itself.
    if (++counted[rank] > kSayingsAtOnce) {
      hidden = std::min(hidden, rank);
      continue;
    }
    const auto loaded = load(no);
    if (!loaded.ok() || (*loaded)->provenance.echo) continue;
    if (permits(policy, **loaded, asked, now)) {
      definitions.push_back({(*loaded)->stored.source, (*loaded)->object});
      read = std::min(read, rank);
    } else {
      hidden = std::min(hidden, rank);
    }
  }
  --nested_;
  if (hidden != kNobody && hidden <= read) return std::nullopt;
  return meaning_among(policy.policy(), definitions, asked.bearer);
}

bool Planner::permits(const policy::Compiled& policy, const Loaded& definition, const Asked& asked, Timestamp now) {
  if (definition.links->markings.size() > kMarkingsOfDefinition) return false;
  const std::tuple key(nested_, definition.stored.no, asked.where, asked.audience);
  if (const auto known = permits_.find(key); known != permits_.end()) return known->second;
  return permits_[key] = decide(policy, asked.audience, definition, asked.where, now, Reasons::kOmit).effect == policy::Effect::kPermit;
}

// Within one step the same for all views, unless it rests on definitions that some may not read.
const policy::JudgedMarking& Planner::judged(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                                             store::CollectionNo collection, Timestamp now, const Bound& bound) {
  if (judged_.size() >= kJudgedAtOnce && nested_ == 0) judged_.clear();
  const auto [found, fresh] = judged_.try_emplace({loaded.stored.no, collection, same_for_all(loaded) ? std::string() : audience});
  if (fresh) found->second = judge_marking(policy, audience, loaded, collection, now, bound);
  return found->second;
}

Bearer Planner::bearer_for(const policy::Compiled& policy, const Loaded& loaded) {
  if (loaded.definitions.empty()) return {loaded.stored.source, {}};
  return bearer_of(policy.policy(), loaded.stored.source, *loaded.object);
}

policy::JudgedMarking Planner::judge_marking(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                                             store::CollectionNo collection, Timestamp now, const Bound& bound) {
  policy::Facts facts = facts_of(policy, loaded, collection, bound);
  const Bearer bearer = bearer_for(policy, loaded);
  const auto meaning = [&](std::string_view id) { return marking(policy, {audience, std::string(id), bearer, collection}, now); };
  facts.marking = std::cref(meaning);
  return policy.judge_marking(facts);
}

std::string Planner::awaited_marking(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                                     store::CollectionNo collection, Timestamp now) {
  const Bearer bearer = bearer_for(policy, loaded);
  std::string first;
  for (const std::string& id : loaded.definitions) {
    if (!is_marking(id) || (!first.empty() && first < id)) continue;
    if (!marking(policy, {audience, id, bearer, collection}, now)) first = id;
  }
  return first;
}

std::optional<policy::Decision> Planner::denied_unasked(const Loaded& loaded) const {
  policy::Decision denied;
  if (loaded.provenance.echo) {
    denied.reasons.push_back({"It was given by one that reads it or may not speak for its creator, so this copy does not count.", "copy"});
    return denied;
  }
  const std::string* why = recalled_->why(loaded.stored);
  if (why == nullptr) return std::nullopt;
  denied.reasons.push_back({*why, "recall"});
  return denied;
}

bool Planner::same_for_all(const Loaded& loaded) {
  return std::none_of(loaded.definitions.begin(), loaded.definitions.end(), [](const std::string& id) { return is_marking(id); });
}

// What loosens counts from whoever speaks as the creator alone; what a relay says may tighten: docs/specs/ownership.md §5.1.
policy::Facts Planner::facts_of(const policy::Compiled& policy, const Loaded& loaded, store::CollectionNo collection_no,
                                const Bound& bound) const {
  const store::Collection* where = collection(collection_no);
  policy::Facts facts;
  facts.object = loaded.object.get();
  facts.source = loaded.stored.source;
  if (where != nullptr) {
    facts.collection = where->alias;
    facts.baseline_tlp = where->baseline_tlp;
  }
  const certs::Handling handling = said_of(loaded);
  const bool membership = handling.org_scope == certs::OrgScope::kIsacMembership;
  if ((membership || handling.onward_consent) && is_creators_word(policy.policy(), *loaded.object, loaded.stored.source, loaded.provenance)) {
    facts.membership_scope = membership;
    facts.onward_consent = handling.onward_consent;
  }
  facts.bound_by = bound.givers;
  facts.hops_left = bound.hops_left;
  if (handling.max_hops) facts.hops_left = std::min(facts.hops_left.value_or(*handling.max_hops), *handling.max_hops);
  facts.approvals = approvals_->count(loaded.stored.content);
  return facts;
}

policy::Decision Planner::decide(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                                 store::CollectionNo collection, Timestamp now, Reasons reasons) {
  if (auto denied = denied_unasked(loaded)) return *std::move(denied);
  const auto bound = this->bound(policy, loaded);
  if (!bound.ok()) return {policy::Effect::kDeny, {{"What other copies of it say cannot be read.", "copy"}}, {}, {}};
  if (nested_ != 0) return decide_by_rules(policy, audience, loaded, collection, *bound, now, reasons);  // of a definition of a definition: not kept
  policy::Facts facts = facts_of(policy, loaded, collection, *bound);
  facts.judged = &judged(policy, audience, loaded, collection, now, *bound);
  return policy.decide(audience, facts, now, reasons);
}

policy::Decision Planner::decide_by_rules(const policy::Compiled& policy, const std::string& audience, const Loaded& loaded,
                                          store::CollectionNo collection, const Bound& bound, Timestamp now, Reasons reasons) {
  policy::Facts facts = facts_of(policy, loaded, collection, bound);
  const policy::JudgedMarking judged = judge_marking(policy, audience, loaded, collection, now, bound);
  facts.judged = &judged;
  return policy.decide(audience, facts, now, reasons);
}

// The newest version that the audience may read: those that it may not must not count.
Result<std::optional<store::ObjectNo>> Planner::readable_definition(const policy::Compiled& policy, const View& view,
                                                                    std::string_view id, store::CollectionNo where,
                                                                    Timestamp now, store::ObjectNo without) {
  SEKISHO_ASSIGN(const auto newest_first, newest_definitions(std::string(id)));
  for (const store::ObjectNo no : newest_first) {
    if (no == without) continue;
    SEKISHO_ASSIGN(const LoadedPtr definition, load(no));
    if (decide(policy, view.audience, *definition, where, now, Reasons::kOmit).effect == policy::Effect::kPermit) {
      return std::optional<store::ObjectNo>(no);
    }
  }
  return std::optional<store::ObjectNo>();
}

}  // namespace sekisho::sync
