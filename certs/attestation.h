// Attestations: a detached JWS (EdDSA) over the canonical bytes of one object version, with a
// protected header that fixes what the signature is for. Knows bytes, not STIX.
// docs/specs/attestation.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "certs/keys.h"
#include "core/result.h"

namespace sekisho::certs {

/// `typ` of each kind of signature, so that one can never stand for another.
inline constexpr std::string_view kTypAttestation = "sekisho-attestation+jws";
inline constexpr std::string_view kTypKeyStatement = "sekisho-key+jws";
inline constexpr std::string_view kTypCheckpoint = "sekisho-checkpoint+jws";
inline constexpr std::string_view kTypExport = "sekisho-export+jws";
inline constexpr std::string_view kTypBackup = "sekisho-backup+jws";

enum class Role { kCreator, kRelay };
enum class OrgScope { kMemberFirm, kIsacMembership };

/// How the signer allows the object to be handled; part of the protected header.
struct Handling {
  OrgScope org_scope = OrgScope::kMemberFirm;
  bool onward_consent = false;            ///< AMBER may go to the receiver's own members / peers
  std::optional<std::uint32_t> max_hops;  ///< absent = no limit
  bool operator==(const Handling&) const = default;
};

struct Claims {
  std::string kid;
  Role role = Role::kCreator;
  Handling handling;
};

/// Signs. Member order of the header is fixed, so the result is a function of key, canonical bytes,
/// role and handling alone.
std::string attest(const SigningKey& key, std::string_view canonical, Role role,
                   const Handling& handling);

/// Finds the public key of a kid; nullopt = unknown.
using KeyLookup = std::function<std::optional<PublicKey>(std::string_view kid)>;

/// Verifies. Errors: kJwsMalformed (form, alg, crit, typ, b64), kKeyUnknown, kSignatureInvalid.
Result<Claims> check_attestation(std::string_view jws, std::string_view canonical,
                                 const KeyLookup& keys);

/// The same machinery for other uses: header {"alg":"EdDSA","kid":…,"typ":typ}.
std::string sign_detached(const SigningKey& key, std::string_view typ, std::string_view payload);
Result<std::string> check_detached(std::string_view jws, std::string_view typ,
                                   std::string_view payload,
                                   const KeyLookup& keys);  ///< gives the kid
/// The header's kid without verifying anything, to find out whose key is asked for.
Result<std::string> claimed_kid(std::string_view jws);

}  // namespace sekisho::certs
