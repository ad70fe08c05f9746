// sekisho peer add|list|show|remove
#include "node/cli/peer.h"

#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/access.h"
#include "policy/compiled.h"
#include "taxii/quirks.h"

namespace sekisho::node::cli {

std::string Peer::to_json() const {
  json::Writer w;
  w.begin_object().member("party", party).member("url", url).member("grpc", grpc).member("pin", pin).member("ca_pem", ca_pem);
  w.member("certificate", certificate_pem).member("key", key_pem).member("proxy", proxy).member("proxy_user", proxy_user);
  w.member("proxy_password", proxy_password).member_bool("private_network", private_network).member("quirks", quirks);
  w.member("user", user).member("password", password).member("token", token).key("collections").begin_object();
  for (const auto& [remote, local] : collections) w.member(remote, local);
  w.end_object().key("push").begin_object();
  for (const auto& [local, remote] : push) w.member(local, remote);
  w.end_object().end_object();
  return w.take();
}

Result<Peer> Peer::from_json(const std::string& text) {
  SEKISHO_ASSIGN(const auto document, json::Document::parse(text));
  const json::Value root = document->root();
  Peer peer;
  const auto take = [&root](const char* name) { return std::string(root[name].string_or("")); };
  peer.party = take("party");
  peer.url = take("url");
  peer.grpc = take("grpc");
  peer.pin = take("pin");
  peer.ca_pem = take("ca_pem");
  peer.user = take("user");
  peer.password = take("password");
  peer.token = take("token");
  peer.certificate_pem = take("certificate");
  peer.key_pem = take("key");
  peer.proxy = take("proxy");
  peer.proxy_user = take("proxy_user");
  peer.proxy_password = take("proxy_password");
  peer.private_network = root["private_network"].boolean().value_or(false);
  peer.quirks = take("quirks");
  for (const auto& entry : root["collections"]) {
    peer.collections[std::string(entry.key)] = std::string(entry.value.string_or(""));
  }
  for (const auto& entry : root["push"]) {
    peer.push[std::string(entry.key)] = std::string(entry.value.string_or(""));
  }
  return peer;
}

Result<std::vector<Peer>> all_peers(const store::Store& store) {
  SEKISHO_ASSIGN(const auto rows, store.documents("peer"));
  std::vector<Peer> peers;
  for (const auto& [party, text] : rows) {
    SEKISHO_ASSIGN(Peer peer, Peer::from_json(text));
    peers.push_back(std::move(peer));
  }
  return peers;
}

namespace {

/// The certificate that the party is known by, as `party add --tls-pin` keeps it.
Result<std::string> pinned_certificate(const policy::Party& party) {
  for (const auto& credential : party.credentials) {
    if (credential.kind == "certificate") return credential.hash;
  }
  return make_error(Code::kUsage, "no certificate of " + party.id + " is pinned; give --pin, or: sekisho token add " +
                                      party.id + " --kind certificate --pin SHA256", "--pin");
}

/// What the probe found of the server stays when the peer is configured anew at the same place.
Status keep_quirks(const House& house, const Args& args, Peer& peer) {
  SEKISHO_ASSIGN(const auto text, house.store.document("peer", peer.party));
  taxii::Quirks quirks;
  bool known = false;
  if (text) {
    SEKISHO_ASSIGN(const Peer before, Peer::from_json(*text));
    known = before.url == peer.url && !before.quirks.empty();
    if (known) {
      SEKISHO_ASSIGN(quirks, taxii::Quirks::from_json(before.quirks));
    }
  }
  if (args.has("--overlap")) {
    SEKISHO_ASSIGN(const auto overlap, taxii::Quirks::from_json("{\"overlap\":" + args.get("--overlap") + "}"));
    quirks.overlap_seconds = overlap.overlap_seconds;
    known = true;
  }
  if (known) peer.quirks = quirks.to_json();
  return {};
}

/// `url`: of its TAXII server; empty for a link.
Result<Peer> peer_from(House& house, const Args& args, const std::string& url) {
  if (args.positional().size() != 1) return make_error(Code::kUsage, "give one PARTY name");
  Peer peer;
  peer.party = args.positional()[0];
  const auto compiled = house.release.policy();
  const policy::Party* party = compiled->policy().find_party(peer.party);
  if (party == nullptr) {
    return make_error(Code::kPeerUnknown, "no such party; make it with: sekisho party add " + peer.party, peer.party);
  }
  peer.url = url;
  peer.grpc = args.get("--grpc");
  if (peer.url.empty() == peer.grpc.empty()) {
    return make_error(Code::kUsage, "give --url https://HOST[:PORT]/ or --srv DOMAIN (TAXII), or --grpc HOST:PORT (a link)");
  }
  if (!peer.url.empty() && peer.url.rfind("https://", 0) != 0) {
    return make_error(Code::kUsage, "write https://HOST[:PORT]/", "--url");
  }
  if (!peer.grpc.empty() && peer.grpc.rfind(':') == std::string::npos) return make_error(Code::kUsage, "write HOST:PORT", "--grpc");
  SEKISHO_TRY(read_access(house.machine, args, peer));
  if (!peer.grpc.empty() && peer.pin.empty()) {
    SEKISHO_ASSIGN(peer.pin, pinned_certificate(*party));
  }
  for (const std::string& pair : args.all("--map")) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos) return make_error(Code::kUsage, "write REMOTE=LOCAL", "--map");
    peer.collections[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  if (!peer.url.empty()) SEKISHO_TRY(keep_quirks(house, args, peer));
  if (!peer.grpc.empty() && !args.all("--push").empty()) {
    return make_error(Code::kUsage, "a link carries both ways by itself", "--push");
  }
  for (const std::string& name : args.all("--push")) {
    const auto equals = name.find('=');
    const std::string local = name.substr(0, equals);
    SEKISHO_TRY(find_collection(house, local));
    peer.push[local] = equals == std::string::npos ? local : name.substr(equals + 1);
  }
  return peer;
}

int put_peer(House& house, const std::string& party, std::optional<std::string> value, Console& console) {
  store::Batch batch;
  batch.documents.push_back({"peer", party, std::move(value)});
  const auto stored = house.store.commit(batch, house.machine.clock.now());
  if (!stored.ok()) return fail(console, stored.error());
  house.links.peers_changed();
  return kDone;
}

int run_peer_add(House& house, const Args& args, Console& console) {
  std::string url = args.get("--url");
  if (args.has("--srv")) {
    if (!url.empty()) return fail(console, make_error(Code::kUsage, "give --url or --srv, not both"));
    auto found = find_server(house, args, console);
    if (!found.ok()) return fail(console, found.error());
    if (found->empty()) return kRefused;
    url = std::move(*found);
  }
  const auto peer = peer_from(house, args, url);
  if (!peer.ok()) return fail(console, peer.error());
  const int code = put_peer(house, peer->party, peer->to_json(), console);
  if (code != kDone) return code;
  console.line("peer " + peer->party + " at " + (peer->grpc.empty() ? peer->url : peer->grpc));
  const bool advise = peer->grpc.empty() && peer->quirks.empty() && !console.json;
  if (advise) console.complain("to find out what its server does otherwise than TAXII: sekisho peer probe " + peer->party + " --write " + peer->party);
  return code;
}

int run_peer_remove(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give one PARTY name"));
  return put_peer(house, args.positional()[0], std::nullopt, console);
}

void print_peer(const Peer& peer, Console& console) {
  const std::string how = !peer.token.empty() ? "bearer" : !peer.user.empty() ? "basic" : "none";
  if (console.json) {
    json::Writer w;
    w.begin_object().member("party", peer.party).member("url", peer.url).member("credential", how);
    w.member("pin", peer.pin).key("quirks").raw(peer.quirks.empty() ? "{}" : peer.quirks).end_object();
    console.line(w.text());
  } else {
    console.line(peer.party + "  " + (peer.grpc.empty() ? peer.url + "  " + how : peer.grpc + "  link") + (peer.pin.empty() ? "" : "  pinned"));
  }
}

int run_peer_show(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give one PARTY name"));
  const auto text = house.store.document("peer", args.positional()[0]);
  if (!text.ok()) return fail(console, text.error());
  if (!*text) return fail(console, make_error(Code::kPeerUnknown, "no such peer", args.positional()[0]));
  const auto peer = Peer::from_json(**text);
  if (!peer.ok()) return fail(console, peer.error());
  print_peer(*peer, console);
  if (!console.json && !peer->quirks.empty()) console.line("  quirks " + peer->quirks);
  for (const auto& [remote, local] : peer->collections) {
    if (!console.json) console.line("  " + remote + " -> " + local);
  }
  for (const auto& [local, remote] : peer->push) {
    if (!console.json) console.line("  push " + local + " -> " + remote);
  }
  return kDone;
}

int run_peer_list(House& house, const Args&, Console& console) {
  const auto peers = all_peers(house.store);
  if (!peers.ok()) return fail(console, peers.error());
  for (const Peer& peer : *peers) print_peer(peer, console);
  return kDone;
}

std::vector<OptionSpec> add_options() {
  return with_access_options({
      {"--url", "URL", "TAXII: https://HOST[:PORT]/ or an API root"},
      {"--grpc", "HOST:PORT", "gRPC link, both ways; it is dialled and held as long as the node serves"},
      {"--map", "REMOTE=LOCAL", "which of its collections go into which of ours", true},
      {"--push", "LOCAL[=REMOTE]", "post what it may read of our collection to one of its own", true},
      {"--overlap", "SECONDS", "each pull begins so much earlier: for a server that shows objects late"},
  });
}

}  // namespace

std::vector<Command> peer_commands() {
  return {
      {"peer add", "PARTY --url URL | --srv DOMAIN | --grpc HOST:PORT [option ...]", "configure where and how to reach a party",
       add_options(), nullptr, run_peer_add},
      {"peer list", "", "list peers", {}, nullptr, run_peer_list},
      {"peer show", "PARTY", "show one peer", {}, nullptr, run_peer_show},
      {"peer remove", "PARTY", "forget how to reach a peer", {}, nullptr, run_peer_remove},
  };
}

}  // namespace sekisho::node::cli
