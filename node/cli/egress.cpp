// sekisho stop-egress, sekisho audit, sekisho audit check.
#include "core/json.h"
#include "node/cli/command.h"

namespace sekisho::node::cli {
namespace {

int show_stops(House& house, Console& console) {
  const auto stops = house.egress.stops();
  for (const auto& stop : stops) {
    if (console.json) {
      json::Writer w;
      w.begin_object().member("party", stop.party.empty() ? "*" : stop.party).member("reason", stop.reason);
      w.member("at", stop.at).member("actor", stop.actor).end_object();
      console.line(w.text());
    } else {
      console.line((stop.party.empty() ? "all sharing" : "sharing with " + stop.party) + " stopped since " + stop.at +
                   " by " + stop.actor + ": " + stop.reason);
    }
  }
  if (stops.empty() && !console.json) console.line("sharing is open");
  return kDone;
}

int run_stop(House& house, const Args& args, Console& console) {
  if (args.has("--status")) return show_stops(house, console);
  const std::string party = args.get("--party"), reason = args.get("--reason");
  if (reason.empty()) return fail(console, make_error(Code::kUsage, "say why: --reason TEXT", "--reason"));
  if (args.has("--party") && house.release.policy()->policy().find_party(party) == nullptr) {
    // A stop of a party that is not there would look like one that holds.
    if (!args.has("--lift")) return fail(console, make_error(Code::kNotFound, "no such party in policy.toml", party));
  }
  const Status done = args.has("--lift") ? house.egress.lift(party, reason, kOperator)
                                         : house.egress.stop(party, reason, kOperator);
  if (!done.ok()) return fail(console, done.error());
  house.release.announce();  // links look again: what waited may go, what went must not
  return show_stops(house, console);
}

void print_entry(Console& console, const sync::AuditEntry& entry) {
  if (console.json) {
    json::Writer w;
    w.begin_object().member_int("no", static_cast<std::int64_t>(entry.no)).member("at", entry.at);
    w.member("action", entry.line.action).member("actor", entry.line.actor).member("subject", entry.line.subject);
    w.member("detail", entry.line.detail).member("previous", entry.previous).end_object();
    console.line(w.text());
    return;
  }
  console.line(std::to_string(entry.no) + "  " + entry.at + "  " + entry.line.actor + "  " + entry.line.action + "  " +
               entry.line.subject + (entry.line.detail.empty() ? "" : "  " + entry.line.detail));
}

int run_audit(House& house, const Args& args, Console& console) {
  std::uint64_t after = 0;
  for (const char c : args.get("--after", "0")) {
    if (c < '0' || c > '9' || after > 1'000'000'000'000ULL) {
      return fail(console, make_error(Code::kUsage, "a line's number", "--after"));
    }
    after = after * 10 + static_cast<std::uint64_t>(c - '0');
  }
  while (true) {
    const auto entries = house.audit.list(after, 500);
    if (!entries.ok()) return fail(console, entries.error());
    if (entries->empty()) return kDone;
    for (const auto& entry : *entries) print_entry(console, entry);
    after = entries->back().no;
  }
}

int run_audit_check(House& house, const Args&, Console& console) {
  const auto wrong = house.audit.check();
  if (!wrong.ok()) return fail(console, wrong.error());
  const auto head = house.audit.head();
  if (!head.ok()) return fail(console, head.error());
  if (console.json) {
    json::Writer w;
    w.begin_object().member_bool("sound", wrong->empty()).member("head", *head).key("problems").begin_array();
    for (const std::string& one : *wrong) w.string(one);
    w.end_array().end_object();
    console.line(w.text());
  } else {
    for (const std::string& one : *wrong) console.line(one);
    console.line(wrong->empty() ? "the trail is sound; its last line: " + *head : "the trail was altered");
  }
  return wrong->empty() ? kDone : kRefused;
}

}  // namespace

std::vector<Command> egress_commands() {
  return {
      {"stop-egress", "[--party P] --reason TEXT | --lift [--party P] --reason TEXT | --status",
       "stop all sharing, or that with one party, at once",
       {{"--party", "P", "only this party"},
        {"--reason", "TEXT", "why; kept in the audit trail"},
        {"--lift", "", "share again"},
        {"--status", "", "show what is stopped"}},
       nullptr, run_stop},
      {"audit", "[--after N]", "show what operators did", {{"--after", "N", "only lines after number N"}}, nullptr,
       run_audit},
      {"audit check", "", "check that no line of the trail was altered, added or taken out", {}, nullptr,
       run_audit_check},
  };
}

}  // namespace sekisho::node::cli
