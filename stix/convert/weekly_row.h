// One row of a report as CSV becomes STIX objects (docs/specs/weekly-csv.md). Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "stix/convert/convert.h"
#include "stix/convert/mapping.h"

namespace sekisho::stix::convert {

/// A row decoded to UTF-8: the cells of mapped columns, empty where the file has none.
struct WeeklyRow {
  std::size_t number = 0;
  std::array<std::string, kColumns> cells;
  std::vector<std::string> unmapped;  ///< headers of filled cells that no column is mapped to

  const std::string& cell(Column column) const { return cells[static_cast<std::size_t>(column)]; }
};

/// Errors: kConvertUnreadable with row and column, kLimitExceeded.
Result<Converted> convert_row(const WeeklyRow& row, const Mapping& mapping, const Context& context);

}  // namespace sekisho::stix::convert
