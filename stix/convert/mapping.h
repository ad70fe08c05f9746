// How the columns and words of a CSV file are read: a TOML text that operators edit
// (docs/specs/weekly-csv.md). A value; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/result.h"
#include "stix/convert/charset.h"

namespace sekisho::stix::convert {

enum class Column {
  kItem,
  kDate,
  kUpdated,
  kKind,
  kLevel,
  kVendor,
  kTitle,
  kText,
  kUrls,
  kCves,
  kOems,
  kTlp
};
inline constexpr std::size_t kColumns = 12;
/// The name of a column in the mapping, in the order of Column.
inline constexpr std::array<std::string_view, kColumns> kColumnNames = {
    "item",  "date", "updated", "kind", "level", "vendor",
    "title", "text", "urls",    "cves", "oems",  "tlp"};

struct Mapping {
  std::string name;
  Encoding encoding = Encoding::kAuto;
  int utc_offset_minutes = 0;
  std::string language;
  std::string source_name;
  std::string publisher;
  std::string separators;
  std::set<std::string, std::less<>> empty;
  std::array<std::string, kColumns> columns;              ///< header, or empty if not mapped
  std::map<std::string, std::string, std::less<>> kinds;  ///< folded value -> threat | trend
  std::map<std::string, std::string, std::less<>>
      levels;  ///< folded value -> critical | caution | awareness

  const std::string& header(Column column) const {
    return columns[static_cast<std::size_t>(column)];
  }
};

/// Errors: kConfig, where = mapping:LINE.
Result<Mapping> parse_mapping(std::string_view toml);
/// The mapping of the ISAC's weekly report.
std::string_view weekly_mapping();

}  // namespace sekisho::stix::convert
