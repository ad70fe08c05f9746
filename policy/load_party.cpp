#include <algorithm>

#include "core/digest.h"
#include "policy/loader.h"
#include "policy/text.h"
#include "policy/tlp_table.h"

namespace sekisho::policy {
namespace {

bool is_hash_hex(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// What a Basic user name or a token prefix may be: visible ASCII without ':'.
bool is_credential_id(std::string_view text) {
  return text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
           return c > ' ' && c < 0x7f && c != ':';
         });
}

/// RFC 7638 thumbprint of an Ed25519 key.
std::string thumbprint(std::string_view x) {
  return base64url(as_chars(sha256("{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + std::string(x) + "\"}")));
}

Credential read_credential(Loader& loader, const TomlNode& node) {
  TableReader table(node, "[[party.credentials]]", loader.context);
  Credential out;
  out.id = table.text("id", Need::kRequired);
  if (!is_credential_id(out.id)) {
    loader.context.error(table.line_of("id"), "credential id " + shown(out.id) +
                                                  "; write visible ASCII characters without ':' and spaces");
  }
  out.kind = loader.choice(table, "kind", {"basic", "bearer", "certificate"}, "");
  out.hash = table.text("hash", Need::kRequired);
  if (out.kind == "basic" ? !out.hash.starts_with("$argon2id$") : !is_hash_hex(out.hash)) {
    loader.context.error(table.line_of("hash"),
                         std::string("\"hash\" in [[party.credentials]] is not ") +
                             (out.kind == "basic" ? "an Argon2id string ($argon2id$…)"
                                                  : "a SHA-256 in 64 lower case hex digits") +
                             "; let `sekisho token add` write it");
  }
  out.validity = table.validity();
  loader.note(loader.credentials, out.id, table.line_of("id"), "credential id");
  if (out.kind != "basic") loader.note(loader.secrets, out.hash, table.line_of("hash"), "hash");
  table.finish();
  return out;
}

PartyKey read_key(Loader& loader, const TomlNode& node) {
  TableReader table(node, "[[party.keys]]", loader.context);
  PartyKey out;
  out.x = table.text("x", Need::kRequired);
  const auto bytes = from_base64url(out.x);
  if (!out.x.empty() && (!bytes || bytes->size() != 32)) {
    loader.context.error(table.line_of("x"),
                         "\"x\" is no Ed25519 public key; write its 32 bytes in base64url (43 characters)");
  }
  out.kid = table.text("kid");
  const std::string expected = thumbprint(out.x);
  if (!table.node("kid")) {
    out.kid = expected;
  } else if (out.kid != expected) {
    loader.context.error(table.line_of("kid"), "\"kid\" is not the thumbprint of \"x\"; compare with the "
                                               "sender, then write \"" + expected + "\"");
  }
  out.validity = table.validity();
  out.revoked = table.instant("revoked", Edge::kStart);
  loader.note(loader.keys, out.x, table.line_of("x"), "key");
  table.finish();
  return out;
}

Membership read_membership(Loader& loader, const TomlNode& node) {
  const auto& groups = loader.policy.groups;
  Membership out;
  out.line = node.line;
  if (node.is_string()) {
    out.group = node.text;
  } else if (node.is_table()) {
    TableReader table(node, "\"groups\"", loader.context);
    out.group = table.text("group", Need::kRequired);
    out.validity = table.validity();
    table.finish();
  } else {
    loader.context.error(node.line, "\"groups\" holds " + std::string(toml_kind_name(node.kind)) +
                                        "; write \"name\" or { group = \"name\", until = 2027-03-31 }");
    return out;
  }
  if (!lists(groups, out.group)) {
    loader.context.error(node.line, "group " + shown(out.group) + " is neither in \"groups\" of [policy] nor a [[group]]" +
                                        suggestion(out.group, groups));
  }
  return out;
}

Assessment read_assessment(Loader& loader, const TomlNode& node) {
  TableReader table(node, "[[party.assessments]]", loader.context);
  Assessment out;
  out.line = node.line;
  out.name = loader.name(table, "name");
  out.passed = loader.choice(table, "result", {"pass", "fail"}, "") == "pass";
  out.validity = table.validity();
  table.finish();
  return out;
}

void read_secrets(Loader& loader, TableReader& table, Party& party) {
  for (const TomlNode* node : table.tables("keys")) party.keys.push_back(read_key(loader, *node));
  for (const TomlNode* node : table.tables("credentials")) {
    party.credentials.push_back(read_credential(loader, *node));
  }
  const TomlNode* groups = table.node("groups");
  if (!groups) return;
  if (!groups->is_array()) {
    loader.context.error(groups->line, "\"groups\" in [[party]] is " +
                                           std::string(toml_kind_name(groups->kind)) +
                                           "; write a list: [\"…\"]");
    return;
  }
  for (const TomlNode& item : groups->items) party.groups.push_back(read_membership(loader, item));
}

/// false, "*", or a list of identities in which "*" may stand too. true is the older spelling of "*".
Relay read_relay(Loader& loader, TableReader& table) {
  Relay relay;
  const TomlNode* node = table.node("relay");
  if (!node) return relay;
  if (node->kind == TomlNode::Kind::kBoolean) {
    relay.everybody = node->boolean;
  } else if (node->is_string() && node->text == "*") {
    relay.everybody = true;
  } else if (node->is_array()) {
    for (std::string& id : table.texts("relay", Empty::kRefused)) {
      if (id == "*") relay.everybody = true;
      else relay.identities.push_back(std::move(id));
    }
    loader.check_ids(relay.identities, table.line_of("relay"), "relay", "identity");
  } else {
    loader.context.error(node->line, "\"relay\" in [[party]] is " + (node->is_string() ? shown(node->text) : std::string(toml_kind_name(node->kind))) +
                                         "; write false, \"*\" for everybody without a signature of its own here, or a list of identities");
  }
  return relay;
}

void read_class(Loader& loader, TableReader& table, Party& party) {
  const auto& classes = loader.policy.member_classes;
  party.member_class = table.text("class");
  if (party.member_class.empty() ||
      std::find(classes.begin(), classes.end(), party.member_class) != classes.end()) {
    return;
  }
  loader.context.error(table.line_of("class"), "class " + shown(party.member_class) +
                                                   " is not in \"classes\" of [policy]" +
                                                   suggestion(party.member_class, classes));
}

}  // namespace

void Loader::read_party(const TomlNode& node) {
  TableReader table(node, "[[party]]", context);
  Party party;
  party.line = node.line;
  party.id = name(table, "id");
  if (party.id == "self") {
    context.error(table.line_of("id"), "\"self\" stands for this node; write another id");
  }
  note(parties, party.id, table.line_of("id"), "party id");
  party.name = table.text("name");
  if (party.name.empty()) party.name = party.id;
  party.kind = choice(table, "kind", {kKinds.begin(), kKinds.end()}, "");
  read_class(*this, table, party);
  party.identities = stix_ids(table, "identities", Empty::kRefused, "identity");
  for (const std::string& id : party.identities) {
    note(identities, id, table.line_of("identities"), "identity");
  }
  party.validity = table.validity();
  party.collections = aliases(table, "collections", Empty::kAllowed, true);
  party.write = aliases(table, "write", Empty::kAllowed, true);
  party.withdraw = aliases(table, "withdraw", Empty::kAllowed, true);
  party.signs = table.flag("signs", true);
  party.relay = read_relay(*this, table);
  party.standing = table.count("standing").value_or(0);
  if (table.node("licence")) party.licence = choice(table, "licence", licence_names(), "");
  party.attestations = choice(table, "attestations", {"companion", "inline", "none"}, "companion");
  party.own = choice(table, "own", {"show", "hide"}, "show");
  party.honours = chosen(table, "honours", {"pap", "chatham-house", "iep"}, Empty::kAllowed);
  party.roles = chosen(table, "roles", policy.roles, Empty::kAllowed);
  for (const TomlNode* each : table.tables("assessments")) party.assessments.push_back(read_assessment(*this, *each));
  read_secrets(*this, table, party);
  table.finish();
  policy.parties.push_back(std::move(party));
}

}  // namespace sekisho::policy
