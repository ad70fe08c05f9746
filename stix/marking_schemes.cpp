#include "stix/marking_schemes.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/ascii.h"
#include "core/time.h"
#include "core/uuid.h"

namespace sekisho::stix {
namespace {

struct PapRow {
  std::string_view id;
  Pap pap;
  std::string_view label;
};
// The first four stand in the order of Pap; WHITE is the older name of CLEAR.
constexpr std::array kPapRows{
    PapRow{"marking-definition--ad15a0cd-55b6-4588-a14c-a66105329b92", Pap::kClear, "PAP:CLEAR"},
    PapRow{"marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9", Pap::kGreen, "PAP:GREEN"},
    PapRow{"marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab", Pap::kAmber, "PAP:AMBER"},
    PapRow{"marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e", Pap::kRed, "PAP:RED"},
    PapRow{"marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730", Pap::kClear, "PAP:WHITE"},
};

using ascii::upper;

/// The free texts of a marking-definition.
std::array<json::Value, 4> texts_of(const json::Value& root) {
  return {root["name"], root["definition_type"], root["definition"]["statement"],
          root["x_opencti_definition"]};
}

/// Everything in a marking-definition that may speak of PAP.
struct PapContent {
  explicit PapContent(const json::Value& object)
      : by_id(pap_from_marking_id(object["id"].string_or({}))),
        extension(object["extensions"][kPapExtensionId]) {
    const json::Value root = object;
    for (const json::Value& text : texts_of(root)) {
      const std::string_view word = text.string_or({});
      if (upper(word.substr(0, 4)) == "PAP:") levels.push_back(pap_from_label(word));
    }
    if (extension.exists()) {
      const auto value = extension["pap"].string();
      levels.push_back(value ? pap_from_label(*value) : std::nullopt);
    }
    if (by_id) levels.push_back(by_id);
    claims = !levels.empty() || upper(root["definition_type"].string_or({})) == "PAP" ||
             upper(root["x_opencti_definition_type"].string_or({})) == "PAP";
  }
  std::optional<Pap> by_id;
  json::Value extension;
  std::vector<std::optional<Pap>>
      levels;  ///< one for each place that speaks; nothing = not a level
  bool claims = false;
};

bool speaks_chatham_house(const json::Value& object) {
  const auto texts = texts_of(object);
  return std::any_of(texts.begin(), texts.end(), [](const json::Value& text) {
    const std::string words = upper(text.string_or({}));
    return words.find("CHATHAM HOUSE") != std::string::npos || words == "TLP:EX:CHR";
  });
}

/// The statements of an IEP 2.0 policy and the values of each; the rest of a row is empty.
struct IepRow {
  std::string_view name;
  std::string_view IepPolicy::*member;
  std::array<std::string_view, 5> values;
};
constexpr std::array kIepRows{
    IepRow{"encrypt_in_transit", &IepPolicy::encrypt_in_transit, {"must", "may"}},
    IepRow{"permitted_actions", &IepPolicy::permitted_actions,
           {"none", "contact-for-instruction", "internally-visible-actions", "externally-visible-indirect-actions",
            "externally-visible-direct-actions"}},
    IepRow{"affected_party_notifications", &IepPolicy::affected_party_notifications, {"may", "must-not"}},
    IepRow{"tlp", &IepPolicy::tlp, {"red", "amber", "green", "white"}},
    IepRow{"provider_attribution", &IepPolicy::provider_attribution, {"may", "must", "must-not"}},
    IepRow{"unmodified_resale", &IepPolicy::unmodified_resale, {"may", "must-not"}},
};

std::vector<std::string_view> iep_names() {
  std::vector<std::string_view> out{"extension_type", "iep_version", "iep_id", "name", "description", "start_date", "end_date"};
  for (const IepRow& row : kIepRows) out.push_back(row.name);
  return out;
}

/// Whether an object has no members but these.
bool only_known(const json::Value& object, const std::vector<std::string_view>& names) {
  for (const auto& member : object) {
    if (std::find(names.begin(), names.end(), member.key) == names.end()) return false;
  }
  return true;
}

std::string statement_of(const IepRow& row, std::string_view value) {
  return std::string(row.name) + "=" + std::string(value);
}

}  // namespace

std::string_view scheme_name(MarkingScheme scheme) {
  switch (scheme) {
    case MarkingScheme::kTlp:
      return "tlp";
    case MarkingScheme::kStatement:
      return "statement";
    case MarkingScheme::kPap:
      return "pap";
    case MarkingScheme::kChathamHouse:
      return "chatham-house";
    case MarkingScheme::kIep:
      return "iep";
    case MarkingScheme::kAcs:
      return "acs";
    case MarkingScheme::kNone:
      break;
  }
  return "unknown";
}

std::string_view pap_label(Pap pap) {
  return kPapRows[static_cast<std::size_t>(pap)].label;
}

std::optional<Pap> pap_from_label(std::string_view text) {
  std::string label = upper(text);
  if (!label.starts_with("PAP:")) label.insert(0, "PAP:");
  for (const PapRow& row : kPapRows) {
    if (row.label == label) return row.pap;
  }
  return std::nullopt;
}

std::string_view pap_marking_id(Pap pap) {
  return kPapRows[static_cast<std::size_t>(pap)].id;
}

std::optional<Pap> pap_from_marking_id(std::string_view id) {
  for (const PapRow& row : kPapRows) {
    if (row.id == id) return row.pap;
  }
  return std::nullopt;
}

MarkingScheme scheme_of(const json::Value& marking_definition) {
  if (marking_definition["type"].string_or({}) != "marking-definition") return MarkingScheme::kNone;
  const json::Value root = marking_definition;
  const json::Value extensions = root["extensions"];
  if (extensions[kAcsExtensionId].exists()) return MarkingScheme::kAcs;
  // definition_type `iep` was never published; who writes it means IEP all the same.
  if (extensions[kIepExtensionId].exists() ||
      upper(root["definition_type"].string_or({})) == "IEP") {
    return MarkingScheme::kIep;
  }
  if (PapContent(marking_definition).claims) return MarkingScheme::kPap;
  if (speaks_chatham_house(marking_definition)) return MarkingScheme::kChathamHouse;
  return MarkingScheme::kNone;
}

bool can_be_honoured(const json::Value& marking_definition) {
  const json::Value root = marking_definition;
  const MarkingScheme scheme = scheme_of(root);
  const bool pap = PapContent(root).claims, chatham_house = speaks_chatham_house(root);
  std::string_view extension;
  switch (scheme) {
    case MarkingScheme::kPap:
      extension = kPapExtensionId;
      if (!pap_of(root) || chatham_house || !only_known(root["extensions"][extension], {"extension_type", "pap"})) return false;
      break;
    case MarkingScheme::kIep:
      extension = kIepExtensionId;
      if (!iep_of(root) || pap || chatham_house || !only_known(root["extensions"][extension], iep_names())) return false;
      break;
    case MarkingScheme::kChathamHouse:
      break;
    default:
      return false;
  }
  return only_known(root["extensions"], {extension});
}

std::optional<Pap> pap_of(const json::Value& marking_definition) {
  const PapContent content(marking_definition);
  if (marking_definition["type"].string_or({}) != "marking-definition" || content.levels.empty())
    return std::nullopt;
  const std::optional<Pap> first = content.levels.front();
  const bool agree = std::all_of(content.levels.begin(), content.levels.end(),
                                 [&](const std::optional<Pap>& level) { return level == first; });
  return agree ? first : std::nullopt;
}

std::optional<IepPolicy> iep_of(const json::Value& marking_definition) {
  if (marking_definition["type"].string_or({}) != "marking-definition") return std::nullopt;
  const json::Value extension = marking_definition["extensions"][kIepExtensionId];
  const auto text = [&](std::string_view name) { return extension[name].string_or({}); };
  const IepPolicy policy{text("iep_id"),
                         text("description"),
                         text("encrypt_in_transit"),
                         text("permitted_actions"),
                         text("affected_party_notifications"),
                         text("tlp"),
                         text("provider_attribution"),
                         text("unmodified_resale"),
                         text("start_date"),
                         text("end_date")};
  const bool dates = parse_stix_time(policy.start_date).ok() &&
                     (!extension["end_date"].exists() || parse_stix_time(policy.end_date).ok());
  const bool whole =
      extension["extension_type"].string() == "property-extension" &&
      extension["iep_version"].number() == 2.0 && Uuid::parse(policy.iep_id) &&
      std::all_of(kIepRows.begin(), kIepRows.end(), [&policy](const IepRow& row) {
        return std::find(row.values.begin(), row.values.end(), policy.*row.member) != row.values.end() &&
               !(policy.*row.member).empty();
      });
  if (!whole || !dates) return std::nullopt;
  return policy;
}

std::vector<std::string> iep_statements(const json::Value& marking_definition) {
  std::vector<std::string> out;
  const auto policy = iep_of(marking_definition);
  if (!policy) return out;
  for (const IepRow& row : kIepRows) out.push_back(statement_of(row, (*policy).*row.member));
  return out;
}

bool is_iep_statement(std::string_view statement) {
  for (const IepRow& row : kIepRows) {
    for (const std::string_view value : row.values) {
      if (!value.empty() && statement_of(row, value) == statement) return true;
    }
  }
  return false;
}

}  // namespace sekisho::stix
