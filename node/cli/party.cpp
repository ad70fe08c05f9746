// sekisho party add|list|show|remove|add-key|revoke-key|replace-key, sekisho token add|list|remove. All edit policy.toml.
#include "certs/keys.h"
#include "certs/secrets.h"
#include "core/digest.h"
#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/input.h"
#include "node/cli/operators.h"
#include "policy/compiled.h"
#include "policy/model.h"

namespace sekisho::node::cli {
namespace {

int change(House& house, const PolicyEdit& edit, Console& console, const std::string& done) {
  const auto changes = edit_policy(house, edit);
  if (!changes.ok()) return fail(console, changes.error());
  if (!done.empty()) console.line(done);
  return kDone;
}

Result<policy::PartyKey> read_key(const std::string& text) {
  auto key = text.find('{') != std::string::npos ? certs::PublicKey::from_jwk(text) : certs::PublicKey::from_base64url(text);
  if (!key.ok()) return make_error(Code::kUsage, "not an Ed25519 public key: " + key.error().detail, "--key");
  policy::PartyKey out;
  out.x = base64url(as_chars(key->bytes));
  out.kid = key->thumbprint();
  return out;
}

Result<policy::Party> party_from(const Args& args) {
  if (args.positional().size() != 1) return make_error(Code::kUsage, "give one PARTY name");
  policy::Party party;
  party.id = args.positional()[0];
  party.name = args.get("--name", party.id);
  party.kind = args.get("--kind", "member");
  party.member_class = args.get("--class");
  party.identities = args.all("--identity");
  party.collections = args.all("--read");
  party.write = args.all("--write");
  party.relay = {args.has("--relay"), args.all("--relay-for")};
  party.licence = args.get("--licence");
  party.signs = !args.has("--unsigned");
  party.attestations = args.get("--attestations", "companion");
  party.own = args.get("--own", "show");
  SEKISHO_ASSIGN(party.validity.from, date_option(args, "--from"));
  SEKISHO_ASSIGN(party.validity.until, date_option(args, "--until"));
  for (const std::string& group : args.all("--group")) party.groups.push_back({group, {}});
  for (const std::string& text : args.all("--key")) {
    SEKISHO_ASSIGN(const policy::PartyKey key, read_key(text));
    party.keys.push_back(key);
  }
  if (args.has("--tls-pin")) {
    SEKISHO_ASSIGN(const std::string pin, read_pin(args.get("--tls-pin"), "--tls-pin"));
    party.credentials.push_back({party.id + "-tls", "certificate", pin, {}});
  }
  return party;
}

int run_party_add(House& house, const Args& args, Console& console) {
  const auto party = party_from(args);
  if (!party.ok()) return fail(console, party.error());
  return change(house, [&](const std::string& text) { return policy::with_party(text, *party); }, console, "party " + party->id + " added");
}

int run_party_remove(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give one PARTY name"));
  return change(house, [&](const std::string& text) { return policy::without_party(text, args.positional()[0]); }, console,
               "party " + args.positional()[0] + " removed; nothing is served to it any more");
}

int run_add_key(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 2) return fail(console, make_error(Code::kUsage, "give PARTY and KEY"));
  const auto key = read_key(args.positional()[1]);
  if (!key.ok()) return fail(console, key.error());
  return change(house, [&](const std::string& text) { return policy::with_key(text, args.positional()[0], *key); }, console, "key " + key->kid + " pinned");
}

int run_revoke_key(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 2 || args.get("--reason").empty()) {
    return fail(console, make_error(Code::kUsage, "give PARTY, KID and --reason TEXT"));
  }
  const std::string &party = args.positional()[0], &kid = args.positional()[1];
  const auto wanted = date_option(args, "--at");
  if (!wanted.ok()) return fail(console, wanted.error());
  const Timestamp at = wanted->value_or(house.machine.clock.now());
  const int code = change(house, [&](const std::string& text) { return policy::with_revoked_key(text, party, kid, at); },
                          console, "key " + kid + " revoked from " + format_stix_time(at) + " on");
  if (code != kDone) return code;
  const Status told = house.audit.record(
      {"key.revoke", kOperator, party, kid + " from " + format_stix_time(at) + ": " + args.get("--reason")});
  return told.ok() ? kDone : fail(console, told.error());
}

int run_replace_key(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 3) return fail(console, make_error(Code::kUsage, "give PARTY, OLDKID and NEWKEY"));
  const std::string &party = args.positional()[0], &old = args.positional()[1];
  auto key = read_key(args.positional()[2]);
  if (!key.ok()) return fail(console, key.error());
  const Timestamp at = house.machine.clock.now();
  key->validity.from = at;
  const auto edit = [&](const std::string& text) -> Result<std::string> {
    SEKISHO_ASSIGN(const std::string added, policy::with_key(text, party, *key));
    return policy::with_revoked_key(added, party, old, at);
  };
  const int code = change(house, edit, console, "key " + old + " replaced by " + key->kid);
  if (code != kDone) return code;
  const Status told = house.audit.record(
      {"key.replace", kOperator, party, old + " by " + key->kid + " at " + format_stix_time(at)});
  return told.ok() ? kDone : fail(console, told.error());
}

/// Trusts a party with a creator: as an identity of its own, or as one whose objects it passes on.
int run_add_creator(House& house, const Args& args, Console& console) {
  const std::string as = args.get("--as");
  if (args.positional().size() != 2 || (as != "relay" && as != "identity") || args.get("--reason").empty()) {
    return fail(console, make_error(Code::kUsage, "give PARTY, IDENTITY, --as relay or --as identity, and --reason TEXT"));
  }
  const std::string &party = args.positional()[0], &identity = args.positional()[1];
  const auto edit = [&](const std::string& text) {
    return as == "relay" ? policy::with_relay(text, party, identity) : policy::with_identity(text, party, identity);
  };
  const int code = change(house, edit, console, as == "relay" ? "party " + party + " may pass on what " + identity + " created"
                                                              : "party " + party + " speaks for " + identity);
  if (code != kDone) return code;
  console.line("what waits already: sekisho quarantine release --party " + party + " --creator " + identity + " --all --reason TEXT");
  const Status told = house.audit.record({"party.add-creator", kOperator, party, identity + " as " + as + ": " + args.get("--reason")});
  return told.ok() ? kDone : fail(console, told.error());
}

void print_party(const policy::Party& party, const policy::Compiled& compiled, Timestamp now, Console& console) {
  const auto audience = compiled.audience(party.id, now);
  if (console.json) {
    json::Writer w;
    w.begin_object().member("id", party.id).member("name", party.name).member("kind", party.kind);
    w.member("class", party.member_class).member_bool("valid", audience.ok());
    if (audience.ok()) w.member("audience", *audience);
    w.key("keys").begin_array();
    for (const auto& key : party.keys) w.string(key.kid);
    w.end_array().key("credentials").begin_array();
    for (const auto& credential : party.credentials) w.string(credential.id);
    w.end_array().end_object();
    console.line(w.text());
    return;
  }
  console.line(party.id + "  " + party.kind + (party.member_class.empty() ? "" : "/" + party.member_class) + "  " +
               party.name + (audience.ok() ? "" : "  (not valid now)"));
}

int run_party_list(House& house, const Args&, Console& console) {
  const auto compiled = house.release.policy();
  for (const auto& party : compiled->policy().parties) {
    print_party(party, *compiled, house.machine.clock.now(), console);
  }
  return kDone;
}

int run_party_show(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give one PARTY name"));
  const auto compiled = house.release.policy();
  const auto* party = compiled->policy().find_party(args.positional()[0]);
  if (party == nullptr) return fail(console, make_error(Code::kNotFound, "no such party", args.positional()[0]));
  print_party(*party, *compiled, house.machine.clock.now(), console);
  if (console.json) return kDone;
  for (const auto& key : party->keys) console.line("  key " + key.kid);
  for (const auto& credential : party->credentials) console.line("  " + credential.kind + " " + credential.id);
  return kDone;
}

/// A fresh secret and the credential that keeps only its hash.
Result<std::pair<policy::Credential, std::string>> make_credential(House& house, const Args& args) {
  policy::Credential credential;
  credential.kind = args.get("--kind", "bearer");
  credential.id = args.get("--id", args.positional()[0]);
  SEKISHO_ASSIGN(credential.validity.until, date_option(args, "--until"));
  if (credential.id.find(':') != std::string::npos || credential.id.find('.') != std::string::npos) {
    return make_error(Code::kUsage, "an id has no ':' and no '.'", "--id");
  }
  if (credential.kind == "certificate") {
    SEKISHO_ASSIGN(credential.hash, read_pin(args.get("--pin"), "--pin"));
    return std::pair{credential, std::string()};
  }
  const std::string secret = certs::make_token(house.machine.random, "token/" + credential.id);
  if (credential.kind == "bearer") {
    const std::string token = credential.id + "." + secret;
    credential.hash = hex(sha256(token));
    return std::pair{credential, token};
  }
  if (credential.kind == "basic") {
    certs::PasswordHasher hasher(1);
    SEKISHO_ASSIGN(credential.hash, hasher.hash(secret));
    return std::pair{credential, secret};
  }
  return make_error(Code::kUsage, "write bearer, basic or certificate", "--kind");
}

int run_token_add(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give one PARTY name"));
  const auto made = make_credential(house, args);
  if (!made.ok()) return fail(console, made.error());
  const int code = change(house, [&](const std::string& text) { return policy::with_credential(text, args.positional()[0], made->first); }, console, "");
  if (code != kDone) return code;
  if (console.json) {
    json::Writer w;
    w.begin_object().member("kind", made->first.kind).member("id", made->first.id).member("secret", made->second);
    w.end_object();
    console.line(w.text());
  } else if (made->first.kind == "certificate") {
    console.line("certificate " + made->first.hash + " pinned");
  } else if (made->first.kind == "basic") {
    console.line("user " + made->first.id);
    console.line("password " + made->second);
  } else {
    console.line(made->second);
  }
  if (!console.json && !made->second.empty()) console.complain("shown once; only a hash is kept");
  return kDone;
}

int run_token_list(House& house, const Args&, Console& console) {
  const auto compiled = house.release.policy();
  for (const auto& party : compiled->policy().parties) {
    for (const auto& credential : party.credentials) {
      if (console.json) {
        json::Writer w;
        w.begin_object().member("party", party.id).member("kind", credential.kind).member("id", credential.id);
        w.end_object();
        console.line(w.text());
      } else {
        console.line(party.id + "  " + credential.kind + "  " + credential.id);
      }
    }
  }
  return kDone;
}

int run_token_remove(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 2) return fail(console, make_error(Code::kUsage, "give PARTY and the credential's ID"));
  return change(house, [&](const std::string& text) { return policy::without_credential(text, args.positional()[0], args.positional()[1]); }, console,
               "credential " + args.positional()[1] + " removed");
}

}  // namespace

std::vector<Command> party_commands() {
  return {
      {"party add", "PARTY --kind KIND [option ...]", "add a party to policy.toml and take it into force",
       {{"--name", "TEXT", "display name"},
        {"--kind", "KIND", "member, peer-isac, isac, vendor, supplier, government"},
        {"--class", "CLASS", "membership class"},
        {"--identity", "ID", "STIX identity it speaks for", true},
        {"--key", "KEY", "its Ed25519 public key, base64url or JWK", true},
        {"--tls-pin", "SHA256", "fingerprint of its TLS certificate: it may link over gRPC with it"},
        {"--group", "GROUP", "group it belongs to", true},
        {"--read", "ALIAS", "collection it may read; * for all", true},
        {"--write", "ALIAS", "collection it may write to", true},
        {"--relay", "", "it may pass on what others created, but not what parties that sign here did"},
        {"--relay-for", "ID", "it may pass on what this identity created", true},
        {"--unsigned", "", "it cannot sign: what it gives is quarantined"},
        {"--licence", "ID", "licence of what it gives ([[licence]] in policy.toml)"},
        {"--attestations", "MODE", "how it gets ours: companion, inline, none"},
        {"--own", "MODE", "whether it reads back over TAXII what it gave: show, hide"},
        {"--from", "DATE", "valid from"},
        {"--until", "DATE", "valid until"}},
       nullptr, run_party_add},
      {"party list", "", "list parties", {}, nullptr, run_party_list},
      {"party show", "PARTY", "show one party with keys and credentials", {}, nullptr, run_party_show},
      {"party add-key", "PARTY KEY", "pin a further public key of a party", {}, nullptr, run_add_key},
      {"party add-creator", "PARTY IDENTITY --as relay|identity --reason TEXT",
       "what this party sends may name that creator from now on",
       {{"--as", "relay|identity", "relay: it passes on what that identity created; identity: it is one of the party's own"},
        {"--reason", "TEXT", "why; kept in the audit trail"}},
       nullptr, run_add_creator},
      {"party revoke-key", "PARTY KID [--at DATE] --reason TEXT",
       "nothing signed with this key is accepted any more; what was accepted stays",
       {{"--at", "DATE", "first instant at which it no longer counts (default: now)"},
        {"--reason", "TEXT", "why; kept in the audit trail"}},
       nullptr, run_revoke_key},
      {"party replace-key", "PARTY OLDKID NEWKEY", "pin a new key and revoke the old one at the same instant", {},
       nullptr, run_replace_key},
      {"party remove", "PARTY", "remove a party; it is cut off at once", {}, nullptr, run_party_remove},
      {"token add", "PARTY [--kind bearer|basic|certificate] [--id NAME] [--until DATE]",
       "make a credential for a party; the secret is shown once",
       {{"--kind", "KIND", "bearer (default), basic or certificate"},
        {"--pin", "SHA256", "of a certificate: its fingerprint"},
        {"--id", "NAME", "public name, the user name of Basic (default: the party)"},
        {"--until", "DATE", "valid until"}},
       nullptr, run_token_add},
      {"token list", "", "list credentials", {}, nullptr, run_token_list},
      {"token remove", "PARTY ID", "remove a credential", {}, nullptr, run_token_remove},
  };
}

}  // namespace sekisho::node::cli
