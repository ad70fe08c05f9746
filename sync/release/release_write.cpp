// How the release follower writes: attestations, appends, withdrawals.
#include <algorithm>

#include "sync/release/release_impl.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kMadeAtOnce = 1000;  // renditions in one transaction

}  // namespace

certs::Role Release::Impl::role_for(const Loaded& loaded) const {
  if (!loaded.stored.source.empty()) return certs::Role::kRelay;
  const auto creator = loaded.object->created_by_ref();
  return !creator || *creator == signer.identity_id ? certs::Role::kCreator : certs::Role::kRelay;
}

Result<stix::ObjectPtr> Release::Impl::attestation_of(Planner& by, const policy::Compiled& policy, const Loaded& loaded) const {
  SEKISHO_ASSIGN(certs::Handling handling, by.handling_of(policy, loaded));
  if (!loaded.stored.source.empty() && handling.max_hops && *handling.max_hops > 0) --*handling.max_hops;
  return stix::Object::parse(make_attestation(*loaded.object, signer, role_for(loaded), handling));
}

Result<store::Append::Item> Release::Impl::attest(Writing& writing, store::ObjectNo no,
                                                  store::CollectionNo companion) {
  const auto found = writing.attested.find(no);
  if (found != writing.attested.end()) return found->second;
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(no));
  store::NewObject created;
  SEKISHO_ASSIGN(created.object, attestation_of(planner, writing.policy != nullptr ? *writing.policy : *policy_in_force, *loaded));
  created.collection = companion;
  created.attests = no;
  writing.release.created.push_back(std::move(created));
  const store::Append::Item item{0, writing.release.created.size() - 1};
  writing.attested[no] = item;
  return item;
}

Status Release::Impl::store_made(std::vector<PlanItem>& items, Timestamp now) {
  store::Release release;
  const auto flush = [&]() -> Status {
    if (release.created.empty()) return {};
    const auto done = store.release(release, now);
    release = {};
    return done.ok() ? Status() : Status(done.error());
  };
  for (const PlanItem& item : items) {
    for (const Made& made : item.made) {
      store::NewObject created;
      created.object = made.object;
      created.collection = item.collection;
      created.provenance = made.provenance.to_json();
      created.rendition_of = item.no;
      release.created.push_back(std::move(created));
    }
    if (release.created.size() >= kMadeAtOnce) SEKISHO_TRY(flush());
  }
  SEKISHO_TRY(flush());
  for (PlanItem& item : items) {
    if (item.made.empty()) continue;
    SEKISHO_TRY(planner.made_anew(item.no));
    SEKISHO_ASSIGN(const auto numbers, store.renditions_of(item.no));
    for (const Made& made : item.made) {
      for (const store::ObjectNo no : numbers) {
        SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(no));
        if (loaded->stored.id != made.object->id() || loaded->stored.content != made.object->content_hash()) continue;
        planner.note_made_version(*loaded);
        item.stored.push_back(no);
        break;
      }
    }
    item.made.clear();
  }
  return {};
}

Status Release::Impl::write_attestation(Writing& writing, const View& view, const Place& place) {
  const auto companion = planner.companion(place.second);
  const auto main = view.streams.find(place.second);
  if (view.attestations == "none" || !companion || main == view.streams.end()) return {};
  SEKISHO_ASSIGN(const auto attestation, attest(writing, place.first, *companion));
  const auto beside = view.streams.find(*companion);
  writing.items(view.attestations == "inline" || beside == view.streams.end() ? main->second : beside->second).push_back(attestation);
  return {};
}

Status Release::Impl::write_item(Writing& writing, const View& view, const PlanItem& item) {
  const auto main = view.streams.find(item.collection);
  if (main == view.streams.end()) return {};
  std::vector<store::ObjectNo> numbers = item.definitions;
  if (item.original) numbers.push_back(item.no);
  numbers.insert(numbers.end(), item.stored.begin(), item.stored.end());
  for (const store::ObjectNo no : numbers) {
    SEKISHO_TRY(write_attestation(writing, view, {no, item.collection}));
    writing.items(main->second).push_back({no, std::nullopt});
  }
  return {};
}

// Takes an object, or a rendition, out of a view, and its attestations with it, whichever key made them.
Status Release::Impl::withdraw(Writing& writing, View& view, const Planner::Input& input) {
  view.pristine = false;
  const store::StreamNo main = view.streams[input.collection];
  writing.release.withdrawals.emplace_back(main, input.no);
  const auto companion = planner.companion(input.collection);
  if (!companion) return {};
  SEKISHO_ASSIGN(const auto attestations, store.attestations_of(input.no));
  for (const store::ObjectNo attestation : attestations) {
    SEKISHO_ASSIGN(const auto placed, store.placements(attestation));
    for (const store::StreamNo stream : {main, view.streams[*companion]}) {
      if (std::find(placed.begin(), placed.end(), stream) == placed.end()) continue;
      writing.release.withdrawals.emplace_back(stream, attestation);
    }
  }
  return {};
}

Status Release::Impl::withdraw_everywhere(Writing& writing, store::ObjectNo no) {
  return withdraw_forms(writing, no, nullptr, std::nullopt);
}

Status Release::Impl::withdraw_forms(Writing& writing, store::ObjectNo no, const View* only,
                                     std::optional<store::CollectionNo> where) {
  SEKISHO_ASSIGN(auto forms, store.renditions_of(no));
  forms.push_back(no);
  for (const store::ObjectNo form : forms) {
    SEKISHO_ASSIGN(const auto placed, store.placements(form));
    for (View& view : views.all()) {
      if (only != nullptr && view.name != only->name) continue;
      const auto streams = view.streams;
      for (const auto& [collection, stream] : streams) {
        if (where && collection != *where) continue;
        const bool carried = std::find(placed.begin(), placed.end(), stream) != placed.end();
        if (carried) SEKISHO_TRY(withdraw(writing, view, {form, collection}));
      }
    }
  }
  return {};
}

Result<bool> Release::Impl::forget_waiting(store::ObjectNo no, std::map<std::string, Left>& left, bool& exact) {
  SEKISHO_ASSIGN(const LoadedPtr loaded, planner.load(no));
  const std::string& id = loaded->stored.id;
  bool any = false;
  for (const View& view : views.all()) {
    Waiting& held = waiting[view.name];
    for (const auto& [collection, stream] : view.streams) {
      const Place place{no, collection};
      const Awaited* awaited = held.of(place);
      if (awaited == nullptr) continue;
      const bool displaced = awaited->has(Mark::kDisplaced), rendition = awaited->has(Mark::kDisplacedRendition);
      const bool keeps_place = awaited->has(Mark::kLeft);
      held.take(place);
      if (keeps_place) held.add(place, marked(Mark::kLeft, id));
      any = true;
      if (!displaced && !rendition) continue;
      exact = exact && !rendition;
      left[view.name].ids.insert(id);
    }
  }
  return any;
}

// The definition of the attestation type and its creator stand at the head of each companion stream.
Status Release::Impl::welcome(Writing& writing, const View& view) const {
  if (view.attestations == "none") return {};
  SEKISHO_ASSIGN(const auto listed, store.collections());
  for (const auto& collection : listed) {
    if (!collection.companion_of) continue;
    const auto target = view.attestations == "inline" ? view.streams.find(*collection.companion_of)
                                                       : view.streams.find(collection.no);
    if (target == view.streams.end()) continue;
    for (const std::string& text : {attestation_project_identity(), attestation_extension_definition()}) {
      store::NewObject created;
      SEKISHO_ASSIGN(created.object, stix::Object::parse(text));
      created.collection = collection.no;
      const stix::ObjectPtr object = created.object;
      writing.release.created.push_back(std::move(created));
      const std::size_t index = writing.release.created.size() - 1;
      if (view.attestations == "inline") {
        store::NewObject proof;
        SEKISHO_ASSIGN(proof.object,
                       stix::Object::parse(make_attestation(*object, signer, certs::Role::kRelay, {})));
        proof.collection = collection.no;
        writing.release.created.push_back(std::move(proof));
        writing.items(target->second).push_back({0, writing.release.created.size() - 1});
      }
      writing.items(target->second).push_back({0, index});
    }
  }
  return {};
}

}  // namespace sekisho::sync
