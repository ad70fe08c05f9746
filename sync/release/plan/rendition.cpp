#include "sync/release/plan/rendition.h"

#include <algorithm>
#include <array>
#include <utility>

#include "certs/secrets.h"
#include "core/uuid.h"
#include "stix/validate/validate.h"

namespace sekisho::sync {
namespace {

using Kind = stix::redact::Outcome::Kind;

constexpr std::array<std::string_view, 14> kCommon{
    "type",       "spec_version", "id",   "created_by_ref",      "created",             "modified",          "revoked",
    "labels",     "confidence",   "lang", "external_references", "object_marking_refs", "granular_markings", "extensions"};

bool says_something(const stix::Object& object) {
  for (const auto& [key, value] : object.root()) {
    if (std::find(kCommon.begin(), kCommon.end(), key) == kCommon.end()) return true;
  }
  return false;
}

std::optional<std::string> first_error(const stix::Object& object) {
  for (const auto& finding : stix::validate(object)) {
    if (finding.severity == stix::Severity::kError) return finding.pointer + ": " + finding.message;
  }
  return std::nullopt;
}

/// What a hop takes of the handling of an object that came from a party.
Provenance handed_on(const certs::Handling& original, bool from_party, std::string_view route) {
  Provenance out;
  out.route = std::string(route);
  out.handling = original;
  if (from_party && out.handling.max_hops && *out.handling.max_hops > 0) --*out.handling.max_hops;
  return out;
}

/// Whom `attribution = "strip"` hides: all parties that gave it, and whoever is named as its creator.
void hide(const policy::Policy& policy, const Renditions::Ask& ask, std::string_view own, stix::redact::Request& request) {
  const auto add = [&request](const policy::Party& party) {
    request.source_identities.insert(request.source_identities.end(), party.identities.begin(), party.identities.end());
    for (const std::string& name : {party.name, party.id}) request.source_names.push_back(name);
  };
  if (const policy::Party* party = ask.source.empty() ? nullptr : policy.find_party(ask.source)) add(*party);
  for (const std::string& giver : ask.further_givers) {
    if (const policy::Party* party = policy.find_party(giver)) add(*party);
  }
  const auto creator = ask.original->created_by_ref();
  if (!creator || *creator == own) return;
  for (const policy::Party& party : policy.parties) {
    const bool owns = std::find(party.identities.begin(), party.identities.end(), *creator) != party.identities.end();
    if (owns && party.id != ask.source) add(party);
  }
  auto& ids = request.source_identities;
  if (std::find(ids.begin(), ids.end(), *creator) == ids.end()) ids.emplace_back(*creator);
}

bool strips_attribution(const Renditions::Ask& ask) {
  return std::any_of(ask.profiles.begin(), ask.profiles.end(), [](const auto* profile) { return profile->change.strip_attribution; });
}

void copy_markings(const stix::Object& from, json::Writer& w) {
  const json::Value refs = from.root()["object_marking_refs"];
  if (refs.is_array()) w.key("object_marking_refs").raw(refs.raw());
}

std::optional<Timestamp> time_of(const stix::Object& object, std::string_view property) {
  const auto time = parse_stix_time(object.root()[property].string_or({}));
  if (!time.ok()) return std::nullopt;
  return *time;
}

}  // namespace

std::string profile_names(const std::vector<const policy::RedactionProfile*>& profiles) {
  std::vector<std::string> names;
  for (const auto* profile : profiles) names.push_back(profile->change.id);
  std::sort(names.begin(), names.end());
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ",") + name;
  return out;
}

std::array<std::uint8_t, 16> Renditions::hash(std::string_view text) const {
  const Sha256 mac = certs::hmac_sha256(key_, text);
  std::array<std::uint8_t, 16> out{};
  std::copy_n(mac.begin(), out.size(), out.begin());
  return out;
}

std::vector<std::string> Renditions::hidden_identities(const policy::Policy& policy, const Ask& ask) const {
  stix::redact::Request request;
  if (strips_attribution(ask)) hide(policy, ask, identity_, request);
  return std::move(request.source_identities);
}

Renditions::Answer Renditions::make(const policy::Policy& policy, const Ask& ask) const {
  Answer answer;
  if (key_.size() != 32) {
    answer.reason = "this node has no redaction key (keys/redaction.key), so nothing can be redacted";
    return answer;
  }
  stix::redact::Request request;
  request.original = ask.original;
  for (const auto* profile : ask.profiles) request.profiles.push_back(&profile->change);
  request.creator = identity_;
  request.claim = ask.claim;
  hide(policy, ask, identity_, request);
  request.source_names.insert(request.source_names.end(), ask.source_names.begin(), ask.source_names.end());
  request.meanings = ask.meanings;
  request.approved = ask.approved;
  request.opaque = ask.opaque;
  request.strip = ask.strip;
  request.rewrite = ask.rewrite;
  request.lost = ask.lost;
  request.hash = [this](std::string_view text) { return hash(text); };
  stix::redact::Outcome outcome = stix::redact::redact(request);
  answer.kind = outcome.kind;
  answer.reason = std::move(outcome.reason);
  if (outcome.kind != Kind::kRendition) return answer;
  const auto error = first_error(*outcome.rendition);
  if (error || !says_something(*outcome.rendition)) {
    answer.kind = Kind::kWithheld;
    answer.reason = error ? "what is left is not valid: " + *error : "what is left says nothing but common properties";
    return answer;
  }
  Provenance provenance = handed_on(ask.handling, !ask.source.empty(), kRenditionRoute);
  provenance.profiles = profile_names(ask.profiles);
  provenance.claim = ask.claim;
  answer.made = {std::move(outcome.rendition), std::move(provenance)};
  return answer;
}

Made Renditions::duplicate_of(const stix::Object& rendition, const stix::Object& original, const certs::Handling& handling) const {
  const std::string name = "sekisho-duplicate-of-1\n" + std::string(rendition.id()) + "\n" + std::string(original.id()) + "\n";
  const std::string time = format_stix_time(std::max(rendition.version_time(), original.version_time()));
  json::Writer w;
  w.begin_object().member("type", "relationship").member("spec_version", "2.1");
  w.member("id", "relationship--" + Uuid::shaped_v4(hash(name)).to_string()).member("created_by_ref", identity_);
  w.member("created", time).member("modified", time).member("relationship_type", "duplicate-of");
  w.member("source_ref", rendition.id()).member("target_ref", original.id());
  copy_markings(original, w);
  w.end_object();
  auto object = stix::Object::parse(w.take());
  if (!object.ok()) return {};
  return {std::move(*object), handed_on(handling, false, kDuplicateRoute)};
}

// The rendition's times moved as a whole against those of the original, so the revocation moves alike.
Made Renditions::revocation(const stix::Object& before, const stix::Object& original, const stix::Object& revoked,
                            const Provenance& provenance) const {
  const auto from = time_of(original, "created"), to = time_of(before, "created");
  const auto then = time_of(before, "modified"), at = time_of(revoked, "modified");
  if (!from || !to || !then || !at) return {};
  const Timestamp moved = at->plus_micros(to->micros() - from->micros());
  const Timestamp time = std::max(moved, then->plus_micros(1000));
  json::Writer w;
  w.begin_object();
  for (const auto& [key, value] : before.root()) {
    if (key == "modified") {
      w.member("modified", format_stix_time(time));
    } else if (key != "revoked") {
      w.key(key).raw(value.raw());
    }
  }
  w.member_bool("revoked", true).end_object();
  auto object = stix::Object::parse(w.take());
  if (!object.ok()) return {};
  return {std::move(*object), provenance};
}

}  // namespace sekisho::sync
