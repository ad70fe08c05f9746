#include <algorithm>
#include <bitset>
#include <vector>

#include "stix/entries.h"
#include "stix/names.h"
#include "stix/validate/object_rules.h"

// A table has one row a line.
// clang-format off
namespace sekisho::stix {
namespace {

constexpr std::string_view kCreatorTypes[] = {"identity"};

// The table of §3.2: SDO, SRO, SCO, extension-definition, language-content, marking-definition,
// bundle. "Not applicable" is no MUST NOT of the text; that is said of defanged (§3.2) and of versions of
// markings (§7.2.1) only.
constexpr CommonProperty kCommon[] = {
    {{"type", text()}, "RRRRRRR"},
    {{"id", text()}, "RRRRRRR"},
    {{"spec_version", exactly("2.1"), Need::kOptional, Clause::kSpecVersion}, "RRORRR-"},
    {{"created_by_ref", reference(kCreatorTypes), Need::kOptional, Clause::kCreator}, "OO-ROO-"},
    {{"created", version_time()}, "RR-RRR-"},
    {{"modified", version_time(), Need::kOptional, Clause::kMarking}, "RR-RRN-"},
    {{"revoked", boolean(), Need::kOptional, Clause::kMarking}, "OO-OON-"},
    {{"labels", list(text())}, "OO-OO--"},
    {{"confidence", integer(0, 100), Need::kOptional, Clause::kConfidence}, "OO--O--"},
    {{"lang", language()}, "OO-----"},
    {{"external_references", list(nested(kExternalReference))}, "OO-OOO-"},
    {{"object_marking_refs", list(reference(kMarkingDefinition)), Need::kOptional, Clause::kMarkingRefs}, "OOOOOO-"},
    {{"granular_markings", unchecked()}, "OOOOOO-"},
    {{"defanged", boolean(), Need::kOptional, Clause::kDefanged}, "NNONNN-"},
    {{"extensions", unchecked()}, "OOO-OO-"},
};

constexpr std::string_view kReserved[] = {"severity", "username", "phone_number", "action"};

void check_common_properties(const Subject& object, FindingLog& log) {
  const auto column = static_cast<std::size_t>(object.object_class);
  const bool custom = object.category == Category::kUnknown;
  for (const auto& [row, uses] : object.common) {
    const FindingLog::InRow in_row(log, row);
    const json::Value value = object.root[row.name];
    const char use = uses[column];
    const Clause clause = row.clause.value_or(Clause::kCommon);
    if (!value.exists()) {
      if (use == 'R') {
        log.report(object.root, Clause::kRequired,
                   std::string(object.type) + " needs the property " + std::string(row.name));
      }
    } else if (use == 'N' && !custom) {
      log.report(value, clause, std::string(row.name) + " is never a property of " + std::string(object.type));
    } else if (use == '-' && object.object_class == ObjectClass::kBundle) {
      log.report(value, Clause::kBundleContent, std::string(row.name) + " is not a property of a bundle");
    } else {
      if (use == '-' && !custom) {
        log.report(value, Clause::kCommon, std::string(row.name) + " is not a property of " + std::string(object.type));
      }
      const FindingLog::InTable in_table(log, clause);
      check_kind(value, row.kind, log);
    }
  }
}

void check_versions(const json::Value& root, FindingLog& log) {
  const auto created = parse_stix_time(root["created"].string_or({}));
  const auto modified = parse_stix_time(root["modified"].string_or({}));
  if (created.ok() && modified.ok() && *modified < *created) {
    log.report(root["modified"], Clause::kModifiedOrder, "modified is not before created");
  }
}

/// Reports the labels that are terms of the row's vocabulary and missing in `types`. One pass over each list.
void check_terms(const json::Value& labels, const json::Value& types, const Property& row, FindingLog& log) {
  constexpr std::size_t kMostTerms = 64;
  const auto terms = row.kind.vocabulary->terms.first(std::min(row.kind.vocabulary->terms.size(), kMostTerms));
  const auto number = [terms](const json::Value& value) {
    const auto found = std::find(terms.begin(), terms.end(), value.string_or({}));
    return static_cast<std::size_t>(found - terms.begin());
  };
  std::bitset<kMostTerms + 1> given;
  for (const auto& type : types) given.set(number(type.value));
  given.set(terms.size());  // what is no term of the vocabulary
  for (const auto& label : labels) {
    if (!given[number(label.value)]) log.report(label.value, Clause::kLabels, "this label belongs into " + std::string(row.name));
  }
}

/// §3.2: a label does not say what the property of the type for its subtypes (malware_types …) is there for. What
/// can be seen: a label that is a term of its vocabulary and is missing there.
void check_labels(const Subject& object, FindingLog& log) {
  const json::Value labels = object.root["labels"];
  if (object.table == nullptr || !labels.is_array()) return;
  for (const Property& row : object.table->shape.properties) {
    if (row.kind.vocabulary == nullptr || !row.name.ends_with("_types")) continue;
    check_terms(labels, object.root[row.name], row, log);
  }
}

void check_own_marking(const Subject& object, FindingLog& log) {
  if (object.object_class != ObjectClass::kMarking) return;
  const auto refuse = [&](const json::Value& value) {
    if (value.string() == object.id) {
      log.report(value, Clause::kMarkingCircle, "a marking-definition does not mark itself");
    }
  };
  for (const auto& entry : object.root["object_marking_refs"]) refuse(entry.value);
  for (const auto& entry : object.root["granular_markings"]) refuse(entry.value["marking_ref"]);
}

/// §3.1: `x_enc` is absent when `x` is absent. An object may have very many such names, so they are looked up in
/// order once there are more than a few.
void check_encodings(const json::Value& root, FindingLog& log) {
  constexpr int kFew = 8;
  int count = 0;
  std::vector<std::string_view> names;
  for (const auto& [name, value] : root) {
    if (!name.ends_with("_enc")) continue;
    const std::string_view original = name.substr(0, name.size() - 4);
    if (++count == kFew) {
      for (const auto& entry : root) names.push_back(entry.key);
      std::sort(names.begin(), names.end());
    }
    const bool there = count < kFew ? root[original].exists() : std::binary_search(names.begin(), names.end(), original);
    if (!there) log.report(value, Clause::kEncodingAlone, "the property whose character set this names is missing");
  }
}

bool is_id(const json::Value& value) {
  return split_id(value.string_or({})).has_value();
}

/// Hears of findings and keeps none: to place one costs the way from the root, and an object may have many.
class Deaf : public FindingLog::Judge {
 public:
  bool keep(const FindingLog::Check&, Clause) override {
    heard = true;
    return false;
  }
  bool heard = false;
};

/// §3.1: what the ending of a name promises of its value.
bool keeps_promise(std::string_view name, const json::Value& value) {
  if (name.ends_with("_ref")) return is_id(value);
  if (name.ends_with("_refs")) {
    return value.is_array() &&
           !any_entry(value, [](const json::Value::Entry& entry) { return !is_id(entry.value); });
  }
  Deaf deaf;
  FindingLog scratch({}, &deaf);
  if (name.ends_with("_bin")) check_kind(value, binary(), scratch);
  if (name.ends_with("_hex")) check_kind(value, hex_text(), scratch);
  return !deaf.heard;
}

/// What STIX says of any property, known or not.
void check_unknown_value(std::string_view name, const json::Value& value, FindingLog& log) {
  if (value.kind() == json::Kind::kNull) {
    log.report(value, Clause::kNull, "null is not a value of STIX; leave the property out");
  } else if (value.is_array() && value.size() == 0) {
    log.report(value, Clause::kList, "a list is never empty; leave the property out");
  } else if (!keeps_promise(name, value)) {
    log.report(value, Clause::kNameEnding,
                "_ref is an id, _refs a list of ids, _bin base64, _hex lower-case hex content");
  }
  check_key_case(value, log);
}

/// Members that neither the common properties nor the table of the type know.
void check_others(const Subject& object, FindingLog& log) {
  const json::Value root = object.root;
  const TypeTable* table = object.table;
  const bool extended = has_extension_type(root, "toplevel-property-extension");
  bool warned = false, named = false;
  for (const auto& [name, value] : root) {
    if (is_common_property(name)) continue;
    if (std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved)) {
      log.report(value, Clause::kReserved, "the name is reserved; use another");
      continue;
    }
    if (table != nullptr && find_property(table->shape.properties, name) != nullptr) continue;
    check_custom_name(name, value, Clause::kNameForm, log);
    check_unknown_value(name, value, log);
    if (table == nullptr || extended) continue;
    if (!named && !name.starts_with("x_")) {  // of each kind the first is named, for all of them
      named = true;
      log.report(value, Clause::kCustomName, "a custom property should begin with x_");
    }
    if (warned) continue;
    warned = true;
    log.report(value, object.object_class == ObjectClass::kBundle ? Clause::kBundleContent : Clause::kCustomProperty,
                "not a property of " + std::string(object.type) +
                    " in STIX 2.1; a custom one should come with an extension");
  }
}

}  // namespace

void check_common(const Subject& object, FindingLog& log) {
  check_common_properties(object, log);
  check_versions(object.root, log);
  check_own_marking(object, log);
  check_labels(object, log);
  check_encodings(object.root, log);
  check_others(object, log);
}

std::span<const CommonProperty> common_properties() {
  return kCommon;
}

bool is_common_property(std::string_view name) {
  return std::any_of(std::begin(kCommon), std::end(kCommon),
                     [name](const CommonProperty& common) { return common.row.name == name; });
}

void check_custom_name(std::string_view name, const json::Value& value, Clause clause,
                       FindingLog& log, FindingLog::Site site) {
  if (is_property_name(name)) return;
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  // §11 leaves it to the consumer whether to take custom content; published catalogues write
  // capitals in names of their own, so those are reported without refusing the object.
  if (name.starts_with("x_") && is_property_name(lower)) {
    log.report(value, Clause::kCustomName, "a property name is in lower case", site);
  } else if (clause == Clause::kNameForm && (name.size() < 3 || name.size() > 250)) {
    log.report(value, Clause::kNameLength, "a property name has 3 to 250 characters", site);
  } else {
    log.report(value, clause, "a property name is 3 to 250 of a-z 0-9 _ with a letter first", site);
  }
}

}  // namespace sekisho::stix
