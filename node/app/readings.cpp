#include "node/app/readings.h"

namespace sekisho::node::app {
namespace {

constexpr std::uint64_t kLeastFreeBytes = 256u << 20;

using Samples = std::vector<Metrics::Sample>;

Samples store_counts(const store::Store& store) {
  Samples samples;
  const auto counts = store.counts();
  if (!counts.ok()) return samples;
  for (const auto& [name, value] : *counts) {
    if (name == "dead_letters" || name == "quarantined") continue;  // a metric of their own
    samples.push_back({{{"kind", name}}, static_cast<std::int64_t>(value)});
  }
  return samples;
}

Samples letters(const store::Store& store) {
  Samples samples;
  const auto counts = store.counts();
  if (!counts.ok()) return samples;
  for (const auto& [name, value] : *counts) {
    if (name == "dead_letters") samples.push_back({{{"kind", "refused"}}, static_cast<std::int64_t>(value)});
    if (name == "quarantined") samples.push_back({{{"kind", "quarantined"}}, static_cast<std::int64_t>(value)});
  }
  return samples;
}

Samples stops(const sync::Egress& egress) {
  bool all = false;
  Samples samples;
  for (const auto& stop : egress.stops()) {
    if (stop.party.empty()) {
      all = true;
    } else {
      samples.push_back({{{"party", stop.party}}, 1});
    }
  }
  samples.insert(samples.begin(), {{{"party", ""}}, all ? 1 : 0});
  return samples;
}

/// One number of every link.
template <typename Read>
std::function<Samples()> of_links(cli::House& house, const Read& read) {
  return [&house, read] {
    Samples samples;
    for (const cli::LinkRow& row : house.links.rows()) {
      samples.push_back({{{"party", row.party}}, static_cast<std::int64_t>(read(row))});
    }
    return samples;
  };
}

void add_links(Metrics& metrics, cli::House& house) {
  using Kind = Metrics::Kind;
  metrics.add(Kind::kGauge, "sekisho_link_up", "Whether the link to a party stands.",
              of_links(house, [](const cli::LinkRow& row) { return row.up ? 1 : 0; }));
  metrics.add(Kind::kGauge, "sekisho_link_skew_microseconds", "The party's clock minus ours, at the greeting.",
              of_links(house, [](const cli::LinkRow& row) { return row.state.skew_micros; }));
  metrics.add(Kind::kGauge, "sekisho_link_unacknowledged_batches", "Batches sent on the link and not yet taken.",
              of_links(house, [](const cli::LinkRow& row) { return row.state.batches_unacknowledged; }));
  metrics.add(Kind::kCounter, "sekisho_link_sent_total", "Entries sent since the link was made.",
              of_links(house, [](const cli::LinkRow& row) { return row.state.sent; }));
  metrics.add(Kind::kCounter, "sekisho_link_received_total", "Entries received since the link was made.",
              of_links(house, [](const cli::LinkRow& row) { return row.state.received; }));
}

}  // namespace

void add_node_readings(Metrics& metrics, cli::House& house) {
  using Kind = Metrics::Kind;
  metrics.gauge("sekisho_info", "Which program this is.", {{"version", SEKISHO_VERSION}}, [] { return 1; });
  metrics.add(Kind::kGauge, "sekisho_store", "Rows in the store, by kind; changes minus released_through waits for release.",
              [&house] { return store_counts(house.store); });
  metrics.add(Kind::kGauge, "sekisho_dead_letters", "Objects refused or quarantined that an operator has not dealt with.",
              [&house] { return letters(house.store); });
  metrics.add(Kind::kGauge, "sekisho_egress_stopped", "Whether the operator has stopped sharing: all (party empty) or with a party.",
              [&house] { return stops(house.egress); });
  metrics.gauge("sekisho_disk_free_bytes", "Free bytes where the node's directory is; -1 if unknown.", {}, [&house] {
    const auto free = house.machine.files.free_bytes(house.dir);
    return free.ok() ? static_cast<std::int64_t>(*free) : -1;
  });
  metrics.gauge("sekisho_planning_failed", "Whether planning what was accepted failed when it was last tried.", {},
                [&house] { return house.release.trouble() ? 1 : 0; });
  add_links(metrics, house);
}

void add_gate_readings(Metrics& metrics, const std::string& gate, const http::Server& server) {
  using Kind = Metrics::Kind;
  const auto one = [&](Kind kind, const std::string& name, const std::string& help,
                       std::uint64_t http::Server::Counters::*field) {
    metrics.add(kind, name, help, [&server, gate, field] {
      return Samples{{{{"gate", gate}}, static_cast<std::int64_t>(server.counters().*field)}};
    });
  };
  one(Kind::kCounter, "sekisho_connections_accepted_total", "Connections taken.", &http::Server::Counters::accepted);
  one(Kind::kCounter, "sekisho_connections_refused_total", "Connections refused: too many at once.",
      &http::Server::Counters::refused);
  one(Kind::kGauge, "sekisho_connections_open", "Connections open now.", &http::Server::Counters::open);
  one(Kind::kCounter, "sekisho_requests_total", "Complete requests.", &http::Server::Counters::requests);
  one(Kind::kCounter, "sekisho_requests_malformed_total", "Requests refused before they were read as one.",
      &http::Server::Counters::malformed);
  one(Kind::kCounter, "sekisho_requests_timed_out_total", "Requests that took too long to arrive.",
      &http::Server::Counters::timed_out);
}

void add_page_readings(Metrics& metrics, const sync::TaxiiSource& source) {
  metrics.add(Metrics::Kind::kCounter, "sekisho_page_runs_total",
              "Stretches of streams that pages were cut from: found in memory, or read; past: whole pages read past it.", [&source] {
                const auto counters = source.pages();
                const auto one = [](const char* how, std::uint64_t value) {
                  return Metrics::Sample{{{"how", how}}, static_cast<std::int64_t>(value)};
                };
                return Samples{one("found", counters.held), one("read", counters.made), one("past", counters.past)};
              });
  metrics.gauge("sekisho_page_cache_bytes", "Memory that they take.", {},
                [&source] { return static_cast<std::int64_t>(source.pages().bytes); });
}

std::string what_ails(cli::House& house) {
  const auto last = house.store.last_change();
  if (!last.ok()) return "the store does not answer: " + last.error().to_string();
  const auto free = house.machine.files.free_bytes(house.dir);
  if (!free.ok()) return "the disk does not answer: " + free.error().to_string();
  if (*free < kLeastFreeBytes) return "only " + std::to_string(*free >> 20) + " MiB free";
  return {};
}

}  // namespace sekisho::node::app
