#include "policy/conditions.h"
#include "policy/loader.h"
#include "policy/text.h"
#include "policy/tlp_table.h"

namespace sekisho::policy {
namespace {

std::vector<std::string> labels(TableReader& table, ReadContext& context) {
  auto words = table.texts("tlp", Empty::kRefused);
  for (std::string& word : words) {
    const auto tlp = stix::tlp_from_label(word);
    if (tlp) {
      word = stix::tlp_label(*tlp);
    } else {
      context.error(table.line_of("tlp"), shown(word) + " in \"tlp\" is no label; write \"TLP:CLEAR\", "
                                                        "\"TLP:GREEN\", \"TLP:AMBER\", "
                                                        "\"TLP:AMBER+STRICT\" or \"TLP:RED\"");
    }
  }
  return words;
}

stix::Tlp read_ceiling(TableReader& table, ReadContext& context) {
  if (!table.node("tlp_ceiling")) return stix::Tlp::kGreen;
  const std::string text = table.text("tlp_ceiling");
  const auto tlp = stix::tlp_from_label(text);
  if (!tlp) {
    context.error(table.line_of("tlp_ceiling"),
                  "\"tlp_ceiling\" is " + shown(text) + "; write \"TLP:CLEAR\", \"TLP:GREEN\" or \"TLP:AMBER\"");
    return stix::Tlp::kClear;
  }
  if (*tlp > stix::Tlp::kAmber) {
    context.warning(table.line_of("tlp_ceiling"),
                    "no agreement lets anything above TLP:AMBER pass; write \"TLP:AMBER\"");
  }
  return *tlp;
}

const std::vector<std::string>& effect_words() {
  static const std::vector<std::string> words{"deny", "hold", "redact", "need-to-know"};
  return words;
}

std::string read_effect(TableReader& table, ReadContext& context) {
  const std::string effect = table.text("effect", Need::kRequired);
  if (effect.empty() || lists(effect_words(), effect)) return effect;
  std::string message = "\"effect\" in [[rule]] is " + shown(effect);
  if (effect == "permit") {
    message += ": a rule never permits more than the TLP table; write \"deny\", \"hold\", \"redact\" or \"need-to-know\"";
  } else {
    message += suggestion(effect, effect_words());
  }
  context.error(table.line_of("effect"), message);
  return effect;
}

}  // namespace

void Loader::read_agreement(const TomlNode& node) {
  TableReader table(node, "[[agreement]]", context);
  Agreement out;
  out.line = node.line;
  out.id = name(table, "id");
  note(agreements, out.id, table.line_of("id"), "agreement id");
  out.party = known_party(table, "party", false);
  out.validity = table.validity();
  out.purposes = table.texts("purposes");
  out.types = types(table);
  out.collections = aliases(table, "collections", Empty::kRefused, false);
  out.tlp_ceiling = read_ceiling(table, context);
  out.amber_scope = choice(table, "amber_scope", {"member-firm", "isac-membership"}, "member-firm");
  out.exclude_licences = chosen(table, "exclude_licences", licence_names(), Empty::kAllowed);
  out.max_hops = table.count("max_hops");
  out.profile = known_profile(table, "profile");
  out.strip_attribution = choice(table, "attribution", {"keep", "strip"}, "keep") == "strip";
  out.level_map = read_level_map(table);
  table.finish();
  policy.agreements.push_back(std::move(out));
}

void Loader::read_consent(const TomlNode& node) {
  TableReader table(node, "[[consent]]", context);
  Consent out;
  out.line = node.line;
  out.id = name(table, "id");
  note(consents, out.id, table.line_of("id"), "consent id");
  out.source = known_party(table, "source", true);
  out.to = known_party(table, "to", false);
  out.collections = aliases(table, "collections", Empty::kRefused, false);
  out.objects = stix_ids(table, "objects", Empty::kRefused);
  out.validity = table.validity();
  table.finish();
  policy.consents.push_back(std::move(out));
}

ObjectConditions Loader::read_conditions(TableReader& table) {
  ObjectConditions out;
  out.collections = aliases(table, "collections", Empty::kRefused, false);
  out.types = types(table);
  out.sources = known_parties(table, "sources", true);
  out.labels = table.texts("labels", Empty::kRefused);
  out.objects = stix_ids(table, "objects", Empty::kRefused);
  out.pap = table.texts("pap", Empty::kRefused);
  for (const std::string& word : out.pap) {
    if (stix::pap_from_label(word)) continue;
    context.error(table.line_of("pap"), shown(word) + " in \"pap\" is no level; write \"PAP:CLEAR\", \"PAP:GREEN\", "
                                                      "\"PAP:AMBER\" or \"PAP:RED\"");
  }
  out.schemes = chosen(table, "schemes", scheme_words(), Empty::kRefused);
  out.iep = table.texts("iep", Empty::kRefused);
  for (const std::string& word : out.iep) {
    if (stix::is_iep_statement(word)) continue;
    context.error(table.line_of("iep"), shown(word) + " in \"iep\" is no IEP 2.0 statement; write one such as "
                                                      "\"unmodified_resale=must-not\"");
  }
  out.levels = chosen(table, "levels", {"critical", "caution", "awareness"}, Empty::kRefused);
  out.report_kinds = chosen(table, "report_kinds", {"threat-vulnerability", "industry-trend"}, Empty::kRefused);
  out.sectors = table.texts("sectors", Empty::kRefused);
  out.products = table.texts("products", Empty::kRefused);
  out.verification =
      chosen(table, "verification", {"unverified", "corroborated", "confirmed", "refuted"}, Empty::kRefused);
  out.languages = table.texts("languages", Empty::kRefused);
  out.confidence_below = table.count("confidence_below");
  if (out.confidence_below && (*out.confidence_below < 1 || *out.confidence_below > 100)) {
    context.error(table.line_of("confidence_below"), "\"confidence_below\" is " + std::to_string(*out.confidence_below) +
                                                         "; write 1 to 100");
  }
  out.exercise = table.flag("exercise", false);
  return out;
}

void Loader::read_rule(const TomlNode& node) {
  TableReader table(node, "[[rule]]", context);
  Rule out;
  out.line = node.line;
  out.id = name(table, "id");
  note(rules, out.id, table.line_of("id"), "rule id");
  out.effect = read_effect(table, context);
  out.profile = known_profile(table, "profile");
  if (out.effect == "redact" && !table.node("profile")) {
    context.error(node.line, "[[rule]] with effect = \"redact\" lacks \"profile\"; write profile = \"…\", the id of a [[profile]]");
  } else if (out.effect != "redact" && table.node("profile")) {
    context.error(table.line_of("profile"), "\"profile\" belongs to effect = \"redact\"; write that, or take the line out");
  }
  out.reason = table.text("reason");
  out.kinds = chosen(table, "kinds", {kKinds.begin(), kKinds.end()}, Empty::kRefused);
  out.classes = chosen(table, "classes", policy.member_classes, Empty::kRefused);
  out.groups = chosen(table, "groups", policy.groups, Empty::kRefused);
  out.roles = chosen(table, "roles", policy.roles, Empty::kRefused);
  out.parties = known_parties(table, "parties", false);
  out.without_assessments = chosen(table, "without_assessments", assessment_names(), Empty::kRefused);
  out.tlp = labels(table, context);
  out.object = read_conditions(table);
  out.validity = table.validity();
  table.finish();
  policy.rules.push_back(std::move(out));
}

}  // namespace sekisho::policy
