#include "sync/ingest/sight.h"

#include "core/digest.h"
#include "stix/sco_id.h"
#include "stix/versions.h"
#include "sync/handling/claim.h"
#include "sync/handling/companion.h"
#include "sync/handling/marking.h"
#include "sync/handling/provenance.h"

namespace sekisho::sync {
namespace {

constexpr const char* kHeldParties = "submission-held";  // key: a party of which something waited

std::string held_key(const stix::Object& object) {
  return std::string(object.id()) + "/" + format_stix_time(object.version_time(), 9);
}

}  // namespace

std::string held_in_space(std::string_view party, std::string_view object_id) {
  return "submission-held-in/" + std::string(party) + "/" + std::string(object_id);
}

Sight::Sight(const store::Store& store, std::shared_ptr<const policy::Compiled> policy, const std::string& party)
    : store_(store), policy_(std::move(policy)), party_(party),
      held_space_(std::string(kHeldParties) + "/" + party), held_(store) {}

Result<Sight> Sight::make(const store::Store& store, Release& release, const std::string& party, Timestamp now) {
  const auto view = release.view_of(party);
  if (!view.ok() && view.error().code != Code::kNotFound) return view.error();
  Sight sight(store, release.policy(), party);
  sight.release_ = &release;
  if (!sight.policy_) return make_error(Code::kUnavailable, "no policy is in force");
  const auto collections = release.collections();
  for (const store::Collection& collection : collections) {
    if (!view.ok() || (collection.companion_of && view->attestations != "companion")) continue;
    const auto stream = view->streams.find(collection.no);
    if (stream == view->streams.end() || !is_read(*sight.policy_, view->audience, collection, collections, now)) continue;
    sight.streams_.emplace(stream->second, collection.no);
  }
  if (view.ok()) sight.check_ = view->check;
  SEKISHO_ASSIGN(const auto held, store.document(kHeldParties, party));
  sight.held_any_ = held.has_value();
  return sight;
}

// What was only given back defines nothing: it may stand here for no other reason than something hidden.
Result<bool> Sight::defines(const store::StoredObject& version) const {
  if (version.source != party_) return carries(version);
  SEKISHO_ASSIGN(const Provenance provenance, Provenance::from_json(version.provenance));
  return provenance.echo ? carries(version) : Result<bool>(true);
}

Result<bool> Sight::carries(const store::StoredObject& version) const {
  SEKISHO_ASSIGN(const auto placed, store_.placements(version.no));
  for (const store::StreamNo stream : placed) {
    const auto read = streams_.find(stream);
    if (read == streams_.end()) continue;
    if (!check_) return true;
    SEKISHO_ASSIGN(const ItemCheck::May may, check_->may(read->second, version.no));
    if (may == ItemCheck::May::kGoes) return true;
  }
  return false;
}

Result<bool> Sight::reads(std::string_view id) const {
  SEKISHO_ASSIGN(const auto versions, store_.versions_of(id, false));
  for (const store::StoredObject& version : versions) {
    if (version.source == party_) continue;
    SEKISHO_ASSIGN(const bool carried, carries(version));
    if (carried) return true;
  }
  return false;
}

Status Sight::expect(const std::vector<std::string_view>& ids) {
  SEKISHO_ASSIGN(const auto held, store_.held(ids));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!held[i]) new_ids_.emplace(ids[i]);
  }
  return {};
}

Result<const Sight::Moments*> Sight::moments(const HeldVersions::Line& line, const stix::Object& object) {
  const std::pair at(std::string(object.id()), object.version_time());
  if (const auto found = moments_.find(at); found != moments_.end()) return &found->second;
  Moments made;
  const bool free = is_free_id(policy_->policy(), party_, object.id());
  const std::string own = claim_of(policy_->policy(), {}, party_, object.id());
  for (const store::StoredObject* version : line.at(object.version_time())) {
    SEKISHO_ASSIGN(const bool known, defines(*version));
    if (!known && version->source != party_) continue;
    SEKISHO_ASSIGN(const Provenance provenance, Provenance::from_json(version->provenance));
    SEKISHO_ASSIGN(auto stored, store_.object(version->no));
    SEKISHO_ASSIGN(const auto before, stix::Object::parse_kept(std::move(stored.bytes), version->content));
    const std::string claim = claim_of(policy_->policy(), *before, version->source, provenance.unnamed);
    if (claim == own && version->source != party_) continue;
    const bool firm = !free && standing_of(policy_->policy(), version->source) >= standing_of(policy_->policy(), party_);
    for (Moment* moment : {&made.by_claim[claim], firm ? &made.firm : nullptr}) {
      if (moment == nullptr) continue;
      if (known) moment->known.add(stix::saying_of(*before), *version);
      moment->contents.insert(version->content);
    }
  }
  return &moments_.emplace(at, std::move(made)).first->second;
}

Result<bool> Sight::contradicts(const stix::Object& object) {
  bool contradicted = false;
  if (!is_new(object.id())) {
    SEKISHO_ASSIGN(const auto line, held_.of(object.id()));
    if (line->differs(object)) {
      SEKISHO_ASSIGN(const Moments* all, moments(*line, object));
      const auto same = all->by_claim.find(claim_of(policy_->policy(), object, party_));
      for (const Moment* here : {&all->firm, same == all->by_claim.end() ? nullptr : &same->second}) {
        if (here == nullptr) continue;
        if (here->known.has_other(object)) return false;
        contradicted = contradicted || here->contents.size() > here->contents.count(object.content_hash());
      }
    }
  }
  if (contradicted || !held_any_) return contradicted;
  SEKISHO_ASSIGN(const auto held, store_.document(held_space_, held_key(object)));
  return held && *held != hex(object.content_hash());
}

Result<bool> Sight::add(const stix::ObjectPtr& object) {
  const auto [place, fresh] = envelope_.try_emplace(std::pair(std::string(object->id()), object->version_time()), First{object, {}});
  First& first = place->second;
  bool contradicted = false;
  if (!fresh && first.object->content_hash() != object->content_hash()) {
    if (!first.saying) first.saying = stix::saying_of(*first.object);
    contradicted = *first.saying != stix::saying_of(*object);
  }
  if (!contradicted) {
    SEKISHO_ASSIGN(contradicted, contradicts(*object));
  }
  // Of an observable there may be many copies, and one under an id that is not its own stands against none.
  if (contradicted && !stix::has_computed_id(*object)) return false;
  define(object);
  return true;
}

void Sight::define(const stix::ObjectPtr& object) {
  if (object->type() == "marking-definition") definitions_.emplace(object->id(), object);
}

// Known by id, unless something in the envelope says otherwise.
std::optional<stix::MarkingMeaning> Sight::published(std::string_view id) {
  auto known = stix::published_meaning(id);
  if (!known) return std::nullopt;
  if (const auto found = published_.find(id); found != published_.end()) return found->second;
  const auto [from, to] = definitions_.equal_range(std::string(id));
  for (auto it = from; it != to; ++it) {
    stix::MarkingMeaning said = stix::meaning_of(*it->second);
    if (said.kind != stix::MarkingMeaning::Kind::kMismatch) continue;
    known = std::move(said);
    break;
  }
  return published_.emplace(id, std::move(known)).first->second;
}

Result<const std::vector<Definition>*> Sight::definitions_of(std::string_view id) {
  if (const auto found = held_definitions_.find(id); found != held_definitions_.end()) return &found->second;
  std::vector<Definition> definitions;
  SEKISHO_ASSIGN(const auto versions, store_.versions_of(id, true));
  for (const store::StoredObject& version : versions) {
    const auto known = defines(version);
    auto object = stix::Object::parse(version.bytes);
    if (known.ok() && *known && object.ok()) definitions.push_back({version.source, std::move(*object)});
  }
  const auto [from, to] = definitions_.equal_range(std::string(id));
  for (auto it = from; it != to; ++it) definitions.push_back({party_, it->second});
  return &held_definitions_.emplace(id, std::move(definitions)).first->second;
}

std::optional<stix::MarkingMeaning> Sight::meaning(std::string_view id, const stix::Object& bearer) {
  if (auto known = published(id)) return known;
  const Bearer whose = bearer_of(policy_->policy(), party_, bearer);
  const auto [found, fresh] = meanings_.try_emplace({std::string(id), whose});
  if (!fresh) return found->second;
  const auto definitions = definitions_of(id);
  if (definitions.ok()) found->second = meaning_among(policy_->policy(), **definitions, whose);
  return found->second;
}

std::vector<store::DocumentPut> Sight::remember_held(const std::vector<stix::ObjectPtr>& objects, const std::string& alias,
                                                     const std::vector<Verdict>& verdicts) const {
  std::vector<store::DocumentPut> puts;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (verdicts[i].outcome != Verdict::Outcome::kQuarantined) continue;
    const stix::Object& object = *objects[i];
    puts.push_back({held_space_, held_key(object), hex(object.content_hash())});
    puts.push_back({held_in_space(party_, object.id()), alias + "/" + format_stix_time(object.version_time(), 9),
                    std::string(object.spec_version())});
  }
  if (!puts.empty() && !held_any_) puts.push_back({kHeldParties, party_, ""});
  return puts;
}

}  // namespace sekisho::sync
