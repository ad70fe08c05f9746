#include "drafts.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <map>

#include "core/json.h"
#include "core/time.h"
#include "rows.h"
#include "stix/markings.h"
#include "stix/sharing_facts.h"

namespace sekisho::noninterference {
namespace {

/// How a type is written: properties it must have as JSON text, and where it names other objects.
struct Shape {
  std::string_view required;  ///< after `"type"`, `"id"` and the like; begins with a comma or is empty
  std::vector<std::string_view> one;  ///< properties that name one object, required ones first
  std::string_view list;              ///< a property that names several, or none
  bool has_name = true;
};

const std::map<std::string, Shape, std::less<>>& shapes() {
  static const std::map<std::string, Shape, std::less<>> kShapes = {
      {"attack-pattern", {"", {}, ""}},
      {"campaign", {"", {}, ""}},
      {"course-of-action", {"", {}, ""}},
      {"grouping", {R"(,"context":"malware-analysis")", {}, "object_refs"}},
      {"identity", {R"(,"identity_class":"organization")", {}, ""}},
      {"incident", {"", {}, ""}},
      {"indicator", {R"(,"pattern":"[file:name = 'a']","pattern_type":"stix","valid_from":"2024-01-01T00:00:00Z")", {}, ""}},
      {"infrastructure", {R"(,"infrastructure_types":["botnet"])", {}, ""}},
      {"intrusion-set", {"", {}, ""}},
      {"location", {R"(,"country":"JP")", {}, ""}},
      {"malware", {R"(,"is_family":false)", {}, "sample_refs"}},
      {"malware-analysis", {R"(,"product":"lab","result":"benign")", {"sample_ref", "host_vm_ref"}, "analysis_sco_refs", false}},
      {"note", {R"(,"content":"seen")", {}, "object_refs", false}},
      {"observed-data", {R"(,"first_observed":"2024-01-01T00:00:00Z","last_observed":"2024-01-01T00:00:00Z","number_observed":1)", {}, "object_refs", false}},
      {"opinion", {R"(,"opinion":"agree")", {}, "object_refs", false}},
      {"report", {R"(,"published":"2024-01-01T00:00:00Z")", {}, "object_refs"}},
      {"threat-actor", {"", {}, ""}},
      {"tool", {"", {}, ""}},
      {"vulnerability", {"", {}, ""}},
      {"relationship", {R"(,"relationship_type":"related-to")", {"source_ref", "target_ref"}, "", false}},
      {"sighting", {"", {"sighting_of_ref"}, "where_sighted_refs", false}},
      {"language-content", {R"(,"contents":{"de":{"name":"y"}})", {"object_ref"}, "", false}},
      {"marking-definition", {R"(,"definition_type":"statement")", {}, ""}},
      {"extension-definition", {R"(,"schema":"s","version":"1.0.0","extension_types":["property-extension"])", {}, ""}},
      {"artifact", {R"(,"payload_bin":"eA==")", {}, "", false}},
      {"autonomous-system", {R"(,"number":64512)", {}, ""}},
      {"directory", {R"(,"path":"/tmp")", {}, "contains_refs", false}},
      {"domain-name", {R"(,"value":"example.com")", {}, "resolves_to_refs", false}},
      {"email-addr", {R"(,"value":"a@example.com")", {"belongs_to_ref"}, "", false}},
      {"email-message", {R"(,"is_multipart":false)", {"from_ref"}, "to_refs", false}},
      {"file", {"", {"parent_directory_ref"}, "contains_refs"}},
      {"ipv4-addr", {R"(,"value":"192.0.2.1")", {}, "resolves_to_refs", false}},
      {"ipv6-addr", {R"(,"value":"2001:db8::1")", {}, "resolves_to_refs", false}},
      {"mac-addr", {R"(,"value":"d2:fb:49:24:37:18")", {}, "", false}},
      {"mutex", {"", {}, ""}},
      {"network-traffic", {R"(,"protocols":["tcp"])", {"src_ref", "dst_ref"}, "encapsulates_refs", false}},
      {"process", {R"(,"pid":1)", {"image_ref"}, "child_refs", false}},
      {"software", {"", {}, ""}},
      {"url", {R"(,"value":"https://example.com/")", {}, "", false}},
      {"user-account", {R"(,"user_id":"u")", {}, "", false}},
      {"windows-registry-key", {R"(,"key":"hklm\\x")", {"creator_user_ref"}, "", false}},
      {"x509-certificate", {R"(,"serial_number":"1")", {}, "", false}}};
  return kShapes;
}

void write_list(json::Writer& w, std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return;
  w.key(name).begin_array();
  for (const std::string& value : values) w.string(value);
  w.end_array();
}

void write_references(json::Writer& w, const Draft& draft, const Shape& shape) {
  std::size_t used = 0;
  for (const std::string_view name : shape.one) {
    if (used < draft.refs.size()) w.member(name, draft.refs[used++]);
  }
  if (!shape.list.empty() && used < draft.refs.size()) {
    write_list(w, shape.list, {draft.refs.begin() + static_cast<std::ptrdiff_t>(used), draft.refs.end()});
  }
}

bool has_description(std::string_view type) {
  static const std::vector<std::string_view> kWithout = {"malware-analysis", "note", "observed-data", "opinion", "language-content",
                                                         "marking-definition"};
  return !is_observable(type) && std::find(kWithout.begin(), kWithout.end(), type) == kWithout.end();
}

void write_external(json::Writer& w, const Draft& draft) {
  if (draft.external.empty() || is_observable(draft.type)) return;
  w.key("external_references").begin_array();
  for (const auto& [source, id] : draft.external) {
    w.begin_object().member("source_name", source).member("url", "https://example.com/x").member("external_id", id).end_object();
  }
  w.end_array();
}

void write_extensions(json::Writer& w, const Draft& draft) {
  const bool facts = draft.embargo >= 0 || !draft.level.empty();
  if (draft.extensions.empty() && !facts) return;
  w.key("extensions").begin_object();
  for (const std::string& extension : draft.extensions) {
    w.key(extension).begin_object().member("extension_type", "property-extension").member("x", draft.text).end_object();
  }
  if (facts) {
    w.key(stix::kSharingExtensionId).begin_object().member("extension_type", "property-extension");
    if (!draft.level.empty()) w.member("level", draft.level);
    if (draft.embargo >= 0) w.member("embargo_until", format_stix_time(Timestamp{kStart + draft.embargo * 3600L, 0}));
    w.end_object();
  }
  w.end_object();
}

void write_times(json::Writer& w, const Draft& draft) {
  if (is_observable(draft.type)) return;
  w.member("created", time_of(0));
  if (draft.type != "marking-definition") w.member("modified", time_of(draft.version));
  if (draft.type == "language-content") w.member("object_modified", time_of(0));
  if (!draft.creator.empty()) w.member("created_by_ref", draft.creator);
  if (draft.revoked && draft.type != "marking-definition") w.member_bool("revoked", true);
}

}  // namespace

const std::vector<std::string>& all_types() {
  static const std::vector<std::string> kTypes = [] {
    std::vector<std::string> names;
    for (const auto& [name, shape] : shapes()) names.push_back(name);
    return names;
  }();
  return kTypes;
}

bool is_observable(std::string_view type) {
  static const std::vector<std::string_view> kObservables = {
      "artifact", "autonomous-system", "directory", "domain-name", "email-addr", "email-message", "file", "ipv4-addr",
      "ipv6-addr", "mac-addr", "mutex", "network-traffic", "process", "software", "url", "user-account",
      "windows-registry-key", "x509-certificate"};
  return std::find(kObservables.begin(), kObservables.end(), type) != kObservables.end();
}

std::string id_of(const std::string& type, unsigned n) {
  char uuid[40];
  std::snprintf(uuid, sizeof uuid, "%08x-0000-4000-8000-000000000000", n);
  return type + "--" + uuid;
}

std::string time_of(int version) {
  char text[40];
  std::snprintf(text, sizeof text, "2024-01-01T00:%02d:00.000Z", version);
  return text;
}

std::string tlp(const std::string& label) {
  const auto known = stix::tlp_from_label(label);
  return known ? std::string(stix::tlp_marking_id(*known)) : label;
}

std::string Draft::json() const {
  const Shape& shape = shapes().at(type);
  json::Writer w;
  w.begin_object().member("type", type).member("spec_version", spec_version).member("id", id);
  write_times(w, *this);
  write_list(w, "object_marking_refs", markings);
  if (shape.has_name) w.member("name", text);
  const bool described = !description.empty() && has_description(type);
  if (described) w.member("description", description);
  if (type == "marking-definition") w.key("definition").begin_object().member("statement", text).end_object();
  if (confidence >= 0 && !is_observable(type) && type.find("-definition") == std::string::npos) {
    w.member_int("confidence", confidence);
  }
  if (!is_observable(type)) write_list(w, "labels", labels);
  write_references(w, *this, shape);
  if (!granular.empty()) {
    w.key("granular_markings").begin_array();
    for (const std::string& marking : granular) {
      w.begin_object().member("marking_ref", marking);
      write_list(w, "selectors", {described ? "description" : shape.has_name ? "name" : "id"});
      w.end_object();
    }
    w.end_array();
  }
  write_external(w, *this);
  write_extensions(w, *this);
  return w.take() + std::string(shape.required) + "}";
}

}  // namespace sekisho::noninterference
