// A configured peer: how this node reaches a party to pull from it. Kept in the store (space "peer").
#pragma once

#include <map>
#include <string>

#include "core/result.h"
#include "node/cli/house.h"

namespace sekisho::node::cli {

struct Peer {
  std::string party, url;
  std::string pin;     ///< SHA-256 of the server certificate, lower-case hex
  std::string ca_pem;  ///< or a CA
  std::string user, password, token;  ///< what we present; secrets
  std::map<std::string, std::string> collections;  ///< remote -> local; empty = same aliases

  std::string to_json() const;
  static Result<Peer> from_json(const std::string& text);
};

Result<std::vector<Peer>> all_peers(const House& house);

}  // namespace sekisho::node::cli
