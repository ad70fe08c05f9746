#include <algorithm>

#include "stix/entries.h"
#include "stix/markings.h"
#include "stix/names.h"
#include "stix/validate/object_rules.h"
#include "stix/validate/property_tables.h"

// STIX 2.1 §2.5, §2.11 (nested types), §7 and §8.

// A table has one row a line.
// clang-format off
namespace sekisho::stix {
namespace {

void external_reference_rules(const json::Value& object, FindingLog& log) {
  if (!object["description"].exists() && !object["url"].exists() &&
      !object["external_id"].exists()) {
    log.report(object, Clause::kExternalReference, "an external reference has description, url or external_id");
  }
  if (object["url"].exists() && !object["hashes"].exists()) {
    log.report(object, Clause::kReferenceHashes, "a reference with a url should have hashes of what lies there");
  }
}
constexpr Property kExternalReferenceRows[] = {
    {"source_name", text(), kRequired},
    {"description", text()},
    {"url", text()},
    {"hashes", reference_hashes()},
    {"external_id", text()},
};

/// §2.11: names in lower case with hyphens.
void kill_chain_rules(const json::Value& object, FindingLog& log) {
  for (const std::string_view name : {"kill_chain_name", "phase_name"}) {
    const json::Value value = object[name];
    const std::string_view text = value.string_or({});
    if (std::any_of(text.begin(), text.end(),
                    [](char c) { return c == ' ' || c == '_' || (c >= 'A' && c <= 'Z'); })) {
      log.report(value, Clause::kKillChainName, "the name should be in lower case with hyphens");
    }
  }
}
constexpr Property kKillChainRows[] = {
    {"kill_chain_name", text(), kRequired},
    {"phase_name", text(), kRequired},
};

/// §7.1: a text, or what holds texts in the places of the original.
void check_translated(const json::Value& value, FindingLog& log) {
  const json::Kind kind = value.kind();
  if (kind == json::Kind::kBoolean || kind == json::Kind::kInteger || kind == json::Kind::kReal) {
    log.report(value, Clause::kContents, "a translation is a text, or a list or object of texts");
  }
  for (const auto& entry : value) check_translated(entry.value, log);
}

/// Translations: a language, then the translated properties.
void language_content_rules(const json::Value& object, FindingLog& log) {
  const json::Value contents = object["contents"];
  if (!contents.is_object()) return;
  for (const auto& [key, translation] : contents) {
    if (!is_language_tag(key)) {
      log.report(translation, Clause::kContents, "a key of contents is an RFC 5646 tag such as ja");
    }
    check_kind(translation, dictionary(), log);
    check_key_case(translation, log);
    for (const auto& text : translation) check_translated(text.value, log);
  }
}
constexpr Property kLanguageContent[] = {
    {"object_ref", reference(), kRequired},
    {"object_modified", timestamp()},
    {"contents", dictionary(), kRequired},
};

/// §7.2.1.4 and the TLP 2.0 extension: published once. Whether id and content agree is
/// meaning_of().
void tlp_rules(const json::Value& object, FindingLog& log) {
  const bool first = object["definition_type"].string() == "tlp";
  const json::Value extensions = object["extensions"];
  const bool second = extensions[kTlpExtensionId].exists();
  const Clause clause = second ? Clause::kTlp2 : Clause::kTlp;
  if (meaning_of(object).kind == MarkingMeaning::Kind::kMismatch) {
    log.report(object["id"], clause, "id and content of this TLP marking disagree; use the published object");
  }
  if (!first && !second) return;
  const std::string_view published =
      first ? "2017-01-20T00:00:00.000Z" : "2022-10-01T00:00:00.000Z";
  const json::Value created = object["created"];
  if (created.exists() && created.string() != published) {
    log.report(created, clause, "this TLP marking was created " + std::string(published));
  }
  if (second && extensions.size() > 1) {
    log.report(extensions, Clause::kTlp2, "a TLP 2.0 marking has no other extension");
  }
  if (second && !object["name"].exists()) {
    log.report(object, Clause::kTlpName, "a TLP 2.0 marking has the name of its label, such as TLP:GREEN");
  }
}

void marking_rules(const json::Value& object, FindingLog& log) {
  const json::Value type = object["definition_type"];
  const json::Value definition = object["definition"];
  if (!object["extensions"].exists()) {
    for (const std::string_view name : {"definition_type", "definition"}) {
      if (!object[name].exists()) {
        log.report(object, Clause::kMarkingContent, "without extensions a marking has " + std::string(name));
      }
    }
  }
  const std::string_view kind = type.string_or({});
  if (kind == "statement") {
    if (definition.is_object() && !definition["statement"].is_string()) {
      log.report(definition, Clause::kStatement, "a statement marking has the string definition.statement");
    }
  } else if (kind == "tlp") {
    if (definition.is_object() && !definition["tlp"].is_string()) {
      log.report(definition, Clause::kTlp, "a TLP marking has the string definition.tlp");
    }
  } else if (type.is_string()) {
    log.report(type, Clause::kDefinitionType, "definition_type should be statement; new kinds use an extension");
  }
  tlp_rules(object, log);
}
constexpr Property kMarking[] = {
    {"name", text()},
    {"definition_type", text()},
    {"definition", any_object()},
};

/// A property that a top-level extension adds to an object: no common one, and best none of the standard.
void check_new_property(const json::Value& value, FindingLog& log) {
  const auto name = value.string();
  if (!name) return;
  if (is_common_property(*name)) {
    log.report(value, Clause::kRedefinition, "an extension does not define a common property of STIX anew");
  } else if (is_standard_property(*name)) {
    log.report(value, Clause::kSharedName, "STIX has a property of this name; the extension should use one of its own");
  } else {
    check_custom_name(*name, value, Clause::kExtensionName, log);
  }
}

void extension_definition_rules(const json::Value& object, FindingLog& log) {
  const json::Value types = object["extension_types"];
  const bool toplevel = any_entry(types, [](const json::Value::Entry& entry) {
    return entry.value.string() == "toplevel-property-extension";
  });
  const json::Value properties = object["extension_properties"];
  if (properties.exists() && !toplevel) {
    log.report(properties, Clause::kExtensionProperties,
              "extension_properties is there only with toplevel-property-extension");
  }
  if (!properties.exists() && toplevel) {
    log.report(object, Clause::kNewProperties, "extension_properties should name the new properties");
  }
  if (!object["description"].exists()) {
    log.report(object, Clause::kExtensionText, "an extension-definition should have a description");
  }
  for (const auto& entry : properties) check_new_property(entry.value, log);
}
constexpr Property kExtensionDefinition[] = {
    {"name", text(), kRequired},
    {"description", text()},
    {"schema", text(), kRequired},
    {"version", text(), kRequired},
    {"extension_types", list(closed_enum(kExtensionTypeEnum)), kRequired},
    {"extension_properties", list(text())},
};

void bundle_rules(const json::Value& object, FindingLog& log) {
  const json::Value objects = object["objects"];
  if (!objects.is_array()) return;
  for (const auto& entry : objects) {
    if (entry.value.is_object()) check_bundle_member(entry.value, log);  // of others the row speaks
  }
}
constexpr Property kBundle[] = {
    {"objects", list(any_object())},
};

constexpr TypeTable kMetaTables[] = {
    {{"language-content", Clause::kLanguageContent, kLanguageContent, language_content_rules}},
    {{"marking-definition", Clause::kMarking, kMarking, marking_rules}},
    {{"extension-definition", Clause::kExtensionDefinition, kExtensionDefinition, extension_definition_rules}},
    {{"bundle", Clause::kBundle, kBundle, bundle_rules}},
};

}  // namespace

constinit const Shape kExternalReference{"external-reference", Clause::kExternalReference, kExternalReferenceRows,
                                         external_reference_rules};
constinit const Shape kKillChainPhase{"kill-chain-phase", Clause::kKillChainPhase, kKillChainRows, kill_chain_rules};

void check_bundle_member(const json::Value& member, FindingLog& log) {
  const auto type = member["type"].string();
  if (!type || !member["id"].is_string()) {
    log.report(member, Clause::kBundle, "a bundle holds STIX objects: each has type and id");
  } else if (*type == "bundle") {
    log.report(member, Clause::kBundle, "a bundle holds no bundle");
  }
}

std::span<const TypeTable> meta_tables() {
  return kMetaTables;
}

}  // namespace sekisho::stix
