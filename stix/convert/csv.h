// Records of a CSV file (RFC 4180), strictly. Works on bytes: in UTF-8 and in CP932 the quote,
// comma and line break never occur inside a character. One thread at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sekisho::stix::convert {

class CsvReader {
 public:
  explicit CsvReader(std::string_view bytes) : bytes_(bytes) {}

  /// The next record that is not an empty line, or nullopt at the end. After a malformed record
  /// (kConvertUnreadable, where = row and column) reading goes on at the next line; a quoted field
  /// that never ends takes the rest of the file with it, and its error says so.
  std::optional<Result<std::vector<std::string>>> next();
  /// Number of the record that next() gave, counted from 1 as a spreadsheet does.
  std::size_t row() const { return row_; }

 private:
  enum class Ended { kField, kRecord, kFault };
  Result<std::vector<std::string>> record();
  Ended quoted(std::string& field);
  Ended plain(std::string& field);
  Ended after_field();
  void skip_line();
  bool at(char c) const { return position_ < bytes_.size() && bytes_[position_] == c; }

  std::string_view bytes_;
  std::size_t position_ = 0;
  std::size_t row_ = 0;
  std::string fault_;
};

/// "row 3, column 2"
std::string csv_place(std::size_t row, std::size_t column);

}  // namespace sekisho::stix::convert
