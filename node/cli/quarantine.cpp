// sekisho quarantine list|show|release|drop.
#include "sync/ingest/quarantine.h"

#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/letters.h"

namespace sekisho::node::cli {
namespace {

constexpr auto kKind = store::LetterKind::kQuarantined;

sync::Quarantine quarantine_of(House& house) {
  return {house.store, house.release, house.audit, house.machine.clock, house.limits};
}

int run_quarantine_list(House& house, const Args& args, Console& console) {
  const Status done = each_letter(house, kKind, [&](const store::DeadLetter& letter) {
    if (!args.has("--party") || args.get("--party") == letter.party) print_letter(console, letter, false);
  });
  return done.ok() ? kDone : fail(console, done.error());
}

/// Those named, or all of one party.
Result<std::vector<std::uint64_t>> chosen(House& house, const Args& args) {
  if (!args.has("--all")) return letter_numbers(args);
  if (!args.has("--party")) return make_error(Code::kUsage, "--all needs --party P", "--all");
  std::vector<std::uint64_t> numbers;
  SEKISHO_TRY(each_letter(house, kKind, [&](const store::DeadLetter& letter) {
    if (letter.party == args.get("--party")) numbers.push_back(letter.no);
  }));
  return numbers;
}

/// Each letter by itself: what cannot be done is said, the rest is done.
int each(House& house, const Args& args, Console& console, const char* done_word,
         Status (sync::Quarantine::*act)(std::uint64_t, const std::string&, const std::string&)) {
  const auto numbers = chosen(house, args);
  if (!numbers.ok()) return fail(console, numbers.error());
  if (args.get("--reason").empty()) return fail(console, make_error(Code::kUsage, "say why: --reason TEXT", "--reason"));
  sync::Quarantine quarantine = quarantine_of(house);
  int code = kDone;
  for (const std::uint64_t no : *numbers) {
    const Status done = (quarantine.*act)(no, kOperator, args.get("--reason"));
    if (!done.ok()) {
      Error error = done.error();
      if (error.where.empty()) error.where = std::to_string(no);
      code = fail(console, error);
    } else if (console.json) {
      json::Writer w;
      w.begin_object().member_int("no", static_cast<std::int64_t>(no)).member("done", done_word).end_object();
      console.line(w.text());
    } else {
      console.line(std::to_string(no) + " " + done_word);
    }
  }
  return code;
}

int run_release(House& house, const Args& args, Console& console) {
  return each(house, args, console, "released", &sync::Quarantine::let_in);
}

int run_quarantine_drop(House& house, const Args& args, Console& console) {
  return each(house, args, console, "dropped", &sync::Quarantine::drop);
}

}  // namespace

std::vector<Command> quarantine_commands() {
  return {
      {"quarantine list", "[--party P]", "list what waits for an operator, with the reason",
       {{"--party", "P", "only what this party sent"}}, nullptr, run_quarantine_list},
      {"quarantine show", "NO ...", "show one with its payload", {}, nullptr, show_letters},
      {"quarantine release", "NO ... --reason TEXT | --party P --all --reason TEXT", "let objects in",
       {{"--party", "P", "with --all: everything this party sent"},
        {"--all", "", "all of the party"},
        {"--reason", "TEXT", "why; kept in the audit trail"}},
       nullptr, run_release},
      {"quarantine drop", "NO ... --reason TEXT | --party P --all --reason TEXT",
       "forget objects; the same content from the same party is refused from now on",
       {{"--party", "P", "with --all: everything this party sent"},
        {"--all", "", "all of the party"},
        {"--reason", "TEXT", "why; kept in the audit trail"}},
       nullptr, run_quarantine_drop},
  };
}

}  // namespace sekisho::node::cli
