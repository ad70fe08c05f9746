#include "certs/jws.h"

#include <array>
#include <optional>
#include <utility>

#include "core/digest.h"

namespace sekisho::certs {

namespace {

constexpr std::size_t kMaxJwsBytes = 4096;
constexpr std::uint32_t kMaxHeaderDepth = 8;
constexpr std::size_t kKidBytes = 32;
constexpr std::size_t kSignatureBytes = 64;

// Members that change how a JWS is read or bring their own key: never taken, whatever they say.
constexpr std::array<std::string_view, 10> kRefusedMembers = {
    "crit", "b64", "jwk", "jku", "x5c", "x5u", "x5t", "x5t#S256", "zip", "enc"};

Error malformed(std::string detail, std::string where = {}) {
  return make_error(Code::kJwsMalformed, std::move(detail), std::move(where));
}

std::string signing_input(std::string_view encoded_header, std::string_view payload) {
  const std::string encoded = base64url(payload);
  std::string input;
  input.reserve(encoded_header.size() + 1 + encoded.size());
  input.append(encoded_header).append(".").append(encoded);
  return input;
}

Status check_header(const json::Value& header) {
  if (!header.is_object()) return malformed("the protected header is not a JSON object", "header");
  for (const auto member : kRefusedMembers) {
    if (header[member].exists()) {
      return malformed("this header member is never accepted", "header/" + std::string(member));
    }
  }
  const auto alg = header["alg"].string_or("");
  if (alg != "EdDSA" && alg != "Ed25519") return malformed("alg is not EdDSA", "header/alg");
  if (!header["typ"].is_string()) return malformed("typ is missing", "header/typ");
  const auto kid = from_base64url(header["kid"].string_or(""));
  if (!kid || kid->size() != kKidBytes)
    return malformed("kid is not a key thumbprint", "header/kid");
  return {};
}

}  // namespace

json::Writer begin_header(std::string_view kid, std::string_view typ) {
  json::Writer writer;
  writer.begin_object().member("alg", "EdDSA").member("kid", kid).member("typ", typ);
  return writer;
}

std::string seal(const SigningKey& key, std::string_view header, std::string_view payload) {
  const std::string encoded_header = base64url(header);
  const auto signature = key.sign(signing_input(encoded_header, payload));
  return encoded_header + ".." + base64url(as_chars(signature));
}

Result<ParsedJws> parse_jws(std::string_view jws) {
  if (jws.size() > kMaxJwsBytes) return malformed("the signature text is too long");
  const auto dots = jws.find('.');
  if (dots == std::string_view::npos || jws.substr(dots, 2) != ".." ||
      jws.find('.', dots + 2) != std::string_view::npos) {
    return malformed("not of the detached form H..S");
  }
  auto header_text = from_base64url(jws.substr(0, dots));
  if (!header_text) return malformed("H is not base64url without padding", "header");
  auto signature = from_base64url(jws.substr(dots + 2));
  if (!signature || signature->size() != kSignatureBytes) {
    return malformed("S is not 64 bytes in base64url without padding", "signature");
  }
  auto header = json::Document::parse(std::move(*header_text), {.max_depth = kMaxHeaderDepth});
  if (!header) return malformed("the protected header is not strict JSON", "header");
  SEKISHO_TRY(check_header((*header)->root()));
  return ParsedJws{std::string(jws.substr(0, dots)), std::move(*header), std::move(*signature)};
}

Status require_typ(const ParsedJws& jws, std::string_view typ) {
  if (jws.typ() == typ) return {};
  return malformed("the signature was made for another use than " + std::string(typ), "header/typ");
}

Status check_seal(const ParsedJws& jws, std::string_view payload, const KeyLookup& keys) {
  const std::optional<PublicKey> key = keys(jws.kid());
  if (!key || key->thumbprint() != jws.kid()) {
    return make_error(Code::kKeyUnknown, "no pinned key has this thumbprint", "header/kid");
  }
  if (!verify(*key, signing_input(jws.encoded_header, payload), jws.signature)) {
    return make_error(Code::kSignatureInvalid, "the signature does not verify over this content");
  }
  return {};
}

}  // namespace sekisho::certs
