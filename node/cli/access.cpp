#include "node/cli/access.h"

#include <utility>

#include "core/json.h"
#include "node/cli/input.h"
#include "taxii/quirks.h"
#include "taxii/service.h"

namespace sekisho::node::cli {
namespace {

/// The secret in a file, without the end of its line.
Result<std::string> read_secret(Machine& machine, const std::string& path) {
  SEKISHO_ASSIGN(std::string text, machine.files.read(path, 4096));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

Status read_certificate(Machine& machine, const Args& args, Peer& peer) {
  if (args.has("--cert") != args.has("--key")) return make_error(Code::kUsage, "--cert and --key go together");
  if (!args.has("--cert")) return {};
  SEKISHO_ASSIGN(peer.certificate_pem, machine.files.read(args.get("--cert"), 1u << 20));
  SEKISHO_ASSIGN(peer.key_pem, machine.files.read(args.get("--key"), 1u << 20));
  return {};
}

Status read_proxy(Machine& machine, const Args& args, Peer& peer) {
  peer.proxy = args.get("--proxy");
  peer.proxy_user = args.get("--proxy-user");
  if (!peer.proxy.empty() && peer.proxy.rfind("http://", 0) != 0) {
    return make_error(Code::kUsage, "write http://HOST:PORT", "--proxy");
  }
  if (!args.has("--proxy-password-file")) return {};
  SEKISHO_ASSIGN(peer.proxy_password, read_secret(machine, args.get("--proxy-password-file")));
  return {};
}

}  // namespace

std::vector<OptionSpec> with_access_options(std::vector<OptionSpec> own) {
  const std::vector<OptionSpec> access = {
      {"--srv", "DOMAIN", "look its TAXII server up in the DNS (_taxii2._tcp.DOMAIN) instead of naming a URL"},
      {"--resolver", "ADDRESS:PORT", "whom to ask for --srv; default: the DNS servers of this machine"},
      {"--yes", "", "take the first server that --srv found"},
      {"--pin", "SHA256", "fingerprint of its TLS certificate (link: default is what `party add --tls-pin` pinned)"},
      {"--ca", "FILE", "CA that its certificate must come from, if not pinned"},
      {"--cert", "FILE", "our certificate for it"},
      {"--key", "FILE", "the key of --cert"},
      {"--user", "NAME", "user name for Basic"},
      {"--password-file", "FILE", "password for Basic"},
      {"--token-file", "FILE", "bearer token"},
      {"--proxy", "URL", "http://HOST:PORT to go through (CONNECT)"},
      {"--proxy-user", "NAME", "user name at the proxy"},
      {"--proxy-password-file", "FILE", "password at the proxy"},
      {"--private-network", "", "its name may lead to a private, loopback or link-local address"},
  };
  own.insert(own.end(), access.begin(), access.end());
  return own;
}

Result<std::string> find_server(House& house, const Args& args, const Console& console) {
  SEKISHO_ASSIGN(const auto urls, taxii::servers_of(house.machine.names, house.machine.random, args.get("--srv"), args.get("--resolver")));
  const bool confirmed = args.has("--yes");
  if (console.json && !confirmed) {
    json::Writer w;
    w.begin_object().member("domain", args.get("--srv")).key("found").begin_array();
    for (const std::string& url : urls) w.string(url);
    console.line(w.end_array().end_object().text());
  }
  for (const std::string& url : urls) {
    if (!console.json) console.line("the DNS of " + args.get("--srv") + " names " + url);
  }
  if (confirmed) return urls.front();
  console.complain("nothing was done: the DNS proves nothing. Compare with what its operator told you, then the same with --yes for the first, or with its URL");
  return std::string();
}

Status read_access(Machine& machine, const Args& args, Peer& peer) {
  if (args.has("--pin")) {
    SEKISHO_ASSIGN(peer.pin, read_pin(args.get("--pin"), "--pin"));
  }
  if (args.has("--ca")) {
    SEKISHO_ASSIGN(peer.ca_pem, machine.files.read(args.get("--ca"), 1u << 20));
  }
  SEKISHO_TRY(read_certificate(machine, args, peer));
  peer.user = args.get("--user");
  if (args.has("--password-file")) {
    SEKISHO_ASSIGN(peer.password, read_secret(machine, args.get("--password-file")));
  }
  if (args.has("--token-file")) {
    SEKISHO_ASSIGN(peer.token, read_secret(machine, args.get("--token-file")));
  }
  peer.private_network = args.has("--private-network");
  return read_proxy(machine, args, peer);
}

std::unique_ptr<taxii::HttpTransport> open_transport(House& house, const Peer& peer, bool patient) {
  http::ClientTrust trust;
  trust.pinned_sha256 = peer.pin;
  trust.ca_pem = peer.ca_pem;
  trust.client_certificate_pem = peer.certificate_pem;
  trust.client_key_pem = peer.key_pem;
  trust.private_network = peer.private_network;
  trust.proxy = {peer.proxy, peer.proxy_user, peer.proxy_password};
  trust.may_send = [&egress = house.egress, party = peer.party] { return egress.is_open_for(party); };
  auto transport = house.transport(std::move(trust));
  return patient ? http::make_patient(std::move(transport), house.machine.clock) : std::move(transport);
}

taxii::Credentials credentials_of(const Peer& peer) {
  if (!peer.user.empty()) return {"basic", peer.user, peer.password};
  if (!peer.token.empty()) return {"bearer", "", peer.token};
  return {};
}

Result<Line> open_line(House& house, const Peer& peer, bool patient) {
  taxii::Quirks quirks;
  if (!peer.quirks.empty()) {
    SEKISHO_ASSIGN(quirks, taxii::Quirks::from_json(peer.quirks));
  }
  Line line;
  line.transport = open_transport(house, peer, patient);
  line.client = std::make_unique<taxii::Client>(*line.transport, kUserAgent, credentials_of(peer), std::move(quirks));
  line.peer = std::make_unique<sync::TaxiiPeer>(*line.client, peer.url);
  return line;
}

}  // namespace sekisho::node::cli
