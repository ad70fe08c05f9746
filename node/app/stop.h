// `sekisho stop-egress` as it takes effect: a sign in the node's folder, which needs nothing of the node. docs/specs/egress.md.
#pragma once

#include <optional>
#include <string>

#include "node/app/node.h"
#include "node/cli/args.h"
#include "node/cli/console.h"

namespace sekisho::node::app {

/// Puts up the sign, lets the trail be written if that can be had soon, and shows what is stopped. The exit code, or nullopt:
/// the command must go the usual way (--lift, --status with a node that answers, a party that policy.toml does not know).
std::optional<int> stop_directly(const std::string& dir, const cli::Args& args, SystemPorts& ports, cli::Console& console);

}  // namespace sekisho::node::app
