// sekisho init: makes a node's directory.
#include "certs/keys.h"
#include "certs/tls.h"
#include "core/digest.h"
#include "core/json.h"
#include "node/cli/command.h"
#include "policy/model.h"

namespace sekisho::node::cli {
namespace {

constexpr int kCaDays = 3650;
constexpr int kServerDays = 825;

std::string toml_quoted(std::string_view text) {
  std::string out;
  json::append_quoted(text, out);  // a JSON string is a TOML basic string
  return out;
}

struct NewNode {
  std::string dir, organisation, profile, identity_id, listen, grpc;
  std::vector<std::string> hosts;
};

std::string node_toml(const NewNode& node, const std::string& since) {
  return "# How this node runs. Who may see what is in policy.toml.\n\n[node]\norganisation = " +
         toml_quoted(node.organisation) + "\nidentity = " + toml_quoted(node.identity_id) +
         "\n# When the identity and the key were made; part of what is signed, so leave it.\nsince = " +
         toml_quoted(since) + "\n\n[http]\n# TAXII over HTTPS.\nlisten = " + toml_quoted(node.listen) +
         "\napi_root = \"exchange\"\nworkers = 4\n# Health for this machine only; \"\" switches it off.\nhealth = \"\"\n# TAXII without TLS, loopback addresses only (say behind a proxy on this machine); \"\" = off.\nplain = \"\"\n\n[grpc]\n# Links to peers; \"\" = this node only dials.\nlisten = " + toml_quoted(node.grpc) + "\n";
}

Status write_keys(Machine& machine, const NewNode& node) {
  const auto key = certs::SigningKey::generate(machine.random);
  SEKISHO_TRY(machine.files.write_atomic(node.dir + "/keys/node.pem", key->pem(), 0600));
  SEKISHO_TRY(machine.files.write_atomic(node.dir + "/keys/node.jwk", key->public_key().jwk() + "\n", 0644));
  std::array<std::uint8_t, 32> secret{};
  machine.random.fill(secret, "key/master");
  return machine.files.write_atomic(node.dir + "/keys/secret", hex(secret) + "\n", 0600);
}

Status write_tls(Machine& machine, const NewNode& node) {
  const Timestamp now = machine.clock.now();
  SEKISHO_ASSIGN(const auto ca, certs::make_ca(node.organisation, now, kCaDays));
  SEKISHO_ASSIGN(const auto server, certs::make_leaf(ca, node.organisation, node.hosts, now, kServerDays));
  SEKISHO_TRY(machine.files.write_atomic(node.dir + "/tls/ca.pem", ca.certificate_pem, 0644));
  SEKISHO_TRY(machine.files.write_atomic(node.dir + "/tls/ca-key.pem", ca.key_pem, 0600));
  SEKISHO_TRY(machine.files.write_atomic(node.dir + "/tls/server.pem", server.certificate_pem, 0644));
  return machine.files.write_atomic(node.dir + "/tls/server-key.pem", server.key_pem, 0600);
}

Result<NewNode> from_args(Machine& machine, const Args& args) {
  if (args.positional().size() != 1 || !args.has("--org")) {
    return make_error(Code::kUsage, "give DIR and --org NAME");
  }
  NewNode node;
  node.dir = args.positional()[0];
  node.organisation = args.get("--org");
  node.profile = args.get("--profile", "isac");
  if (node.profile != "isac" && node.profile != "member" && node.profile != "vendor") {
    return make_error(Code::kUsage, "write isac, member or vendor", "--profile");
  }
  node.listen = args.get("--listen", "127.0.0.1:6443");
  node.grpc = args.get("--grpc");
  node.hosts = args.all("--host");
  node.hosts.emplace_back("localhost");
  node.hosts.emplace_back("127.0.0.1");
  node.identity_id = args.get("--identity", "identity--" + Uuid::v4(machine.random, "identity").to_string());
  if (machine.files.exists(node.dir + "/node.toml")) {
    return make_error(Code::kAlreadyExists, "there is a node in this folder already; choose another", node.dir);
  }
  return node;
}

Status make_node(Machine& machine, const NewNode& node) {
  for (const char* sub : {"", "/keys", "/tls", "/data", "/stop"}) {
    if (machine.files.exists(node.dir + sub)) continue;
    SEKISHO_TRY(machine.files.make_directory(node.dir + sub, 0700));
  }
  SEKISHO_TRY(write_keys(machine, node));
  SEKISHO_TRY(write_tls(machine, node));
  const std::string policy = policy::initial_policy(node.organisation, node.identity_id, node.profile);
  SEKISHO_TRY(machine.files.write_atomic(node.dir + "/policy.toml", policy, 0600));
  // Last: a folder is a node once this file is there.
  return machine.files.write_atomic(node.dir + "/node.toml", node_toml(node, format_stix_time(machine.clock.now())), 0600);
}

int run_init(Machine& machine, const Args& args, Console& console) {
  const auto node = from_args(machine, args);
  if (!node.ok()) return fail(console, node.error());
  const Status made = make_node(machine, *node);
  if (!made.ok()) return fail(console, made.error());
  const auto pem = machine.files.read(node->dir + "/tls/server.pem", 1u << 20);
  const auto jwk = machine.files.read(node->dir + "/keys/node.jwk", 4096);
  if (!pem.ok() || !jwk.ok()) return fail(console, make_error(Code::kIo, "the new files cannot be read back", node->dir));
  const auto pin = certs::certificate_fingerprint(*pem);
  const auto key = certs::PublicKey::from_jwk(*jwk);
  if (!pin.ok() || !key.ok()) return fail(console, make_error(Code::kInternal, "the new files are wrong", node->dir));
  const std::string x = base64url(as_chars(key->bytes));
  if (console.json) {
    json::Writer w;
    w.begin_object().member("dir", node->dir).member("identity", node->identity_id).member("key", x);
    w.member("kid", key->thumbprint()).member("tls_pin", *pin).member("listen", node->listen).end_object();
    console.line(w.text());
    return kDone;
  }
  console.line("node for " + node->organisation + " in " + node->dir);
  console.line("  identity     " + node->identity_id);
  console.line("  public key   " + x);
  console.line("  fingerprint  " + key->thumbprint() + "  (read it to your peers; they pin it)");
  console.line("  TLS pin      " + *pin);
  console.line("next: sekisho collection add weekly --dir " + node->dir + "; sekisho serve --dir " + node->dir);
  return kDone;
}

}  // namespace

std::vector<Command> init_commands() {
  return {{"init", "DIR --org NAME [--profile isac|member|vendor]", "make a node: keys, certificates, policy",
           {{"--org", "NAME", "the organisation's name"},
            {"--profile", "PROFILE", "isac (default), member or vendor: which policy to start from"},
            {"--listen", "ADDR:PORT", "where TAXII listens (default 127.0.0.1:6443)"},
            {"--grpc", "ADDR:PORT", "where links of gRPC peers are taken (default: off, this node only dials)"},
            {"--host", "NAME", "host name or address for the certificate", true},
            {"--identity", "ID", "use this STIX identity instead of a new one"}},
           run_init, nullptr}};
}

}  // namespace sekisho::node::cli
