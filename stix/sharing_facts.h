// What an object says about itself that sharing rules ask for and STIX has no property for: the level of a report, how far it is
// verified, whom and what it concerns, whether it is an exercise. docs/specs/policy.md §10, docs/specs/weekly-csv.md. Any thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "stix/object.h"

namespace sekisho::stix {

/// Property extension of weekly reports: `kind`, `level`, `vendors`.
inline constexpr std::string_view kWeeklyExtensionId = "extension-definition--8d6b8421-2505-402c-8f67-b6c5c89e6e3f";
/// Property extension of any domain object: all that SharingFacts holds.
inline constexpr std::string_view kSharingExtensionId = "extension-definition--0d3b8a92-069a-421d-be24-3cbcf715d45f";

/// Texts borrow the object. What is absent or of a wrong type is empty.
struct SharingFacts {
  std::string_view level;         ///< critical, caution, awareness
  std::string_view kind;          ///< threat-vulnerability, industry-trend
  std::string_view verification;  ///< unverified, corroborated, confirmed, refuted
  std::vector<std::string_view> sectors;   ///< also `sectors` of an identity
  std::vector<std::string_view> products;
  bool exercise = false;
  std::optional<Timestamp> embargo_until;  ///< the latest of the object's and of what is embedded in it (stix/parts.h)
  bool embargo_unclear = false;  ///< an `embargo_until` is there and is no timestamp
};
/// Of both extensions the sharing extension wins, property by property.
SharingFacts sharing_facts(const Object& object);

}  // namespace sekisho::stix
