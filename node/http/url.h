// The absolute URLs that the client takes. Any thread.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"

namespace sekisho::node::http {

struct Url {
  bool tls = true;
  std::string host;       ///< without the brackets of an IPv6 address
  std::uint16_t port = 0;
  std::string authority;  ///< for the Host header
  std::string target;     ///< path and query
};

/// http or https, no user information, no fragment. kInvalidArgument.
Result<Url> parse_url(const std::string& text);

}  // namespace sekisho::node::http
