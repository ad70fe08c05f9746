// sekisho anonymous key|unseal|list|open, sekisho reply send|list|show. docs/specs/anonymous.md.
#include "sync/ingest/anonymous/anonymous.h"

#include "core/digest.h"
#include "core/json.h"
#include "node/cli/anonymous.h"
#include "node/cli/command.h"
#include "node/cli/operators.h"

namespace sekisho::node::cli {
namespace {

/// The secret behind the pseudonyms becomes a file of this node, which backups leave out.
Status keep_secret(House& house, const std::string& secret32) {
  const std::string folder = house.path("anonymous");
  if (!house.machine.files.exists(folder)) SEKISHO_TRY(house.machine.files.make_directory(folder, 0700));
  return house.machine.files.write_atomic(house.path(kAnonymousSecretFile), hex(as_bytes(secret32)) + "\n", 0600);
}

Status make_key(House& house, const Args& args, std::string& name) {
  Files& files = house.machine.files;
  const std::string out = args.get("--out");
  if (out.empty()) return make_error(Code::kUsage, "say where the key goes, away from this node: --out FILE", "--out");
  if (files.exists(out)) return make_error(Code::kAlreadyExists, "there is a file already", out);
  if (files.resolved(out).starts_with(house.dir + "/")) {
    return make_error(Code::kUsage, "keep the opening key out of the node's folder, and away from this machine", out);
  }
  if (!house.anonymous.has_secret()) {
    SEKISHO_ASSIGN(const bool sealed, house.anonymous.sealed());
    if (sealed) return make_error(Code::kUnavailable, "this node was restored: first `sekisho anonymous unseal`");
    std::string secret(32, '\0');
    house.machine.random.fill({reinterpret_cast<std::uint8_t*>(secret.data()), secret.size()}, "key/anonymous");
    SEKISHO_TRY(keep_secret(house, secret));
    house.anonymous.set_secret(secret);
  }
  const auto key = certs::OpeningKey::generate(house.machine.random);
  SEKISHO_TRY(files.write_atomic(out, key.file(), 0600));
  name = key.sealing().name();
  return house.anonymous.adopt_key(key.sealing(), args.get("--operator", kOperator));
}

int run_key(House& house, const Args& args, Console& console) {
  std::string name;
  const Status made = make_key(house, args, name);
  if (!made.ok()) return fail(console, made.error());
  if (console.json) {
    json::Writer w;
    w.begin_object().member("key", name).member("file", args.get("--out")).end_object();
    console.line(w.text());
  } else {
    console.line("opening key " + name + ": keep " + args.get("--out") +
                 " away from this node; without it no submitter can ever be named");
  }
  return kDone;
}

/// Who, and why: without both nothing is opened.
Status must_say_why(const Args& args) {
  for (const char* option : {"--key", "--reason", "--operator"}) {
    if (args.get(option).empty()) return make_error(Code::kUsage, "give --key FILE, --reason TEXT and --operator NAME", option);
  }
  return {};
}

Status unseal(House& house, const Args& args) {
  SEKISHO_TRY(must_say_why(args));
  SEKISHO_ASSIGN(const std::string text, house.machine.files.read(args.get("--key"), kKeyFileBytes));
  SEKISHO_ASSIGN(const auto key, certs::OpeningKey::from_file(text));
  SEKISHO_ASSIGN(const std::string actor, acting_operator(house, args));
  SEKISHO_ASSIGN(const std::string secret, house.anonymous.unseal(key, actor, args.get("--reason")));
  return keep_secret(house, secret);
}

int run_unseal(House& house, const Args& args, Console& console) {
  const Status done = unseal(house, args);
  if (!done.ok()) return fail(console, done.error());
  if (!console.json) console.line("anonymous submissions are taken again, under the pseudonyms of before");
  return kDone;
}

int run_anonymous_list(House& house, const Args&, Console& console) {
  const auto rows = house.anonymous.list();
  if (!rows.ok()) return fail(console, rows.error());
  for (const auto& row : *rows) {
    if (console.json) {
      json::Writer w;
      w.begin_object().member("submitter", row.pseudonym).member("id", row.id).end_object();
      console.line(w.text());
    } else {
      console.line(row.pseudonym + "  " + row.id);
    }
  }
  return kDone;
}

Result<sync::Anonymous::Opened> open_sealed(House& house, const Args& args) {
  if (args.positional().size() != 1) return make_error(Code::kUsage, "give one pseudonym, object id or number of a dead letter");
  SEKISHO_TRY(must_say_why(args));
  SEKISHO_ASSIGN(const std::string key, house.machine.files.read(args.get("--key"), kKeyFileBytes));
  SEKISHO_ASSIGN(const std::string actor, acting_operator(house, args));
  return house.anonymous.open(args.positional()[0], key, actor, args.get("--reason"));
}

int run_open(House& house, const Args& args, Console& console) {
  const auto opened = open_sealed(house, args);
  if (!opened.ok()) return fail(console, opened.error());
  if (console.json) {
    json::Writer w;
    w.begin_object().member("party", opened->party).member("id", opened->id).member("payload", opened->payload).end_object();
    console.line(w.text());
    return kDone;
  }
  console.line(opened->party + (opened->id.empty() ? "" : "  " + opened->id));
  if (!opened->payload.empty()) console.line(opened->payload);
  return kDone;
}

int run_send(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give one pseudonym"));
  const Status done = house.anonymous.reply(args.positional()[0], args.get("--operator", kOperator), args.get("--text"));
  return done.ok() ? kDone : fail(console, done.error());
}

int print(Console& console, const Result<std::vector<sync::Anonymous::Reply>>& replies) {
  if (!replies.ok()) return fail(console, replies.error());
  for (const auto& reply : *replies) {
    if (console.json) {
      json::Writer w;
      w.begin_object().member("at", reply.at).member("actor", reply.actor).member("text", reply.text).end_object();
      console.line(w.text());
    } else {
      console.line(reply.at + "  " + reply.actor + "  " + reply.text);
    }
  }
  return kDone;
}

int run_replies(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give one pseudonym"));
  return print(console, house.anonymous.replies(args.positional()[0]));
}

int run_receipt(House& house, const Args& args, Console& console) {
  if (args.get("--receipt").empty()) return fail(console, make_error(Code::kUsage, "give --receipt TOKEN", "--receipt"));
  return print(console, house.anonymous.replies_by_receipt(args.get("--receipt")));
}

const OptionSpec kKey{"--key", "FILE", "the opening key"};
const OptionSpec kReason{"--reason", "TEXT", "why; kept in the audit trail"};
const OptionSpec kWho{"--operator", "NAME", "who you are; kept in the audit trail"};
const OptionSpec kProof{"--operator-key", "FILE", "your private key, where operators.toml lists operators"};

}  // namespace

std::vector<Command> anonymous_commands() {
  return {
      {"anonymous key", "--out FILE", "make the key pair that names submitters; its secret half leaves this node",
       {{"--out", "FILE", "where the opening key goes, outside the node"}, kWho}, nullptr, run_key},
      {"anonymous unseal", "--key FILE --reason TEXT --operator NAME", "after a restore: bring the pseudonyms back",
       {kKey, kReason, kWho, kProof}, nullptr, run_unseal},
      {"anonymous list", "", "list submitters by pseudonym with what became of their objects", {}, nullptr, run_anonymous_list},
      {"anonymous open", "PSEUDONYM|ID|NO --key FILE --reason TEXT --operator NAME",
       "name a submitter; on record before it is shown", {kKey, kReason, kWho, kProof}, nullptr, run_open},
      {"reply send", "PSEUDONYM --text TEXT", "answer or ask an anonymous submitter",
       {{"--text", "TEXT", "up to 16 KiB"}, kWho}, nullptr, run_send},
      {"reply list", "PSEUDONYM", "what was sent to a submitter", {}, nullptr, run_replies},
      {"reply show", "--receipt TOKEN", "what the submitter who holds a receipt may read",
       {{"--receipt", "TOKEN", "the id of the status of a submission"}}, nullptr, run_receipt},
  };
}

}  // namespace sekisho::node::cli
