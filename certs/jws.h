// Detached JWS (RFC 7515 appendix F) with Ed25519 (RFC 8037): form, header rules, signature. Any
// thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "certs/attestation.h"
#include "certs/keys.h"
#include "core/json.h"
#include "core/result.h"

namespace sekisho::certs {

/// A detached JWS taken apart: its form and its header follow the rules, its signature is unproven.
struct ParsedJws {
  std::string encoded_header;  ///< H as received: part of the signing input
  std::unique_ptr<const json::Document> header;
  std::string signature;  ///< 64 bytes

  std::string_view kid() const { return header->root()["kid"].string_or(""); }
  std::string_view typ() const { return header->root()["typ"].string_or(""); }
};

/// Starts a protected header: {"alg":"EdDSA","kid":...,"typ":... ; the caller may add members and
/// ends the object.
json::Writer begin_header(std::string_view kid, std::string_view typ);

/// Signs; gives `H..S`. `header` is the JSON text.
std::string seal(const SigningKey& key, std::string_view header, std::string_view payload);

/// Takes a detached JWS apart; refuses what docs/specs/attestation.md §4 rows 1 to 5 list.
/// kJwsMalformed.
Result<ParsedJws> parse_jws(std::string_view jws);

/// kJwsMalformed unless the header names this use.
Status require_typ(const ParsedJws& jws, std::string_view typ);

/// Rows 7 and 8: kKeyUnknown, kSignatureInvalid.
Status check_seal(const ParsedJws& jws, std::string_view payload, const KeyLookup& keys);

}  // namespace sekisho::certs
