// Envelopes (TAXII 2.1 §3.7), cut open: the objects stay unread, so that a faulty one concerns nobody but
// itself. Any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/json_split.h"
#include "core/limits.h"
#include "core/result.h"

namespace sekisho::taxii {

/// The objects of a posted envelope, in order: slices of `body`. Members besides `objects` are passed over
/// (§7.1). Errors: kJson* (not JSON: 400); kTaxiiBadEnvelope (422): no object, a bundle, no list, an empty
/// one, or more than limits.envelope_objects.
Result<std::vector<std::string_view>> posted_objects(std::string_view body, const Limits& limits);

}  // namespace sekisho::taxii
