#include "node/cli/validate_report.h"

#include <algorithm>

#include "node/cli/command.h"

namespace sekisho::node::cli {
namespace {

class TextReport : public Report {
 public:
  TextReport(Console& console, bool quiet) : console_(console), quiet_(quiet) {}

  void found(const Located& one) override {
    const stix::Finding& finding = one.finding;
    std::string line = one.file + ":" + std::to_string(one.at.line) + ":" + std::to_string(one.at.column) + ": ";
    line.append(severity_name(finding.severity)).append(" ").append(stix::info(finding.clause).id);
    if (!one.object.empty() || !finding.pointer.empty()) line += " " + one.object + finding.pointer;
    console_.line(line + ": " + finding.message);
  }
  void unreadable(const Error& error) override { fail(console_, error); }
  void end(const Tally& tally) override {
    if (!quiet_ && !tally.clauses.empty()) {
      console_.line("");
      for (const auto& [key, count] : tally.clauses) {
        const auto& info = stix::info(key.first);
        console_.line(std::to_string(count) + " " + std::string(severity_name(key.second)) + " " + std::string(info.id) + " " +
                      std::string(info.text));
      }
    }
    if (tally.patterns) {
      return console_.complain(std::to_string(tally.objects) + " patterns, " + std::to_string(tally.invalid) + " not valid");
    }
    console_.complain(std::to_string(tally.files) + " files, " + std::to_string(tally.objects) + " objects, " +
                      std::to_string(tally.errors) + " errors, " + std::to_string(tally.warnings) + " warnings");
  }

 private:
  Console& console_;
  bool quiet_;
};

class JsonReport : public Report {
 public:
  explicit JsonReport(Console& console) : console_(console) {}

  void found(const Located& one) override {
    const stix::Finding& finding = one.finding;
    json::Writer w;
    w.begin_object().member("file", one.file).member("object", one.object);
    w.member("severity", severity_name(finding.severity)).member("clause", stix::info(finding.clause).id);
    w.member("pointer", finding.pointer).member_int("line", static_cast<std::int64_t>(one.at.line));
    w.member_int("column", static_cast<std::int64_t>(one.at.column)).member("message", finding.message).end_object();
    console_.line(w.text());
  }
  void unreadable(const Error& error) override { fail(console_, error); }
  void end(const Tally& tally) override {
    json::Writer w;
    w.begin_object().key("summary").begin_object();
    const auto number = [&](std::string_view name, std::size_t value) { w.member_int(name, static_cast<std::int64_t>(value)); };
    number("files", tally.files);
    number("objects", tally.objects);
    number("errors", tally.errors);
    number("warnings", tally.warnings);
    number("notes", tally.notes);
    w.key("clauses").begin_array();
    for (const auto& [key, count] : tally.clauses) {
      w.begin_object().member("clause", stix::info(key.first).id).member("severity", severity_name(key.second));
      number("count", count);
      w.end_object();
    }
    w.end_array().end_object().end_object();
    console_.line(w.text());
  }

 private:
  Console& console_;
};

}  // namespace

void Tally::count(const stix::Finding& finding) {
  errors += finding.severity == stix::Severity::kError ? 1 : 0;
  warnings += finding.severity == stix::Severity::kWarning ? 1 : 0;
  notes += finding.severity == stix::Severity::kNote ? 1 : 0;
  ++clauses[{finding.clause, finding.severity}];
}

std::string_view severity_name(stix::Severity severity) {
  if (severity == stix::Severity::kError) return "error";
  return severity == stix::Severity::kWarning ? "warning" : "note";
}

std::unique_ptr<Report> make_line_report(Console& console, bool quiet) {
  if (console.json) return std::make_unique<JsonReport>(console);
  return std::make_unique<TextReport>(console, quiet);
}

}  // namespace sekisho::node::cli
