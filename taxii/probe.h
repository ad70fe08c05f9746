// Finds out at onboarding what a TAXII server does otherwise than the standard: a few GETs, nothing else, and a
// quirk profile for the pull. docs/specs/quirks.md. One thread at a time; at most kMaxProbeRequests requests.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/result.h"
#include "taxii/client.h"
#include "taxii/exchange.h"
#include "taxii/quirks.h"

namespace sekisho::taxii {

inline constexpr std::size_t kMaxProbeRequests = 20;

/// One thing that is not as the standard has it.
struct Finding {
  std::string quirk;   ///< as in the profile: "added_after: inclusive"
  std::string clause;  ///< "TAXII 2.1 §3.4"
  std::string seen;    ///< what the server did
  std::string remedy;  ///< what the pull does about it
  bool fatal = false;  ///< nothing: a pull cannot be complete
};

struct ProbeReport {
  RemoteRoot root;
  RemoteCollection collection;
  std::size_t objects = 0;   ///< of the collection that were looked at; with less than two little can be seen
  std::size_t requests = 0;
  std::vector<Finding> findings;
  Quirks quirks;
  bool complete() const;     ///< whether pulls by these quirks get everything
};

/// `url`: an API root or an origin, as for a pull. `collection`: alias or id; empty = the first that may be read.
/// `page`: how much a pull asks for at once. Errors: as Client's, of discovery, root and collections; kNotFound (no
/// such collection), kTaxiiForbidden (none that may be read), and those of a page of objects that cannot be had at all.
Result<ProbeReport> probe(Exchange& exchange, const std::string& url, const std::string& collection, std::size_t page);


}  // namespace sekisho::taxii
