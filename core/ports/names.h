// Port: the DNS, as far as services are found by it. The system one is in core/system; tests give a scripted one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace sekisho {

/// One SRV record (RFC 2782).
struct ServiceRecord {
  std::uint16_t priority = 0, weight = 0, port = 0;
  std::string target;  ///< as the DNS has it, not checked; without the dot at its end, so empty for the root
};

/// Any thread.
class Names {
 public:
  virtual ~Names() = default;
  static constexpr std::size_t kMostRecords = 32;
  /// The SRV records of a name, say `_taxii2._tcp.example.org`, in the order of the answer; at most kMostRecords. `resolver`:
  /// ADDRESS:PORT (IPv4) of whom to ask, empty = those of the machine. Waits no longer than 15 seconds. Nothing that is said is proven:
  /// an answer is as good as the way to the resolver. Errors: kNotFound (no such name, or no such record), kTimeout (nobody answers),
  /// kLimitExceeded (a longer answer than is read), kConnect (the resolver fails, or its answer is none), kInvalidArgument.
  virtual Result<std::vector<ServiceRecord>> services(const std::string& name, const std::string& resolver) = 0;
};

}  // namespace sekisho
