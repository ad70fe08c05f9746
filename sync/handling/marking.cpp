#include "sync/handling/marking.h"

#include <algorithm>

namespace sekisho::sync {
namespace {

/// The lower, the more it counts.
int rank(const policy::Policy& policy, const std::string& source, std::string_view giver, const stix::Object& definition) {
  if (source.empty()) return 0;
  const policy::Party* party = policy.find_party(source);
  const auto creator = definition.created_by_ref();
  const bool own = party != nullptr && creator &&
                   std::find(party->identities.begin(), party->identities.end(), *creator) != party->identities.end();
  if (own) return 1;
  return source == giver ? 2 : 3;
}

}  // namespace

bool is_authoritative(const policy::Policy& policy, const std::string& source, const stix::Object& definition) {
  return rank(policy, source, {}, definition) < 2;
}

std::optional<stix::MarkingMeaning> meaning_among(const policy::Policy& policy, const std::vector<Definition>& definitions,
                                                  std::string_view giver) {
  const stix::Object* best = nullptr;
  int best_rank = 0;
  for (const Definition& definition : definitions) {
    const int mine = rank(policy, definition.source, giver, *definition.object);
    if (best != nullptr && mine >= best_rank) continue;
    best = definition.object.get();
    best_rank = mine;
  }
  if (best == nullptr) return std::nullopt;
  return stix::meaning_of(*best);
}

std::optional<stix::MarkingMeaning> held_meaning(const store::Store& store, const policy::Policy& policy,
                                                 std::string_view id, std::string_view giver, store::ObjectNo last) {
  const auto versions = store.versions_of(id, true);  // oldest accepted first
  if (!versions.ok()) return std::nullopt;
  std::vector<Definition> definitions;
  for (const auto& version : *versions) {
    if (version.no > last) break;
    auto object = stix::Object::parse(version.bytes);
    if (object.ok()) definitions.push_back({version.source, std::move(*object)});
  }
  return meaning_among(policy, definitions, giver);
}

}  // namespace sekisho::sync
