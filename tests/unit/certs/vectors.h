// Vectors and the one fixed key (RFC 8037 appendix A) that the tests of certs share.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "certs/attestation.h"
#include "certs/keys.h"
#include "core/digest.h"
#include "core/json.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"

namespace sekisho::certs {

inline std::unique_ptr<const json::Document> parse_file(const std::string& path) {
  auto document = json::Document::parse(tests::read_file(path));
  if (!document) throw std::runtime_error(path + ": " + document.error().to_string());
  return std::move(*document);
}

inline std::unique_ptr<const json::Document> signing_vectors(const std::string& name) {
  return parse_file(std::string(SEKISHO_SOURCE_DIR) + "/conformance/vectors/signing/" + name);
}

inline std::string text_of(const json::Value& value) {
  return std::string(value.string_or(""));
}

inline std::unique_ptr<SigningKey> rfc8037_key() {
  const std::string seed =
      from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").value();
  return std::move(SigningKey::from_seed(seed)).value();
}

/// Knows one key.
inline KeyLookup only(const PublicKey& key) {
  return [key](std::string_view kid) -> std::optional<PublicKey> {
    return kid == key.thumbprint() ? std::optional(key) : std::nullopt;
  };
}

}  // namespace sekisho::certs
