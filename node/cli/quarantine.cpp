// sekisho quarantine list|show|release|drop.
#include "sync/ingest/quarantine.h"

#include <map>
#include <utility>

#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/letters.h"

namespace sekisho::node::cli {
namespace {

constexpr auto kKind = store::LetterKind::kQuarantined;

sync::Quarantine open(House& house) {
  return {house.store, house.release, house.audit, house.machine.clock, house.limits};
}

/// Whom the object of a letter names as its creator; empty for nobody, and where it cannot be read.
std::string creator_of(const store::DeadLetter& letter) {
  const auto object = stix::Object::parse(letter.payload);
  return object.ok() ? std::string((*object)->created_by_ref().value_or("")) : std::string();
}

/// Those of `--party` and `--creator`, where given.
bool is_wanted(const store::DeadLetter& letter, const Args& args) {
  return (!args.has("--party") || args.get("--party") == letter.party) && (!args.has("--creator") || args.get("--creator") == creator_of(letter));
}

struct Waiting {
  std::size_t count = 0;
  std::uint64_t first = 0;  ///< number of a letter to look at
};

/// One line for each party and creator, and how to let what it names in from now on.
int list_creators(House& house, const Args& args, Console& console) {
  std::map<std::pair<std::string, std::string>, Waiting> groups;
  const Status done = each_letter(house, kKind, [&](const store::DeadLetter& letter) {
    if (!is_wanted(letter, args)) return;
    Waiting& group = groups[{letter.party, creator_of(letter)}];
    if (group.count++ == 0) group.first = letter.no;
  });
  if (!done.ok()) return fail(console, done.error());
  const auto compiled = house.release.policy();
  for (const auto& [key, group] : groups) {
    const auto& [party, creator] = key;
    const policy::Party* giver = compiled->policy().find_party(party);
    const bool speaks = giver == nullptr || creator.empty() || policy::speaks_for(compiled->policy(), *giver, creator);
    const policy::Party* owner = policy::party_of_identity(compiled->policy(), creator);
    if (console.json) {
      json::Writer w;
      w.begin_object().member("party", party).member("creator", creator).member_int("waiting", static_cast<std::int64_t>(group.count));
      w.member_int("first", static_cast<std::int64_t>(group.first)).member_bool("may_speak", speaks);
      w.member("creator_is", owner == nullptr ? "" : owner->id).end_object();
      console.line(w.text());
      continue;
    }
    console.line(party + "  " + (creator.empty() ? "(no creator named)" : creator) + (owner == nullptr ? "" : " (party " + owner->id + ")") + "  " +
                 std::to_string(group.count) + " waiting, " + std::to_string(group.first) + " first");
    if (!speaks) console.line("  to trust it: sekisho party add-creator " + party + " " + creator + " --as relay --reason TEXT   (or --as identity)");
  }
  return kDone;
}

int run_list(House& house, const Args& args, Console& console) {
  if (args.has("--by")) {
    if (args.get("--by") != "creator") return fail(console, make_error(Code::kUsage, "write --by creator", "--by"));
    return list_creators(house, args, console);
  }
  const Status done = each_letter(house, kKind, [&](const store::DeadLetter& letter) {
    if (is_wanted(letter, args)) print_letter(console, letter, false);
  });
  return done.ok() ? kDone : fail(console, done.error());
}

/// Those named, or all of one party.
Result<std::vector<std::uint64_t>> chosen(House& house, const Args& args) {
  if (!args.has("--all")) return letter_numbers(args);
  if (!args.has("--party")) return make_error(Code::kUsage, "--all needs --party P", "--all");
  std::vector<std::uint64_t> numbers;
  SEKISHO_TRY(each_letter(house, kKind, [&](const store::DeadLetter& letter) {
    if (is_wanted(letter, args)) numbers.push_back(letter.no);
  }));
  return numbers;
}

/// Each letter by itself: what cannot be done is said, the rest is done.
int each(House& house, const Args& args, Console& console, const char* done_word,
         Status (sync::Quarantine::*act)(std::uint64_t, const std::string&, const std::string&)) {
  const auto numbers = chosen(house, args);
  if (!numbers.ok()) return fail(console, numbers.error());
  if (args.get("--reason").empty()) return fail(console, make_error(Code::kUsage, "say why: --reason TEXT", "--reason"));
  sync::Quarantine quarantine = open(house);
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

int run_drop(House& house, const Args& args, Console& console) {
  return each(house, args, console, "dropped", &sync::Quarantine::drop);
}

}  // namespace

std::vector<Command> quarantine_commands() {
  return {
      {"quarantine list", "[--party P] [--creator ID] [--by creator]", "list what waits for an operator, with the reason",
       {{"--party", "P", "only what this party sent"},
        {"--creator", "ID", "only what names this identity as its creator"},
        {"--by", "creator", "one line for each party and creator, with their number"}},
       nullptr, run_list},
      {"quarantine show", "NO ...", "show one with its payload", {}, nullptr, show_letters},
      {"quarantine release", "NO ... --reason TEXT | --party P --all --reason TEXT", "let objects in",
       {{"--party", "P", "with --all: everything this party sent"},
        {"--creator", "ID", "with --all: only what names this identity as its creator"},
        {"--all", "", "all of the party"},
        {"--reason", "TEXT", "why; kept in the audit trail"}},
       nullptr, run_release},
      {"quarantine drop", "NO ... --reason TEXT | --party P --all --reason TEXT",
       "forget objects; the same content from the same party is refused from now on",
       {{"--party", "P", "with --all: everything this party sent"},
        {"--creator", "ID", "with --all: only what names this identity as its creator"},
        {"--all", "", "all of the party"},
        {"--reason", "TEXT", "why; kept in the audit trail"}},
       nullptr, run_drop},
  };
}

}  // namespace sekisho::node::cli
