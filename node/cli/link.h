// The gRPC part of `sekisho sync`. One command at a time.
#pragma once

#include "node/cli/console.h"
#include "node/cli/house.h"
#include "node/cli/peer.h"

namespace sekisho::node::cli {

/// Waits until both sides have taken all there is and prints what came and went since the link came up. Exit code.
int sync_over_link(House& house, const Peer& peer, Console& console);

}  // namespace sekisho::node::cli
