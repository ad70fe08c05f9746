#include <algorithm>

#include "policy/loader.h"
#include "policy/text.h"
#include "policy/tlp_table.h"

namespace sekisho::policy {

std::vector<std::string> Loader::licence_names() const {
  std::vector<std::string> names;
  for (const Licence& licence : policy.licences) names.push_back(licence.id);
  return names;
}

void Loader::read_licence(const TomlNode& node) {
  TableReader table(node, "[[licence]]", context);
  Licence out;
  out.line = node.line;
  out.id = name(table, "id");
  note(licences, out.id, table.line_of("id"), "licence id");
  out.name = table.text("name");
  if (out.name.empty()) out.name = out.id;
  out.resale = choice(table, "resale", {"must-not", "may"}, "") != "must-not";
  out.kinds = chosen(table, "kinds", {kKinds.begin(), kKinds.end()}, Empty::kRefused);
  for (const std::string& kind : out.kinds) {
    const auto& outside = resale_kinds();
    if (out.resale || std::find(outside.begin(), outside.end(), kind) == outside.end()) continue;
    context.error(table.line_of("kinds"), "\"kinds\" names " + quoted(kind) + ", but resale = \"must-not\" never "
                                          "lets it go there; remove one of the two");
  }
  table.finish();
  policy.licences.push_back(std::move(out));
}

void Loader::read_import(const TomlNode& node) {
  TableReader table(node, "[[import]]", context);
  ImportRule out;
  out.line = node.line;
  out.id = name(table, "id");
  note(imports, out.id, table.line_of("id"), "import rule id");
  out.effect = choice(table, "effect", {"accept", "quarantine", "deny"}, "");
  out.sources = known_parties(table, "sources", false);
  out.kinds = chosen(table, "kinds", {kKinds.begin(), kKinds.end()}, Empty::kRefused);
  out.collections = aliases(table, "collections", Empty::kRefused, false);
  out.types = types(table);
  if (table.node("tlp_ceiling")) {
    const std::string text = table.text("tlp_ceiling");
    out.tlp_ceiling = stix::tlp_from_label(text);
    if (!out.tlp_ceiling) {
      context.error(table.line_of("tlp_ceiling"), "\"tlp_ceiling\" is " + shown(text) +
                                                      "; write \"TLP:CLEAR\", \"TLP:GREEN\", \"TLP:AMBER\", "
                                                      "\"TLP:AMBER+STRICT\" or \"TLP:RED\"");
    }
  }
  out.validity = table.validity();
  out.reason = table.text("reason");
  table.finish();
  policy.imports.push_back(std::move(out));
}

}  // namespace sekisho::policy
