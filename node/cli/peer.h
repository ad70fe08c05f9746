// A configured peer: how this node reaches a party, by TAXII or by a gRPC link. Kept in the store (space "peer").
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "store/store.h"

namespace sekisho::node::cli {

struct Peer {
  std::string party, url;
  std::string grpc;    ///< host:port of its links; then the rest but pin and collections is not used
  std::string pin;     ///< SHA-256 of the server certificate, lower-case hex
  std::string ca_pem;  ///< or a CA
  std::string certificate_pem, key_pem;  ///< what we present in TLS
  std::string user, password, token;     ///< what we present in HTTP; secrets
  std::string proxy, proxy_user, proxy_password;  ///< "http://HOST:PORT" to go through, and its Basic credentials
  bool private_network = false;  ///< a name may lead to a private, loopback or link-local address
  std::string quirks;            ///< docs/specs/quirks.md; empty = never looked for
  std::map<std::string, std::string> collections;  ///< remote -> local; empty = same aliases
  std::map<std::string, std::string> push;         ///< local -> remote, what we post there; empty = nothing

  std::string to_json() const;
  static Result<Peer> from_json(const std::string& text);
};

Result<std::vector<Peer>> all_peers(const store::Store& store);

}  // namespace sekisho::node::cli
