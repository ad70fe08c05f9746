// node.toml: how this node runs. Checked at start with file, line and what to write instead.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.h"
#include "core/result.h"
#include "sync/ingest/budgets.h"

namespace sekisho::node::app {

struct Endpoint {
  std::string address;  ///< empty = off
  std::uint16_t port = 0;
};

/// A further API root; docs/operations.md.
struct Root {
  std::string name, title, description;
  std::vector<std::string> collections;  ///< aliases; empty = all
  std::vector<std::string> parties;      ///< empty = everyone
};

struct Config {
  std::string organisation, identity, since;
  Endpoint listen, health;
  Endpoint grpc;   ///< links of peers; off unless asked for
  Endpoint plain;  ///< TAXII without TLS, loopback only; off unless asked for
  std::string api_root = "exchange";
  std::string title;
  std::vector<Root> roots;  ///< beside `api_root`, or instead of it where one has its name
  std::uint32_t requests_per_minute = 0;  ///< of one party; 0 = as many as it likes
  sync::BudgetLimits budgets;             ///< of one party
  unsigned workers = 4;
  Limits limits;
};

/// kConfig, where = "FILE:LINE".
Result<Config> load_config(std::string_view text, const std::string& file);

}  // namespace sekisho::node::app
