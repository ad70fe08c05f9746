#include "policy/profiles.h"

#include "core/json.h"
#include "stix/sharing_facts.h"

namespace sekisho::policy {
namespace {

std::string level_pointer(std::string_view extension) { return "/extensions/" + std::string(extension) + "/level"; }

}  // namespace

std::string level_profile_id(const std::map<std::string, std::string, std::less<>>& levels) {
  std::string out = "levels(";
  for (const auto& [from, to] : levels) out += (out.ends_with('(') ? "" : " ") + from + "=" + to;
  return out + ")";
}

void add_built_in(Policy& policy) {
  if (policy.find_profile(kAttributionProfile) == nullptr) {
    RedactionProfile attribution;
    attribution.change.id = std::string(kAttributionProfile);
    attribution.change.strip_attribution = true;
    policy.profiles.push_back(std::move(attribution));
  }
  for (const Agreement& agreement : policy.agreements) {
    const std::string id = level_profile_id(agreement.level_map);
    if (agreement.level_map.empty() || policy.find_profile(id) != nullptr) continue;
    RedactionProfile levels;
    levels.change.id = id;
    for (const auto extension : {stix::kSharingExtensionId, stix::kWeeklyExtensionId}) {
      levels.change.generalise.push_back({level_pointer(extension), agreement.level_map, true});
    }
    policy.profiles.push_back(std::move(levels));
  }
}

std::string content_of(const stix::redact::Profile& profile) {
  json::Writer w;
  w.begin_object().member_bool("attribution", profile.strip_attribution);
  if (profile.granular) w.member("granular", stix::tlp_label(*profile.granular));
  w.key("remove").begin_array();
  for (const std::string& pointer : profile.remove) w.string(pointer);
  w.end_array().key("generalise").begin_array();
  for (const stix::redact::Generalisation& each : profile.generalise) {
    w.begin_object().member("at", each.at).member_bool("keep", each.keep_others).key("map").begin_object();
    for (const auto& [from, to] : each.map) w.member(from, to);
    w.end_object().end_object();
  }
  w.end_array().member_int("blur", static_cast<int>(profile.blur)).member_bool("text", profile.approved_text);
  w.member_bool("attachments", profile.remove_attachments).end_object();
  return w.take();
}

std::string key_of(const RedactionProfile& profile) {
  std::string out;
  json::append_quoted(profile.change.id, out);
  return out + content_of(profile.change) + (profile.strip_references ? "s" : "w") + std::to_string(profile.wait_micros) +
         format_stix_time(profile.change.from, 9);
}

}  // namespace sekisho::policy
