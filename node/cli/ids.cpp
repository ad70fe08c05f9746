// sekisho ids give|take-back|list, sekisho object versions.
#include <map>

#include "core/json.h"
#include "node/cli/command.h"

namespace sekisho::node::cli {
namespace {

void print_settled(Console& console, const sync::SettledId& settled) {
  if (console.json) {
    json::Writer w;
    w.begin_object().member("id", settled.id).member("to", settled.party).member("at", settled.at);
    w.member("actor", settled.actor).member("reason", settled.reason).end_object();
    console.line(w.text());
    return;
  }
  console.line(settled.id + "  to " + settled.party + "  " + settled.at + "  " + settled.actor + ": " + settled.reason);
}

int run_give(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1 || !args.has("--to") || !args.has("--reason")) {
    return fail(console, make_error(Code::kUsage, "give ID, --to PARTY and --reason TEXT"));
  }
  const auto settled = house.ids.give(args.positional()[0], args.get("--to"), args.get("--reason"), kOperator);
  if (!settled.ok()) return fail(console, settled.error());
  print_settled(console, *settled);
  return kDone;
}

int run_take_back(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1 || !args.has("--reason")) return fail(console, make_error(Code::kUsage, "give ID and --reason TEXT"));
  const Status done = house.ids.take_back(args.positional()[0], args.get("--reason"), kOperator);
  if (!done.ok()) return fail(console, done.error());
  if (!console.json) console.line(args.positional()[0] + ": the rules alone say whose claim counts");
  return kDone;
}

int run_list(House& house, const Args&, Console& console) {
  const auto all = house.ids.list();
  if (!all.ok()) return fail(console, all.error());
  for (const auto& settled : *all) print_settled(console, settled);
  return kDone;
}

std::string giver_of(const sync::CopyStanding& copy) { return copy.source.empty() ? "self" : copy.source; }

std::string whose_claim(const std::string& claim) {
  if (claim == "party:") return "this organisation";
  return claim.starts_with("party:") ? "party " + claim.substr(6) : claim.starts_with("identity:") ? claim.substr(9) : claim;
}

/// What came with a copy: its role, whether it counts, and how it may be handled.
std::string handling_words(const sync::CopyStanding& copy) {
  const sync::Provenance& how = copy.provenance;
  std::string out = how.role ? *how.role == certs::Role::kCreator ? "creator" : "relay" : "unsigned";
  if (copy.settled) out += ", settled";
  if (how.echo) out += ", echo";
  if (how.unnamed) out += ", unnamed";
  if (how.handling.org_scope == certs::OrgScope::kIsacMembership) out += ", isac-membership";
  if (how.handling.onward_consent) out += ", onward consent";
  if (how.handling.max_hops) out += ", " + std::to_string(*how.handling.max_hops) + " hops";
  return out;
}

void print_json(Console& console, const std::string& id, const sync::CopyStanding& copy) {
  const sync::Provenance& how = copy.provenance;
  json::Writer w;
  w.begin_object().member("object", id).member("claim", copy.claim).member("version", copy.version).member("sha256", hex(copy.content));
  w.member("giver", giver_of(copy)).member("collection", copy.collection).member("accepted_at", copy.accepted_at).member("route", how.route);
  if (how.role) w.member("role", *how.role == certs::Role::kCreator ? "creator" : "relay");
  w.member_bool("echo", how.echo).member_bool("unnamed", how.unnamed).member_bool("settled", copy.settled).key("handling").begin_object();
  w.member("org_scope", how.handling.org_scope == certs::OrgScope::kIsacMembership ? "isac-membership" : "member-firm");
  w.member_bool("onward_consent", how.handling.onward_consent);
  if (how.handling.max_hops) w.member_int("max_hops", static_cast<std::int64_t>(*how.handling.max_hops));
  w.end_object().key("audiences").begin_array();
  for (const auto& one : copy.towards) {
    w.begin_object().key("parties").begin_array();
    for (const std::string& party : one.parties) w.string(party);
    w.end_array().member("state", one.state).end_object();
  }
  w.end_array().end_object();
  console.line(w.text());
}

void print_copy(Console& console, const sync::CopyStanding& copy) {
  console.line("  " + (copy.version.empty() ? std::string("(no version)") : copy.version) + "  " + hex(copy.content).substr(0, 12) + "  " + giver_of(copy) + " in " + copy.collection +
               "  accepted " + copy.accepted_at + "  " + handling_words(copy));
  for (const auto& one : copy.towards) {
    std::string parties;
    for (const std::string& party : one.parties) parties += (parties.empty() ? "" : ", ") + party;
    console.line("    " + one.state + " for " + parties);
  }
}

/// Which claim counts for whom, once all copies were seen.
using Counting = std::map<std::string, std::string>;  // by the parties of a view

void note_counting(const sync::CopyStanding& copy, Counting& counting) {
  for (const auto& one : copy.towards) {
    std::string parties;
    for (const std::string& party : one.parties) parties += (parties.empty() ? "" : ", ") + party;
    std::string& what = counting[parties];
    if (one.state == "counts" || one.state == "rendition") what = whose_claim(copy.claim) + " counts";
    else if (one.state == "kept" && what.empty()) what = "nobody's counts: the place of " + whose_claim(copy.claim) + " is kept";
  }
}

int run_versions(House& house, const Args& args, Console& console) {
  if (args.positional().size() != 1) return fail(console, make_error(Code::kUsage, "give ID"));
  const std::string& id = args.positional()[0];
  Counting counting;
  std::string claim = "\n";  // no claim's name
  const Status done = house.release.each_copy(id, [&](const sync::CopyStanding& copy) {
    if (console.json) return print_json(console, id, copy);
    if (claim != copy.claim) console.line("claim of " + whose_claim(copy.claim));
    claim = copy.claim;
    print_copy(console, copy);
    note_counting(copy, counting);
  });
  if (!done.ok()) return fail(console, done.error());
  for (const auto& [parties, what] : counting) console.line("for " + parties + ": " + (what.empty() ? "nothing of it" : what));
  return kDone;
}

}  // namespace

std::vector<Command> ids_commands() {
  return {
      {"object versions", "ID", "every claim of an id side by side: who gave what of it, and what counts for whom", {}, nullptr, run_versions,
       "Each copy has a line, and a line for each audience that reads its collection: counts, rendition (a form of it is given), displaced (another\n"
       "claim counts), kept (it has left, and its place stays empty), passed-over (another content or copy of its version is given), waits (for a\n"
       "reference or an instant), withheld, held, denied.\n"},
      {"ids give", "ID --to PARTY --reason TEXT", "say whose claim of an id counts from now on, for all who read it",
       {{"--to", "PARTY", "who gave the claim"}, {"--reason", "TEXT", "why; it stands in the trail"}}, nullptr, run_give},
      {"ids take-back", "ID --reason TEXT", "let the rules alone say again whose claim of an id counts", {{"--reason", "TEXT", "why; it stands in the trail"}},
       nullptr, run_take_back},
      {"ids list", "", "list ids of which operators said whose claim counts", {}, nullptr, run_list},
  };
}

}  // namespace sekisho::node::cli
