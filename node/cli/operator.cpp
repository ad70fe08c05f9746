// sekisho operator add|list|show|remove|revoke: keys of the people who moderate. docs/specs/moderation.md §1.
#include "core/digest.h"
#include "core/json.h"
#include "core/toml.h"
#include "node/cli/command.h"
#include "node/cli/operators.h"
#include "sync/handling/operators.h"

namespace sekisho::node::cli {
namespace {

std::string when(const std::optional<Timestamp>& at) { return at ? format_stix_time(*at) : ""; }

std::string standing(const sync::Operator& row, const sync::Operators& all, Timestamp now) {
  if (all.usable(row.key.thumbprint(), now).ok()) return "counts";
  return row.revoked && now >= *row.revoked ? "revoked" : "not now";
}

void print_row(Console& console, const sync::Operator& row, const sync::Operators& all, Timestamp now) {
  if (console.json) {
    json::Writer w;
    w.begin_object().member("name", row.name).member("kid", row.key.thumbprint());
    w.member("x", base64url(as_chars(row.key.bytes))).member("from", when(row.from)).member("until", when(row.until));
    w.member("revoked", when(row.revoked)).member("reason", row.reason).member("state", standing(row, all, now)).end_object();
    return console.line(w.text());
  }
  std::string line = row.name + "  " + row.key.thumbprint() + "  " + standing(row, all, now);
  if (row.from) line += "  from " + when(row.from);
  if (row.until) line += "  until " + when(row.until);
  if (row.revoked) line += "  revoked " + when(row.revoked) + ": " + row.reason;
  console.line(line);
}

int print_all(House& house, const std::string& name, Console& console) {
  const auto all = house.moderation.operators();
  bool found = name.empty();
  for (const auto& row : all->all()) {
    if (!name.empty() && row.name != name) continue;
    found = true;
    print_row(console, row, *all, house.machine.clock.now());
  }
  return found ? kDone : fail(console, make_error(Code::kNotFound, "no such operator; see `sekisho operator list`", name));
}

int run_operator_list(House& house, const Args&, Console& console) { return print_all(house, "", console); }

int run_operator_show(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give one NAME"));
  return print_all(house, args.positional()[0], console);
}

/// A key made here, its private part written to a new file, or the public part of one made elsewhere.
Result<certs::PublicKey> new_key(House& house, const Args& args, const std::string& name, std::string& file) {
  if (args.has("--public")) {
    const std::string text = args.get("--public");
    auto key = text.find('{') != std::string::npos ? certs::PublicKey::from_jwk(text) : certs::PublicKey::from_base64url(text);
    if (!key.ok()) return make_error(Code::kUsage, "not an Ed25519 public key: " + key.error().detail, "--public");
    return *key;
  }
  file = args.get("--key", name + ".pem");
  if (house.machine.files.exists(file)) {
    return make_error(Code::kAlreadyExists, "this file is there already; a private key overwrites nothing", file);
  }
  const auto key = certs::SigningKey::generate(house.machine.random);
  SEKISHO_TRY(house.machine.files.write_atomic(file, key->pem(), 0600));
  return key->public_key();
}

int run_operator_add(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1 || (args.has("--key") && args.has("--public"))) {
    return fail(console, make_error(Code::kUsage, "give one NAME, and at most one of --key FILE and --public KEY"));
  }
  sync::Operator added;
  added.name = args.positional()[0];
  const auto from = date_option(args, "--from"), until = date_option(args, "--until");
  if (!from.ok()) return fail(console, from.error());
  if (!until.ok()) return fail(console, until.error());
  added.from = *from;
  added.until = *until;
  // The name is judged before a key is made for it.
  if (const auto good = sync::with_operator("", added); !good.ok() && good.error().code == Code::kInvalidArgument) {
    return fail(console, good.error());
  }
  std::string file;
  const auto key = new_key(house, args, added.name, file);
  if (!key.ok()) return fail(console, key.error());
  added.key = *key;
  const std::string kid = added.key.thumbprint();
  const auto done = edit_operators(house, [&](const std::string& text) { return sync::with_operator(text, added); },
                                   {"operator.add", kOperator, added.name, kid});
  if (!done.ok()) {
    if (!file.empty()) (void)house.machine.files.remove(file);
    return fail(console, done.error());
  }
  if (console.json) {
    json::Writer w;
    w.begin_object().member("name", added.name).member("kid", kid).member("key_file", file).end_object();
    console.line(w.text());
    return kDone;
  }
  console.line("operator " + added.name + ", key " + kid);
  if (!file.empty()) console.line("the private key is in " + file + ", readable by you alone and not encrypted: keep it off this machine");
  return kDone;
}

void say_fewer(Console& console, const std::vector<std::string>& fewer) {
  for (const std::string& object : fewer) {
    console.complain("approvals of " + object + " became fewer: recall it, or have it approved by others");
  }
}

int run_operator_remove(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give one NAME"));
  const std::string& name = args.positional()[0];
  const auto done = edit_operators(house, [&](const std::string& text) { return sync::without_operator(text, name); },
                                   {"operator.remove", kOperator, name, ""});
  if (!done.ok()) return fail(console, done.error());
  say_fewer(console, *done);
  if (!console.json) console.line("operator " + name + " removed; no approval by it counts any more");
  return kDone;
}

int run_revoke(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1 || args.get("--reason").empty()) {
    return fail(console, make_error(Code::kUsage, "give one NAME and --reason TEXT"));
  }
  const std::string& name = args.positional()[0];
  const auto wanted = date_option(args, "--at");
  if (!wanted.ok()) return fail(console, wanted.error());
  const Timestamp at = wanted->value_or(house.machine.clock.now());
  const auto edit = [&](const std::string& text) {
    return sync::with_revoked_operator(text, name, args.get("--kid"), at, args.get("--reason"));
  };
  const auto done = edit_operators(house, edit, {"operator.revoke", kOperator, name,
                                                 "from " + format_stix_time(at, 6) + ": " + args.get("--reason")});
  if (!done.ok()) return fail(console, done.error());
  say_fewer(console, *done);
  if (!console.json) console.line("operator " + name + " revoked from " + format_stix_time(at) + " on");
  return kDone;
}

}  // namespace

Result<std::optional<Timestamp>> date_option(const Args& args, const std::string& name) {
  if (!args.has(name)) return std::optional<Timestamp>();
  const std::string text = args.get(name);
  auto parsed = text.size() == 10 ? parse_date(text) : parse_rfc3339(text);
  if (!parsed.ok()) return make_error(Code::kUsage, "write 2026-04-01 or 2026-04-01T00:00:00+09:00", name);
  return std::optional<Timestamp>(*parsed);
}

Result<std::vector<std::string>> edit_operators(House& house, const std::function<Result<std::string>(const std::string&)>& edit,
                                                const sync::AuditLine& line) {
  const MutexLock lock(house.policy_edit);
  const std::string path = house.operators_path();
  std::string before;
  if (house.machine.files.exists(path)) {
    SEKISHO_ASSIGN(before, house.machine.files.read(path, kMaxTomlBytes));
  }
  SEKISHO_ASSIGN(const std::string text, edit(before));
  SEKISHO_ASSIGN(sync::Operators operators, sync::Operators::parse(text, path));
  const std::string digest = operators.digest();
  SEKISHO_TRY(house.machine.files.write_atomic(path, text, 0600));
  SEKISHO_ASSIGN(auto fewer, house.moderation.set_operators(std::move(operators)));
  sync::AuditLine told = line;
  told.detail += (told.detail.empty() ? "" : "; ") + ("operators.toml in force: " + digest);
  SEKISHO_TRY(house.audit.record(told, {{kOperatorsSpace, kOperatorsDigest, digest}}));
  return fewer;
}

Result<std::unique_ptr<certs::SigningKey>> key_from_file(House& house, const std::string& path) {
  SEKISHO_ASSIGN(const std::string pem, house.machine.files.read(path, kKeyFileBytes));
  auto key = certs::SigningKey::from_pem(pem);
  if (!key.ok()) return make_error(Code::kUsage, key.error().detail, path);
  return key;
}

Result<std::string> acting_operator(House& house, const Args& args) {
  const std::string name = args.get("--operator");
  const auto operators = house.moderation.operators();
  if (operators->all().empty()) return name;
  if (!args.has("--operator-key")) {
    return make_error(Code::kUsage, "operators.toml lists operators: give --operator NAME and --operator-key FILE, that operator's private key",
                      "--operator-key");
  }
  SEKISHO_ASSIGN(const auto key, key_from_file(house, args.get("--operator-key")));
  const std::string kid = key->public_key().thumbprint();
  SEKISHO_ASSIGN(const sync::Operator* row, operators->usable(kid, house.machine.clock.now()));
  if (row->name != name) return make_error(Code::kUsage, "that is the key of " + row->name, "--operator-key");
  return name + " (key " + kid + ")";
}

std::vector<Command> operator_commands() {
  return {
      {"operator add", "NAME [--key FILE | --public KEY] [--from D] [--until D]", "make a key pair for somebody who moderates",
       {{"--key", "FILE", "write the private key to this new file (default: NAME.pem)"},
        {"--public", "KEY", "pin the public key of a pair made elsewhere: base64url or JWK"},
        {"--from", "D", "counts from this day or instant on"},
        {"--until", "D", "counts until then; a day is included"}},
       nullptr, run_operator_add},
      {"operator list", "", "list operators and their keys", {}, nullptr, run_operator_list},
      {"operator show", "NAME", "show one operator's keys", {}, nullptr, run_operator_show},
      {"operator remove", "NAME", "forget an operator: no approval counts any more; revoke rather", {}, nullptr, run_operator_remove},
      {"operator revoke", "NAME --reason TEXT [--at D] [--kid KID]", "end an operator's key; what was approved before stands",
       {{"--reason", "TEXT", "why; kept in the file and in the audit trail"},
        {"--at", "D", "from this instant on: approvals since then count no more (default: now)"},
        {"--kid", "KID", "only this key of the operator"}},
       nullptr, run_revoke},
  };
}

}  // namespace sekisho::node::cli
