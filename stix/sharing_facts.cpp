#include "stix/sharing_facts.h"

#include <algorithm>

#include "stix/parts.h"

namespace sekisho::stix {
namespace {

void append_texts(const json::Value& list, std::vector<std::string_view>& out) {
  if (!list.is_array()) return;
  for (const auto& entry : list) {
    if (const auto text = entry.value.string()) out.push_back(*text);
  }
}

/// The latest counts.
void add_embargo(const json::Value& until, SharingFacts& out) {
  if (!until.exists()) return;
  const auto time = parse_stix_time(until.string_or({}));
  if (time.ok()) out.embargo_until = std::max(out.embargo_until.value_or(*time), *time);
  out.embargo_unclear = out.embargo_unclear || !time.ok();
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
  add_embargo(sharing["embargo_until"], out);
  for (const json::Value& part : speaking_parts(root)) add_embargo(part["extensions"][kSharingExtensionId]["embargo_until"], out);
  return out;
}

}  // namespace sekisho::stix
