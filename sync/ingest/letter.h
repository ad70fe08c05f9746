// Dead letters of the inbound pipeline: their keys, so that delivering again adds none, and what is kept
// beside the payload for a later judgement. docs/specs/quarantine.md. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stix/object.h"
#include "store/store.h"
#include "sync/ingest/inbound.h"
#include "sync/handling/provenance.h"

namespace sekisho::sync {

/// What a replay needs: `store::DeadLetter::context`.
struct LetterContext {
  Provenance provenance;                ///< of a quarantined object: how it was vouched for
  std::vector<Inbound::Proof> proofs;   ///< of a refused one: the attestations that had come with it

  std::string to_json() const;
  static Result<LetterContext> from_json(const std::string& text);
};

/// The same for the same content from the same party in the same collection.
std::string quarantine_key(std::string_view party, std::string_view collection, const stix::Object& object);
store::DeadLetter quarantined_letter(const std::string& party, const std::string& collection,
                                     const stix::Object& object, const Error& reason, const Provenance& provenance,
                                     Timestamp now);
store::DeadLetter refused_letter(const std::string& party, const std::string& collection, const Refusal& refusal,
                                 std::string payload, const LetterContext& context, Timestamp now);

/// Documents of what the operator dropped, by quarantine_key().
inline constexpr const char* kDroppedSpace = "quarantine-dropped";

}  // namespace sekisho::sync
