#include <algorithm>
#include <optional>

#include "core/time.h"
#include "stix/entries.h"
#include "stix/pattern/check.h"
#include "stix/validate/property_tables.h"
#include "stix/validate/shared_rules.h"

// STIX 2.1 §4. One table per type, in the order of the sections; the rules of a type stand before it.

// A table has one row a line.
// clang-format off
namespace sekisho::stix {
namespace {

constexpr std::string_view kSoftwareRef[] = {"software"};
constexpr std::string_view kSample[] = {"artifact", "file"};
constexpr std::string_view kAnalysed[] = {"artifact", "file", "network-traffic"};

void attack_pattern_rules(const json::Value& object, FindingLog& log) {
  check_catalogue(object, "capec", "CAPEC-", Clause::kCapec, log);
}
constexpr Property kAttackPattern[] = {
    {"name", text(), kRequired},
    {"description", text()},
    {"aliases", list(text())},
    {"kill_chain_phases", list(nested(kKillChainPhase))},
};

constexpr Property kCampaign[] = {
    {"name", text(), kRequired},
    {"description", text()},
    {"aliases", list(text())},
    {"first_seen", timestamp()},
    {"last_seen", timestamp()},
    {"objective", text()},
};

constexpr Property kCourseOfAction[] = {
    {"name", text(), kRequired},
    {"description", text()},
};

constexpr Property kGrouping[] = {
    {"name", text()},
    {"description", text()},
    {"context", open_vocab(kGroupingContextOv), kRequired},
    {"object_refs", list(reference()), kRequired},
};

constexpr Property kIdentity[] = {
    {"name", text(), kRequired},
    {"description", text()},
    {"roles", list(text())},
    {"identity_class", open_vocab(kIdentityClassOv)},
    {"sectors", list(open_vocab(kIndustrySectorOv))},
    {"contact_information", text()},
};

constexpr Property kIncident[] = {
    {"name", text(), kRequired},
    {"description", text()},
};

/// A rule of these languages begins with a word, so what is a STIX pattern is none. A custom language, and PCRE,
/// may look like anything.
bool is_foreign(std::string_view pattern_type, std::string_view text) {
  constexpr std::string_view kWords[] = {"sigma", "snort", "suricata", "yara"};
  if (std::find(std::begin(kWords), std::end(kWords), pattern_type) == std::end(kWords)) return false;
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '[' || text[first] == '(') && pattern::inspect(text).valid;
}

/// §9.5.1: all qualifiers START STOP. As deep as the parser lets a pattern be.
bool lies_within(const pattern::Observation& observation, std::optional<Timestamp> from, std::optional<Timestamp> until) {
  const bool own = std::all_of(observation.qualifiers.begin(), observation.qualifiers.end(), [&](const auto& qualifier) {
    if (qualifier.kind != pattern::Qualifier::Kind::kStartStop) return true;
    return !(from && qualifier.start < *from) && !(until && *until < qualifier.stop);
  });
  return own && std::all_of(observation.operands.begin(), observation.operands.end(),
                            [&](const auto& operand) { return lies_within(operand, from, until); });
}

/// §9: what the pattern itself says. A warning of the pattern's check stands under one clause.
void check_pattern(const json::Value& object, FindingLog& log) {
  const json::Value value = object["pattern"];
  const std::string_view type = object["pattern_type"].string_or({});
  if (is_foreign(type, value.string_or({}))) {
    log.report(object["pattern_type"], Clause::kPatternType, "the pattern is a STIX pattern, so pattern_type is stix");
  }
  if (type != "stix" || !value.is_string()) return;
  const bool first = object["pattern_version"].string() == "2.0";
  const auto inspection = pattern::inspect(value.string_or({}), first ? pattern::Language::kStix20
                                                                       : pattern::Language::kStix21);
  for (const pattern::Finding& finding : inspection.findings) {
    const Clause clause = finding.is_error ? clause_of(finding.clause).value_or(Clause::kPatternSyntax)
                                           : Clause::kPatternAdvice;
    log.report(value, clause, finding.message);
  }
  const auto from = parse_stix_time(object["valid_from"].string_or({}));
  const auto until = parse_stix_time(object["valid_until"].string_or({}));
  if (inspection.pattern && !lies_within(inspection.pattern->root, from.ok() ? std::optional(*from) : std::nullopt,
                                         until.ok() ? std::optional(*until) : std::nullopt)) {
    log.report(value, Clause::kPatternTimes, "START and STOP should lie within valid_from and valid_until");
  }
}

void indicator_rules(const json::Value& object, FindingLog& log) {
  check_strict_order(object, "valid_from", "valid_until", Clause::kValidUntil, log);
  check_pattern(object, log);
  if (!object["name"].exists() || !object["description"].exists()) {
    log.report(object, Clause::kIndicatorText, "an indicator should have name and description");
  }
}
constexpr Property kIndicator[] = {
    {"name", text()},
    {"description", text()},
    {"indicator_types", list(open_vocab(kIndicatorTypeOv))},
    {"pattern", text(), kRequired},
    {"pattern_type", open_vocab(kPatternTypeOv), kRequired},
    {"pattern_version", text()},
    {"valid_from", timestamp(), kRequired},
    {"valid_until", timestamp()},
    {"kill_chain_phases", list(nested(kKillChainPhase))},
};

constexpr Property kInfrastructure[] = {
    {"name", text(), kRequired},
    {"description", text()},
    {"infrastructure_types", list(open_vocab(kInfrastructureTypeOv))},
    {"aliases", list(text())},
    {"kill_chain_phases", list(nested(kKillChainPhase))},
    {"first_seen", timestamp()},
    {"last_seen", timestamp()},
};

constexpr Property kIntrusionSet[] = {
    {"name", text(), kRequired},
    {"description", text()},
    {"aliases", list(text())},
    {"first_seen", timestamp()},
    {"last_seen", timestamp()},
    {"goals", list(text())},
    {"resource_level", open_vocab(kAttackResourceLevelOv)},
    {"primary_motivation", open_vocab(kAttackMotivationOv)},
    {"secondary_motivations", list(open_vocab(kAttackMotivationOv))},
};

/// Two letters, a hyphen, one to three letters or digits (ISO 3166-2).
bool is_subdivision(std::string_view text) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return text.size() >= 4 && text.size() <= 6 && is_capital(text[0]) && is_capital(text[1]) && text[2] == '-' &&
         std::all_of(text.begin() + 3, text.end(), [&](char c) { return is_capital(c) || (c >= '0' && c <= '9'); });
}
void location_rules(const json::Value& object, FindingLog& log) {
  check_needs(object, "latitude", "longitude", Clause::kCoordinates, log);
  check_needs(object, "longitude", "latitude", Clause::kCoordinates, log);
  check_needs(object, "precision", "latitude", Clause::kCoordinates, log);
  if (!object["region"].exists() && !object["country"].exists() && !object["latitude"].exists()) {
    log.report(object, Clause::kPlace, "location needs region, country, or latitude and longitude");
  }
  const json::Value country = object["country"];
  const auto code = country.string();
  if (code && (code->size() != 2 || !std::all_of(code->begin(), code->end(),
                                                 [](char c) { return c >= 'A' && c <= 'Z'; }))) {
    log.report(country, Clause::kCountry, "a country should be an ISO 3166-1 alpha-2 code such as JP");
  }
  const json::Value area = object["administrative_area"];
  if (area.is_string() && !is_subdivision(area.string_or({}))) {
    log.report(area, Clause::kAdministrativeArea, "an administrative_area should be an ISO 3166-2 code such as JP-13");
  }
}
constexpr Property kLocation[] = {
    {"name", text()},
    {"description", text()},
    {"latitude", number(-90, 90)},
    {"longitude", number(-180, 180)},
    {"precision", number(0)},
    {"region", open_vocab(kRegionOv)},
    {"country", text()},
    {"administrative_area", text()},
    {"city", text()},
    {"street_address", text()},
    {"postal_code", text()},
};

void malware_rules(const json::Value& object, FindingLog& log) {
  first_seen_last_seen(object, log);
  if (object["is_family"].boolean() == true && !object["name"].exists()) {
    log.report(object, Clause::kFamilyName, "a malware family has a name");
  }
}
constexpr Property kMalware[] = {
    {"name", text()},
    {"description", text()},
    {"malware_types", list(open_vocab(kMalwareTypeOv))},
    {"is_family", boolean(), kRequired},
    {"aliases", list(text())},
    {"kill_chain_phases", list(nested(kKillChainPhase))},
    {"first_seen", timestamp()},
    {"last_seen", timestamp()},
    {"operating_system_refs", list(reference(kSoftwareRef))},
    {"architecture_execution_envs", list(open_vocab(kProcessorArchitectureOv))},
    {"implementation_languages", list(open_vocab(kImplementationLanguageOv))},
    {"capabilities", list(open_vocab(kMalwareCapabilitiesOv))},
    {"sample_refs", list(reference(kSample))},
};

void malware_analysis_rules(const json::Value& object, FindingLog& log) {
  if (!object["result"].exists() && !object["analysis_sco_refs"].exists()) {
    log.report(object, Clause::kAnalysisResult, "malware-analysis needs result or analysis_sco_refs");
  }
  const json::Value product = object["product"];
  const std::string_view name = product.string_or({});
  if (std::any_of(name.begin(), name.end(), [](char c) { return c == ' ' || c == '_' || (c >= 'A' && c <= 'Z'); })) {
    log.report(product, Clause::kProductName, "a product should be in lower case, its words joined by dashes");
  }
}
constexpr Property kMalwareAnalysis[] = {
    {"product", text(), kRequired},
    {"version", text()},
    {"host_vm_ref", reference(kSoftwareRef)},
    {"operating_system_ref", reference(kSoftwareRef)},
    {"installed_software_refs", list(reference(kSoftwareRef))},
    {"configuration_version", text()},
    {"modules", list(text())},
    {"analysis_engine_version", text()},
    {"analysis_definition_version", text()},
    {"submitted", timestamp()},
    {"analysis_started", timestamp()},
    {"analysis_ended", timestamp()},
    {"result_name", text()},
    {"result", open_vocab(kMalwareResultOv)},
    {"analysis_sco_refs", list(reference_to_class(kScoClass))},
    {"sample_ref", reference(kAnalysed)},
};

constexpr Property kNote[] = {
    {"abstract", text()},
    {"content", text(), kRequired},
    {"authors", list(text())},
    {"object_refs", list(reference()), kRequired},
};

void observed_data_rules(const json::Value& object, FindingLog& log) {
  check_order(object, "first_observed", "last_observed", Clause::kObservedData, log);
  const json::Value objects = object["objects"];
  const json::Value refs = object["object_refs"];
  if (objects.exists() == refs.exists()) {
    log.report(object, Clause::kObservedContent, "observed-data has object_refs (or, deprecated, objects)");
  }
  if (objects.exists()) {
    log.report(objects, Clause::kContainer, "the observable container is deprecated; use object_refs");
    if (objects.is_object() && objects.size() == 0) {
      log.report(objects, Clause::kDictionary, "a dictionary is never empty");
    }
  }
  if (!refs.is_array() || refs.size() == 0) return;
  const bool observable = any_entry(refs, [](const json::Value::Entry& entry) {
    const std::string_view id = entry.value.string_or({});
    const Category category = category_of(id.substr(0, id.find("--")));
    return category == Category::kSco || category == Category::kUnknown;
  });
  if (!observable) log.report(refs, Clause::kObservedSco, "object_refs names at least one cyber-observable");
}
constexpr Property kObservedData[] = {
    {"first_observed", timestamp(), kRequired},
    {"last_observed", timestamp(), kRequired},
    {"number_observed", integer(1, 999'999'999), kRequired},
    {"objects", any_object()},
    {"object_refs", list(reference_to_class(kScoClass | kSroClass))},
};

constexpr Property kOpinion[] = {
    {"explanation", text()},
    {"authors", list(text())},
    {"opinion", closed_enum(kOpinionEnum), kRequired},
    {"object_refs", list(reference()), kRequired},
};

constexpr Property kReport[] = {
    {"name", text(), kRequired},
    {"description", text()},
    {"report_types", list(open_vocab(kReportTypeOv))},
    {"published", timestamp(), kRequired},
    {"object_refs", list(reference()), kRequired},
};

constexpr Property kThreatActor[] = {
    {"name", text(), kRequired},
    {"description", text()},
    {"threat_actor_types", list(open_vocab(kThreatActorTypeOv))},
    {"aliases", list(text())},
    {"first_seen", timestamp()},
    {"last_seen", timestamp()},
    {"roles", list(open_vocab(kThreatActorRoleOv))},
    {"goals", list(text())},
    {"sophistication", open_vocab(kThreatActorSophisticationOv)},
    {"resource_level", open_vocab(kAttackResourceLevelOv)},
    {"primary_motivation", open_vocab(kAttackMotivationOv)},
    {"secondary_motivations", list(open_vocab(kAttackMotivationOv))},
    {"personal_motivations", list(open_vocab(kAttackMotivationOv))},
};

constexpr Property kTool[] = {
    {"name", text(), kRequired},
    {"description", text()},
    {"tool_types", list(open_vocab(kToolTypeOv))},
    {"aliases", list(text())},
    {"kill_chain_phases", list(nested(kKillChainPhase))},
    {"tool_version", text()},
};

void vulnerability_rules(const json::Value& object, FindingLog& log) {
  check_catalogue(object, "cve", "CVE-", Clause::kCve, log);
}
constexpr Property kVulnerability[] = {
    {"name", text(), kRequired},
    {"description", text()},
};

constexpr TypeTable kSdoTables[] = {
    {{"attack-pattern", Clause::kAttackPattern, kAttackPattern, attack_pattern_rules}},
    {{"campaign", Clause::kCampaign, kCampaign, first_seen_last_seen}},
    {{"course-of-action", Clause::kCourseOfAction, kCourseOfAction}},
    {{"grouping", Clause::kGrouping, kGrouping}},
    {{"identity", Clause::kIdentity, kIdentity}},
    {{"incident", Clause::kIncident, kIncident}},
    {{"indicator", Clause::kIndicator, kIndicator, indicator_rules}},
    {{"infrastructure", Clause::kInfrastructure, kInfrastructure, first_seen_last_seen}},
    {{"intrusion-set", Clause::kIntrusionSet, kIntrusionSet, first_seen_last_seen}},
    {{"location", Clause::kLocation, kLocation, location_rules}},
    {{"malware", Clause::kMalware, kMalware, malware_rules}},
    {{"malware-analysis", Clause::kMalwareAnalysis, kMalwareAnalysis, malware_analysis_rules}},
    {{"note", Clause::kNoteObject, kNote}},
    {{"observed-data", Clause::kObservedData, kObservedData, observed_data_rules}},
    {{"opinion", Clause::kOpinion, kOpinion}},
    {{"report", Clause::kReport, kReport}},
    {{"threat-actor", Clause::kThreatActor, kThreatActor, first_seen_last_seen}},
    {{"tool", Clause::kTool, kTool}},
    {{"vulnerability", Clause::kVulnerability, kVulnerability, vulnerability_rules}},
};

}  // namespace

std::span<const TypeTable> sdo_tables() {
  return kSdoTables;
}

}  // namespace sekisho::stix
