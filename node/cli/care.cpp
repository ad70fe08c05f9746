// sekisho fsck, sekisho doctor.
#include "certs/tls.h"
#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/peer.h"
#include "policy/compiled.h"
#include "sync/trust.h"

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

int run_fsck(House& house, const Args&, Console& console) {
  std::size_t shown = 0;
  auto wrong = house.store.check([&](std::size_t done, std::size_t total) {
    if (done < shown + 100'000) return;
    shown = done;
    console.complain("  " + std::to_string(done) + " of " + std::to_string(total));
  });
  if (!wrong.ok()) return fail(console, wrong.error());
  const auto signatures = check_signatures(house);
  if (!signatures.ok()) return fail(console, signatures.error());
  wrong->insert(wrong->end(), signatures->begin(), signatures->end());
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

struct Check {
  Console& console;
  bool good = true;
  void say(bool ok, const std::string& name, const std::string& text) {
    good = good && ok;
    if (console.json) {
      json::Writer w;
      w.begin_object().member("check", name).member_bool("ok", ok).member("text", text).end_object();
      console.line(w.text());
    } else {
      console.line((ok ? "  ok    " : "  WRONG ") + name + ": " + text);
    }
  }
};

void check_certificate(House& house, Check& check) {
  const auto pem = house.machine.files.read(house.path("tls/server.pem"), 1u << 20);
  if (!pem.ok()) return check.say(false, "certificate", pem.error().to_string());
  const auto until = certs::certificate_not_after(*pem);
  const auto print = certs::certificate_fingerprint(*pem);
  if (!until.ok() || !print.ok()) return check.say(false, "certificate", "tls/server.pem is not a certificate");
  const std::int64_t days = (until->seconds - house.machine.clock.now().seconds) / 86400;
  check.say(days > 14, "certificate", "valid for " + std::to_string(days) + " days; peers pin " + *print);
}

int run_doctor(House& house, const Args&, Console& console) {
  Check check{console};
  check.say(true, "node", house.organisation + " (" + house.identity_id + "), listens on " + house.listen +
                              ", API root /" + house.api_root + "/");
  check.say(true, "key", "attests with " + house.signer.key->kid() + "; public key " + house.signer.key->public_key().jwk());
  check_certificate(house, check);
  const auto free = house.machine.files.free_bytes(house.dir);
  check.say(free.ok() && *free > (1ull << 30), "disk",
            free.ok() ? std::to_string(*free >> 20) + " MiB free" : free.error().to_string());
  const auto now = house.machine.clock.now();
  check.say(now.seconds > 1'767'225'600, "clock", format_stix_time(now) + " (UTC)");
  const auto compiled = house.release.policy();
  for (const auto& party : compiled->policy().parties) {
    if (!compiled->audience(party.id, now).ok()) check.say(true, "party " + party.id, "not valid now: gets nothing");
    if (party.signs && party.keys.empty() && !party.write.empty()) {
      check.say(false, "party " + party.id, "signs but has no key pinned: everything from it becomes a dead letter");
    }
  }
  const auto peers = all_peers(house);
  if (!peers.ok()) {
    check.say(false, "peers", peers.error().to_string());
  } else {
    for (const Peer& peer : *peers) {
      check.say(!peer.pin.empty() || !peer.ca_pem.empty(), "peer " + peer.party,
                peer.url + (peer.pin.empty() && peer.ca_pem.empty() ? ": neither pinned nor given a CA" : ": trusted by pin or CA"));
    }
  }
  const auto letters = house.store.dead_letters(0, 1);
  check.say(letters.ok(), "dead letters",
            letters.ok() && !letters->empty() ? "there are some: sekisho deadletter list" : "none");
  return check.good ? kDone : kRefused;
}

}  // namespace

std::vector<Command> care_commands() {
  return {
      {"fsck", "", "hash, verify and count everything again from stored bytes", {}, nullptr, run_fsck},
      {"doctor", "", "look at keys, certificates, clock, disk, parties and peers, in plain words", {}, nullptr, run_doctor},
  };
}

}  // namespace sekisho::node::cli
