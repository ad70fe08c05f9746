// sekisho validate: it works without a node. docs/specs/validate.md.
#include <algorithm>

#include "core/limits.h"
#include "node/cli/command.h"
#include "node/cli/input.h"
#include "node/cli/validate_file.h"
#include "node/cli/validate_report.h"
#include "stix/pattern/check.h"

namespace sekisho::node::cli {
namespace {

/// What was most likely meant: a clause that begins so, else one that differs in a few letters.
std::string near_clause(const std::string& id) {
  std::vector<std::string_view> known;
  for (const stix::ClauseInfo& one : stix::clauses()) {
    if (!id.empty() && one.id.starts_with(id + "-")) return std::string(one.id);
    known.push_back(one.id);
  }
  return nearest(id, known);
}

/// The clauses named by --ignore, one a time, by id.
Status read_ignored(const Args& args, stix::ValidateOptions& options) {
  for (const std::string& id : args.all("--ignore")) {
    const auto clause = stix::clause_of(id);
    if (!clause) {
      const std::string near = near_clause(id);
      return make_error(Code::kUsage, "--ignore " + id + ": no such clause" +
                                          (near.empty() ? "; give an id as findings show it, such as S-2.14-1"
                                                        : "; did you mean " + near + "?"));
    }
    options.ignored.set(static_cast<std::size_t>(*clause));
  }
  return {};
}

void judge_pattern(const std::string& file, std::size_t line, std::string_view pattern, const Judging& judging, Report& report,
                   Tally& tally) {
  const auto inspection = stix::pattern::inspect(pattern);
  tally.invalid += inspection.valid ? 0 : 1;
  for (const auto& found : inspection.findings) {
    stix::Finding finding;
    finding.clause = stix::clause_of(found.clause).value_or(stix::Clause::kPatternSyntax);
    if (judging.options.ignored[static_cast<std::size_t>(finding.clause)]) continue;
    const bool error = found.is_error || judging.options.strict;
    finding.severity = error ? stix::Severity::kError : stix::Severity::kWarning;
    finding.message = found.message;
    tally.count(finding);
    if (judging.quiet && !error) continue;
    json::Place at;
    at.line = line;
    at.column = found.offset + 1;
    report.found({file, {}, {}, finding, at, false});
  }
}

/// --patterns: one STIX 2.1 pattern a line; empty lines are skipped.
void judge_patterns(const Files& files, const std::string& name, const Judging& judging, Report& report, Tally& tally) {
  const auto text = read_input(files, name, Limits().import_file_bytes);
  if (!text.ok()) {
    tally.unreadable = true;
    return report.unreadable(text.error());
  }
  ++tally.files;
  std::size_t line = 1;
  for (std::size_t start = 0; start < text->size(); ++line) {
    const std::size_t end = std::min(text->find('\n', start), text->size());
    std::string_view one = std::string_view(*text).substr(start, end - start);
    if (one.ends_with('\r')) one.remove_suffix(1);
    start = end + 1;
    if (one.empty()) continue;
    ++tally.objects;
    judge_pattern(name, line, one, judging, report, tally);
  }
}

/// The files that a name stands for.
Result<std::vector<std::string>> files_of(const Files& files, const std::string& name) {
  SEKISHO_ASSIGN(auto paths, expand_input(files, name, {".json", ".jsonl"}));
  if (paths.empty()) {
    return make_error(Code::kNotFound, "no .json or .jsonl file in this folder; name the files, or another folder", name);
  }
  return paths;
}

int run_validate(Machine& machine, const Args& args, Console& console) {
  Judging judging;
  judging.options.strict = args.has("--strict");
  judging.quiet = args.has("--quiet");
  judging.progress = args.has("--progress") || (console.terminal && !judging.quiet);
  judging.key = SipKey::draw(machine.random, "validate/compare");
  const Status ignored = read_ignored(args, judging.options);
  if (!ignored.ok()) return fail(console, ignored.error());
  if (args.has("--sarif") && console.json) {
    return fail(console, make_error(Code::kUsage, "--sarif and --json are two forms of one report; give one of them"));
  }
  std::vector<std::string> names = args.positional();
  if (names.empty()) names.emplace_back("-");
  const auto report = args.has("--sarif") ? make_sarif_report(console) : make_line_report(console, judging.quiet);
  Tally tally;
  tally.patterns = args.has("--patterns");
  for (const std::string& name : names) {
    if (args.has("--patterns")) {
      judge_patterns(machine.files, name, judging, *report, tally);
      continue;
    }
    const auto paths = files_of(machine.files, name);
    if (!paths.ok()) {
      tally.unreadable = true;
      report->unreadable(paths.error());
      continue;
    }
    for (const std::string& path : *paths) judge_file(machine.files, path, judging, *report, tally, console);
  }
  report->end(tally);
  return tally.good() ? kDone : kRefused;
}

constexpr const char* kExamples =
    "Findings are lines FILE:LINE:COLUMN: severity CLAUSE ID/POINTER: message; the clauses are those of STIX 2.1.\n"
    "A file holds an object, a bundle, a TAXII envelope, or one of these a line; .zst is unpacked; any size.\n"
    "Exit 0: no error. 1: errors, or a file could not be read. 2: usage.\n\n"
    "  sekisho validate bundle.json\n"
    "  sekisho validate --strict --ignore S-2.14-1 reports/\n"
    "  curl -s https://feed.example/bundle.json | sekisho validate --quiet -\n"
    "  sekisho validate --sarif reports/ > validate.sarif\n"
    "  sekisho validate --json feed.jsonl.zst | tail -1\n"
    "  sekisho validate --patterns patterns.txt\n";

}  // namespace

std::vector<Command> validate_commands() {
  return {
      {"validate", "[FILE|DIR|-]... [--strict] [--json|--sarif] [--patterns]",
       "check STIX 2.1 objects, bundles and envelopes, clause by clause",
       {{"--strict", "", "a SHOULD counts as an error"},
        {"--quiet", "", "errors only, no summary of clauses"},
        {"--ignore", "CLAUSE", "leave out findings of this clause, such as S-2.14-1", true},
        {"--sarif", "", "a SARIF 2.1.0 log instead of lines"},
        {"--progress", "", "say now and then how far it is, also if nobody watches"},
        {"--patterns", "", "each line of the files is one STIX pattern"}},
       run_validate, nullptr, kExamples},
  };
}

}  // namespace sekisho::node::cli
