// sekisho convert: it works without a node.
#include <algorithm>

#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/input.h"
#include "stix/convert/convert.h"

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

}  // namespace

std::vector<Command> convert_commands() {
  return {
      {"convert", "FORMAT FILE... [-o FILE]", "convert reports of another format to a STIX 2.1 bundle",
       {{"-o", "FILE", "write the bundle here instead of standard output"},
        {"--mapping", "FILE", "mapping file for csv and weekly"},
        {"--identity", "ID", "STIX identity that converts (default: a local namespace, no created_by_ref)"},
        {"--quiet", "", "do not list what was not mapped"},
        {"--list", "", "list the formats"}},
       run_convert, nullptr},
  };
}

}  // namespace sekisho::node::cli
