#include "stix/upgrade/upgrade.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/time.h"
#include "stix/names.h"
#include "stix/object.h"
#include "stix/upgrade/copy.h"
#include "stix/upgrade/labels.h"
#include "stix/upgrade/losses.h"
#include "stix/upgrade/names.h"
#include "stix/upgrade/observables.h"
#include "stix/upgrade/pattern.h"
#include "stix/upgrade/tlp.h"

namespace sekisho::stix::upgrade {
namespace {

constexpr std::string_view kEmptyValue = "An empty value has no place in STIX 2.1 and was left out";

bool is_empty(const json::Value& value) {
  return value.kind() == json::Kind::kNull || (value.is_array() && value.size() == 0);
}

/// §3.2: at least three digits. The instant is the same.
std::string with_milliseconds(std::string_view time) {
  const std::size_t dot = time.find('.');
  std::string out(time);
  if (!parse_stix_time(time).ok()) return out;
  const std::size_t digits = dot == std::string_view::npos ? 0 : time.size() - dot - 2;
  if (digits >= 3) return out;
  out.pop_back();
  if (digits == 0) out += '.';
  return out + std::string(3 - digits, '0') + "Z";
}

/// A malware whose name is a hash is one binary (§4.11: so an instance without a name is called).
bool is_hash(std::string_view name) {
  const bool long_enough = name.size() == 32 || name.size() == 40 || name.size() == 64;
  return long_enough && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

class ObjectUpgrade {
 public:
  ObjectUpgrade(const json::Value& root, const Limits& limits)
      : root_(root), type_(root["type"].string_or({})), limits_(limits) {}

  Result<Upgraded> upgrade();

 private:
  Status observe();
  void member(std::string_view name, const json::Value& value);
  void version_time(std::string_view name, const json::Value& value);
  void labels();
  void pattern(const json::Value& value);
  void external_references(const json::Value& list);
  void external_hashes(const json::Value& hashes);
  void other(std::string_view name, const json::Value& value);
  void additions();
  void granular_markings();
  void granular_marking(const json::Value& marking, bool& open);
  void selectors(std::string_view selector, std::set<std::string>& out) const;
  void strings(std::string_view name, const std::vector<std::string>& values);

  json::Value root_;
  std::string_view type_;
  const Limits& limits_;
  Losses losses_;
  Labels labels_;
  Upgraded out_;
  Observables observables_;
  /// Members of the 2.0 object that have another name now; none if they are gone.
  std::map<std::string, std::string, std::less<>> renamed_;
  std::set<std::string_view> names_;  ///< of the 2.0 object
  std::set<std::string> made_;        ///< names given here
  json::Writer writer_;
};

Result<Upgraded> ObjectUpgrade::upgrade() {
  labels_ = split_labels(root_);
  for (const json::Value::Entry& entry : root_) names_.insert(entry.key);
  if (type_ == "observed-data" && root_["objects"].exists()) SEKISHO_TRY(observe());
  writer_.begin_object().member("type", type_).member("spec_version", "2.1");
  writer_.key("id").raw(root_["id"].raw());
  for (const json::Value::Entry& entry : root_) member(entry.key, entry.value);
  additions();
  granular_markings();
  writer_.end_object();
  out_.objects = std::move(observables_.objects);
  out_.objects.push_back(writer_.take());
  out_.losses = losses_.take();
  return std::move(out_);
}

/// Splits `objects.key.path` into key and path; the key is a name without dots in practice, but the
/// container decides.
MovedMarking moved(std::string_view selector, std::string_view marking) {
  MovedMarking out;
  out.marking_ref = marking;
  if (selector == "objects") return out;
  selector.remove_prefix(std::string_view("objects.").size());
  const std::size_t dot = selector.find('.');
  out.key = selector.substr(0, dot);
  if (dot != std::string_view::npos) out.path = selector.substr(dot + 1);
  return out;
}

bool selects_observables(std::string_view selector) {
  return selector == "objects" || selector.starts_with("objects.");
}

Status ObjectUpgrade::observe() {
  Container container;
  container.id = root_["id"].string_or({});
  container.modified = root_["modified"].string_or({});
  container.objects = root_["objects"];
  for (const auto& entry : root_["object_marking_refs"]) {
    if (const auto id = entry.value.string()) container.markings.emplace_back(*id);
  }
  for (const auto& entry : root_["granular_markings"]) {
    const std::string_view marking = entry.value["marking_ref"].string_or({});
    for (const auto& selector : entry.value["selectors"]) {
      const std::string_view text = selector.value.string_or({});
      if (!marking.empty() && selects_observables(text)) {
        container.granular.push_back(moved(text, marking));
      }
    }
  }
  SEKISHO_ASSIGN(observables_, upgrade_observables(container, limits_, losses_));
  return {};
}

void ObjectUpgrade::member(std::string_view name, const json::Value& value) {
  if (name == "type" || name == "id" || name == "spec_version" || name == "granular_markings") {
    return;
  }
  if (is_empty(value)) {
    renamed_.emplace(name, "");
    losses_.add("/" + std::string(name), std::string(kEmptyValue));
  } else if (name == "created" || name == "modified") {
    version_time(name, value);
  } else if (name == "labels") {
    labels();
  } else if (name == "objects" && !observables_.ids.empty()) {
    strings("object_refs", observables_.ids);
  } else if (name == "object_refs" && !observables_.ids.empty()) {
    losses_.add("/object_refs", "The observables in objects stand for it; it was left out");
  } else if (type_ == "indicator" && name == "pattern" && value.is_string()) {
    pattern(value);
  } else if (type_ == "indicator" && root_["pattern"].is_string() &&
             (name == "pattern_type" || name == "pattern_version")) {
    return;  // with the pattern
  } else if (name == "external_references" && value.is_array()) {
    external_references(value);
  } else {
    other(name, value);
  }
}

void ObjectUpgrade::version_time(std::string_view name, const json::Value& value) {
  const std::string_view text = value.string_or({});
  const std::string padded = with_milliseconds(text);
  writer_.key(name);
  if (!value.is_string() || padded == text) {
    writer_.raw(value.raw());
    return;
  }
  writer_.string(padded);
  losses_.add("/" + std::string(name), "The time was written with milliseconds");
}

void ObjectUpgrade::strings(std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return;
  writer_.key(name).begin_array();
  for (const std::string& value : values) writer_.string(value);
  writer_.end_array();
}

void ObjectUpgrade::labels() {
  if (!labels_.property.empty()) strings(labels_.property, labels_.typed);
  strings("labels", labels_.labels);
}

void ObjectUpgrade::pattern(const json::Value& value) {
  const std::string_view text = value.string_or({});
  const std::string_view kind = root_["pattern_type"].string_or("stix");
  writer_.key("pattern");
  if (kind != "stix") {
    writer_.raw(value.raw()).member("pattern_type", kind);
    const json::Value version = root_["pattern_version"];
    if (version.is_string()) writer_.key("pattern_version").raw(version.raw());
    return;
  }
  const Result<std::string> upgraded = upgrade_pattern(text, losses_);
  if (upgraded.ok()) {
    writer_.string(*upgraded).member("pattern_type", "stix").member("pattern_version", "2.1");
    return;
  }
  writer_.raw(value.raw()).member("pattern_type", "stix").member("pattern_version", "2.0");
  losses_.add("/pattern", "The pattern cannot be read as STIX 2.0 and was kept as it is (" +
                              upgraded.error().where + ": " + upgraded.error().detail + ")");
}

void ObjectUpgrade::external_references(const json::Value& list) {
  writer_.key("external_references").begin_array();
  for (const auto& reference : list) {
    if (!reference.value["hashes"].is_object()) {
      copy(reference.value, writer_);
      continue;
    }
    writer_.begin_object();
    for (const json::Value::Entry& entry : reference.value) {
      if (entry.key == "hashes") {
        external_hashes(entry.value);
      } else {
        copy(entry.value, writer_.key(entry.key));
      }
    }
    writer_.end_object();
  }
  writer_.end_array();
}

void ObjectUpgrade::external_hashes(const json::Value& hashes) {
  bool open = false;
  for (const json::Value::Entry& entry : hashes) {
    const std::string_view name = hash_name(entry.key);
    if (!is_listed_hash(name) || (name != entry.key && hashes[name].exists())) {
      losses_.add("/external_references", "STIX 2.1 does not take this hash here; it was left out");
      continue;
    }
    if (!open) writer_.key("hashes").begin_object();
    open = true;
    copy(entry.value, writer_.key(name));
  }
  if (open) writer_.end_object();
}

/// A property that 2.1 knows by the same name, or a custom one. Common properties that are new in
/// 2.1 stay only if their value is one that 2.1 takes.
void ObjectUpgrade::other(std::string_view name, const json::Value& value) {
  const auto percent = value.integer();
  const bool clash = (name == "confidence" && !(percent && *percent >= 0 && *percent <= 100)) ||
                     (name == "lang" && !is_language_tag(value.string_or({}))) ||
                     (name == "extensions" && !(value.is_object() && value.size() > 0)) ||
                     name == "defanged" || is_reserved(name);
  const std::string usable = clash ? "x_" + std::string(name) : usable_name(name);
  if (usable == name) {
    copy(value, writer_.key(name));
    return;
  }
  const std::string where = "/" + std::string(name);
  const bool twice = names_.find(usable) != names_.end() || !made_.insert(usable).second;
  if (usable.empty() || twice) {
    renamed_.emplace(name, "");
    losses_.add(where, "The name is none that STIX 2.1 takes; the property was left out");
    return;
  }
  renamed_.emplace(name, usable);
  copy(value, writer_.key(usable));
  losses_.add(where, "STIX 2.1 keeps or refuses the name; the property was kept as " + usable);
}

/// What 2.1 requires and 2.0 did not have.
void ObjectUpgrade::additions() {
  if (type_ != "malware" || root_["is_family"].exists()) return;
  const bool family = !is_hash(root_["name"].string_or({}));
  writer_.member_bool("is_family", family);
  losses_.add("", family ? "STIX 2.0 does not say whether a malware is a family; taken as one"
                         : "The name is a hash, so the malware is taken as an instance");
}

void ObjectUpgrade::granular_markings() {
  bool open = false;
  for (const auto& entry : root_["granular_markings"]) granular_marking(entry.value, open);
  if (open) writer_.end_array();
}

void ObjectUpgrade::granular_marking(const json::Value& marking, bool& open) {
  std::set<std::string> kept;
  for (const auto& entry : marking["selectors"]) selectors(entry.value.string_or({}), kept);
  if (kept.empty()) {
    losses_.add("/granular_markings", "The marking selects nothing that is left in the object");
    return;
  }
  if (!open) writer_.key("granular_markings").begin_array();
  open = true;
  writer_.begin_object();
  for (const json::Value::Entry& entry : marking) {
    if (entry.key == "selectors") {
      strings("selectors", {kept.begin(), kept.end()});
    } else {
      copy(entry.value, writer_.key(entry.key));
    }
  }
  writer_.end_object();
}

/// The index of `labels.[i]`, or past all labels.
std::size_t label_index(std::string_view selector) {
  constexpr std::string_view kBefore = "labels.[";
  std::size_t index = 0;
  if (!selector.starts_with(kBefore) || !selector.ends_with(']') || selector.size() > 20) {
    return std::string_view::npos;
  }
  selector = selector.substr(kBefore.size(), selector.size() - kBefore.size() - 1);
  for (const char c : selector) {
    if (c < '0' || c > '9') return std::string_view::npos;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  return index;
}

/// Appends what `selector` selects now.
void ObjectUpgrade::selectors(std::string_view selector, std::set<std::string>& out) const {
  if (type_ == "observed-data" && selects_observables(selector) && !observables_.ids.empty()) {
    // The ids follow from the content, so the references to it are as secret as it is.
    out.insert("object_refs");
    return;
  }
  const std::string_view first = selector.substr(0, selector.find('.'));
  const auto renamed = renamed_.find(first);
  if (renamed != renamed_.end()) {
    if (!renamed->second.empty()) {
      out.insert(renamed->second + std::string(selector.substr(first.size())));
    }
  } else if (first != "labels" || labels_.property.empty()) {
    out.emplace(selector);
  } else if (selector == "labels") {
    if (!labels_.typed.empty()) out.emplace(labels_.property);
    if (!labels_.labels.empty()) out.emplace("labels");
  } else if (const std::size_t index = label_index(selector); index < labels_.places.size()) {
    const Labels::Place& place = labels_.places[index];
    out.insert(std::string(place.typed ? labels_.property : "labels") + ".[" +
               std::to_string(place.index) + "]");
  }
}

/// Errors of what every object needs; nothing else is judged here.
Status check_head(const json::Value& object, const Limits& limits) {
  if (!object.is_object()) {
    return make_error(Code::kStixNotObject, "a STIX object is a JSON object");
  }
  if (object.raw().size() > limits.max_object_bytes) {
    return make_error(Code::kLimitExceeded, "the object is longer than " +
                                                std::to_string(limits.max_object_bytes) + " bytes");
  }
  for (const std::string_view name : {"type", "id"}) {
    if (!object[name].is_string()) {
      return make_error(Code::kStixNotObject, "a STIX object has the string " + std::string(name),
                        "/" + std::string(name));
    }
  }
  const std::string_view type = object["type"].string_or({});
  const auto id = split_id(object["id"].string_or({}));
  if (type == "bundle") {
    return make_error(Code::kStixUpgrade, "a bundle holds no bundle", "/type");
  }
  if (!is_type_name(type) || !id || id->type != type) {
    return make_error(Code::kStixUpgrade, "an id is type--UUID, with the type of the object",
                      "/id");
  }
  const json::Value version = object["spec_version"];
  if (version.exists() && version.string() != "2.0" && version.string() != "2.1") {
    return make_error(Code::kStixUpgrade, "spec_version of an object is 2.0 or 2.1",
                      "/spec_version");
  }
  return {};
}

}  // namespace

Result<Upgraded> upgrade(const json::Value& object, const Limits& limits) {
  SEKISHO_TRY(check_head(object, limits));
  const bool standing_alone = category_of(object["type"].string_or({})) == Category::kSco;
  if (object["spec_version"].string() == "2.1" ||
      (standing_alone && !object["spec_version"].exists())) {
    return Upgraded{{std::string(object.raw())}, {}};
  }
  if (object["type"].string() == "marking-definition") {
    if (auto published = published_tlp(object)) return Upgraded{{std::move(*published)}, {}};
  }
  return ObjectUpgrade(object, limits).upgrade();
}

}  // namespace sekisho::stix::upgrade
