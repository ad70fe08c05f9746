#include <algorithm>

#include "policy/loader.h"
#include "policy/text.h"

namespace sekisho::policy {
namespace {

bool covers_source(const ImportRule& rule, const Party& party) {
  return (rule.sources.empty() || lists(rule.sources, party.id)) &&
         (rule.kinds.empty() || lists(rule.kinds, party.kind));
}

void warn_licence(const Policy& policy, const Licence& licence, ReadContext& context) {
  for (const Party& party : policy.parties) {
    if (party.licence == licence.id) return;
  }
  context.warning(licence.line, "licence " + shown(licence.id) + " changes nothing: no party has licence = " +
                                    quoted(licence.id));
}

void warn_import(const Policy& policy, const ImportRule& rule, ReadContext& context) {
  bool covers = false;
  for (const Party& party : policy.parties) {
    if (!covers_source(rule, party)) continue;
    covers = true;
    if (rule.effect != "accept" || party.signs || party.write.empty()) continue;
    context.warning(rule.line, "import rule " + shown(rule.id) + " accepts what party " + shown(party.id) +
                                   " sends without a signature: nobody vouches for it");
  }
  if (!covers && !policy.parties.empty()) {
    context.warning(rule.line, "import rule " + shown(rule.id) + " can never apply: no party meets its sources and kinds");
  }
}

}  // namespace

void warn_imports(const Policy& policy, ReadContext& context) {
  for (const Licence& licence : policy.licences) warn_licence(policy, licence, context);
  for (const ImportRule& rule : policy.imports) warn_import(policy, rule, context);
}

}  // namespace sekisho::policy
