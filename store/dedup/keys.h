// What a stored object says about which matter it is on: identifiers and links, each with its place in the
// object. Pure; any thread. docs/specs/cases.md "Keys".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/time.h"
#include "core/uuid.h"
#include "store/dedup/identifiers.h"

namespace sekisho::store::dedup {

/// Whether a type is a report for our purpose: report, grouping, incident.
bool is_item_type(std::string_view type);

/// How the id of a vulnerability begins.
inline constexpr std::string_view kVulnerabilityPrefix = "vulnerability--";

/// Bounds of what is read from one object; more is left out and counted as a problem.
inline constexpr std::size_t kMaxIdentifiers = 10'000;
inline constexpr std::size_t kMaxUrls = 1'000;

struct Found {
  std::string value;    ///< normalised
  std::string pointer;  ///< JSON Pointer of the text that it was read from
};

/// Something that claims to be a key and is none.
struct Problem {
  std::string pointer;
  std::string what;  ///< one sentence
};

struct ObjectKeys {
  std::string title;
  Timestamp time;                   ///< `published`, else `created`
  std::string created_by;           ///< id of the creator, or empty
  std::vector<std::string> vendors; ///< that the weekly extension names
  bool revoked = false;
  bool is_case = false;             ///< a grouping that states a case: it is no report on one
  std::vector<Found> cves;          ///< canonical text
  std::vector<Found> advisories;    ///< other ids; they count only where no CVE is named
  std::vector<Found> urls;          ///< canonical, home pages left out
  std::vector<Uuid> vulnerabilities;///< vulnerability objects referred to
  std::vector<Problem> problems;
};

/// Reads a report, grouping, incident or vulnerability. Anything malformed is a problem, never a failure.
ObjectKeys read_keys(const json::Value& object);

}  // namespace sekisho::store::dedup
