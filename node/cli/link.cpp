// sekisho link list; the part of `sekisho sync` that goes over a gRPC link.
#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/link.h"

namespace sekisho::node::cli {
namespace {

void state_members(json::Writer& w, const sync::LinkState& state) {
  const auto number = [&w](const char* name, std::uint64_t value) { w.member_int(name, static_cast<std::int64_t>(value)); };
  number("received", state.received);
  number("accepted", state.taken.accepted);
  number("duplicates", state.taken.duplicates);
  number("conflicts", state.taken.conflicts);
  number("quarantined", state.taken.quarantined);
  number("refused", state.refused);
  number("sent", state.sent);
  number("refused_there", state.refused_there);
}

std::string sentence(const sync::LinkState& state) {
  return std::to_string(state.received) + " received, " + std::to_string(state.taken.accepted) + " new and verified, " +
         std::to_string(state.taken.duplicates) + " known, " + std::to_string(state.taken.quarantined) + " quarantined, " +
         std::to_string(state.refused) + " refused; " + std::to_string(state.sent) + " sent, " +
         std::to_string(state.refused_there) + " refused there";
}

int run_link_list(House& house, const Args&, Console& console) {
  for (const LinkRow& row : house.links.rows()) {
    const std::string way = row.target.empty() ? "it dials us" : "we dial " + row.target;
    if (console.json) {
      json::Writer w;
      w.begin_object().member("party", row.party).member("target", row.target).member_bool("up", row.up);
      if (row.up) {
        w.member("software", row.state.peer_software).member_int("skew_micros", row.state.skew_micros);
        w.member_bool("followed_to_end", row.state.followed_to_end).member_bool("published_to_end", row.state.published_to_end);
        state_members(w, row.state);
      }
      if (!row.trouble.empty()) w.member("trouble", row.trouble);
      w.end_object();
      console.line(w.text());
      continue;
    }
    console.line(row.party + "  " + (row.up ? "up" : "down") + "  " + way + (row.trouble.empty() ? "" : "  " + row.trouble));
    if (row.up) console.line("  since it came up: " + sentence(row.state));
  }
  return kDone;
}

}  // namespace

int sync_over_link(House& house, const Peer& peer, Console& console) {
  std::uint64_t shown = 0;
  const std::int64_t start = house.machine.clock.monotonic_micros();
  const auto state = house.links.catch_up(peer.party, [&](const sync::LinkState& so_far) {
    if (so_far.received + so_far.sent < shown + 10'000) return;
    shown = so_far.received + so_far.sent;
    console.complain("  " + peer.party + ": " + std::to_string(so_far.received) + " received, " +
                     std::to_string(so_far.sent) + " sent");
  });
  if (!state.ok()) {
    Error error = state.error();
    error.where = peer.party + (error.where.empty() ? "" : " " + error.where);
    return fail(console, error);
  }
  if (console.json) {
    json::Writer w;
    w.begin_object().member("peer", peer.party).member("link", "grpc");
    state_members(w, *state);
    w.member_int("micros", house.machine.clock.monotonic_micros() - start).end_object();
    console.line(w.text());
  } else {
    console.line(peer.party + " (link): " + sentence(*state));
  }
  return state->refused == 0 && state->refused_there == 0 ? kDone : kRefused;
}

std::vector<Command> link_commands() {
  return {{"link list", "", "links to gRPC peers: up or down, what has come and gone", {}, nullptr, run_link_list}};
}

}  // namespace sekisho::node::cli
