// Reports as CSV, one document a row (docs/specs/weekly-csv.md).
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "stix/convert/charset.h"
#include "stix/convert/csv.h"
#include "stix/convert/formats.h"
#include "stix/convert/identifiers.h"
#include "stix/convert/mapping.h"
#include "stix/convert/weekly_row.h"

namespace sekisho::stix::convert {
namespace {

/// The header row: what each field of a row is.
struct Header {
  std::vector<std::string> names;
  std::vector<std::optional<Column>> columns;
};

Error unreadable(std::string what, std::string where) {
  return make_error(Code::kConvertUnreadable, std::move(what), std::move(where));
}

Result<Header> read_header(CsvReader& csv, const Decoder& decoder, const Mapping& mapping) {
  const auto record = csv.next();
  if (!record) return unreadable("the file is empty; the first row names the columns", "row 1");
  if (!record->ok()) return record->error();
  Header out;
  std::set<std::string> seen;
  for (const std::string& field : **record) {
    const auto name = decoder.decode(field);
    if (!name) {
      return unreadable("bytes that are not " + std::string(decoder.name()),
                        csv_place(csv.row(), out.names.size() + 1));
    }
    const std::string folded = fold_width(*name);
    if (!folded.empty() && !seen.insert(folded).second) {
      return unreadable("the header " + folded + " occurs twice",
                        csv_place(csv.row(), out.names.size() + 1));
    }
    const auto found = std::find(mapping.columns.begin(), mapping.columns.end(), folded);
    const bool mapped = !folded.empty() && found != mapping.columns.end();
    out.columns.push_back(mapped
                              ? std::optional(static_cast<Column>(found - mapping.columns.begin()))
                              : std::nullopt);
    out.names.push_back(folded);
  }
  for (std::size_t i = 0; i < kColumns; ++i) {
    const bool needed = !mapping.columns[i].empty() && static_cast<Column>(i) != Column::kUpdated;
    if (needed && seen.count(mapping.columns[i]) == 0) {
      return unreadable("no column is headed " + mapping.columns[i] + " (the file was read as " +
                            std::string(decoder.name()) + "); correct the header or the mapping",
                        "row 1");
    }
  }
  return out;
}

Result<WeeklyRow> read_row(const std::vector<std::string>& fields, std::size_t number,
                           const Header& header, const Decoder& decoder, const Mapping& mapping) {
  if (fields.size() != header.names.size()) {
    return unreadable("the row has " + std::to_string(fields.size()) + " fields and the header " +
                          std::to_string(header.names.size()) + "; quote fields that hold commas",
                      "row " + std::to_string(number));
  }
  WeeklyRow out;
  out.number = number;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto text = decoder.decode(fields[i]);
    if (!text) {
      return unreadable("bytes that are not " + std::string(decoder.name()),
                        "row " + std::to_string(number) + ", column " + header.names[i]);
    }
    const std::string_view value = trimmed(*text);
    if (value.empty() || mapping.empty.count(fold_width(value)) > 0) continue;
    if (header.columns[i]) {
      out.cells[static_cast<std::size_t>(*header.columns[i])] = value;
    } else {
      out.unmapped.push_back(header.names[i].empty() ? std::to_string(i + 1) : header.names[i]);
    }
  }
  return out;
}

/// Reads rows until the end; remembers the item numbers seen.
class RowLoop {
 public:
  RowLoop(const Mapping& mapping, const Context& context, const Sink& sink)
      : mapping_(mapping), context_(context), sink_(sink) {}

  Status run(CsvReader& csv, const Decoder& decoder) {
    SEKISHO_ASSIGN(const Header header, read_header(csv, decoder, mapping_));
    while (auto record = csv.next()) {
      auto row = record->ok() ? read_row(**record, csv.row(), header, decoder, mapping_)
                              : Result<WeeklyRow>(record->error());
      if (row.ok()) {
        one(*row);
      } else {
        refuse("row " + std::to_string(csv.row()), row.error());
      }
    }
    return {};
  }

 private:
  void refuse(std::string document, Error error) {
    sink_.refused({std::move(document), std::move(error)});
  }

  void one(const WeeklyRow& row) {
    const std::string item = fold_width(row.cell(Column::kItem));
    const std::string document = item.empty() ? "row " + std::to_string(row.number) : item;
    auto converted = convert_row(row, mapping_, context_);
    if (!converted.ok()) return refuse(document, converted.error());
    const auto [entry, fresh] = seen_.emplace(item, row.number);
    if (!fresh) {
      return refuse(document,
                    unreadable("the item number is that of row " + std::to_string(entry->second) +
                                   "; give each item a number of its own",
                               "row " + std::to_string(row.number)));
    }
    sink_.converted(std::move(converted).value());
  }

  const Mapping& mapping_;
  const Context& context_;
  const Sink& sink_;
  std::map<std::string, std::size_t> seen_;
};

}  // namespace

Status convert_weekly(std::string_view bytes, std::string_view mapping_text, const Context& context,
                      const Sink& sink) {
  SEKISHO_ASSIGN(const Mapping mapping, parse_mapping(mapping_text));
  if (bytes.size() > context.max_document_bytes) {
    return make_error(Code::kLimitExceeded, "the file is longer than " +
                                                std::to_string(context.max_document_bytes) +
                                                " bytes; split it");
  }
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (bytes.substr(0, kMark.size()) == kMark) bytes.remove_prefix(kMark.size());
  SEKISHO_ASSIGN(const Decoder decoder, Decoder::open(mapping.encoding, bytes));
  CsvReader csv(bytes);
  return RowLoop(mapping, context, sink).run(csv, decoder);
}

}  // namespace sekisho::stix::convert
