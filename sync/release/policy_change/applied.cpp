#include "sync/release/policy_change/applied.h"

#include "core/json.h"

namespace sekisho::sync {

Applied Applied::of(const policy::Compiled& policy, std::optional<Timestamp> at) {
  Applied applied;
  applied.at = at;
  applied.digest = policy.policy().digest;
  applied.ground = policy.policy().ground;
  applied.sources = policy.policy().source_grounds;
  for (const policy::Party& party : policy.policy().parties) {
    for (const std::string& id : party.identities) applied.creators.emplace(id, party.id);
  }
  return applied;
}

Result<Applied> Applied::read(const store::Store& store) {
  Applied applied;
  SEKISHO_ASSIGN(const auto text, store.document(kReleaseSpace, kAppliedKey));
  if (!text) return applied;
  const auto document = json::Document::parse(*text);
  if (!document.ok()) return applied;
  const json::Value root = (*document)->root();
  applied.digest = std::string(root["digest"].string_or(""));
  applied.ground = std::string(root["ground"].string_or(""));
  if (const auto at = root["at"].integer()) applied.at = Timestamp::from_micros(*at);
  for (const auto& entry : root["sources"]) applied.sources[std::string(entry.key)] = std::string(entry.value.string_or(""));
  for (const auto& entry : root["creators"]) applied.creators[std::string(entry.key)] = std::string(entry.value.string_or(""));
  return applied;
}

std::string Applied::to_json() const {
  json::Writer w;
  w.begin_object().member("digest", digest);
  if (at) w.member_int("at", at->micros());
  w.member("ground", ground).key("sources").begin_object();
  for (const auto& [party, source_ground] : sources) w.member(party, source_ground);
  w.end_object().key("creators").begin_object();
  for (const auto& [id, party] : creators) w.member(id, party);
  w.end_object().end_object();
  return w.take();
}

std::vector<std::string> Applied::other_creators(const Applied& other) const {
  std::vector<std::string> out;
  for (const auto& [mine, theirs] : {std::pair(&creators, &other.creators), std::pair(&other.creators, &creators)}) {
    for (const auto& [id, party] : *mine) {
      const auto found = theirs->find(id);
      if (found == theirs->end() || found->second != party) out.push_back(id);
    }
  }
  return out;
}

bool Applied::same_ground(const Applied& other, const std::set<std::string>& seen) const {
  if (ground.empty() || ground != other.ground) return false;
  const auto of = [](const Applied& applied, const std::string& source) {
    const auto found = applied.sources.find(source);
    return found == applied.sources.end() ? std::string() : found->second;
  };
  for (const std::string& source : seen) {
    if (of(*this, source) != of(other, source)) return false;
  }
  return true;
}

Result<std::optional<std::set<std::string>>> read_sources(const store::Store& store) {
  SEKISHO_ASSIGN(const auto text, store.document(kReleaseSpace, kSourcesKey));
  if (!text) {
    SEKISHO_ASSIGN(const store::ChangeNo through, store.released_through());
    if (through == 0) return std::optional(std::set<std::string>());
    return std::optional<std::set<std::string>>();
  }
  const auto document = json::Document::parse(*text);
  if (!document.ok()) return std::optional<std::set<std::string>>();
  std::set<std::string> sources;
  for (const auto& entry : (*document)->root()["sources"]) sources.emplace(entry.value.string_or(""));
  return std::optional(std::move(sources));
}

std::string sources_to_json(const std::set<std::string>& sources) {
  json::Writer w;
  w.begin_object().key("sources").begin_array();
  for (const std::string& source : sources) w.string(source);
  w.end_array().end_object();
  return w.take();
}

}  // namespace sekisho::sync
