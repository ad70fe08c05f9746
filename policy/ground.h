// What decisions for every audience stand on besides the audience itself: audience keys cover the recipient's side
// (parties, agreements, consents), this covers the rest of the file. Pure functions; any thread. docs/specs/release.md.
#pragma once

#include <map>
#include <string>

#include "core/toml.h"

namespace sekisho::policy {

/// SHA-256 hex over everything in the file but parties, agreements and consents. Names that are not known here count:
/// a new table can make a decision be made again for nothing, never be left standing.
std::string ground_of(const TomlNode& root);
/// Party id -> what its own content is judged by: likewise all of its table but what concerns it as a recipient.
std::map<std::string, std::string> source_grounds_of(const TomlNode& root);

}  // namespace sekisho::policy
