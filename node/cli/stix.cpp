// sekisho convert, sekisho validate. They work without a node.
#include <algorithm>

#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/input.h"
#include "stix/convert/convert.h"
#include "stix/pattern/check.h"
#include "stix/validate/validate.h"

namespace sekisho::node::cli {
namespace {

namespace convert = stix::convert;

int list_formats(Console& console) {
  for (const auto& format : convert::formats()) {
    if (console.json) {
      json::Writer w;
      w.begin_object().member("format", format.name).member("description", format.description).end_object();
      console.line(w.text());
    } else {
      std::string head(format.name);
      head.resize(std::max<std::size_t>(head.size() + 2, 12), ' ');
      console.line(head + std::string(format.description));
    }
  }
  return kDone;
}

void report_loss(Console& console, const std::string& document, const convert::Loss& loss) {
  console.complain(document + ": " + loss.where + ": not mapped: " + loss.what);
}

int run_convert(Machine& machine, const Args& args, Console& console) {
  if (args.has("--list")) return list_formats(console);
  if (args.positional().size() < 2) return fail(console, make_error(Code::kUsage, "give FORMAT and at least one FILE"));
  convert::Context context;
  context.id_namespace = convert::local_namespace();
  if (args.has("--identity")) {
    context.identity_id = args.get("--identity");
    context.id_namespace = convert::organisation_namespace(*context.identity_id);
  }
  std::string mapping;
  if (args.has("--mapping")) {
    auto text = machine.files.read(args.get("--mapping"), 1u << 20);
    if (!text.ok()) return fail(console, text.error());
    mapping = std::move(*text);
  }
  json::Writer w(true);
  w.begin_object().member("type", "bundle");
  w.member("id", "bundle--" + Uuid::v4(machine.random, "uuid/bundle").to_string());
  std::size_t objects = 0, refused = 0, losses = 0;
  convert::Sink sink;
  sink.converted = [&](convert::Converted done) {
    for (const std::string& object : done.objects) {
      if (objects++ == 0) w.key("objects").begin_array();
      w.raw(object);
    }
    losses += done.losses.size();
    if (!args.has("--quiet")) {
      for (const auto& loss : done.losses) report_loss(console, done.document_id, loss);
    }
  };
  sink.refused = [&](convert::Refused bad) {
    ++refused;
    console.complain(bad.document + ": refused: " + bad.error.to_string());
  };
  for (std::size_t i = 1; i < args.positional().size(); ++i) {
    auto bytes = read_input(machine.files, args.positional()[i], Limits().import_file_bytes);
    if (!bytes.ok()) return fail(console, bytes.error());
    const Status done = convert::convert(args.positional()[0], *bytes, mapping, context, sink);
    if (!done.ok()) return fail(console, done.error());
  }
  if (objects != 0) w.end_array();
  w.end_object();
  const std::string text = w.take() + "\n";
  if (args.has("-o")) {
    const Status written = machine.files.write_atomic(args.get("-o"), text, 0644);
    if (!written.ok()) return fail(console, written.error());
  } else {
    console.out(text);
  }
  console.complain(std::to_string(objects) + " objects, " + std::to_string(losses) + " things not mapped, " +
                   std::to_string(refused) + " documents refused");
  return refused == 0 ? kDone : kRefused;
}

struct Tally {
  std::size_t objects = 0, errors = 0, warnings = 0;
};

void print_finding(Console& console, const std::string& file, const std::string& id, const json::Position& at,
                   const stix::Finding& finding) {
  const char* word = finding.severity == stix::Severity::kError     ? "error"
                     : finding.severity == stix::Severity::kWarning ? "warning"
                                                                    : "note";
  if (console.json) {
    json::Writer w;
    w.begin_object().member("file", file).member("object", id).member("severity", word);
    w.member("clause", stix::info(finding.clause).id).member("pointer", finding.pointer);
    w.member_int("line", static_cast<std::int64_t>(at.line)).member_int("column", static_cast<std::int64_t>(at.column));
    w.member("message", finding.message).end_object();
    console.line(w.text());
    return;
  }
  console.line(file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + word + " " +
               std::string(stix::info(finding.clause).id) + " " + id + finding.pointer + ": " + finding.message);
}

/// Position of an object's finding inside the whole file.
json::Position in_file(const json::Position& object, const json::Position& finding) {
  json::Position at = finding;
  at.line = object.line + finding.line - 1;
  if (finding.line == 1) at.column = object.column + finding.column - 1;
  return at;
}

void take_findings(const std::string& file, const json::Value& object, const json::Position& at,
                   const stix::ValidateOptions& options, bool quiet, Console& console, Tally& tally) {
  const std::string id(object["id"].string_or({}));
  for (const stix::Finding& finding : stix::validate(object, options)) {
    tally.errors += finding.severity == stix::Severity::kError ? 1 : 0;
    tally.warnings += finding.severity == stix::Severity::kWarning ? 1 : 0;
    if (finding.severity != stix::Severity::kError && quiet) continue;
    print_finding(console, file, id, in_file(at, finding.position), finding);
  }
}

void validate_text(const std::string& file, std::string text, const stix::ValidateOptions& options, bool quiet,
                   Console& console, Tally& tally) {
  auto container = stix::open_container(std::move(text));
  if (!container.ok()) {
    ++tally.errors;
    stix::Finding finding;
    finding.clause = stix::Clause::kJson;
    finding.pointer = container.error().where;
    finding.message = container.error().detail;
    print_finding(console, file, "", {}, finding);
    return;
  }
  if (container->kind == stix::Container::Kind::kBundle) {  // the bundle itself; its members follow
    take_findings(file, container->document->root(), {}, options, quiet, console, tally);
  }
  const std::string& whole = container->document->text();
  json::Position at;
  std::size_t scanned = 0;
  for (const std::string_view slice : container->slices) {
    const auto offset = static_cast<std::size_t>(slice.data() - whole.data());
    for (; scanned < offset; ++scanned) {
      at.column = whole[scanned] == '\n' ? 1 : at.column + 1;
      if (whole[scanned] == '\n') ++at.line;
    }
    ++tally.objects;
    const auto object = json::Document::parse(std::string(slice));
    if (!object.ok()) {
      ++tally.errors;
      stix::Finding finding;
      finding.clause = stix::Clause::kJson;
      finding.pointer = object.error().where;
      finding.message = object.error().detail;
      print_finding(console, file, "", at, finding);
      continue;
    }
    take_findings(file, (*object)->root(), at, options, quiet, console, tally);
  }
}

/// --patterns: one STIX 2.1 pattern a line; empty lines are skipped.
int run_patterns(Machine& machine, const Args& args, Console& console) {
  std::vector<std::string> names = args.positional();
  if (names.empty()) names.emplace_back("-");
  std::size_t patterns = 0, wrong = 0;
  for (const std::string& name : names) {
    auto text = read_input(machine.files, name, Limits().import_file_bytes);
    if (!text.ok()) return fail(console, text.error());
    std::size_t start = 0, line = 1;
    for (; start < text->size(); ++line) {
      const std::size_t end = std::min(text->find('\n', start), text->size());
      std::string_view one = std::string_view(*text).substr(start, end - start);
      if (one.ends_with('\r')) one.remove_suffix(1);
      start = end + 1;
      if (one.empty()) continue;
      ++patterns;
      const auto inspection = stix::pattern::inspect(one);
      wrong += inspection.valid ? 0 : 1;
      for (const auto& found : inspection.findings) {
        if (!found.is_error && args.has("--quiet")) continue;
        stix::Finding finding;
        finding.severity = found.is_error ? stix::Severity::kError : stix::Severity::kWarning;
        finding.clause = stix::clause_of(found.clause).value_or(stix::Clause::kPatternSyntax);
        finding.message = found.message;
        print_finding(console, name, "", {line, found.offset + 1, 0}, finding);
      }
    }
  }
  console.complain(std::to_string(patterns) + " patterns, " + std::to_string(wrong) + " not valid");
  return wrong == 0 ? kDone : kRefused;
}

/// The clauses named by --ignore, one a time, by id.
Status read_ignored(const Args& args, stix::ValidateOptions& options) {
  for (const std::string& id : args.all("--ignore")) {
    const auto clause = stix::clause_of(id);
    if (!clause) {
      return make_error(Code::kUsage, "--ignore " + id + ": no such clause; give an id as findings show it, such as S-2.14-1");
    }
    options.ignored.set(static_cast<std::size_t>(*clause));
  }
  return {};
}

int run_validate(Machine& machine, const Args& args, Console& console) {
  if (args.has("--patterns")) return run_patterns(machine, args, console);
  stix::ValidateOptions options;
  options.strict = args.has("--strict");
  const Status ignored = read_ignored(args, options);
  if (!ignored.ok()) return fail(console, ignored.error());
  std::vector<std::string> names = args.positional();
  if (names.empty()) names.emplace_back("-");
  Tally tally;
  std::size_t files = 0;
  for (const std::string& name : names) {
    const auto paths = expand_input(machine.files, name, {".json", ".jsonl"});
    if (!paths.ok()) return fail(console, paths.error());
    for (const std::string& path : *paths) {
      auto text = read_input(machine.files, path, Limits().import_file_bytes);
      if (!text.ok()) return fail(console, text.error());
      ++files;
      if (is_json_lines(path)) {
        std::size_t start = 0, line = 1;
        while (start < text->size()) {
          const std::size_t end = std::min(text->find('\n', start), text->size());
          if (end > start) {
            validate_text(path + "#" + std::to_string(line), text->substr(start, end - start), options,
                          args.has("--quiet"), console, tally);
          }
          start = end + 1;
          ++line;
        }
      } else {
        validate_text(path, std::move(*text), options, args.has("--quiet"), console, tally);
      }
    }
  }
  console.complain(std::to_string(files) + " files, " + std::to_string(tally.objects) + " objects, " +
                   std::to_string(tally.errors) + " errors, " + std::to_string(tally.warnings) + " warnings");
  return tally.errors == 0 ? kDone : kRefused;
}

}  // namespace

std::vector<Command> stix_commands() {
  return {
      {"convert", "FORMAT FILE... [-o FILE]", "convert reports of another format to a STIX 2.1 bundle",
       {{"-o", "FILE", "write the bundle here instead of standard output"},
        {"--mapping", "FILE", "mapping file for csv and weekly"},
        {"--identity", "ID", "STIX identity that converts (default: a local namespace, no created_by_ref)"},
        {"--quiet", "", "do not list what was not mapped"},
        {"--list", "", "list the formats"}},
       run_convert, nullptr},
      {"validate", "[FILE|DIR|-]... [--strict] [--patterns]", "check STIX 2.1 objects, bundles and envelopes, clause by clause",
       {{"--strict", "", "a SHOULD counts as an error"},
        {"--quiet", "", "errors only"},
        {"--ignore", "CLAUSE", "leave out findings of this clause, such as S-2.14-1", true},
        {"--patterns", "", "each line of the files is one STIX pattern"}},
       run_validate, nullptr},
  };
}

}  // namespace sekisho::node::cli
