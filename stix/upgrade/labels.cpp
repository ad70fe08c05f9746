#include "stix/upgrade/labels.h"

#include <algorithm>
#include <iterator>

namespace sekisho::stix::upgrade {
namespace {

struct Row {
  std::string_view type;
  std::string_view property;
  bool vocabulary;  ///< an open vocabulary: only what can be a term of one moves
};
constexpr Row kRows[] = {
    {"identity", "roles", false},
    {"indicator", "indicator_types", true},
    {"malware", "malware_types", true},
    {"report", "report_types", true},
    {"threat-actor", "threat_actor_types", true},
    {"tool", "tool_types", true},
};

/// The form that open vocabularies give their terms: lower case, digits, hyphens; a letter first.
bool is_term(std::string_view text) {
  if (text.empty() || text.size() > 250 || text.front() < 'a' || text.front() > 'z') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

Labels split_labels(const json::Value& object) {
  Labels out;
  const std::string_view type = object["type"].string_or({});
  const auto row = std::find_if(std::begin(kRows), std::end(kRows),
                                [type](const Row& it) { return it.type == type; });
  const bool moves = row != std::end(kRows) && !object[row->property].exists();
  if (moves) out.property = row->property;
  for (const auto& entry : object["labels"]) {
    const std::string text(entry.value.string_or({}));
    const bool typed = moves && (!row->vocabulary || is_term(text));
    std::vector<std::string>& list = typed ? out.typed : out.labels;
    out.places.push_back({typed, list.size()});
    list.push_back(text);
  }
  return out;
}

}  // namespace sekisho::stix::upgrade
