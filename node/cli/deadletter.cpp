// sekisho deadletter list|show|drop
#include "core/json.h"
#include "node/cli/command.h"

namespace sekisho::node::cli {
namespace {

Result<std::uint64_t> number_of(const Args& args) {
  if (args.positional().size() != 1) return make_error(Code::kUsage, "give one NUMBER, as `deadletter list` shows");
  std::uint64_t number = 0;
  for (const char c : args.positional()[0]) {
    if (c < '0' || c > '9' || number > 1'000'000'000'000ULL) {
      return make_error(Code::kUsage, "a number, as `deadletter list` shows", args.positional()[0]);
    }
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

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

int run_list(House& house, const Args&, Console& console) {
  std::uint64_t after = 0;
  while (true) {
    const auto letters = house.store.dead_letters(after, 500);
    if (!letters.ok()) return fail(console, letters.error());
    if (letters->empty()) return kDone;
    for (const auto& letter : *letters) {
      print_letter(console, letter, false);
      after = letter.no;
    }
  }
}

int run_show(House& house, const Args& args, Console& console) {
  const auto number = number_of(args);
  if (!number.ok()) return fail(console, number.error());
  const auto letter = house.store.dead_letter(*number);
  if (!letter.ok()) return fail(console, letter.error());
  print_letter(console, *letter, true);
  return kDone;
}

int run_drop(House& house, const Args& args, Console& console) {
  const auto number = number_of(args);
  if (!number.ok()) return fail(console, number.error());
  const auto letter = house.store.dead_letter(*number);
  if (!letter.ok()) return fail(console, letter.error());
  store::Batch batch;
  batch.drop_dead_letters.push_back(*number);
  const auto stored = house.store.commit(batch, house.machine.clock.now());
  return stored.ok() ? kDone : fail(console, stored.error());
}

}  // namespace

std::vector<Command> deadletter_commands() {
  return {
      {"deadletter list", "", "list what was refused, with the reason", {}, nullptr, run_list},
      {"deadletter show", "NUMBER", "show one with its payload", {}, nullptr, run_show},
      {"deadletter drop", "NUMBER", "forget one", {}, nullptr, run_drop},
  };
}

}  // namespace sekisho::node::cli
