// The sharing policy as data: what policy.toml says, checked. Values; immutable after load; any thread.
// docs/specs/policy.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "stix/markings.h"
#include "stix/redact/redact.h"

namespace sekisho::policy {

/// Validity: from inclusive, until exclusive; absent = open.
struct Validity {
  std::optional<Timestamp> from, until;
  bool holds(Timestamp now) const {
    return (!from || *from <= now) && (!until || now < *until);
  }
};

/// A secret that a party may present; only its hash is kept.
struct Credential {
  std::string id;    ///< public name: the user name of Basic, the prefix of a bearer token
  std::string kind;  ///< "basic", "bearer" or "certificate"
  std::string hash;  ///< Argon2id PHC string; for bearer SHA-256 hex of the token; for certificate SHA-256 fingerprint hex
  Validity validity;
};

struct PartyKey {
  std::string x;    ///< base64url public key
  std::string kid;  ///< its thumbprint; `policy check` compares
  Validity validity;
  std::optional<Timestamp> revoked;
};

struct Membership {
  std::string group;
  Validity validity;
  std::size_t line = 0;
};

/// What is said of a group beyond its name: while its dates hold, the members of what it includes are members of it.
struct Group {
  std::string id;
  Validity validity;
  std::vector<std::string> includes;
  std::size_t line = 0;
};

/// The result of an assessment of the party (governance, product security).
struct Assessment {
  std::string name;
  bool passed = false;
  Validity validity;
  std::size_t line = 0;
};

/// Whose objects a party may pass on besides its own.
struct Relay {
  bool everybody = false;               ///< "*": see may_relay()
  std::vector<std::string> identities;  ///< these creators, whoever they are
  bool any() const { return everybody || !identities.empty(); }
};

struct Party {
  std::string id;             ///< short name used on the command line
  std::string name;
  std::string kind;           ///< hop towards it: member, peer-isac, isac, vendor, supplier, government
  std::string member_class;   ///< platinum, silver, … or empty
  std::vector<std::string> identities;  ///< STIX identity ids that it speaks for
  std::vector<PartyKey> keys;
  std::vector<Credential> credentials;
  std::vector<Membership> groups;
  std::vector<std::string> roles;        ///< oem, tier1, …
  std::vector<Assessment> assessments;
  std::vector<std::string> collections;  ///< aliases it may read; "*" = all
  std::vector<std::string> write;        ///< aliases it may post to or be pulled into
  std::vector<std::string> withdraw;     ///< aliases in which it may take back what others gave
  bool signs = true;                     ///< nothing from it counts before its attestation is checked
  std::string licence;                   ///< of what it gives; id of a [[licence]], or empty
  Relay relay;                           ///< what it may pass on of what others created
  unsigned standing = 0;                 ///< of two claims of one id the higher one counts (docs/specs/ownership.md §2)
  std::string attestations = "companion";///< how it gets ours: companion, inline, none
  std::string own = "show";              ///< whether it reads back over TAXII what it gave: show, hide
  std::vector<std::string> honours;      ///< marking schemes that it has undertaken to enforce: pap, chatham-house, iep
  Validity validity;
  std::size_t line = 0;                  ///< in policy.toml
};

struct Agreement {
  std::string id, party;
  Validity validity;
  std::vector<std::string> purposes;
  std::vector<std::string> types;        ///< STIX types; empty = all
  std::vector<std::string> collections;  ///< empty = all that the party may read
  stix::Tlp tlp_ceiling = stix::Tlp::kGreen;
  std::string amber_scope = "member-firm";  ///< what AMBER's organisation means there
  std::vector<std::string> exclude_licences;
  std::optional<unsigned> max_hops;
  std::string profile;             ///< what it covers goes redacted by this one; empty = as it is
  bool strip_attribution = false;  ///< what it covers goes without its source's names
  std::map<std::string, std::string, std::less<>> level_map;  ///< levels of reports as the party is told them
  std::size_t line = 0;
};

/// The terms under which a feed's content was got.
struct Licence {
  std::string id, name;
  bool resale = true;              ///< false: never to kinds that are outside the house (resale_kinds)
  std::vector<std::string> kinds;  ///< the only kinds of party that it may go to; empty = no such limit
  std::size_t line = 0;
};

/// What happens to an object on its way in. Conditions that are absent hold; all present must hold.
struct ImportRule {
  std::string id;
  std::string effect;  ///< "accept", "quarantine", "deny"
  std::vector<std::string> sources, kinds, collections, types;
  std::optional<stix::Tlp> tlp_ceiling;  ///< accept: up to it; quarantine, deny: tighter than it
  Validity validity;
  std::string reason;
  std::size_t line = 0;
};

/// A source's recorded consent to pass AMBER on.
struct Consent {
  std::string id;
  std::string source;                    ///< party, or "self"
  std::string to;                        ///< party
  std::vector<std::string> collections;  ///< empty = any
  std::vector<std::string> objects;      ///< STIX ids; empty = any
  Validity validity;
  std::size_t line = 0;
};

/// What a rule asks of the object, but for its TLP. Any of each list; what is empty holds.
struct ObjectConditions {
  std::vector<std::string> collections, types, sources, labels, objects;  ///< alias, type, party or "self", STIX label, id
  std::vector<std::string> pap;      ///< labels; these or tighter, for need-to-know these or looser
  std::vector<std::string> schemes;  ///< of any marking: pap, chatham-house, iep, acs, statement
  std::vector<std::string> iep;      ///< "unmodified_resale=must-not"
  std::vector<std::string> levels, report_kinds, sectors, products, verification;  ///< sharing facts
  std::vector<std::string> languages;   ///< RFC 4647 ranges
  std::optional<unsigned> confidence_below;  ///< 1 to 100; a missing confidence is below all
  bool exercise = false;                ///< only what carries the exercise mark

  bool operator==(const ObjectConditions&) const = default;
};

/// A further rule on top of the TLP table. Conditions that are absent hold; all present must hold.
struct Rule {
  std::string id;
  std::string effect;   ///< "deny", "hold", "redact", or "need-to-know" (grants the need to know, never more)
  std::string profile;  ///< of "redact": by which it is redacted
  std::vector<std::string> kinds, classes, groups, roles, parties;  ///< of the recipient (any of each list)
  std::vector<std::string> without_assessments;  ///< the recipient has passed none of these that is in force
  std::vector<std::string> tlp;                  ///< labels
  ObjectConditions object;
  Validity validity;
  std::string reason;  ///< sentence shown by explain
  std::size_t line = 0;
};

/// A named set of transformations, and what becomes of references that the recipient does not read.
/// docs/specs/redaction.md §1.
struct RedactionProfile {
  stix::redact::Profile change;                 ///< its `id` is the name
  bool strip_references = false;                ///< false: the object is withheld
  std::int64_t wait_micros = 86'400'000'000;    ///< how long a missing reference may still come
  std::size_t line = 0;                         ///< 0: built in (kAttributionProfile, level maps)
};
/// The built-in profile that takes away the names of the source and nothing else.
inline constexpr std::string_view kAttributionProfile = "attribution";

/// What happens at one hop for one label.
enum class HopRule {
  kPermit,
  kAgreement,    ///< only under an agreement in force
  kNeedToKnow,   ///< only with a need-to-know rule that covers the object
  kConsent,      ///< only under an agreement and with recorded consent of the source
  kMembership,   ///< only if the source set org_scope = isac-membership
  kNever
};

struct Policy {
  std::string organisation;                  ///< display name
  int zone_minutes = 0;                      ///< east of UTC, of days in this file and in reports
  std::vector<std::string> identities;       ///< our own identity ids
  stix::Tlp unmarked = stix::Tlp::kAmber;    ///< what an unmarked object counts as; AMBER or tighter
  std::vector<std::string> public_ids;       ///< ids that every audience may be pointed at
  std::vector<std::string> definers;         ///< parties whose definition of a marking counts for what others gave
  std::vector<std::string> opaque;           ///< property names whose ids are no references
  std::vector<std::string> member_classes;
  std::vector<std::string> groups, roles;    ///< groups with a record as well
  std::vector<Group> group_records;
  std::map<std::string, std::map<stix::Tlp, HopRule>, std::less<>> hops;  ///< [tlp.<kind>]
  std::vector<Party> parties;
  std::vector<Agreement> agreements;
  std::vector<Consent> consents;
  std::vector<Licence> licences;
  std::vector<ImportRule> imports;
  std::vector<Rule> rules;
  std::vector<RedactionProfile> profiles;
  std::string digest;                        ///< SHA-256 hex of the text
  std::string ground;                        ///< digest of what audience keys do not cover; empty = not known
  std::map<std::string, std::string> source_grounds;  ///< party id -> digest of what its own content is judged by

  const Party* find_party(std::string_view id) const;
  const Licence* find_licence(std::string_view id) const;
  const RedactionProfile* find_profile(std::string_view id) const;
};

/// Whether the party may pass on what this identity created: it is listed in `relay`, or `relay` is "*" and the identity is
/// neither this organisation's nor that of a party with `signs = true`. Its own identities are not asked about.
bool may_relay(const Policy& policy, const Party& party, std::string_view identity);
/// Whether what the party gives may name this creator: its own identity, or may_relay().
bool speaks_for(const Policy& policy, const Party& party, std::string_view identity);
/// The party among whose `identities` this one is; null for nobody's and for ours.
const Party* party_of_identity(const Policy& policy, std::string_view identity);
/// Whether this identity is one of the party's `identities`; `party` empty: of this organisation's. False if there is no such party.
bool is_identity_of(const Policy& policy, std::string_view party, std::string_view identity);

/// One complaint about the text.
struct Problem {
  bool error = true;  ///< false: a warning
  std::size_t line = 0;
  std::string message;  ///< what is wrong and what to write instead
};

/// Minutes east of UTC of "UTC", "Asia/Tokyo" or an offset such as "+09:00"; nullopt for anything else.
std::optional<int> zone_minutes(std::string_view text);

/// Reads policy.toml. On error the Error has kPolicyInvalid, where = "FILE:LINE". `problems` (may be
/// null) gets everything found, warnings included.
Result<Policy> load_policy(std::string_view text, std::string_view file, std::vector<Problem>* problems);

/// Warnings about what was valid once and is over at `now`, in order of line (load knows no clock).
std::vector<Problem> expired(const Policy& policy, Timestamp now);

/// What a policy may not be when it is taken into force anew, though a node that restarts with it goes on: an agreement
/// that is over already and was not so in `before`; a profile with other content than in `before` and no later `from`.
/// `before` is the policy in force, or null. In order of line.
std::vector<Problem> refuse_new(const Policy& policy, const Policy* before, Timestamp now);

/// The text that `init` writes for a profile (isac, vendor; anything else is member), TLP tables included.
std::string initial_policy(std::string_view organisation, std::string_view identity_id, std::string_view profile);

/// Edits of the text that keep comments and layout: append or drop one party, add a credential, a key.
/// The result is loaded before it is given back, so a bad edit is an error and changes nothing.
Result<std::string> with_party(std::string_view text, const Party& party);
Result<std::string> without_party(std::string_view text, std::string_view id);
Result<std::string> with_credential(std::string_view text, std::string_view party, const Credential& credential);
Result<std::string> without_credential(std::string_view text, std::string_view party, std::string_view credential_id);
Result<std::string> with_key(std::string_view text, std::string_view party, const PartyKey& key);
/// Adds an identity to what a party speaks for (`identities`), or may pass on (`relay`). kNotFound; kAlreadyExists.
Result<std::string> with_identity(std::string_view text, std::string_view party, std::string_view identity);
Result<std::string> with_relay(std::string_view text, std::string_view party, std::string_view identity);
/// Writes `revoked` into a key. kNotFound; kAlreadyExists: it is revoked already.
Result<std::string> with_revoked_key(std::string_view text, std::string_view party, std::string_view kid, Timestamp at);

}  // namespace sekisho::policy
