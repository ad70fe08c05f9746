// What worlds say of redaction: profiles, and the rows that put them to use. Values; one thread.
#pragma once

#include <string>
#include <vector>

#include "rng.h"

namespace sekisho::noninterference {

/// A [[profile]] of this name with a few transformations. `from` is a TOML date.
std::string draw_profile(Rng& rng, const std::string& id, const std::string& from);
/// What an agreement says of redaction: lines for its table; often none.
std::string draw_agreed(Rng& rng, const std::vector<std::string>& profiles);
/// What a redact rule asks of the object.
std::string draw_redacted(Rng& rng);

}  // namespace sekisho::noninterference
