// Definitions that travel along: which versions of them each audience may read, looked up once per id and collection.
#include <algorithm>

#include "sync/release/plan/sweep.h"

namespace sekisho::sync {

/// Takes from `may` the views that may not read what this object cannot go without; gives the number of the list of its
/// definitions. As Making::add_definitions, for all views at once.
Result<std::uint32_t> Sweep::add_definitions(const Loaded& loaded, store::CollectionNo collection, const Masks::Word* carried,
                                             Masks::Word* may) {
  if (loaded.definitions.empty() && loaded.named.empty()) return std::uint32_t{0};
  const Place place{loaded.stored.no, collection};
  std::vector<std::uint32_t> list;
  for (const std::string& id : loaded.definitions) {
    SEKISHO_ASSIGN(const std::uint32_t number, definition(id, collection, needs_definition(id)));
    const Definition& it = definitions_[number];
    if (!it.arrived) continue;
    list.push_back(number);
    if (it.needed) cut_unread(it, id, place, carried, may);
  }
  for (const std::string& id : loaded.named) {
    if (policy_.is_public_id(id)) continue;
    SEKISHO_ASSIGN(const std::uint32_t number, definition(id, collection, true));
    if (std::find(list.begin(), list.end(), number) == list.end()) list.push_back(number);
    cut_unread(definitions_[number], id, place, carried, may);
  }
  const auto [found, fresh] = list_numbers_.try_emplace(list, static_cast<std::uint32_t>(lists_.size()));
  if (fresh) lists_.push_back(std::move(list));
  return found->second;
}

void Sweep::cut_unread(const Definition& it, const std::string& id, const Place& place, const Masks::Word* carried, Masks::Word* may) {
  std::vector<Masks::Word> readable(may_.words()), held(may_.words());
  for (const Version& version : it.versions) {
    const Masks::Word* permitted = definition_masks_.row(version.may);
    const Masks::Word* there = definition_masks_.row(version.carried);
    for (std::size_t w = 0; w < readable.size(); ++w) {
      // A view that carries the user already keeps the versions that went with it.
      readable[w] |= permitted[w] & (version.arrived ? ~Masks::Word{0} : there[w] & carried[w]);
    }
  }
  for (std::size_t w = 0; w < held.size(); ++w) held[w] = may[w] & ~readable[w];
  if (may_.cut(may, readable.data())) hold(place, id, held.data());
}

Result<std::uint32_t> Sweep::definition(const std::string& id, store::CollectionNo collection, bool needed) {
  const auto found = definition_numbers_.find({id, collection, needed});
  if (found != definition_numbers_.end()) return found->second;
  Definition made;
  made.id = ids_.number(id);
  made.needed = needed;
  SEKISHO_TRY(read_versions(made, id, collection));
  const auto number = static_cast<std::uint32_t>(definitions_.size());
  definitions_.push_back(std::move(made));
  definition_numbers_.emplace(std::tuple(id, collection, needed), number);
  return number;
}

Status Sweep::read_versions(Definition& definition, const std::string& id, store::CollectionNo collection) {
  SEKISHO_ASSIGN(auto held, store_.versions_of(id, true));
  for (auto& stored : held) {
    Version version{stored.no, stored.version_time, version_key(stored.version, stored.version_time), stored.content,
                    stored.no <= planner_.horizon()};
    Masks::Word* may = definition_masks_.add();
    version.may = rows_of_definitions_++;
    definition.arrived = definition.arrived || version.arrived;
    SEKISHO_ASSIGN(const auto loaded, parse_stored(std::move(stored)));
    const auto denied = planner_.denied_unasked(*loaded);
    for (std::size_t a = 0; a < audiences_.size() && !denied; ++a) {
      const auto decision = planner_.decide_by_rules(policy_, audiences_[a].key, *loaded, collection, {}, now_, policy::Compiled::Reasons::kOmit);
      if (decision.effect == policy::Effect::kPermit) definition_masks_.join(may, audience_views_.row(a));
    }
    Masks::Word* carried = definition_masks_.add();
    version.carried = rows_of_definitions_++;
    SEKISHO_ASSIGN(const auto placed, store_.placements(version.no));
    for (const store::StreamNo stream : placed) {
      const Carrier* carrying = carrier(stream);
      if (carrying == nullptr || carrying->collection != collection) continue;
      for (const std::size_t view : carrying->views) Masks::set(carried, view);
    }
    if (version.arrived) definition.by_time.push_back(static_cast<std::uint32_t>(definition.versions.size()));
    definition.versions.push_back(version);
  }
  std::stable_sort(definition.by_time.begin(), definition.by_time.end(), [&](std::uint32_t a, std::uint32_t b) {
    return definition.versions[a].time > definition.versions[b].time;
  });
  return {};
}

/// What travels with a row that goes to a view.
void Sweep::travelling(std::size_t view, std::uint32_t row, std::vector<const Version*>& out) const {
  out.clear();
  const bool went_before = carried_.test(row, view);
  const auto add = [&out](const Version& version) {
    if (std::none_of(out.begin(), out.end(), [&version](const Version* other) { return other->no == version.no; })) out.push_back(&version);
  };
  for (const std::uint32_t number : lists_[rows_[row].definitions]) {
    const Definition& definition = definitions_[number];
    bool kept = false;
    if (went_before) {
      for (const Version& version : definition.versions) {
        if (!definition_masks_.test(version.carried, view) || !definition_masks_.test(version.may, view)) continue;
        add(version);
        kept = true;
      }
      if (kept || !definition.needed) continue;
    }
    const auto newest = std::find_if(definition.by_time.begin(), definition.by_time.end(), [&](std::uint32_t i) {
      return definition_masks_.test(definition.versions[i].may, view);
    });
    if (newest != definition.by_time.end()) add(definition.versions[*newest]);
  }
}

}  // namespace sekisho::sync
