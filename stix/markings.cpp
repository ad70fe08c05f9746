#include "stix/markings.h"

#include <algorithm>
#include <array>

#include "core/ascii.h"

namespace sekisho::stix {
namespace {

struct TlpRow {
  Tlp tlp;
  std::string_view label;
  std::string_view id;     ///< TLP 2.0 marking-definition
  std::string_view value;  ///< of `tlp_2_0`
};
constexpr std::array kLevels{
    TlpRow{Tlp::kClear, "TLP:CLEAR", "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
           "clear"},
    TlpRow{Tlp::kGreen, "TLP:GREEN", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
           "green"},
    TlpRow{Tlp::kAmber, "TLP:AMBER", "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
           "amber"},
    TlpRow{Tlp::kAmberStrict, "TLP:AMBER+STRICT",
           "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"},
    TlpRow{Tlp::kRed, "TLP:RED", "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "red"},
};

/// What one marking-definition id stands for, and the words its content may use for it.
struct Known {
  enum class Form { kTlp1, kTlp2, kOpenCti } form;
  Tlp tlp;
  std::string_view label;  ///< the only label that agrees
  std::string_view value;  ///< the only value of `definition.tlp` or `tlp_2_0` that agrees
};

struct Fixed {
  std::string_view id;
  Known known;
};
using Form = Known::Form;
// TLP 1 of STIX 2.1 §7.2.1.4 (its AMBER included clients, so it is not STRICT) and foreign aliases.
constexpr std::array kOthers{
    Fixed{"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
          {Form::kTlp1, Tlp::kClear, "TLP:WHITE", "white"}},
    Fixed{"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
          {Form::kTlp1, Tlp::kGreen, "TLP:GREEN", "green"}},
    Fixed{"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
          {Form::kTlp1, Tlp::kAmber, "TLP:AMBER", "amber"}},
    Fixed{"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
          {Form::kTlp1, Tlp::kRed, "TLP:RED", "red"}},
    // OpenCTI writes AMBER+STRICT as a statement under an id of its own.
    Fixed{"marking-definition--826578e1-40ad-459f-bc73-ede076f81f37",
          {Form::kOpenCti, Tlp::kAmberStrict, "TLP:AMBER+STRICT", ""}},
};

std::optional<Known> known_id(std::string_view id) {
  for (const TlpRow& row : kLevels) {
    if (row.id == id) return Known{Form::kTlp2, row.tlp, row.label, row.value};
  }
  for (const Fixed& row : kOthers) {
    if (row.id == id) return row.known;
  }
  return std::nullopt;
}

const TlpRow& row_of(Tlp tlp) {
  return kLevels[static_cast<std::size_t>(tlp)];
}

using ascii::upper;

/// Everything in a marking-definition that may speak of TLP.
struct Content {
  explicit Content(const json::Value& object)
      : root(object),
        definition_type(root["definition_type"].string_or({})),
        definition(root["definition"]),
        statement(definition["statement"]),
        tlp1(definition["tlp"]),
        extensions(root["extensions"]),
        tlp2(extensions[kTlpExtensionId]) {
    // Free texts count when they are exactly a TLP label.
    for (const json::Value& text :
         {root["name"], statement, root["x_opencti_definition"], root["definition_type"]}) {
      const std::string_view word = text.string_or({});
      if (upper(word.substr(0, 4)) == "TLP:") labels.push_back(upper(word));
    }
  }

  bool claims_tlp() const {
    return definition_type == "tlp" || tlp1.exists() || tlp2.exists() || !labels.empty() ||
           upper(root["x_opencti_definition_type"].string_or({})) == "TLP";
  }
  bool labels_are(std::string_view label) const {
    return std::all_of(labels.begin(), labels.end(),
                       [label](const std::string& own) { return own == label; });
  }
  bool is_statement() const { return definition_type == "statement" && statement.is_string(); }

  json::Value root;
  std::string_view definition_type;
  json::Value definition, statement, tlp1, extensions, tlp2;
  std::vector<std::string> labels;
};

/// True if nothing in the content says other than the id, and the content itself says it.
bool agrees(const Content& content, const Known& known) {
  if (!content.labels_are(known.label)) return false;
  switch (known.form) {
    case Form::kTlp1:
      return content.definition_type == "tlp" && content.tlp1.string() == known.value &&
             content.definition.size() == 1 && !content.tlp2.exists();
    case Form::kTlp2:
      return content.tlp2["tlp_2_0"].string() == known.value && content.tlp2.size() == 2 &&
             content.tlp2["extension_type"].string() == "property-extension" &&
             !content.definition.exists();
    case Form::kOpenCti:
      return content.is_statement() && !content.labels.empty() && !content.tlp1.exists() &&
             !content.tlp2.exists();
  }
  return false;
}

void append_ids(const json::Value& list, std::vector<std::string>& out) {
  if (!list.is_array()) return;
  for (const auto& entry : list) {
    if (const auto id = entry.value.string()) out.emplace_back(*id);
  }
}

}  // namespace

std::string_view tlp_label(Tlp tlp) {
  return row_of(tlp).label;
}

std::optional<Tlp> tlp_from_label(std::string_view text) {
  std::string label = upper(text);
  if (!label.starts_with("TLP:")) label.insert(0, "TLP:");
  if (label == "TLP:WHITE") return Tlp::kClear;
  for (const TlpRow& row : kLevels) {
    if (row.label == label) return row.tlp;
  }
  return std::nullopt;
}

std::string_view tlp_marking_id(Tlp tlp) {
  return row_of(tlp).id;
}

std::optional<Tlp> tlp_from_marking_id(std::string_view id) {
  const auto known = known_id(id);
  return known ? std::optional(known->tlp) : std::nullopt;
}

std::string tlp_marking_object(Tlp tlp) {
  const TlpRow& row = row_of(tlp);
  json::Writer writer;
  writer.begin_object()
      .member("type", "marking-definition")
      .member("spec_version", "2.1")
      .member("id", row.id)
      .member("created", "2022-10-01T00:00:00.000Z")
      .member("name", row.label)
      .key("extensions")
      .begin_object()
      .key(kTlpExtensionId)
      .begin_object()
      .member("extension_type", "property-extension")
      .member("tlp_2_0", row.value)
      .end_object()
      .end_object()
      .end_object();
  return writer.take();
}

std::string tlp_extension_definition() {
  json::Writer writer;
  writer.begin_object()
      .member("type", "extension-definition")
      .member("spec_version", "2.1")
      .member("id", kTlpExtensionId)
      .member("created_by_ref", "identity--b3bca3c2-1f3d-4b54-b44f-dac42c3a8f01")
      .member("created", "2022-10-01T00:00:00.000Z")
      .member("modified", "2022-10-01T00:00:00.000Z")
      .member("name", "TLP 2.0")
      .member("description", "This defines TLP 2.0 as a STIX extension")
      .member("schema",
              "https://github.com/oasis-open/cti-stix-common-objects/tree/master/"
              "extension-definition-specifications/tlp-2.0")
      .member("version", "1.0.0")
      .key("extension_types")
      .begin_array()
      .string("property-extension")
      .end_array()
      .end_object();
  return writer.take();
}

MarkingMeaning meaning_of(const Object& marking_definition) {
  return meaning_of(marking_definition.root());
}

MarkingMeaning meaning_of(const json::Value& marking_definition) {
  using Kind = MarkingMeaning::Kind;
  if (marking_definition["type"].string() != "marking-definition") return {};
  const Content content(marking_definition);
  if (const auto known = known_id(marking_definition["id"].string_or({}))) {
    if (agrees(content, *known)) return {Kind::kTlp, known->tlp, MarkingScheme::kTlp};
    return {Kind::kMismatch, std::nullopt, MarkingScheme::kTlp};
  }
  const MarkingScheme scheme = scheme_of(marking_definition);
  if (content.claims_tlp()) {
    return {Kind::kMismatch, std::nullopt,
            scheme == MarkingScheme::kNone ? MarkingScheme::kTlp : scheme};
  }
  // An extension may restrict in a way that the statement does not tell.
  if (scheme == MarkingScheme::kNone && content.is_statement() && !content.extensions.exists()) {
    return {Kind::kStatement, std::nullopt, MarkingScheme::kStatement};
  }
  MarkingMeaning meaning{Kind::kUnknown, std::nullopt, scheme};
  if (scheme == MarkingScheme::kPap) meaning.pap = pap_of(marking_definition);
  if (scheme == MarkingScheme::kIep) meaning.iep = iep_statements(marking_definition);
  if (const auto policy = scheme == MarkingScheme::kIep ? iep_of(marking_definition) : std::nullopt) {
    if (const auto from = parse_stix_time(policy->start_date)) meaning.from = *from;
    if (const auto until = parse_stix_time(policy->end_date)) meaning.until = *until;
  }
  meaning.can_be_honoured = can_be_honoured(marking_definition);
  return meaning;
}

MarkingRefs marking_refs(const Object& object) {
  MarkingRefs refs;
  append_ids(object.root()["object_marking_refs"], refs.object);
  const json::Value granular = object.root()["granular_markings"];
  if (granular.is_array()) {
    for (const auto& entry : granular) {
      if (const auto id = entry.value["marking_ref"].string()) refs.granular.emplace_back(*id);
    }
  }
  return refs;
}

LabelClaims claims_in_labels(const Object& object) {
  LabelClaims claims;
  const json::Value labels = object.root()["labels"];
  if (!labels.is_array()) return claims;
  for (const auto& entry : labels) {
    const std::string label = upper(entry.value.string_or({}));
    if (label == "TLP:EX:CHR") {
      claims.chatham_house = true;
    } else if (label.starts_with("TLP:")) {
      const auto tlp = tlp_from_label(label);
      claims.unclear = claims.unclear || !tlp;
      if (tlp) claims.tlp = std::max(claims.tlp.value_or(*tlp), *tlp);
    } else if (label.starts_with("PAP:")) {
      const auto pap = pap_from_label(label);
      claims.unclear = claims.unclear || !pap;
      if (pap) claims.pap = std::max(claims.pap.value_or(*pap), *pap);
    } else if (label.find("CHATHAM HOUSE") != std::string::npos || label == "CHATHAM-HOUSE-RULE") {
      claims.chatham_house = true;
    }
  }
  return claims;
}

}  // namespace sekisho::stix
