// How `sekisho validate` says what it found: lines for people, lines of JSON, a SARIF log. docs/specs/validate.md.
// Written as the findings come. One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/json_stream.h"
#include "node/cli/console.h"
#include "stix/validate/validate.h"

namespace sekisho::node::cli {

/// One finding in its place.
struct Located {
  std::string file;
  std::string object;            ///< id; empty if there is none
  std::string parent;            ///< JSON Pointer of the object in the file's value: "/objects/17"
  const stix::Finding& finding;
  json::Place at;                ///< in the file
  bool exact = true;             ///< false: offset and tails are not known
};

struct Tally {
  std::size_t files = 0, objects = 0, errors = 0, warnings = 0, notes = 0;
  bool unreadable = false;
  bool patterns = false;    ///< `objects` are patterns …
  std::size_t invalid = 0;  ///< … of which so many are not valid
  /// How often, by clause (in the order of the standard) and severity.
  std::map<std::pair<stix::Clause, stix::Severity>, std::size_t> clauses;

  void count(const stix::Finding& finding);
  bool good() const { return errors == 0 && !unreadable; }
};

std::string_view severity_name(stix::Severity severity);

class Report {
 public:
  virtual ~Report() = default;
  virtual void found(const Located& one) = 0;
  /// A file that could not be read, or not to its end.
  virtual void unreadable(const Error& error) = 0;
  virtual void end(const Tally& tally) = 0;
};
/// For people, or with console.json in lines of JSON.
std::unique_ptr<Report> make_line_report(Console& console, bool quiet);
std::unique_ptr<Report> make_sarif_report(Console& console);

}  // namespace sekisho::node::cli
