// Shows every row values of every wrong sort.
#include "checks.h"
#include "stix/object.h"
#include "stix/validate/check.h"

namespace sekisho::stix::checks {
namespace {

constexpr const char* kUuid = "--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3";

// Strings, numbers, times, ids, dictionaries, hashes: each breaks one rule of some kind.
constexpr const char* kValues[] = {
    "7", "-1", "1.5", "1e300", "9007199254740992", "\"\"", "\"x y\"", "true", "null", "[]", "{}",
    R"("2024-01-01")", R"("2024-01-01T00:00:00+09:00")", R"("2024-01-01T00:00:00Z")",
    R"({"A B":"x"})", R"({"abc":null})", R"({"abc":7})", R"({"abc":[]})", R"({"abc":[7]})",
    R"({"a":"x"})", R"({"abc":"x"})", R"({"MD5":7})", R"({"MD5":"x"})", R"({"SSDEEP":"x"})", R"({"TLSH":"x"})",
    R"("bundle--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3")", R"("file--84e4d88f-44ea-7bcd-bbf3-b2c1c320bcb3")",
};

std::vector<std::string> wrong_values(const Property& row) {
  std::vector<std::string> out(std::begin(kValues), std::end(kValues));
  for (const auto& tables : {sdo_tables(), sro_tables(), sco_tables(), meta_tables()}) {
    for (const TypeTable& table : tables) out.push_back("\"" + std::string(table.shape.name) + kUuid + "\"");
  }
  for (const double bound : {row.kind.least - 1, row.kind.most + 1}) {
    json::Writer writer;
    out.push_back(writer.real(bound).take());
  }
  return out;
}

void show(const json::Value& value, const Property& row, Clause table, FindingLog& log) {
  const FindingLog::InRow in_row(log, row);
  const FindingLog::InTable in_table(log, row.clause.value_or(table));
  check_kind(value, row.kind, log);
}

void show_all(const Property& row, Clause table, FindingLog& log) {
  for (const std::string& value : wrong_values(row)) {
    for (const std::string& text : {value, "[" + value + "]"}) {
      const auto document = json::Document::parse(text);
      if (document.ok()) show((*document)->root(), row, table, log);
    }
  }
}

/// Objects that have only their type, and objects that have every common property.
void show_common(std::string_view type, FindingLog& log) {
  std::string every = R"({"type":")" + std::string(type) + "\"";
  check((*json::Document::parse(every + "}"))->root(), log);
  for (const auto& [row, use] : common_properties()) {
    if (row.name != "type") every += ",\"" + std::string(row.name) + "\":7";
  }
  check((*json::Document::parse(every + "}"))->root(), log);
}

}  // namespace

std::set<Check> possible() {
  Recorder recorder;
  FindingLog log({}, &recorder);
  for (const auto& [row, use] : common_properties()) show_all(row, Clause::kCommon, log);
  const auto nothing = json::Document::parse("{}");
  for (const Shape* shape : shapes()) {
    for (const Property& row : shape->properties) show_all(row, shape->clause, log);
    check_shape((*nothing)->root(), *shape, log);
  }
  for (const auto& tables : {sdo_tables(), sro_tables(), sco_tables(), meta_tables()}) {
    for (const TypeTable& table : tables) show_common(table.shape.name, log);
  }
  std::set<Check> out;
  for (const Check& check : recorder.spoke) {
    if (check.row != nullptr) out.insert(check);
  }
  return out;
}

}  // namespace sekisho::stix::checks
