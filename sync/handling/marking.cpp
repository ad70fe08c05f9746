#include "sync/handling/marking.h"

#include <algorithm>

#include "sync/handling/provenance.h"

namespace sekisho::sync {

Bearer bearer_of(const policy::Policy& policy, std::string source, const stix::Object& marked) {
  Bearer out{std::move(source), {}};
  const auto creator = marked.created_by_ref();
  const policy::Party* party = creator ? policy::party_of_identity(policy, *creator) : nullptr;
  if (party != nullptr) out.creator = party->id;
  return out;
}

std::optional<int> rank_of(const policy::Policy& policy, std::string_view source, const Bearer& bearer) {
  if (source.empty()) return 0;
  if (source == bearer.giver) return 1;
  if (source == bearer.creator) return 2;
  if (std::find(policy.definers.begin(), policy.definers.end(), source) != policy.definers.end()) return 3;
  return std::nullopt;
}

bool same_meaning(const stix::MarkingMeaning& a, const stix::MarkingMeaning& b) {
  return a.kind == b.kind && a.tlp == b.tlp && a.scheme == b.scheme && a.pap == b.pap && a.iep == b.iep && a.from == b.from &&
         a.until == b.until && a.can_be_honoured == b.can_be_honoured;
}

std::optional<stix::MarkingMeaning> meaning_among(const policy::Policy& policy, const std::vector<Definition>& definitions,
                                                  const Bearer& bearer) {
  std::optional<stix::MarkingMeaning> best;
  int best_rank = 0;
  for (const Definition& definition : definitions) {
    const auto mine = rank_of(policy, definition.source, bearer);
    if (!mine || (best && *mine > best_rank)) continue;
    const stix::MarkingMeaning meaning = stix::meaning_of(*definition.object);
    if (!best || *mine < best_rank) {
      best = meaning;
    } else if (!same_meaning(*best, meaning)) {
      best = stix::MarkingMeaning();
    }
    best_rank = *mine;
  }
  return best;
}

std::optional<stix::MarkingMeaning> held_meaning(const store::Store& store, const policy::Policy& policy,
                                                 std::string_view id, const Bearer& bearer, store::ObjectNo last) {
  if (auto published = stix::published_meaning(id)) return published;
  const auto versions = store.versions_of(id, true);
  if (!versions.ok()) return std::nullopt;
  std::vector<Definition> definitions;
  for (const auto& version : *versions) {
    if (version.no > last || !rank_of(policy, version.source, bearer)) continue;
    const auto provenance = Provenance::from_json(version.provenance);
    if (!provenance.ok() || provenance->echo) continue;  // what was only given back says nothing
    auto object = stix::Object::parse(version.bytes);
    if (object.ok()) definitions.push_back({version.source, std::move(*object)});
  }
  return meaning_among(policy, definitions, bearer);
}

}  // namespace sekisho::sync
