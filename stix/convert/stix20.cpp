// STIX 2.0 bundles and objects, one a file or one a line (docs/specs/stix20-upgrade.md).
#include <string>
#include <utility>

#include "core/json.h"
#include "stix/convert/formats.h"
#include "stix/convert/journal.h"
#include "stix/convert/lines.h"
#include "stix/upgrade/upgrade.h"

namespace sekisho::stix::convert {
namespace {

void convert_stix20_text(std::string_view text, const std::string& name, const Context& context,
                 const Sink& sink) {
  if (text.size() > context.max_document_bytes) {
    sink.refused(
        {name, make_error(Code::kLimitExceeded, "the document is longer than " +
                                                    std::to_string(context.max_document_bytes) +
                                                    " bytes; split it")});
    return;
  }
  const auto parsed = json::Document::parse(std::string(text));
  if (!parsed.ok()) {
    sink.refused({name, parsed.error()});
    return;
  }
  auto upgraded = upgrade::upgrade_bundle((*parsed)->root());
  if (!upgraded.ok()) {
    sink.refused({name, upgraded.error()});
    return;
  }
  const std::string document = upgraded->id.empty() ? name : upgraded->id;
  for (upgrade::Refused& refused : upgraded->refused) {
    refused.error.where = std::move(refused.where);
    sink.refused({document, std::move(refused.error)});
  }
  Journal journal;
  for (const upgrade::Loss& loss : upgraded->losses) journal.lose(loss.what, loss.where);
  sink.converted({document, std::move(upgraded->objects), journal.losses()});
}

}  // namespace

Status convert_stix20(std::string_view bytes, const Context& context, const Sink& sink) {
  each_document(bytes, [&](std::string_view text, std::string name) {
    convert_stix20_text(text, name, context, sink);
  });
  return {};
}

}  // namespace sekisho::stix::convert
