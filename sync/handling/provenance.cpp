#include "sync/handling/provenance.h"

#include "core/json.h"

namespace sekisho::sync {

std::string Provenance::to_json() const {
  json::Writer w;
  w.begin_object().member("route", route);
  if (handling.org_scope == certs::OrgScope::kIsacMembership) w.member("org_scope", "isac-membership");
  if (handling.onward_consent) w.member_bool("onward_consent", true);
  if (handling.max_hops) w.member_int("max_hops", *handling.max_hops);
  if (role) w.member("role", *role == certs::Role::kCreator ? "creator" : "relay");
  if (!kid.empty()) w.member("kid", kid).member("jws", jws);
  if (unnamed) w.member_bool("unnamed", true);
  if (echo) w.member_bool("echo", true);
  if (!profiles.empty()) w.member("profiles", profiles);
  if (!claim.empty()) w.member("claim", claim);
  w.end_object();
  return w.take();
}

Result<Provenance> Provenance::from_json(std::string_view text) {
  Provenance p;
  if (text.empty()) return p;
  SEKISHO_ASSIGN(auto document, json::Document::parse(std::string(text)));
  const json::Value root = document->root();
  p.route = std::string(root["route"].string_or(""));
  if (root["org_scope"].string_or("") == "isac-membership") p.handling.org_scope = certs::OrgScope::kIsacMembership;
  p.handling.onward_consent = root["onward_consent"].boolean().value_or(false);
  if (const auto hops = root["max_hops"].integer()) p.handling.max_hops = static_cast<std::uint32_t>(*hops);
  const std::string_view role = root["role"].string_or("");
  if (role == "creator") p.role = certs::Role::kCreator;
  if (role == "relay") p.role = certs::Role::kRelay;
  p.kid = std::string(root["kid"].string_or(""));
  p.jws = std::string(root["jws"].string_or(""));
  p.unnamed = root["unnamed"].boolean().value_or(false);
  p.echo = root["echo"].boolean().value_or(false);
  p.profiles = std::string(root["profiles"].string_or(""));
  p.claim = std::string(root["claim"].string_or(""));
  return p;
}

}  // namespace sekisho::sync
