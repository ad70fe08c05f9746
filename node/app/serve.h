// Runs a node until it is told to stop.
#pragma once

#include <cstdint>
#include <functional>

#include <string>
#include <vector>

#include "node/app/node.h"
#include "node/cli/console.h"

namespace sekisho::node::app {

/// Opens the node, serves TAXII and the control socket, and returns after `wait_for_stop` has returned and
/// running requests have ended. `ready` is told the ports once everything listens. `execute` runs a
/// command that came over the control socket.
struct ServeHooks {
  std::function<void()> wait_for_stop;
  std::function<void(std::uint16_t port, std::uint16_t grpc_port)> ready;  ///< 0: off
};
Status serve(const std::string& dir, SystemPorts& ports, const ServeHooks& hooks);

/// Runs one command line on an open house; what `sekisho` and the control socket share.
int execute(cli::House& house, const std::vector<std::string>& words, cli::Console& console);

}  // namespace sekisho::node::app
