#include "sync/ingest/letter.h"

#include "core/digest.h"
#include "core/json.h"

namespace sekisho::sync {
namespace {

store::DeadLetter letter_of(const std::string& party, const std::string& collection, const Refusal& what,
                            std::string payload, const LetterContext& context, Timestamp now) {
  store::DeadLetter letter;
  letter.at = now;
  letter.party = party;
  letter.collection = collection;
  letter.object_id = what.object_id;
  letter.version = what.version;
  letter.reason = what.reason;
  letter.payload = std::move(payload);
  letter.context = context.to_json();
  return letter;
}

}  // namespace

std::string LetterContext::to_json() const {
  json::Writer w;
  w.begin_object().key("provenance").raw(provenance.to_json()).key("proofs").begin_array();
  for (const Inbound::Proof& proof : proofs) {
    w.begin_object().member("attestor", proof.attestor).member("jws", proof.jws).end_object();
  }
  w.end_array().end_object();
  return w.take();
}

Result<LetterContext> LetterContext::from_json(const std::string& text) {
  LetterContext context;
  if (text.empty()) return context;
  SEKISHO_ASSIGN(const auto document, json::Document::parse(text));
  const json::Value root = document->root();
  SEKISHO_ASSIGN(context.provenance, Provenance::from_json(root["provenance"].raw()));
  for (const auto& entry : root["proofs"]) {
    context.proofs.push_back(
        {std::string(entry.value["attestor"].string_or("")), std::string(entry.value["jws"].string_or(""))});
  }
  return context;
}

std::string quarantine_key(std::string_view party, std::string_view collection, const stix::Object& object) {
  return "q/" + std::string(party) + "/" + std::string(collection) + "/" + hex(object.content_hash());
}

store::DeadLetter quarantined_letter(const std::string& party, const std::string& collection,
                                     const stix::Object& object, const Error& reason, const Provenance& provenance,
                                     Timestamp now) {
  const Refusal what{std::string(object.id()), std::string(object.version()), reason};
  store::DeadLetter letter = letter_of(party, collection, what, object.bytes(), LetterContext{provenance, {}}, now);
  letter.kind = store::LetterKind::kQuarantined;
  letter.key = quarantine_key(party, collection, object);
  return letter;
}

store::DeadLetter refused_letter(const std::string& party, const std::string& collection, const Refusal& refusal,
                                 std::string payload, const LetterContext& context, Timestamp now) {
  std::string what;
  for (const std::string& part : {party, collection, refusal.object_id, refusal.version, hex(sha256(payload)),
                                  std::string(info(refusal.reason.code).text)}) {
    json::append_quoted(part, what);
  }
  store::DeadLetter letter = letter_of(party, collection, refusal, std::move(payload), context, now);
  letter.key = "r/" + hex(sha256(what));
  return letter;
}

}  // namespace sekisho::sync
