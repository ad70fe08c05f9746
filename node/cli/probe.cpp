// sekisho peer probe
#include "core/json.h"
#include "node/cli/access.h"
#include "node/cli/command.h"
#include "taxii/probe.h"

namespace sekisho::node::cli {
namespace {

Result<Peer> configured(const House& house, const std::string& party) {
  SEKISHO_ASSIGN(const auto text, house.store.document("peer", party));
  if (!text) return make_error(Code::kPeerUnknown, "no such peer; make it with: sekisho peer add " + party, party);
  return Peer::from_json(*text);
}

/// Where to ask: a URL with the options given, or a configured peer as it is.
Result<Peer> to_probe(House& house, const Args& args, const std::string& where) {
  if (where.find("://") == std::string::npos) return configured(house, where);
  if (where.rfind("https://", 0) != 0) return make_error(Code::kUsage, "write https://HOST[:PORT]/", where);
  Peer peer;
  peer.url = where;
  SEKISHO_TRY(read_access(house.machine, args, peer));
  return peer;
}

void print_probe_text(const taxii::ProbeReport& report, Console& console) {
  console.line(report.root.url + " collection " + (report.collection.alias.empty() ? report.collection.id : report.collection.alias) + ": " +
               std::to_string(report.objects) + " objects looked at, " + std::to_string(report.requests) + " requests");
  for (const taxii::Finding& finding : report.findings) {
    console.line("  " + finding.quirk + " (" + finding.clause + "): " + finding.seen);
    console.line("    the pull: " + finding.remedy);
  }
  if (report.findings.empty()) console.line("  nothing found that is not as the standard has it");
  if (report.objects < 2) console.line("  with so few objects little can be seen: probe again when there are more");
  console.line("profile " + report.quirks.to_json());
}

void print_probe_json(const taxii::ProbeReport& report, Console& console) {
  json::Writer w;
  w.begin_object().member("root", report.root.url).member("collection", report.collection.id);
  w.member_int("objects", static_cast<std::int64_t>(report.objects));
  w.member_int("requests", static_cast<std::int64_t>(report.requests)).member_bool("complete", report.complete());
  w.key("findings").begin_array();
  for (const taxii::Finding& finding : report.findings) {
    w.begin_object().member("quirk", finding.quirk).member("clause", finding.clause).member("seen", finding.seen);
    w.member("remedy", finding.remedy).member_bool("fatal", finding.fatal).end_object();
  }
  w.end_array().key("profile").raw(report.quirks.to_json()).end_object();
  console.line(w.text());
}

/// Keeps the profile with the peer; an overlap, which no probe can find, stays.
Status write_profile(House& house, const std::string& party, taxii::Quirks quirks) {
  SEKISHO_ASSIGN(Peer peer, configured(house, party));
  if (peer.url.empty()) return make_error(Code::kUsage, "is reached over a link, which has no quirks", party);
  if (!peer.quirks.empty()) {
    SEKISHO_ASSIGN(const auto before, taxii::Quirks::from_json(peer.quirks));
    quirks.overlap_seconds = before.overlap_seconds;
  }
  peer.quirks = quirks.to_json();
  store::Batch batch;
  batch.documents.push_back({"peer", party, peer.to_json()});
  const auto stored = house.store.commit(batch, house.machine.clock.now());
  return stored.ok() ? Status() : Status(stored.error());
}

int run_probe(House& house, const Args& args, Console& console) {
  if (args.positional().size() != (args.has("--srv") ? 0 : 1)) {
    return fail(console, make_error(Code::kUsage, "give one URL, the PARTY of a configured peer, or --srv DOMAIN"));
  }
  auto where = args.has("--srv") ? find_server(house, args, console) : Result<std::string>(args.positional()[0]);
  if (!where.ok()) return fail(console, where.error());
  if (where->empty()) return kRefused;
  const auto peer = to_probe(house, args, *where);
  if (!peer.ok()) return fail(console, peer.error());
  if (args.has("--write")) {
    const auto target = configured(house, args.get("--write"));
    if (!target.ok()) return fail(console, target.error());
  }
  const auto transport = open_transport(house, *peer, true);
  taxii::Exchange exchange(*transport, kUserAgent, credentials_of(*peer));
  const auto report = taxii::probe(exchange, peer->url, args.get("--collection"), house.limits.page_items);
  if (!report.ok()) return fail(console, report.error());
  console.json ? print_probe_json(*report, console) : print_probe_text(*report, console);
  if (args.has("--write")) {
    const Status written = write_profile(house, args.get("--write"), report->quirks);
    if (!written.ok()) return fail(console, written.error());
    if (!console.json) console.line("kept with peer " + args.get("--write"));
  }
  return report->complete() ? kDone : kRefused;
}

std::vector<OptionSpec> options() {
  return with_access_options({
      {"--collection", "C", "which to look at: alias or id; else the first that may be read"},
      {"--write", "PARTY", "keep the profile with this peer; its pulls go by it"},
  });
}

}  // namespace

std::vector<Command> probe_commands() {
  return {{"peer probe", "URL | PARTY | --srv DOMAIN [option ...]", "find out, by a few GETs, what a TAXII server does otherwise than the standard",
           options(), nullptr, run_probe}};
}

}  // namespace sekisho::node::cli
