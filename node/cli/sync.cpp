// sekisho sync: pulls from TAXII peers and pushes to them; over a link both at once.
#include <algorithm>

#include "core/json.h"
#include "node/cli/access.h"
#include "node/cli/command.h"
#include "node/cli/link.h"
#include "node/cli/peer.h"
#include "node/cli/report.h"
#include "sync/peer/pull.h"
#include "sync/peer/push.h"

namespace sekisho::node::cli {
namespace {

constexpr std::size_t kObjectsPerProgress = 10'000;
constexpr int kLooks = 6;                              // at what a peer has not judged yet
constexpr std::int64_t kFirstLookMicros = 500'000;     // then twice as long each time: 31 s in all

int fail_with(Console& console, const Peer& peer, Error error) {
  error.where = peer.party + (error.where.empty() ? "" : " " + error.where);
  return fail(console, error);
}

std::string stopped(const Status& status) { return status.ok() ? "" : "; stopped: " + status.error().to_string(); }

void print_pull(Console& console, const std::string& peer, const sync::CollectionPull& row, std::int64_t micros) {
  if (!console.json) {
    console.line(peer + "/" + row.remote + " -> " + row.local + ": " + std::to_string(row.received) + " received, " +
                 std::to_string(row.report.accepted) + " new and verified, " + std::to_string(row.report.duplicates) +
                 " known, " + std::to_string(row.report.refused.size()) + " refused, " + std::to_string(row.waiting) +
                 " waiting for attestation" + stopped(row.status));
    return;
  }
  json::Writer w;
  w.begin_object().member("peer", peer).member("remote", row.remote).member("local", row.local);
  w.member_int("received", static_cast<std::int64_t>(row.received));
  report_members(w, row.report);
  w.member_int("waiting", static_cast<std::int64_t>(row.waiting)).member_int("micros", micros);
  if (!row.status.ok()) w.member("error", row.status.error().to_string());
  w.end_object();
  console.line(w.text());
}

int pull_from(House& house, const Peer& peer, Line& line, Console& console) {
  sync::PullOptions options;
  options.party = peer.party;
  options.collections = peer.collections;
  options.page = house.limits.page_items;
  const std::int64_t start = house.machine.clock.monotonic_micros();
  std::size_t shown = 0;
  const auto rows = sync::pull(house.store, house.inbound, house.machine.clock, *line.peer, options,
                               [&](const sync::CollectionPull& so_far) {
                                 if (so_far.received < shown + kObjectsPerProgress) return;
                                 shown = so_far.received;
                                 console.complain("  " + so_far.remote + ": " + std::to_string(shown) + " received");
                               });
  if (!rows.ok()) return fail_with(console, peer, rows.error());
  int code = kDone;
  for (const auto& row : *rows) {
    print_pull(console, peer.party, row, house.machine.clock.monotonic_micros() - start);
    print_report(console, row.report, row.local);
    if (!row.status.ok() || !row.report.refused.empty()) code = kRefused;
  }
  return code;
}

void print_push(Console& console, const std::string& peer, const sync::CollectionPush& row, std::int64_t micros) {
  if (!console.json) {
    console.line(row.local + " -> " + peer + "/" + row.remote + ": " + std::to_string(row.sent) + " sent, " +
                 std::to_string(row.refusals.size()) + " refused, " + std::to_string(row.pending) +
                 " not judged yet" + stopped(row.status));
    return;
  }
  json::Writer w;
  w.begin_object().member("peer", peer).member("push", row.local).member("to", row.remote);
  w.member_int("sent", static_cast<std::int64_t>(row.sent));
  w.member_int("refused", static_cast<std::int64_t>(row.refusals.size()));
  w.member_int("pending", static_cast<std::int64_t>(row.pending)).member_int("micros", micros);
  if (!row.status.ok()) w.member("error", row.status.error().to_string());
  w.end_object();
  console.line(w.text());
}

bool judging(const Result<std::vector<sync::CollectionPush>>& rows) {
  return rows.ok() && std::any_of(rows->begin(), rows->end(), [](const auto& row) { return row.pending > 0; });
}

/// What a later push adds to an earlier one of the same collections.
void add_rows(std::vector<sync::CollectionPush>& all, std::vector<sync::CollectionPush> later) {
  for (std::size_t i = 0; i < all.size() && i < later.size(); ++i) {
    all[i].sent += later[i].sent;
    all[i].pending = later[i].pending;
    all[i].status = later[i].status;
    for (auto& refusal : later[i].refusals) all[i].refusals.push_back(std::move(refusal));
  }
}

/// Pushes, and follows what the peer has taken and not judged for some time; what is left waits for the next push.
Result<std::vector<sync::CollectionPush>> push_and_follow(House& house, Line& line, const sync::PushOptions& options, bool patient) {
  auto rows = sync::push(house.store, house.outbound, house.machine.clock, *line.peer, options);
  std::int64_t wait = kFirstLookMicros;
  for (int look = 0; patient && look < kLooks && judging(rows); ++look, wait *= 2) {
    http::pause(wait);
    auto later = sync::push(house.store, house.outbound, house.machine.clock, *line.peer, options);
    if (!later.ok()) return later;
    add_rows(*rows, std::move(*later));
  }
  return rows;
}

int push_to(House& house, const Peer& peer, Line& line, bool patient, Console& console) {
  if (peer.push.empty()) return kDone;
  sync::PushOptions options;
  options.party = peer.party;
  options.collections = peer.push;
  const std::int64_t start = house.machine.clock.monotonic_micros();
  const auto rows = push_and_follow(house, line, options, patient);
  if (!rows.ok()) return fail_with(console, peer, rows.error());
  int code = kDone;
  for (const auto& row : *rows) {
    print_push(console, peer.party, row, house.machine.clock.monotonic_micros() - start);
    for (const auto& refusal : row.refusals) {
      console.complain(peer.party + "/" + row.remote + ": " + refusal.id + " refused: " + refusal.message);
    }
    if (!row.status.ok() || !row.refusals.empty()) code = kRefused;
  }
  return code;
}

int run_sync(House& house, const Args& args, Console& console) {
  const auto peers = all_peers(house.store);
  if (!peers.ok()) return fail(console, peers.error());
  int code = kDone;
  bool any = false;
  for (const Peer& peer : *peers) {
    if (args.has("--peer") && args.get("--peer") != peer.party) continue;
    any = true;
    if (!peer.grpc.empty()) {
      code = std::max(code, sync_over_link(house, peer, console));
      continue;
    }
    auto line = open_line(house, peer, !args.has("--no-wait"));
    if (!line.ok()) {
      code = std::max(code, fail_with(console, peer, std::move(line).error()));
      continue;
    }
    code = std::max(code, pull_from(house, peer, *line, console));
    code = std::max(code, push_to(house, peer, *line, !args.has("--no-wait"), console));
  }
  if (any) return code;
  return fail(console, make_error(Code::kPeerUnknown, "no such peer; make it with: sekisho peer add", args.get("--peer")));
}

}  // namespace

std::vector<Command> sync_commands() {
  return {
      {"sync", "[--peer PARTY] [--no-wait] --once", "pull from peers, verify and store; push what they are to get",
       {{"--peer", "PARTY", "only this one"}, {"--once", "", "to the end, then stop"},
        {"--no-wait", "", "do not wait for a peer that is busy, away, or still judging what it got"}},
       nullptr, run_sync},
  };
}

}  // namespace sekisho::node::cli
