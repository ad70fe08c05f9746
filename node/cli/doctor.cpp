#include "node/cli/doctor.h"

#include "certs/tls.h"
#include "core/json.h"
#include "node/cli/peer.h"
#include "policy/compiled.h"

namespace sekisho::node::cli {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kDaysAhead = 14;             ///< what ends within these is said now
constexpr std::int64_t kSkewMicros = 60'000'000;    ///< a peer's clock may differ by this much
constexpr std::int64_t kWritten = 1'767'225'600;    ///< 2026-01-01: no clock of a running node is before it

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

std::string days(std::int64_t seconds) { return std::to_string(seconds / kDay) + " days"; }

/// Gives the fingerprint that peers pin, or nothing.
std::string check_certificate(House& house, Check& check) {
  const auto pem = house.machine.files.read(house.path("tls/server.pem"), 1u << 20);
  if (!pem.ok()) {
    check.say(false, "certificate", pem.error().to_string());
    return {};
  }
  const auto until = certs::certificate_not_after(*pem);
  const auto print = certs::certificate_fingerprint(*pem);
  if (!until.ok() || !print.ok()) {
    check.say(false, "certificate", "tls/server.pem is not a certificate");
    return {};
  }
  const std::int64_t left = until->seconds - house.machine.clock.now().seconds;
  check.say(left > kDaysAhead * kDay, "certificate", "valid for " + days(left) + "; peers pin " + *print);
  return *print;
}

/// Whether what listens on our address is us.
void check_port(House& house, const std::string& own_print, Check& check) {
  if (own_print.empty() || house.listen.ends_with(":0")) return;
  http::ClientTrust trust;
  trust.pinned_sha256 = own_print;
  trust.private_network = true;  // our own address, whatever it is
  taxii::HttpTransport::Call call;
  call.method = "GET";
  call.url = "https://" + house.listen + "/taxii2/";
  call.headers = {{"Accept", "application/taxii+json;version=2.1"}};
  call.timeout_micros = 5'000'000;
  const auto answer = house.transport(std::move(trust))->send(call);
  if (answer.ok()) return check.say(true, "port", house.listen + " answers with this node's certificate");
  if (answer.error().code == Code::kConnect) {
    return check.say(true, "port", "nothing listens on " + house.listen + ": the node is not serving");
  }
  check.say(false, "port", house.listen + " is answered by something else: " + answer.error().to_string());
}

void check_keys(const policy::Party& party, Timestamp now, Check& check) {
  const std::string name = "party " + party.id;
  std::size_t good = 0;
  for (const policy::PartyKey& key : party.keys) {
    if (key.revoked && *key.revoked <= now) continue;
    if (!key.validity.holds(now)) {
      check.say(true, name, "key " + key.kid + " is not valid now");
      continue;
    }
    ++good;
    if (key.validity.until && key.validity.until->seconds - now.seconds < kDaysAhead * kDay) {
      check.say(false, name, "key " + key.kid + " ends in " + days(key.validity.until->seconds - now.seconds) +
                                 ": pin its next one");
    }
  }
  if (party.signs && !party.write.empty() && good == 0) {
    check.say(false, name, party.keys.empty()
                               ? "signs but has no key pinned: everything from it becomes a dead letter"
                               : "all its keys are revoked or out of date: everything from it becomes a dead letter");
  }
}

void check_parties(House& house, Check& check) {
  const Timestamp now = house.machine.clock.now();
  const auto compiled = house.release.policy();
  for (const auto& party : compiled->policy().parties) {
    if (!compiled->audience(party.id, now).ok()) check.say(true, "party " + party.id, "not valid now: gets nothing");
    check_keys(party, now, check);
  }
}

std::string seconds_of(std::int64_t micros) { return std::to_string(micros / 1'000'000) + " seconds"; }

/// What the links have told: when a party was last greeted, and how far its clock is from ours.
void check_links(House& house, Check& check) {
  const auto heard = house.store.documents("link");
  if (!heard.ok()) return check.say(false, "links", heard.error().to_string());
  for (const auto& [party, text] : *heard) {
    const auto document = json::Document::parse(text);
    if (!document.ok()) {
      check.say(false, "link " + party, document.error().to_string());
      continue;
    }
    const std::int64_t skew = (*document)->root()["skew_micros"].integer().value_or(0);
    const bool close = skew <= kSkewMicros && skew >= -kSkewMicros;
    check.say(close, "clock against " + party, "differed by " + seconds_of(skew < 0 ? -skew : skew) + " at the greeting of " +
                                                   std::string((*document)->root()["at"].string_or("")));
  }
  for (const LinkRow& row : house.links.rows()) {
    const std::string state = row.up ? "stands" : "is down" + (row.trouble.empty() ? "" : ": " + row.trouble);
    check.say(row.up || row.trouble.empty(), "link " + row.party, state);
  }
}

void check_peers(House& house, Check& check) {
  const auto peers = all_peers(house.store);
  if (!peers.ok()) return check.say(false, "peers", peers.error().to_string());
  for (const Peer& peer : *peers) {
    const bool trusted = !peer.pin.empty() || !peer.ca_pem.empty();
    const std::string where = peer.grpc.empty() ? peer.url : peer.grpc;
    check.say(trusted, "peer " + peer.party, where + (trusted ? ": trusted by pin or CA" : ": neither pinned nor given a CA"));
  }
}

void check_letters(House& house, Check& check) {
  const auto counts = house.store.counts();
  if (!counts.ok()) return check.say(false, "dead letters", counts.error().to_string());
  std::uint64_t refused = 0, quarantined = 0;
  for (const auto& [name, value] : *counts) {
    if (name == "dead_letters") refused = value;
    if (name == "quarantined") quarantined = value;
  }
  check.say(true, "dead letters", refused == 0 ? "none" : std::to_string(refused) + ": sekisho deadletter list");
  check.say(true, "quarantine", quarantined == 0 ? "empty" : std::to_string(quarantined) + ": sekisho quarantine list");
}

/// What was accepted and not planned: readers do not see it yet.
void check_planning(House& house, Check& check) {
  const auto planned = house.store.released_through();  // first: it may only grow towards the other
  const auto last = house.store.last_change();
  if (!last.ok() || !planned.ok()) return check.say(false, "planning", (last.ok() ? planned : last).error().to_string());
  const std::string behind = std::to_string(*last - *planned) + " accepted objects are not planned yet";
  const auto trouble = house.release.trouble();
  check.say(!trouble, "planning", trouble ? behind + "; it is tried again: " + trouble->to_string() : behind);
}

void check_egress(House& house, Check& check) {
  for (const auto& stop : house.egress.stops()) {
    check.say(false, "egress", (stop.party.empty() ? "all sharing" : "sharing with " + stop.party) + " is stopped since " +
                                   stop.at + ": " + stop.reason);
  }
}

}  // namespace

int run_doctor(House& house, const Args&, Console& console) {
  Check check{console};
  check.say(true, "node", house.organisation + " (" + house.identity_id + "), listens on " + house.listen +
                              ", API root /" + house.api_root + "/");
  check.say(true, "key", "attests with " + house.signer.key->kid() + "; public key " + house.signer.key->public_key().jwk());
  const std::string print = check_certificate(house, check);
  check_port(house, print, check);
  const auto free = house.machine.files.free_bytes(house.dir);
  check.say(free.ok() && *free > (1ull << 30), "disk",
            free.ok() ? std::to_string(*free >> 20) + " MiB free" : free.error().to_string());
  const auto now = house.machine.clock.now();
  check.say(now.seconds > kWritten, "clock", format_stix_time(now) + " (UTC)");
  const std::int64_t behind = house.machine.clock.behind_micros();
  check.say(behind == 0, "clock against the record",
            behind == 0 ? "not behind anything on record"
                        : seconds_of(behind / 1'000'000) + " behind the latest instant on record; the node's time stands still until the clock has caught up: set the clock");
  const auto damaged = house.store.damaged();
  check.say(damaged.empty(), "stored bytes",
            damaged.empty() ? "no damage was met since the start"
                            : std::to_string(damaged.size()) + " objects are damaged and withheld (sekisho fsck names them); each comes back as soon as its source gives it again");
  check_parties(house, check);
  check_peers(house, check);
  check_links(house, check);
  check_planning(house, check);
  check_egress(house, check);
  check_letters(house, check);
  return check.good ? kDone : kRefused;
}

}  // namespace sekisho::node::cli
