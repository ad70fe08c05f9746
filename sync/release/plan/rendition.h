// Makes what goes out instead of an object that a party may not have as it is, and what speaks of it in its place.
// docs/specs/redaction.md. Any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model.h"
#include "stix/marking_map.h"
#include "stix/object.h"
#include "stix/redact/redact.h"
#include "sync/handling/provenance.h"

namespace sekisho::sync {

inline constexpr std::string_view kRenditionRoute = "rendition";
inline constexpr std::string_view kDuplicateRoute = "duplicate-of";

/// An object of this organisation that is stored beside the one it stands for.
struct Made {
  stix::ObjectPtr object;
  Provenance provenance;
  bool duplicate() const { return provenance.route == kDuplicateRoute; }
};

class Renditions {
 public:
  /// `key`: 32 bytes shared by the organisation's nodes; without it everything is withheld.
  Renditions(std::string key, std::string identity_id) : key_(std::move(key)), identity_(std::move(identity_id)) {}

  struct Ask {
    const stix::Object* original = nullptr;
    std::string_view source;                  ///< party that gave it; empty = this node
    std::string claim;                        ///< by which the id of its renditions is keyed; empty: by none
    std::vector<std::string> further_givers;  ///< parties that gave the same content
    std::vector<std::string> source_names;    ///< what identity objects call whom hidden_identities() lists
    certs::Handling handling;                 ///< of the original
    std::vector<const policy::RedactionProfile*> profiles;
    std::vector<std::string> opaque;          ///< property names whose ids are no references
    std::vector<std::string> strip;
    std::map<std::string, stix::redact::Replacement, std::less<>> rewrite;
    stix::MarkingMeanings meanings;
    std::map<std::string, std::string, std::less<>> approved;  ///< JSON Pointer → public text
    stix::redact::Lost lost;                  ///< of a translation: what its target lost
  };
  struct Answer {
    stix::redact::Outcome::Kind kind = stix::redact::Outcome::Kind::kWithheld;
    Made made;           ///< of a rendition
    std::string reason;  ///< of what is withheld; for the operator
  };
  /// What comes out is a valid object of STIX 2.1 that says more than its common properties.
  Answer make(const policy::Policy& policy, const Ask& ask) const;
  /// Whom `attribution = "strip"` hides: identities of all parties that gave it, and of its creator. Empty where no profile strips.
  std::vector<std::string> hidden_identities(const policy::Policy& policy, const Ask& ask) const;

  /// A relationship `duplicate-of` from a rendition to the original, marked like the original.
  Made duplicate_of(const stix::Object& rendition, const stix::Object& original, const certs::Handling& handling) const;
  /// The rendition `before`, of `original`, revoked as `revoked` revokes the original. Null where it has no times.
  Made revocation(const stix::Object& before, const stix::Object& original, const stix::Object& revoked,
                  const Provenance& provenance) const;

 private:
  std::array<std::uint8_t, 16> hash(std::string_view text) const;

  std::string key_, identity_;
};

/// Names of the profiles, sorted, joined by ",": part of a rendition's provenance.
std::string profile_names(const std::vector<const policy::RedactionProfile*>& profiles);

}  // namespace sekisho::sync
