// How a TAXII peer is reached and what is shown to it: the options that say so, and an open line. One thread at a
// time.
#pragma once

#include <memory>
#include <vector>

#include "node/cli/args.h"
#include "node/cli/console.h"
#include "node/cli/house.h"
#include "node/cli/peer.h"
#include "sync/peer/taxii/peer.h"
#include "taxii/client.h"
#include "taxii/exchange.h"

namespace sekisho::node::cli {

inline constexpr const char* kUserAgent = "sekisho/0.1";

/// `own`, and behind them --srv, --resolver, --yes (find_server) and --pin, --ca, --cert, --key, --user, --password-file, --token-file,
/// --proxy, --proxy-user, --proxy-password-file, --private-network (read_access).
std::vector<OptionSpec> with_access_options(std::vector<OptionSpec> own);
/// The server that the DNS names for --srv DOMAIN, the best of them; shows all. Empty without --yes: the DNS proves nothing, so that nobody's
/// credentials go where it points before a person has looked (docs/specs/taxii-service.md). Errors: those of taxii::servers_of.
Result<std::string> find_server(House& house, const Args& args, const Console& console);
/// Puts what they say into the peer; reads the files that they name. kUsage.
Status read_access(Machine& machine, const Args& args, Peer& peer);

/// `patient`: waits and tries again where that helps (taxii/retry.h).
std::unique_ptr<taxii::HttpTransport> open_transport(House& house, const Peer& peer, bool patient);
taxii::Credentials credentials_of(const Peer& peer);

/// A peer that is being talked to: it owns what the conversation needs.
struct Line {
  std::unique_ptr<taxii::HttpTransport> transport;
  std::unique_ptr<taxii::Client> client;
  std::unique_ptr<sync::TaxiiPeer> peer;
};
/// kInvalidArgument: its quirk profile cannot be read.
Result<Line> open_line(House& house, const Peer& peer, bool patient);

}  // namespace sekisho::node::cli
