// What else than TLP a marking-definition may speak: PAP, the Chatham House rule, IEP 2.0, US ACS.
// They are recognised and kept, not enforced: a reader that cannot obey one holds what carries it.
// Sources: OASIS common objects (extension definitions pap-marking-definition-f8d,
// iep-marking-definition-762, acs-marking-definition-3a6), MISP taxonomies PAP and tlp, FIRST
// IEP 2.0; docs/specs/markings.md says which form is confirmed by what. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stix/object.h"

namespace sekisho::stix {

enum class MarkingScheme { kNone, kTlp, kStatement, kPap, kChathamHouse, kIep, kAcs };
std::string_view scheme_name(
    MarkingScheme scheme);  ///< "pap", "chatham-house", …; "unknown" for kNone

/// Whether a marking-definition says PAP, the Chatham House rule or IEP and nothing beside it, and all it says was read.
bool can_be_honoured(const json::Value& marking_definition);

/// Permissible Actions Protocol: what a reader may do. Ordered from loosest to tightest.
enum class Pap { kClear, kGreen, kAmber, kRed };
std::string_view pap_label(Pap pap);  ///< "PAP:AMBER"
std::optional<Pap> pap_from_label(
    std::string_view text);                ///< with or without "PAP:", WHITE = CLEAR, any case
std::string_view pap_marking_id(Pap pap);  ///< the published marking-definition
/// The level of a published id; WHITE has one of its own and is CLEAR.
std::optional<Pap> pap_from_marking_id(std::string_view id);

inline constexpr std::string_view kPapExtensionId =
    "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b";
inline constexpr std::string_view kIepExtensionId =
    "extension-definition--762e2e97-ee51-43e5-a9ea-165fbb862c4a";
inline constexpr std::string_view kAcsExtensionId =
    "extension-definition--3a65884d-005a-4290-8335-cb2d778a83ce";

/// The scheme other than TLP and plain statement that a marking-definition speaks, by id and by
/// content; kNone if it speaks none. The first of ACS, IEP, PAP, Chatham House, where several are
/// there.
MarkingScheme scheme_of(const json::Value& marking_definition);
inline MarkingScheme scheme_of(const Object& object) { return scheme_of(object.root()); }
/// The PAP level if the id (where it is a published one) and all that the content says agree on
/// one.
std::optional<Pap> pap_of(const json::Value& marking_definition);
inline std::optional<Pap> pap_of(const Object& object) { return pap_of(object.root()); }

/// A FIRST IEP 2.0 policy as its STIX extension carries it; texts borrow the object.
struct IepPolicy {
  std::string_view iep_id, description;
  std::string_view encrypt_in_transit;            ///< must, may
  std::string_view permitted_actions;             ///< none … externally-visible-direct-actions
  std::string_view affected_party_notifications;  ///< may, must-not
  std::string_view tlp;                           ///< red, amber, green, white
  std::string_view provider_attribution;          ///< may, must, must-not
  std::string_view unmodified_resale;             ///< may, must-not
  std::string_view start_date;
  std::string_view end_date;  ///< empty = open
};
/// Nothing unless every required property is there with a value of its list, and the version
/// is 2.0.
std::optional<IepPolicy> iep_of(const json::Value& marking_definition);
inline std::optional<IepPolicy> iep_of(const Object& object) { return iep_of(object.root()); }
/// The same as "property=value", dates and texts left out; empty where iep_of has nothing.
std::vector<std::string> iep_statements(const json::Value& marking_definition);
/// Whether `statement` is "property=value" of the IEP lists.
bool is_iep_statement(std::string_view statement);

}  // namespace sekisho::stix
