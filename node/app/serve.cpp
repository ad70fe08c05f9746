#include "node/app/serve.h"

#include "node/app/authenticator.h"
#include "node/app/control.h"
#include "node/app/follower_thread.h"
#include "node/app/links.h"
#include "node/app/metrics.h"
#include "node/app/readings.h"
#include "node/app/relative_files.h"
#include "node/cli/command.h"
#include "node/http/library.h"
#include "node/http/server.h"
#include "sync/ingest/submission.h"
#include "sync/peer/taxii/root_ids.h"
#include "sync/peer/taxii/source.h"
#include "sync/peer/pull.h"
#include "sync/peer/taxii/throttle.h"
#include "taxii/router.h"

namespace sekisho::node::app {
namespace {

constexpr std::int64_t kGraceMicros = 10'000'000;
constexpr unsigned kArgonSlots = 2;

/// The default root first; in the further ones, collections have ids of their own under `id_key`. A collection brings the
/// one of its attestations along.
std::vector<taxii::ApiRoot> api_roots(const Config& config, const std::string& id_key) {
  std::vector<taxii::ApiRoot> roots{{config.api_root, config.title, ""}};
  for (const Root& root : config.roots) {
    taxii::ApiRoot shown{root.name, root.title, root.description, root.collections, root.parties};
    for (const std::string& alias : root.collections) shown.collections.push_back(sync::companion_alias(alias));
    if (root.name == config.api_root) {
      roots.front() = std::move(shown);
      continue;
    }
    shown.id_here = sync::ids_in_root(id_key, root.name);
    roots.push_back(std::move(shown));
  }
  return roots;
}

/// Answers, and logs once what an operator must know; the caller sees only the catalogue's sentence.
taxii::HttpResponse answer(taxii::Router& router, Log& log, const taxii::HttpRequest& request) {
  taxii::HttpResponse response = router.handle(request);
  if (response.status >= 500 && response.cause) {
    log.write(LogLevel::kError, "request-failed",
              {{"status", std::to_string(response.status)}, {"error", response.cause->to_string()}});
  }
  return response;
}

/// What the gate asks before each write.
std::function<bool(std::string_view)> may_send(const sync::Egress& egress) {
  return [&egress](std::string_view reader) { return egress.is_open_for(reader); };
}

/// TAXII on one endpoint; without certificates in `options` it is plain, which the gate allows on loopback only.
Result<std::unique_ptr<http::Server>> start_gate(const Config& config, const Endpoint& endpoint, http::ServerOptions options,
                                                 SystemPorts& ports, taxii::Router& router) {
  options.address = endpoint.address;
  options.port = endpoint.port;
  options.workers = config.workers;
  options.limits = config.limits;
  return http::Server::start(
      options, [&router, log = ports.log.get()](const taxii::HttpRequest& request) { return answer(router, *log, request); },
      *ports.clock, *ports.log);
}

Result<std::unique_ptr<http::Server>> start_taxii(const Config& config, const std::string& dir, SystemPorts& ports,
                                                  taxii::Router& router, const sync::Egress& egress) {
  http::ServerOptions options;
  options.may_send = may_send(egress);
  SEKISHO_ASSIGN(options.certificate_pem, ports.files->read(dir + "/tls/server.pem", 1u << 20));
  SEKISHO_ASSIGN(options.key_pem, ports.files->read(dir + "/tls/server-key.pem", 1u << 20));
  SEKISHO_ASSIGN(options.client_ca_pem, ports.files->read(dir + "/tls/ca.pem", 1u << 20));
  return start_gate(config, config.listen, std::move(options), ports, router);
}

/// For a TLS proxy or a measurement on this machine.
Result<std::unique_ptr<http::Server>> start_plain(const Config& config, SystemPorts& ports, taxii::Router& router, const sync::Egress& egress) {
  if (config.plain.address.empty()) return std::unique_ptr<http::Server>();
  http::ServerOptions options;
  options.may_send = may_send(egress);
  return start_gate(config, config.plain, std::move(options), ports, router);
}

Result<std::unique_ptr<http::Server>> start_health(const Config& config, SystemPorts& ports, http::Pages& pages) {
  if (config.health.address.empty()) return std::unique_ptr<http::Server>();
  http::ServerOptions options;
  options.address = config.health.address;
  options.port = config.health.port;
  options.workers = 1;
  return http::Server::start(
      options, [&pages](const taxii::HttpRequest& request) { return pages.handle(request); }, *ports.clock, *ports.log);
}

}  // namespace

int execute(cli::House& house, const std::vector<std::string>& words, cli::Console& console) {
  const cli::Found found = cli::find_command(words);
  if (found.command == nullptr || found.command->on_node == nullptr) {
    console.complain("sekisho: not a command of a node; see sekisho --help");
    return cli::kUsage;
  }
  const auto args = cli::Args::parse({words.begin() + static_cast<std::ptrdiff_t>(found.words), words.end()},
                                     found.command->options);
  if (!args.ok()) return cli::fail(console, args.error());
  console.json = args->has("--json");
  return found.command->on_node(house, *args, console);
}

Status serve(const std::string& dir, SystemPorts& ports, const ServeHooks& hooks) {
  SEKISHO_ASSIGN(const std::unique_ptr<Node> node, Node::open(dir, ports.machine(), Node::Plans::kLater));
  cli::House house = node->house(ports.machine());
  FollowerThread follower(house.release, *ports.log);
  const Clock& clock = house.machine.clock;  // never runs back
  PolicyAuthenticator authenticator(house.release, clock, *ports.random, kArgonSlots);
  sync::Submissions submissions(house.store, house.release, node->intake(), clock, *ports.random, *ports.log,
                                &house.anonymous, &node->budgets());
  sync::Withdrawals withdrawals(house.store, house.release, house.outbound, house.recalls, clock);
  sync::TaxiiSource source(house.outbound, submissions, withdrawals, house.limits);
  taxii::ServerInfo info;
  info.title = node->config().title;
  info.roots = api_roots(node->config(), node->derived_key("collection-ids"));
  sync::RequestThrottle throttle(clock, node->config().requests_per_minute, &node->budgets());
  taxii::Router router(info, authenticator, source, house.limits, &throttle);
  http::Pages pages;
  Metrics metrics;
  pages.add("/metrics", "text/plain; version=0.0.4", [&metrics] { return metrics.render(); });
  pages.add_check("/healthz", [&house] { return what_ails(house); });

  SEKISHO_ASSIGN(const auto server, start_taxii(node->config(), dir, ports, router, house.egress));
  SEKISHO_ASSIGN(const auto plain, start_plain(node->config(), ports, router, house.egress));
  SEKISHO_ASSIGN(const auto health, start_health(node->config(), ports, pages));
  add_node_readings(metrics, house);
  add_page_readings(metrics, source);
  add_gate_readings(metrics, "taxii", *server);
  if (plain) add_gate_readings(metrics, "plain", *plain);
  SEKISHO_TRY(node->links().start(node->config().grpc));
  auto stop_watch = system::watch_folder(dir + "/stop", [&node, &house, log = ports.log.get()] {
    node->links().cut_stopped();
    const Status told = house.egress.settle();
    if (!told.ok()) log->write(LogLevel::kError, "stop-not-recorded", {{"error", told.error().to_string()}});
  });
  SEKISHO_ASSIGN(auto control, ControlServer::start(dir + "/control.sock", *ports.log, cli::is_urgent,
                                                    [&](const ControlRequest& request, cli::Console& console) {
                                                      RelativeFiles files(*ports.files, request.cwd);
                                                      cli::House there = node->house(
                                                          {*ports.clock, *ports.random, files, *ports.log, *ports.names});
                                                      return execute(there, request.words, console);
                                                    }));
  ports.log->write(LogLevel::kInfo, "serving",
                   {{"address", node->config().listen.address},
                    {"port", std::to_string(server->port())},
                    {"grpc_port", std::to_string(node->links().port())},
                    {"plain_port", std::to_string(plain ? plain->port() : 0)},
                    {"health_port", std::to_string(health ? health->port() : 0)}});
  if (hooks.ready) hooks.ready(server->port(), node->links().port());
  hooks.wait_for_stop();
  ports.log->write(LogLevel::kInfo, "stopping", {});
  follower.stop();
  control.reset();
  stop_watch.reset();
  node->links().stop();
  server->stop(kGraceMicros);
  if (plain) plain->stop(kGraceMicros);
  if (health) health->stop(kGraceMicros);
  return {};
}

}  // namespace sekisho::node::app
