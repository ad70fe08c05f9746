// Reading the answer of a DNS server (RFC 1035 §4, RFC 2782). Outside input. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ports/names.h"
#include "core/result.h"

namespace sekisho::system {

/// The SRV records of `name` in a message, behind at most 8 aliases (CNAME) that come before them. Records of other names are passed
/// over. Errors: as Names::services.
Result<std::vector<ServiceRecord>> read_services(std::string_view message, const std::string& name);

}  // namespace sekisho::system
