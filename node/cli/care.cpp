// sekisho fsck.
#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/doctor.h"
#include "node/cli/peer.h"
#include "policy/compiled.h"
#include "sync/handling/trust.h"
#include "taxii/client.h"

namespace sekisho::node::cli {
namespace {

/// Verifies again, from stored bytes, every signature by which something was accepted.
Result<std::vector<std::string>> check_signatures(House& house) {
  std::vector<std::string> wrong;
  SEKISHO_ASSIGN(const auto trust, sync::trust_list(house.release.policy()->policy()));
  const certs::KeyLookup keys = [&](std::string_view kid) -> std::optional<certs::PublicKey> {
    const auto* pinned = trust.find(kid);
    if (pinned == nullptr) return std::nullopt;
    return pinned->key;
  };
  store::ChangeNo after = 0;
  while (true) {
    SEKISHO_ASSIGN(const auto changes, house.store.changes(after, 1000));
    if (changes.empty()) return wrong;
    for (const auto& change : changes) {
      after = change.no;
      SEKISHO_ASSIGN(const auto stored, house.store.object(change.object));
      const auto provenance = sync::Provenance::from_json(stored.provenance);
      if (!provenance.ok() || provenance->jws.empty()) continue;
      const auto object = stix::Object::parse(stored.bytes);
      const auto claims = object.ok() ? certs::check_attestation(provenance->jws, (*object)->canonical(), keys)
                                      : Result<certs::Claims>(object.error());
      if (!claims.ok() && claims.error().code != Code::kKeyUnknown) {
        wrong.push_back(stored.id + " from " + stored.source + ": " + claims.error().to_string());
      }
    }
  }
}

/// Small documents that other rooms keep in the store: each is read as its owner reads it.
Result<std::vector<std::string>> check_documents(House& house) {
  std::vector<std::string> wrong;
  SEKISHO_ASSIGN(const auto peers, house.store.documents("peer"));
  for (const auto& [party, text] : peers) {
    const auto peer = Peer::from_json(text);
    if (!peer.ok()) wrong.push_back("peer " + party + ": " + peer.error().to_string());
    SEKISHO_ASSIGN(const auto cursors, house.store.documents("pull/" + party));
    for (const auto& [collection, state] : cursors) {
      const auto place = taxii::PullState::from_text(state);
      if (!state.empty() && !place.ok()) {
        wrong.push_back("place in " + collection + " of " + party + ": " + place.error().to_string());
      }
    }
  }
  for (const char* space : {"link", "recall", "egress"}) {
    SEKISHO_ASSIGN(const auto rows, house.store.documents(space));
    for (const auto& [key, text] : rows) {
      const auto document = json::Document::parse(text);
      if (!document.ok()) wrong.push_back(std::string(space) + " " + key + ": " + document.error().to_string());
    }
  }
  return wrong;
}

/// All that fsck looks at beyond the store's own tables.
Result<std::vector<std::string>> check_rest(House& house) {
  SEKISHO_ASSIGN(std::vector<std::string> wrong, check_signatures(house));
  SEKISHO_ASSIGN(const auto documents, check_documents(house));
  SEKISHO_ASSIGN(const auto trail, house.audit.check());
  wrong.insert(wrong.end(), documents.begin(), documents.end());
  for (const std::string& line : trail) wrong.push_back("audit: " + line);
  return wrong;
}

int run_fsck(House& house, const Args&, Console& console) {
  std::size_t shown = 0;
  auto wrong = house.store.check([&](std::size_t done, std::size_t total) {
    if (done < shown + 100'000) return;
    shown = done;
    console.complain("  " + std::to_string(done) + " of " + std::to_string(total));
  });
  if (!wrong.ok()) return fail(console, wrong.error());
  const auto rest = check_rest(house);
  if (!rest.ok()) return fail(console, rest.error());
  wrong->insert(wrong->end(), rest->begin(), rest->end());
  for (const std::string& line : *wrong) console.line(line);
  const auto counts = house.store.counts();
  if (console.json) {
    json::Writer w;
    w.begin_object().member_int("contradictions", static_cast<std::int64_t>(wrong->size()));
    if (counts.ok()) {
      for (const auto& [name, value] : *counts) w.member_int(name, static_cast<std::int64_t>(value));
    }
    w.end_object();
    console.line(w.text());
  } else {
    std::string text;
    if (counts.ok()) {
      for (const auto& [name, value] : *counts) text += ", " + std::to_string(value) + " " + name;
    }
    console.line((wrong->empty() ? std::string("sound") : std::to_string(wrong->size()) + " contradictions") + text);
  }
  return wrong->empty() ? kDone : kRefused;
}

}  // namespace

std::vector<Command> care_commands() {
  return {
      {"fsck", "", "hash, verify and count everything again from stored bytes", {}, nullptr, run_fsck},
      {"doctor", "", "look at port, keys, certificates, clock, disk, parties and peers, in plain words", {}, nullptr,
       run_doctor},
  };
}

}  // namespace sekisho::node::cli
