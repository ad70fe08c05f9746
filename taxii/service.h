// Finding a TAXII server by the name of its organisation: SRV records of _taxii2._tcp (TAXII 2.1 §3.9, RFC 2782). Who can answer for the
// DNS can name any server, so what is found is for a person to look at, once, and never for a credential to follow. Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/ports/names.h"
#include "core/ports/random.h"
#include "core/result.h"

namespace sekisho::taxii {

/// https://HOST[:PORT]/ of each server that the domain names, best first: by priority, those of one priority in an order drawn by weight.
/// Hosts that are none (an address as digits, or other characters than letters, digits and hyphens) are left out. Errors: kInvalidArgument
/// (the domain is none), kNotFound (it names no server, or says that it has none), those of Names::services.
Result<std::vector<std::string>> servers_of(Names& names, Random& random, const std::string& domain, const std::string& resolver);

}  // namespace sekisho::taxii
