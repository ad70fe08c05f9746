// What `/metrics` and `/healthz` read of an open node. docs/operations.md lists the names.
#pragma once

#include <string>

#include "node/app/metrics.h"
#include "node/cli/house.h"
#include "node/http/server.h"
#include "sync/peer/taxii/source.h"

namespace sekisho::node::app {

/// Store, dead letters, egress, links, disk. `house` outlives the metrics.
void add_node_readings(Metrics& metrics, cli::House& house);
/// Connections and requests of one listener, named `gate`. `server` outlives the metrics.
void add_gate_readings(Metrics& metrics, const std::string& gate, const http::Server& server);
/// Pages from memory. `source` outlives the metrics.
void add_page_readings(Metrics& metrics, const sync::TaxiiSource& source);

/// Empty if the node can do its work: the store takes a read and the disk has room. Else why not.
std::string what_ails(cli::House& house);

}  // namespace sekisho::node::app
