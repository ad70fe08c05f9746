// sekisho policy diff|apply|undo|history|show|preview: a policy beside the one in force.
#include <algorithm>
#include <charconv>
#include <functional>

#include "core/json.h"
#include "node/cli/command.h"

namespace sekisho::node::cli {
namespace {

constexpr std::int64_t kQuietMicros = 2'000'000;  // before the first line of progress, and between two
constexpr std::size_t kHistoryLines = 1000;

sync::Watch watch_for(House& house, const Console& console) {
  sync::Watch watch;
  const Clock* clock = &house.machine.clock;
  watch.progress = [clock, &console, last = clock->now().micros()](std::size_t done, std::size_t total) mutable {
    const std::int64_t now = clock->now().micros();
    if (now - last < kQuietMicros || total == 0) return;
    last = now;
    console.complain("working out the policy: " + std::to_string(100 * done / total) + "% of " + std::to_string(total));
  };
  return watch;
}

Result<std::string> read_file(House& house, const Args& args) {
  if (args.positional().size() > 1) return make_error(Code::kUsage, "give one FILE, or none for policy.toml");
  return house.machine.files.read(args.positional().empty() ? house.policy_path() : args.positional()[0], 16u << 20);
}

std::string file_name(const House& house, const Args& args) {
  return args.positional().empty() ? house.policy_path() : args.positional()[0];
}

// ---- what a change does, in words -----------------------------------------------------------------

void write_list(json::Writer& w, std::string_view name, const sync::ChangeList& list) {
  w.key(name).begin_object().member_int("count", static_cast<std::int64_t>(list.count)).key("examples").begin_array();
  for (const auto& example : list.examples) {
    w.begin_object().member("object", example.id).member("version", example.version).member("collection", example.collection);
    w.member("reason", example.reason.text).member("rule", example.reason.rule).end_object();
  }
  w.end_array().end_object();
}

void print_examples(const Console& console, std::string_view word, const sync::ChangeList& list) {
  for (const auto& example : list.examples) {
    console.line("  " + std::string(word) + " " + example.id + " version " + example.version + " in " + example.collection + ": " +
                 example.reason.text + "  [" + example.reason.rule + "]");
  }
  if (list.count > list.examples.size()) {
    console.line("  " + std::string(word) + " " + std::to_string(list.count - list.examples.size()) + " more");
  }
}

void print_party_change(const Console& console, const sync::PartyChange& change, bool full) {
  if (console.json) {
    json::Writer w;
    w.begin_object().member("party", change.party).member_bool("arrives", change.arrives).member_bool("leaves", change.leaves);
    write_list(w, "gained", change.gained);
    write_list(w, "lost", change.lost);
    write_list(w, "changed", change.changed);
    w.end_object();
    console.line(w.text());
    return;
  }
  if (!change.differs() && !full) return;
  console.line(change.party + ": " + (change.arrives ? "new; " : change.leaves ? "no party any more; " : "") +
               std::to_string(change.gained.count) + " gained, " + std::to_string(change.lost.count) + " lost, " +
               std::to_string(change.changed.count) + " changed");
  if (!full) return;
  print_examples(console, "+", change.gained);
  print_examples(console, "-", change.lost);
  print_examples(console, "~", change.changed);
}

void print_changes(const Console& console, const std::vector<sync::PartyChange>& parties, bool full) {
  for (const auto& change : parties) print_party_change(console, change, full);
  const bool any = std::any_of(parties.begin(), parties.end(), [](const auto& change) { return change.differs(); });
  if (!any && !console.json) console.line("no party gains or loses anything");
}

// ---- the commands ---------------------------------------------------------------------------------

int run_diff(House& house, const Args& args, Console& console) {
  const auto text = read_file(house, args);
  if (!text.ok()) return fail(console, text.error());
  const auto candidate = policy_changes(house).prepare(*text, file_name(house, args), watch_for(house, console));
  if (!candidate.ok()) return fail(console, candidate.error());
  print_changes(console, candidate->prepared.parties, args.has("--full"));
  return kDone;
}

/// `before_it`: asked when the policy is worked out and shown, under the lock: whether it may still be taken.
int take_policy(House& house, const Args& args, Console& console, const std::string& text, const std::string& file,
         const std::string& action, const std::function<Status()>& before_it) {
  const sync::Watch watch = watch_for(house, console);
  auto candidate = policy_changes(house).prepare(text, file, watch);
  if (!candidate.ok()) return fail(console, candidate.error());
  print_changes(console, candidate->prepared.parties, args.has("--full"));
  const MutexLock lock(house.policy_edit);
  const Status may = before_it();
  if (!may.ok()) return fail(console, may.error());
  const auto taken = take_policy(house, std::move(*candidate), action, watch);
  if (!taken.ok()) return fail(console, taken.error());
  if (console.json) {
    json::Writer w;
    w.begin_object().member_int("in_force", static_cast<std::int64_t>(taken->no)).end_object();
    console.line(w.text());
  } else {
    console.line("policy " + std::to_string(taken->no) + " is in force; back: sekisho policy undo");
  }
  const auto waiting = house.recalls.waiting();
  if (!waiting.ok()) return fail(console, waiting.error());
  const auto count = std::count_if(waiting->begin(), waiting->end(), [](const auto& recall) { return recall.state == "waiting"; });
  if (count != 0) {
    console.complain(std::to_string(count) + " objects that parties were given wait to be called back: sekisho recall list --waiting");
  }
  return kDone;
}

int run_apply(House& house, const Args& args, Console& console) {
  const auto text = read_file(house, args);
  if (!text.ok()) return fail(console, text.error());
  const auto unchanged = [&]() -> Status {
    SEKISHO_ASSIGN(const std::string now, read_file(house, args));
    if (now == *text) return {};
    return make_error(Code::kUnavailable, "the file was changed since it was read; apply it again", file_name(house, args));
  };
  return take_policy(house, args, console, *text, file_name(house, args), "policy.apply", unchanged);
}

Result<std::uint64_t> read_change_number(const std::string& text) {
  std::uint64_t no = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), no);
  if (error != std::errc() || end != text.data() + text.size()) {
    return make_error(Code::kUsage, "write a number of `sekisho policy history`", text);
  }
  return no;
}

Result<sync::PolicyVersion> version_to_undo_to(House& house, const Args& args) {
  const sync::PolicyHistory history(house.store);
  if (args.has("--to")) {
    SEKISHO_ASSIGN(const std::uint64_t no, read_change_number(args.get("--to")));
    return history.version(no);
  }
  SEKISHO_ASSIGN(const auto last, history.last());
  if (!last || last->no < 2) return make_error(Code::kNotFound, "there is no policy before this one");
  return history.version(last->no - 1);
}

int run_undo(House& house, const Args& args, Console& console) {
  if (!args.positional().empty()) return fail(console, make_error(Code::kUsage, "give --to N, or nothing for the one before"));
  const auto version = version_to_undo_to(house, args);
  if (!version.ok()) return fail(console, version.error());
  const auto same = [&]() -> Status {
    SEKISHO_ASSIGN(const auto now, version_to_undo_to(house, args));
    if (now.no == version->no) return {};
    return make_error(Code::kUnavailable, "another policy was taken into force meanwhile; undo again", "policy undo");
  };
  return take_policy(house, args, console, version->text, "policy " + std::to_string(version->no), "policy.undo", same);
}

int run_history(House& house, const Args&, Console& console) {
  const auto versions = sync::PolicyHistory(house.store).newest(kHistoryLines);
  if (!versions.ok()) return fail(console, versions.error());
  for (const auto& version : *versions) {
    if (console.json) {
      json::Writer w;
      w.begin_object().member_int("no", static_cast<std::int64_t>(version.no)).member("at", version.at).member("actor", version.actor);
      w.member("action", version.action).member("digest", version.digest).end_object();
      console.line(w.text());
    } else {
      console.line(std::to_string(version.no) + "  " + version.at + "  " + version.actor + "  " + version.action + "  " +
                   version.digest.substr(0, 16));
    }
  }
  return kDone;
}

int run_policy_change_show(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give a number of `sekisho policy history`"));
  const auto no = read_change_number(args.positional()[0]);
  if (!no.ok()) return fail(console, no.error());
  const auto version = sync::PolicyHistory(house.store).version(*no);
  if (!version.ok()) return fail(console, version.error());
  if (!console.json) {
    console.out(version->text);
    return kDone;
  }
  json::Writer w;
  w.begin_object().member_int("no", static_cast<std::int64_t>(version->no)).member("at", version->at).member("actor", version->actor);
  w.member("action", version->action).member("digest", version->digest).member("text", version->text).end_object();
  console.line(w.text());
  return kDone;
}

int run_preview(House& house, const Args& args, Console& console) {
  if (!args.has("--party")) return fail(console, make_error(Code::kUsage, "give --party P"));
  const std::string party = args.get("--party");
  std::optional<sync::Candidate> candidate;
  if (!args.positional().empty()) {
    const auto text = read_file(house, args);
    if (!text.ok()) return fail(console, text.error());
    auto prepared = policy_changes(house).prepare(*text, file_name(house, args), watch_for(house, console));
    if (!prepared.ok()) return fail(console, prepared.error());
    candidate = std::move(*prepared);
  }
  std::string separator = "{\"more\":false,\"objects\":[";
  const auto visit = [&](std::string_view bytes) {
    console.out(separator);
    console.out(bytes);
    separator = ",";
  };
  for (const auto& collection : house.release.collections()) {
    if (args.has("--collection") ? collection.alias != args.get("--collection") : collection.companion_of.has_value()) continue;
    const Status shown = candidate ? house.release.preview(candidate->prepared, party, collection.alias, visit)
                                   : house.release.preview(party, collection.alias, visit);
    if (!shown.ok()) return fail(console, shown.error());
  }
  console.line(separator == "," ? "]}" : "{\"more\":false}");
  return kDone;
}

}  // namespace

std::vector<Command> policy_change_commands() {
  const OptionSpec full{"--full", "", "every party, with examples and what decides"};
  return {
      {"policy diff", "[FILE] [--full]", "who gains and loses what if a policy were in force; nothing changes", {full}, nullptr, run_diff},
      {"policy apply", "[FILE] [--full]", "show the same, then take the policy into force and write policy.toml", {full}, nullptr, run_apply},
      {"policy undo", "[--to N] [--full]", "take the policy before, or number N, into force again",
       {{"--to", "N", "a number of `policy history`"}, full}, nullptr, run_undo},
      {"policy history", "", "list the policies that were in force, the newest first", {}, nullptr, run_history},
      {"policy show", "N", "print policy number N as it was in force", {}, nullptr, run_policy_change_show},
      {"policy preview", "--party P [--collection C] [FILE]",
       "print exactly what a party is given, or with FILE would be given, as a TAXII envelope; nothing is recorded",
       {{"--party", "P", "which party"}, {"--collection", "C", "only this collection"}}, nullptr, run_preview},
  };
}

}  // namespace sekisho::node::cli
