// Whose an object is: the claim that it makes on its id (docs/specs/ownership.md, "Words"). Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "policy/model.h"
#include "stix/object.h"
#include "sync/handling/provenance.h"

namespace sekisho::sync {

/// The canonical name of the claim that a copy makes: "party:" for this organisation, "party:NAME" for a party, "identity:ID"
/// for a creator in nobody's `identities`. All identities of one party are one claim, and so is an identity object
/// that its own party gives. `created_by_ref` empty: none is named, or the giver's word for it does not count
/// (Provenance::unnamed); then the copy claims for its giver `source` (empty = this organisation).
/// Linear in the identities of the policy.
std::string claim_of(const policy::Policy& policy, std::string_view created_by_ref, std::string_view source, std::string_view id);
/// Whether the giver's word for the creator that the object names does not count: it was let in without trust (Provenance::unnamed), and
/// its giver may not speak for the creator now either.
bool stays_unnamed(const policy::Policy& policy, const stix::Object& object, std::string_view source, bool unnamed);
/// The same of an object as it stands.
std::string claim_of(const policy::Policy& policy, const stix::Object& object, std::string_view source, bool unnamed = false);

/// Whether an id is free for that party whoever has it: tools compute it alike, it is published, or it is the party's own identity.
bool is_free_id(const policy::Policy& policy, std::string_view party, std::string_view id);
/// How high the claims of what a party gave stand; those of this organisation (empty) the highest there is.
unsigned standing_of(const policy::Policy& policy, std::string_view source);

/// Whether what came with a copy is the word of the creator's own party, or ours of what is ours; else it is a relay's. Signed as a relay's
/// it is one, whoever signed.
bool is_creators_word(const policy::Policy& policy, const stix::Object& object, std::string_view source, const Provenance& provenance);

}  // namespace sekisho::sync
