// sekisho stop-egress.
#include "core/json.h"
#include "node/cli/command.h"

namespace sekisho::node::cli {
namespace {

int show_stops(House& house, Console& console) {
  show_stops(house.egress.stops(), console);
  return kDone;
}

}  // namespace

void show_stops(const std::vector<sync::Egress::Stop>& stops, const Console& console) {
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
}

namespace {

int run_stop(House& house, const Args& args, Console& console) {
  if (args.has("--status")) {
    const Status told = house.egress.settle();
    return told.ok() ? show_stops(house, console) : fail(console, told.error());
  }
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
  };
}

}  // namespace sekisho::node::cli
