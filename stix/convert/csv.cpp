#include "stix/convert/csv.h"

#include <algorithm>
#include <utility>

namespace sekisho::stix::convert {
namespace {
constexpr std::size_t kMaxFields = 10'000;
}

std::string csv_place(std::size_t row, std::size_t column) {
  return "row " + std::to_string(row) + ", column " + std::to_string(column);
}

std::optional<Result<std::vector<std::string>>> CsvReader::next() {
  while (position_ < bytes_.size()) {
    ++row_;
    if (after_field() == Ended::kRecord) continue;  // an empty line
    return record();
  }
  return std::nullopt;
}

/// Moves over a comma or a line break; anything else stays.
CsvReader::Ended CsvReader::after_field() {
  if (position_ >= bytes_.size()) return Ended::kRecord;
  const std::string_view rest = bytes_.substr(position_);
  if (rest.front() == '\n' || rest.substr(0, 2) == "\r\n") {
    position_ += rest.front() == '\n' ? 1 : 2;
    return Ended::kRecord;
  }
  return Ended::kFault;
}

CsvReader::Ended CsvReader::quoted(std::string& field) {
  ++position_;
  while (true) {
    const std::size_t quote = bytes_.find('"', position_);
    if (quote == std::string_view::npos) {
      position_ = bytes_.size();
      fault_ = "a quoted field begins here and never ends; the rows after it cannot be told apart";
      return Ended::kFault;
    }
    field += bytes_.substr(position_, quote - position_);
    position_ = quote + 1;
    if (!at('"')) break;
    field += '"';
    ++position_;
  }
  if (at(',')) {
    ++position_;
    return Ended::kField;
  }
  const Ended ended = after_field();
  if (ended == Ended::kFault)
    fault_ = "text after a closing quote; double the quotes inside a quoted field";
  return ended;
}

CsvReader::Ended CsvReader::plain(std::string& field) {
  const std::size_t end = std::min(bytes_.find_first_of(",\"\r\n", position_), bytes_.size());
  field = bytes_.substr(position_, end - position_);
  position_ = end;
  if (at(',')) {
    ++position_;
    return Ended::kField;
  }
  const Ended ended = after_field();
  if (ended == Ended::kFault) {
    fault_ =
        at('"')
            ? "a quote inside a field that does not begin with one; quote the whole field"
            : "a carriage return without line feed; quote the field or end rows with CRLF or LF";
  }
  return ended;
}

Result<std::vector<std::string>> CsvReader::record() {
  std::vector<std::string> fields;
  while (true) {
    if (fields.size() == kMaxFields) {
      skip_line();
      return make_error(Code::kLimitExceeded, "the row has more than 10000 fields",
                        csv_place(row_, kMaxFields + 1));
    }
    std::string field;
    const Ended ended = at('"') ? quoted(field) : plain(field);
    if (ended == Ended::kFault) {
      skip_line();
      return make_error(Code::kConvertUnreadable, fault_, csv_place(row_, fields.size() + 1));
    }
    fields.push_back(std::move(field));
    if (ended == Ended::kRecord) return fields;
  }
}

void CsvReader::skip_line() {
  const std::size_t end = bytes_.find('\n', position_);
  position_ = end == std::string_view::npos ? bytes_.size() : end + 1;
}

}  // namespace sekisho::stix::convert
