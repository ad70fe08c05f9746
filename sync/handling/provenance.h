// What the pipeline remembers beside an object: how it came, who vouched, how it may be handled.
// Stored as small JSON in store::NewObject::provenance. Value; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "certs/attestation.h"
#include "core/result.h"

namespace sekisho::sync {

struct Provenance {
  std::string route;                  ///< "import", "given", "taxii", "node", "rendition", "duplicate-of"
  certs::Handling handling;
  std::optional<certs::Role> role;    ///< of the verified attestation
  std::string kid, jws;               ///< of the verified attestation
  bool unnamed = false;               ///< whom it names as creator is its giver's word alone: it claims for its giver (claim.h)
  bool echo = false;                  ///< given back by one that read it, or that may not speak for its creator: the copy does not count
  std::string profiles;               ///< of a rendition: names of the redaction profiles, joined by ","
  std::string claim;                  ///< of a rendition: the claim by which its id is keyed; empty: by none

  std::string to_json() const;
  static Result<Provenance> from_json(std::string_view text);
};

}  // namespace sekisho::sync
