// Data markings: which marking-definitions an object names, and what TLP they mean.
// Pure; any thread; nothing here fails or recurses, and all is linear in the object.
// Sources: STIX 2.1 §7.2, OASIS common objects (TLP 2.0), FIRST TLP 2.0.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "stix/marking_schemes.h"
#include "stix/object.h"

namespace sekisho::stix {

/// Ordered from loosest to tightest.
enum class Tlp { kClear, kGreen, kAmber, kAmberStrict, kRed };

std::string_view tlp_label(Tlp tlp);  ///< "TLP:AMBER+STRICT"
std::optional<Tlp> tlp_from_label(
    std::string_view text);                ///< with or without "TLP:", WHITE = CLEAR, any case
std::string_view tlp_marking_id(Tlp tlp);  ///< the TLP 2.0 marking-definition id
/// The TLP of a fixed id (TLP 1 or 2) or of a known foreign alias id.
std::optional<Tlp> tlp_from_marking_id(std::string_view id);
/// The published marking-definition object (and its extension-definition) as JSON bytes, so that
/// they can travel with their users.
std::string tlp_marking_object(Tlp tlp);
std::string tlp_extension_definition();
inline constexpr std::string_view kTlpExtensionId =
    "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// What a marking-definition object says.
struct MarkingMeaning {
  enum class Kind {
    kTlp,        ///< id and content agree
    kStatement,  ///< definition_type statement: no restriction that a machine enforces
    kMismatch,   ///< id of one TLP and content of another, or TLP content under a foreign id
    kUnknown     ///< not understood, or not enforced here: whoever carries it is held
  } kind = Kind::kUnknown;
  std::optional<Tlp> tlp;
  /// What it speaks. Says nothing about whether it may pass: `kind` alone does.
  MarkingScheme scheme = MarkingScheme::kNone;
  std::optional<Pap> pap{};        ///< of the scheme kPap, if all places agree on one level
  std::vector<std::string> iep{};  ///< of the scheme kIep, if it was read whole: "property=value"
  std::optional<Timestamp> from{}, until{};  ///< of the scheme kIep: its policy holds between these
  /// PAP, Chatham House, IEP: it says that alone, and all of it was read, so that whoever undertakes to
  /// enforce the scheme knows what to do.
  bool can_be_honoured = false;
};
/// Judges by id and by content. A published id of TLP or PAP takes any content that says its level, in the form of TLP 1 or 2,
/// and nothing else, and bears no marking (the WHITE id with CLEAR content is CLEAR). PAP, Chatham House,
/// IEP and ACS are recognised, also where they come as a statement, and are kUnknown: only a reader
/// who has undertaken to enforce them may have what carries them.
MarkingMeaning meaning_of(const Object& marking_definition);
MarkingMeaning meaning_of(const json::Value& marking_definition);
/// What a published id of TLP or PAP means, whatever anybody gives under it; nothing for any other id.
std::optional<MarkingMeaning> published_meaning(std::string_view id);

/// The marking ids an object names, as written and in its order; what is no string is left out and `unreadable`.
struct MarkingRefs {
  std::vector<std::string> object;  ///< object_marking_refs
  std::vector<std::string>
      granular;  ///< granular_markings[].marking_ref (language entries left out)
  std::vector<std::string> embedded;  ///< both of what is embedded, at any depth (stix/parts.h): they hold for the whole
  bool unreadable = false;            ///< something there is no marking: treat it as one not understood
};
MarkingRefs marking_refs(const Object& object);

/// What plain `labels` say about sharing, those of what is embedded too. STIX gives them no force; other programs write
/// markings there, so a gateway that reads them may only become stricter by it.
struct LabelClaims {
  std::optional<Tlp> tlp;  ///< the tightest
  std::optional<Pap> pap;  ///< the tightest
  bool chatham_house = false;
  bool unclear =
      false;  ///< a label begins with TLP: or PAP: and says none of theirs, or more (MISP has tlp:unclear)
};
LabelClaims claims_in_labels(const Object& object);

}  // namespace sekisho::stix
