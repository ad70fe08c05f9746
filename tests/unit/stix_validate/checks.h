// What can speak: the lines of stix/validate that report, and the rows of its tables.
#pragma once

#include <compare>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "stix/validate/finding_log.h"
#include "stix/validate/object_rules.h"
#include "stix/validate/property_tables.h"

namespace sekisho::stix::checks {

/// A call that reports: FindingLog::report, or a function that takes a Site and reports for its caller.
struct Line {
  std::string file;  ///< without folder
  unsigned first = 0;
  unsigned last = 0;
  std::string text;  ///< of its first line
};
/// The calls in stix/validate/*.cpp, in order of file and line.
const std::vector<Line>& lines();

/// One check: what can be switched off alone.
struct Check {
  std::size_t line = 0;           ///< of lines()
  const Property* row = nullptr;  ///< the row that is looked at, if any
  Clause clause = Clause::kLeftOut;
  auto operator<=>(const Check&) const = default;
};
/// "property_kinds.cpp:53 artifact.mime_type S-2.15-1"
std::string name_of(const Check& check);
/// "artifact.mime_type"; empty for no row.
const std::string& label_of(const Property* row);

/// Notes which checks speak.
class Recorder : public FindingLog::Judge {
 public:
  bool keep(const FindingLog::Check& check, Clause clause) override;
  std::set<Check> spoke;
};
/// Switches one check off.
class Without : public FindingLog::Judge {
 public:
  explicit Without(const Check& off) : off_(off) {}
  bool keep(const FindingLog::Check& check, Clause clause) override;

 private:
  Check off_;
};

/// Each shape that a table leads to, once: types, their extensions, nested types.
std::vector<const Shape*> shapes();
/// The rows of the tables that `object` has a value for.
std::set<const Property*> rows_in(const json::Value& object);
/// The checks that rows can make speak, found by showing each row values of every wrong sort.
std::set<Check> possible();

}  // namespace sekisho::stix::checks
