// sekisho deadletter list|show|replay|drop
#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/letters.h"
#include "sync/ingest/quarantine.h"

namespace sekisho::node::cli {

void print_letter(Console& console, const store::DeadLetter& letter, bool whole) {
  if (console.json) {
    json::Writer w;
    w.begin_object().member_int("no", static_cast<std::int64_t>(letter.no)).member("at", format_taxii_time(letter.at));
    w.member("party", letter.party).member("collection", letter.collection).member("object", letter.object_id);
    w.member("version", letter.version).member("code", info(letter.reason.code).text);
    w.member("where", letter.reason.where).member("detail", letter.reason.detail);
    if (whole) w.member("payload", letter.payload);
    w.end_object();
    console.line(w.text());
    return;
  }
  console.line(std::to_string(letter.no) + "  " + format_stix_time(letter.at) + "  " +
               (letter.party.empty() ? "own import" : letter.party) + " -> " + letter.collection + "  " +
               (letter.object_id.empty() ? "(unreadable)" : letter.object_id) + "  " + letter.reason.to_string());
  if (whole) console.line(letter.payload);
}

Status each_letter(const House& house, store::LetterKind kind,
                   const std::function<void(const store::DeadLetter&)>& visit) {
  std::uint64_t after = 0;
  while (true) {
    SEKISHO_ASSIGN(const auto letters, house.store.dead_letters(after, 500, kind));
    if (letters.empty()) return {};
    for (const auto& letter : letters) visit(letter);
    after = letters.back().no;
  }
}

Result<std::vector<std::uint64_t>> letter_numbers(const Args& args) {
  std::vector<std::uint64_t> numbers;
  for (const std::string& text : args.positional()) {
    std::uint64_t number = 0;
    for (const char c : text) {
      if (c < '0' || c > '9' || number > 1'000'000'000'000ULL) {
        return make_error(Code::kUsage, "a number, as `list` shows", text);
      }
      number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    numbers.push_back(number);
  }
  if (numbers.empty()) return make_error(Code::kUsage, "give NUMBER, as `list` shows");
  return numbers;
}

int show_letters(House& house, const Args& args, Console& console) {
  const auto numbers = letter_numbers(args);
  if (!numbers.ok()) return fail(console, numbers.error());
  for (const std::uint64_t no : *numbers) {
    const auto letter = house.store.dead_letter(no);
    if (!letter.ok()) return fail(console, letter.error());
    print_letter(console, *letter, true);
  }
  return kDone;
}

namespace {

int run_list(House& house, const Args&, Console& console) {
  const Status done = each_letter(house, store::LetterKind::kRefused,
                                  [&](const store::DeadLetter& letter) { print_letter(console, letter, false); });
  return done.ok() ? kDone : fail(console, done.error());
}

void print_replayed(Console& console, std::uint64_t no, const sync::Replayed& done) {
  const bool one = done.accepted + done.quarantined + done.refused == 1 && done.refused == 0;
  if (console.json) {
    json::Writer w;
    w.begin_object().member_int("no", static_cast<std::int64_t>(no));
    if (one) w.member("done", done ? "accepted" : "quarantined");
    else {
      w.member("done", "opened").member_int("accepted", static_cast<std::int64_t>(done.accepted));
      w.member_int("quarantined", static_cast<std::int64_t>(done.quarantined));
      w.member_int("refused", static_cast<std::int64_t>(done.refused));
    }
    w.end_object();
    console.line(w.text());
  } else if (one) {
    console.line(std::to_string(no) + (done ? " accepted" : " is in quarantine now"));
  } else {
    console.line(std::to_string(no) + " held a bundle: " + std::to_string(done.accepted) + " objects accepted, " +
                 std::to_string(done.quarantined) + " in quarantine now, " + std::to_string(done.refused) + " refused, each by itself");
  }
}

int run_replay(House& house, const Args& args, Console& console) {
  const auto numbers = letter_numbers(args);
  if (!numbers.ok()) return fail(console, numbers.error());
  sync::Quarantine quarantine(house.store, house.release, house.audit, house.machine.clock, house.limits);
  int code = kDone;
  for (const std::uint64_t no : *numbers) {
    const auto in = quarantine.replay(no, kOperator);
    if (!in.ok()) {
      code = fail(console, in.error());
    } else {
      print_replayed(console, no, *in);
    }
  }
  return code;
}

int run_drop(House& house, const Args& args, Console& console) {
  const auto numbers = letter_numbers(args);
  if (!numbers.ok()) return fail(console, numbers.error());
  store::Batch batch;
  for (const std::uint64_t no : *numbers) {
    const auto letter = house.store.dead_letter(no);
    if (!letter.ok()) return fail(console, letter.error());
    if (letter->kind != store::LetterKind::kRefused) {
      return fail(console, make_error(Code::kInvalidArgument, "this one is in quarantine; use `sekisho quarantine drop`",
                                      std::to_string(no)));
    }
    batch.drop_dead_letters.push_back(no);
  }
  const auto stored = house.store.commit(batch, house.machine.clock.now());
  return stored.ok() ? kDone : fail(console, stored.error());
}

}  // namespace

std::vector<Command> deadletter_commands() {
  return {
      {"deadletter list", "", "list what was refused, with the reason", {}, nullptr, run_list},
      {"deadletter show", "NUMBER ...", "show one with its payload", {}, nullptr, show_letters},
      {"deadletter replay", "NUMBER ...", "judge again, with the policy and the keys of now", {}, nullptr, run_replay},
      {"deadletter drop", "NUMBER ...", "forget them", {}, nullptr, run_drop},
  };
}

}  // namespace sekisho::node::cli
