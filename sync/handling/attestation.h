// The attestation as a STIX object of its own around a detached JWS. docs/specs/attestation.md. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "certs/attestation.h"
#include "core/result.h"
#include "stix/object.h"

namespace sekisho::sync {

inline constexpr std::string_view kAttestationType = "sekisho-attestation";

/// Who signs here.
struct Signer {
  const certs::SigningKey* key = nullptr;  ///< borrowed; outlives the signer
  std::string identity_id;                 ///< of the organisation: created_by_ref
  std::string key_since;                   ///< STIX timestamp; `created` where the target has no time
};

/// The bytes of the attestation of `target`: a function of target, role, handling and signer.
std::string make_attestation(const stix::Object& target, const Signer& signer, certs::Role role,
                             const certs::Handling& handling);
/// The definition of the type and the identity that it names, which travel with attestations.
std::string attestation_extension_definition();
std::string attestation_project_identity();
/// Whether this is the definition or its identity, byte for byte: they are part of the specification and
/// need no attestation.
bool is_attestation_definition(std::string_view bytes);
/// Whether an id is of an attestation, or of what explains them: this node makes these, nobody gives them.
bool is_apparatus(std::string_view id);

/// What an attestation says, not yet verified.
struct ParsedAttestation {
  std::string created_by_ref, created, target_ref, target_version, target_sha256, jws;
};
/// kStixInvalid (where = JSON Pointer) if a property is missing or of the wrong form.
Result<ParsedAttestation> parse_attestation(const stix::Object& object);

/// Rows 1-8 and 11 of the specification; key ownership and time are the caller's (certs::TrustList).
Result<certs::Claims> verify_attestation(const ParsedAttestation& attestation, const stix::Object& attestation_object,
                                         const stix::Object& target, const certs::KeyLookup& keys);

}  // namespace sekisho::sync
