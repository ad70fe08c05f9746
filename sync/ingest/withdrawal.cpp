#include "sync/ingest/withdrawal.h"

#include <algorithm>
#include <map>
#include <utility>

#include "store/rules.h"
#include "sync/handling/attestation.h"
#include "sync/ingest/sight.h"

namespace sekisho::sync {
// What was accepted and what an operator holds or held: the party cannot tell them apart, so its DELETE must not.
Result<std::vector<Withdrawals::Version>> Withdrawals::sent(const Readable& from, std::string_view object_id, bool anywhere) const {
  std::vector<Version> out;
  SEKISHO_ASSIGN(const auto stored, store_.versions_of(object_id, false));
  for (const auto& version : stored) {
    if (version.source != from.party) continue;
    SEKISHO_ASSIGN(const auto where, store_.collections_of(version.no));
    const bool here = anywhere || std::find(where.begin(), where.end(), from.collection.no) != where.end();
    if (here) out.push_back({version.version_time, version.version, version.spec_version, version.no});
  }
  SEKISHO_ASSIGN(const auto held, store_.documents(held_in_space(from.party, object_id)));
  for (const auto& [key, spec_version] : held) {
    const std::size_t slash = key.rfind('/');
    if (slash == std::string::npos || (!anywhere && key.substr(0, slash) != from.collection.alias)) continue;
    SEKISHO_ASSIGN(const Timestamp time, parse_stix_time(std::string_view(key).substr(slash + 1)));
    out.push_back({time, key.substr(slash + 1), spec_version, 0});
  }
  std::erase_if(out, [&](const Version& version) {
    return release_.recalled(from.party, object_id, version.time).has_value();
  });
  return out;
}

std::vector<Withdrawals::Version> Withdrawals::chosen(const std::vector<Version>& versions, const Selection& selection) {
  std::map<Timestamp, Version> ordered;
  for (const Version& version : versions) {
    const auto& specs = selection.spec_versions;
    if (!specs.empty() && std::find(specs.begin(), specs.end(), version.spec_version) == specs.end()) continue;
    ordered.emplace(version.time, version);
  }
  std::vector<Version> out;
  for (const auto& [time, version] : ordered) {
    const bool first = time == ordered.begin()->first, last = time == ordered.rbegin()->first;
    if (!selection.by_version || store::version_matches(selection.versions, first, last, time)) out.push_back(version);
  }
  return out;
}

Status Withdrawals::remove(const Readable& from, std::string_view object_id, const Selection& selection) {
  const Timestamp now = clock_.now();
  const auto policy = release_.policy();
  if (!policy) return make_error(Code::kUnavailable, "no policy is in force");
  if (from.collection.companion_of || !policy->writes(from.party, from.collection.alias, now)) {
    return make_error(Code::kTaxiiForbidden, "the caller may read here, not write");
  }
  SEKISHO_ASSIGN(const auto own, sent(from, object_id, false));
  const auto mine = chosen(own, selection);
  SEKISHO_ASSIGN(const auto carried, outbound_.versions_of(from, object_id));
  std::vector<Version> seen;
  for (const auto& version : carried) {
    SEKISHO_ASSIGN(const Timestamp time, parse_stix_time(version.version));
    seen.push_back({time, version.version, version.spec_version, version.object});
  }
  const auto visible = chosen(seen, selection);
  if (!mine.empty()) {
    // Version by version: the caller may use the id again.
    SEKISHO_ASSIGN(const auto all, whole(selection) ? sent(from, object_id, true) : Result<std::vector<Version>>(mine));
    std::vector<std::string> versions;
    for (const Version& version : chosen(all, selection)) versions.push_back(version.text);
    SEKISHO_TRY(recalls_.withdraw({from.party, std::string(object_id), std::move(versions), false, whole(selection)}));
  }
  if (policy->withdraws(from.party, from.collection.alias, now) && !is_apparatus(object_id)) {
    if (!visible.empty()) return remove_every_copy(from, visible, whole(selection));
  } else if (mine.empty() && !visible.empty()) {
    return make_error(Code::kTaxiiForbidden, "somebody else gave it");
  }
  return mine.empty() ? Status(make_error(Code::kNotFound, "nothing of it is there for the caller")) : Status();
}

// A rendition stands for what it was made of: that is what goes, and every rendition of it.
Status Withdrawals::remove_every_copy(const Readable& from, const std::vector<Version>& versions, bool whole) {
  SEKISHO_ASSIGN(const auto renditions, store_.renditions());
  std::map<store::ObjectNo, store::ObjectNo> original_of;
  for (const auto& [of, made] : renditions) original_of[made] = of;
  std::map<std::string, std::vector<std::string>> originals;
  for (const Version& version : versions) {
    const auto original = original_of.find(version.object);
    SEKISHO_ASSIGN(const auto stored, store_.object(original == original_of.end() ? version.object : original->second));
    auto& chosen = originals[stored.id];
    if (!whole) chosen.push_back(stored.version);
  }
  for (const auto& [id, chosen] : originals) SEKISHO_TRY(recalls_.withdraw({from.party, id, chosen, true}));
  return {};
}

}  // namespace sekisho::sync
