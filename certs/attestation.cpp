#include "certs/attestation.h"

#include <limits>
#include <utility>

#include "certs/jws.h"

namespace sekisho::certs {

namespace {

constexpr std::string_view kCreatorText = "creator";
constexpr std::string_view kRelayText = "relay";
constexpr std::string_view kMemberFirmText = "member-firm";
constexpr std::string_view kIsacMembershipText = "isac-membership";

Error bad_claim(std::string detail, std::string where) {
  return make_error(Code::kJwsMalformed, std::move(detail), std::move(where));
}

Result<Role> read_role(const json::Value& header) {
  const auto text = header["role"].string_or("");
  if (text == kCreatorText) return Role::kCreator;
  if (text == kRelayText) return Role::kRelay;
  return bad_claim("role is neither creator nor relay", "header/role");
}

Result<OrgScope> read_org_scope(const json::Value& header) {
  const auto text = header["org_scope"].string_or("");
  if (text == kMemberFirmText) return OrgScope::kMemberFirm;
  if (text == kIsacMembershipText) return OrgScope::kIsacMembership;
  return bad_claim("org_scope is neither member-firm nor isac-membership", "header/org_scope");
}

Result<std::optional<std::uint32_t>> read_max_hops(const json::Value& header) {
  const json::Value value = header["max_hops"];
  if (!value.exists()) return std::optional<std::uint32_t>();
  const auto number = value.kind() == json::Kind::kInteger ? value.integer() : std::nullopt;
  if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) {
    return bad_claim("max_hops is not an integer of 0 to 4294967295", "header/max_hops");
  }
  return std::optional<std::uint32_t>(static_cast<std::uint32_t>(*number));
}

Result<Claims> read_claims(const json::Value& header) {
  Claims claims;
  claims.kid = header["kid"].string_or("");
  SEKISHO_ASSIGN(claims.role, read_role(header));
  SEKISHO_ASSIGN(claims.handling.org_scope, read_org_scope(header));
  const auto consent = header["onward_consent"].boolean();
  if (!consent) return bad_claim("onward_consent is not a boolean", "header/onward_consent");
  claims.handling.onward_consent = *consent;
  SEKISHO_ASSIGN(claims.handling.max_hops, read_max_hops(header));
  return claims;
}

}  // namespace

std::string attest(const SigningKey& key, std::string_view canonical, Role role,
                   const Handling& handling) {
  const bool creator = role == Role::kCreator;
  const bool firm = handling.org_scope == OrgScope::kMemberFirm;
  json::Writer header = begin_header(key.kid(), kTypAttestation);
  header.member("role", creator ? kCreatorText : kRelayText);
  header.member("org_scope", firm ? kMemberFirmText : kIsacMembershipText);
  header.member_bool("onward_consent", handling.onward_consent);
  if (handling.max_hops) header.member_int("max_hops", *handling.max_hops);
  header.end_object();
  return seal(key, header.text(), canonical);
}

Result<Claims> check_attestation(std::string_view jws, std::string_view canonical,
                                 const KeyLookup& keys) {
  SEKISHO_ASSIGN(const ParsedJws parsed, parse_jws(jws));
  SEKISHO_TRY(require_typ(parsed, kTypAttestation));
  SEKISHO_ASSIGN(Claims claims, read_claims(parsed.header->root()));
  SEKISHO_TRY(check_seal(parsed, canonical, keys));
  return claims;
}

std::string sign_detached(const SigningKey& key, std::string_view typ, std::string_view payload) {
  json::Writer header = begin_header(key.kid(), typ);
  header.end_object();
  return seal(key, header.text(), payload);
}

Result<std::string> check_detached(std::string_view jws, std::string_view typ,
                                   std::string_view payload, const KeyLookup& keys) {
  SEKISHO_ASSIGN(const ParsedJws parsed, parse_jws(jws));
  SEKISHO_TRY(require_typ(parsed, typ));
  SEKISHO_TRY(check_seal(parsed, payload, keys));
  return std::string(parsed.kid());
}

Result<std::string> claimed_kid(std::string_view jws) {
  SEKISHO_ASSIGN(const ParsedJws parsed, parse_jws(jws));
  return std::string(parsed.kid());
}

}  // namespace sekisho::certs
