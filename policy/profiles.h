// Redaction profiles beside those of the file, and what makes two of them differ. docs/specs/policy.md §12. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "policy/model.h"

namespace sekisho::policy {

/// Adds the built-in profiles that a policy may need: attribution alone, and one for each level map. Twice is once.
void add_built_in(Policy& policy);
/// The profile that stands for a level map; its name says all it does, so that it never needs another date.
std::string level_profile_id(const std::map<std::string, std::string, std::less<>>& levels);

/// What it makes of an object, as one text, but for the effective date and the way of references.
std::string content_of(const stix::redact::Profile& profile);
/// All that decisions and renditions look at, its name included.
std::string key_of(const RedactionProfile& profile);

}  // namespace sekisho::policy
