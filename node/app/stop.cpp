#include "node/app/stop.h"

#include "core/json.h"
#include "node/app/control.h"
#include "node/cli/command.h"
#include "policy/model.h"
#include "store/sqlite/sqlite_store.h"
#include "sync/audit/audit.h"
#include "sync/serve/egress.h"

namespace sekisho::node::app {
namespace {

constexpr std::int64_t kPatienceMicros = 2'000'000;  ///< for the trail; the stop holds already

using Stop = sync::Egress::Stop;

bool is_party(const std::string& dir, const std::string& party, const Files& files) {
  const auto text = files.read(dir + "/policy.toml", 16u << 20);
  if (!text.ok()) return false;
  const auto policy = policy::load_policy(*text, dir + "/policy.toml", nullptr);
  return policy.ok() && policy->find_party(party) != nullptr;
}

/// The serving node writes the line, or, where nobody serves, this process.
bool record(const std::string& dir, SystemPorts& ports, StopSigns& signs) {
  cli::Console silent;
  silent.out = silent.err = [](std::string_view) {};
  const auto told = run_remotely(dir + "/control.sock", {{"stop-egress", "--status"}, "/"}, silent, kPatienceMicros);
  if (told.ok() || told.error().code != Code::kNotFound) return told.ok() && *told == cli::kDone;
  if (ports.files->exists(dir + "/data/restored")) return false;  // its first opening comes before
  const auto lock = ports.files->lock(dir + "/lock");
  if (!lock.ok()) return false;  // it is starting
  const auto store = store::open_sqlite_store(dir + "/data/store.sqlite", *ports.random);
  if (!store.ok()) return false;
  sync::Audit audit(**store, *ports.clock);
  return sync::Egress(**store, audit, *ports.clock, &signs).settle().ok();
}

void show(const StopSigns& signs, const cli::Console& console) {
  const auto up = signs.list();
  if (!up.ok()) return console.complain(up.error().to_string());
  std::vector<Stop> stops;
  for (const auto& [name, text] : *up) {
    if (auto stop = sync::Egress::read_sign(name, text)) stops.push_back(std::move(*stop));
  }
  cli::show_stops(stops, console);
}

}  // namespace

std::optional<int> stop_directly(const std::string& dir, const cli::Args& args, SystemPorts& ports, cli::Console& console) {
  const std::string party = args.get("--party"), reason = args.get("--reason");
  if (args.has("--lift") || !ports.files->exists(dir + "/node.toml")) return std::nullopt;
  if (args.has("--status") && !ports.files->exists(dir + "/stop")) return std::nullopt;
  if (!args.has("--status") && reason.empty()) return cli::fail(console, make_error(Code::kUsage, "say why: --reason TEXT", "--reason"));
  if (args.has("--party") && !args.has("--status") && !is_party(dir, party, *ports.files)) return std::nullopt;
  const auto signs = system::make_stop_signs(dir);
  if (!signs.ok()) return std::nullopt;
  if (!args.has("--status")) {
    const std::string text = sync::Egress::text_of({party, reason, format_taxii_time(ports.clock->now()), cli::kOperator});
    const Status raised = (*signs)->raise(sync::Egress::sign_of(party), text);
    if (!raised.ok() && !(*signs)->up(sync::Egress::sign_of(party))) return std::nullopt;
    if (!raised.ok()) console.complain("the stop holds, but perhaps not after a power failure: " + raised.error().to_string());
  }
  if (!record(dir, ports, **signs) && !args.has("--status")) {
    console.complain("the stop holds; its line in the audit trail follows when the node can write it");
  }
  show(**signs, console);
  return cli::kDone;
}

}  // namespace sekisho::node::app
