#include "stix/parts.h"

#include "stix/names.h"
#include "stix/object.h"
#include "stix/sharing_facts.h"

namespace sekisho::stix {
namespace {

bool speaks(std::string_view key, const json::Value& member) {
  if (key == "object_marking_refs" || key == "granular_markings" || key == "labels") return true;
  return key == "extensions" && member[kSharingExtensionId].exists();
}

// As deep as the parser lets values nest.
void collect(const json::Value& at, bool root, std::vector<json::Value>& out) {
  bool says = false;
  if (at.is_object() && !root) {
    for (const auto& [key, member] : at) says = says || speaks(key, member);
  }
  if (says) out.push_back(at);
  for (const auto& entry : at) {
    if (entry.value.is_object() || entry.value.is_array()) collect(entry.value, false, out);
  }
}

}  // namespace

std::vector<json::Value> speaking_parts(const json::Value& root) {
  std::vector<json::Value> out;
  collect(root, true, out);
  return out;
}

bool is_embedded_observable(const json::Value& part) {
  const std::string_view type = part["type"].string_or({});
  const auto id = split_id(part["id"].string_or({}));
  if (!id || id->type != type || category_of(type) != Category::kSco) return false;
  for (const auto& entry : part) {
    if (entry.key != "type" && entry.key != "id" && entry.key != "spec_version") return true;
  }
  return false;
}

}  // namespace sekisho::stix
