#include "stix/sharing_facts.h"

namespace sekisho::stix {
namespace {

void append_texts(const json::Value& list, std::vector<std::string_view>& out) {
  if (!list.is_array()) return;
  for (const auto& entry : list) {
    if (const auto text = entry.value.string()) out.push_back(*text);
  }
}

}  // namespace

SharingFacts sharing_facts(const Object& object) {
  SharingFacts out;
  const json::Value root = object.root();
  const json::Value weekly = root["extensions"][kWeeklyExtensionId];
  const json::Value sharing = root["extensions"][kSharingExtensionId];
  out.level = sharing["level"].string_or(weekly["level"].string_or({}));
  out.kind = sharing["kind"].string_or(weekly["kind"].string_or({}));
  out.verification = sharing["verification"].string_or({});
  append_texts(sharing["sectors"], out.sectors);
  if (object.type() == "identity") append_texts(root["sectors"], out.sectors);
  append_texts(sharing["products"], out.products);
  out.exercise = sharing["exercise"].boolean().value_or(false);
  if (const json::Value until = sharing["embargo_until"]; until.exists()) {
    const auto time = parse_stix_time(until.string_or({}));
    if (time.ok()) out.embargo_until = *time;
    out.embargo_unclear = !time.ok();
  }
  return out;
}

}  // namespace sekisho::stix
