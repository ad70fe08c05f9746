// node.toml: how this node runs. Checked at start with file, line and what to write instead.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/limits.h"
#include "core/result.h"

namespace sekisho::node::app {

struct Endpoint {
  std::string address;  ///< empty = off
  std::uint16_t port = 0;
};

struct Config {
  std::string organisation, identity, since;
  Endpoint listen, health;
  Endpoint grpc;   ///< links of peers; off unless asked for
  Endpoint plain;  ///< TAXII without TLS, loopback only; off unless asked for
  std::string api_root = "exchange";
  std::string title;
  unsigned workers = 4;
  Limits limits;
};

/// kConfig, where = "FILE:LINE".
Result<Config> load_config(std::string_view text, const std::string& file);

}  // namespace sekisho::node::app
