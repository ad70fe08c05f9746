#include "stix/versions.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "stix/markings.h"
#include "stix/names.h"
#include "stix/selector.h"

namespace sekisho::stix {
namespace {

constexpr std::array<std::string_view, 7> kFixed{"type",     "spec_version",   "id",     "created",
                                                 "modified", "created_by_ref", "revoked"};
constexpr std::size_t kMaxBytes = 4u << 20;  ///< as Object::parse

/// Members to write over: raw JSON, or nothing to leave the member out.
struct Edit {
  std::string name;
  std::optional<std::string> raw;
};
using Edits = std::vector<Edit>;

std::string quoted(std::string_view text) {
  std::string out;
  json::append_quoted(text, out);
  return out;
}

Result<Edits> read_changes(Changes changes) {
  if (changes.size() > kMaxBytes)
    return make_error(Code::kLimitExceeded, "the changes are too large");
  SEKISHO_ASSIGN(const auto document, json::Document::parse(std::string(changes)));
  const json::Value root = document->root();
  if (!root.is_object()) return make_error(Code::kInvalidArgument, "changes are a JSON object");
  Edits edits;
  for (const auto& [name, value] : root) {
    if (std::find(kFixed.begin(), kFixed.end(), name) != kFixed.end()) {
      return make_error(Code::kInvalidArgument, "this property is not changed by a version",
                        "/" + std::string(name));
    }
    if (value.kind() == json::Kind::kNull) {
      edits.push_back({std::string(name), std::nullopt});
    } else {
      edits.push_back({std::string(name), std::string(value.raw())});
    }
  }
  return edits;
}

/// The object with `edits`, each in its old place or at the end; all other members keep their
/// bytes.
std::string edited(const json::Value& root, const Edits& edits) {
  std::map<std::string_view, const Edit*> by_name;
  for (const Edit& edit : edits) by_name[edit.name] = &edit;
  std::set<std::string_view> placed;
  json::Writer writer;
  writer.begin_object();
  for (const auto& [name, value] : root) {
    const auto found = by_name.find(name);
    placed.insert(name);
    if (found == by_name.end()) {
      writer.key(name).raw(value.raw());
    } else if (found->second->raw) {
      writer.key(name).raw(*found->second->raw);
    }
  }
  for (const Edit& edit : edits) {
    if (edit.raw && placed.count(edit.name) == 0) writer.key(edit.name).raw(*edit.raw);
  }
  return writer.end_object().take();
}

/// S-7.2-10, which a removal may break.
Status check_selectors(const json::Value& root) {
  const json::Value granular = root["granular_markings"];
  if (!granular.is_array()) return {};
  SelectorTree tree;
  std::vector<SelectorTree::Node> nodes;
  for (const auto& entry : granular) {
    const json::Value selectors = entry.value["selectors"];
    if (!selectors.is_array()) continue;
    for (const auto& selector : selectors) {
      const auto text = selector.value.string();
      const auto node = text ? tree.add(*text) : std::nullopt;
      if (node) nodes.push_back(*node);
    }
  }
  tree.resolve(root);
  for (const SelectorTree::Node node : nodes) {
    if (!tree.value(node).exists()) {
      return make_error(Code::kStixInvalid, "a granular marking selects what is no longer there",
                        "/granular_markings");
    }
  }
  return {};
}

Result<ObjectPtr> made(const json::Value& root, const Edits& edits) {
  SEKISHO_ASSIGN(auto object, Object::parse(edited(root, edits), kMaxBytes));
  SEKISHO_TRY(check_selectors(object->root()));
  return object;
}

Timestamp whole_millis(Timestamp t) {
  t.nanos -= t.nanos % 1'000'000;
  return t;
}

/// STIX text in milliseconds; kStixInvalid beyond the year 9999.
Result<std::string> millis_text(Timestamp t) {
  constexpr std::int64_t kYear0 = -62'167'219'200, kYear10000 = 253'402'300'800;
  if (t.seconds < kYear0 || t.seconds >= kYear10000) {
    return make_error(Code::kStixInvalid, "the time has no STIX form", "/modified");
  }
  return format_stix_time(t, 3);
}

/// The later `modified` of a version after `object`.
Result<std::string> next_modified(const Object& object, Timestamp now) {
  const json::Value root = object.root();
  Timestamp old = object.version_time();
  if (const auto created = parse_stix_time(root["created"].string_or({})); created.ok())
    old = std::max(old, *created);
  const Timestamp next =
      std::max(whole_millis(now), whole_millis(whole_millis(old).plus_micros(1000)));
  if (next <= old)
    return make_error(Code::kStixInvalid, "time ends before a later version", "/modified");
  return millis_text(next);
}

bool has_versions(const Object& object) {
  const json::Value root = object.root();
  return root["created"].exists() && root["modified"].exists() &&
         object.type() != "marking-definition" && object.type() != "bundle";
}

Result<ObjectPtr> version_with(const Object& object, Edits edits, Timestamp now) {
  if (!has_versions(object)) {
    return make_error(Code::kStixInvalid, "an object of this type has no versions", "/modified");
  }
  // Anything but false: what cannot be read as not revoked is not continued.
  const json::Value revoked = object.root()["revoked"];
  if (revoked.exists() && revoked.boolean() != false) {
    return make_error(Code::kStixInvalid, "nothing follows a revoked version", "/revoked");
  }
  SEKISHO_ASSIGN(const std::string modified, next_modified(object, now));
  edits.push_back({"modified", quoted(modified)});
  return made(object.root(), edits);
}

/// The digits of the fraction without zeros at the end.
std::string_view fraction_of(std::string_view time) {
  const auto dot = time.find('.');
  if (dot == std::string_view::npos) return {};
  std::string_view digits = time.substr(dot + 1, time.size() - dot - 2);  // without Z
  while (!digits.empty() && digits.back() == '0') digits.remove_suffix(1);
  return digits;
}

/// Properties whose default STIX 2.1 names, in the form that is left out.
struct Default {
  std::string_view name;
  std::string_view type;   ///< of the objects that have it; empty = any
  std::string_view value;  ///< empty = false
};
constexpr Default kDefaults[] = {
    {"revoked", "", ""},          // §3.2
    {"lang", "", "en"},           // §3.2
    {"defanged", "", ""},         // §3.2
    {"summary", "sighting", ""},  // §5.2
};

/// The members that make the content, each in canonical form; defaults and the version's own time
/// left out.
std::map<std::string, std::string> content_of(const Object& object) {
  std::map<std::string, std::string> members;
  const std::string_view clock = object.root()["modified"].exists() ? "modified" : "created";
  for (const auto& [name, value] : object.root()) {
    std::string text = json::canonical(value);
    if (name == clock) text = "the version's time";
    if (!is_default(object.type(), name, value)) members.emplace(name, std::move(text));
  }
  return members;
}

/// The text in a canonical JSON string that has no escapes, such as a timestamp.
std::string_view unquoted(std::string_view json) {
  return json.size() < 2 ? std::string_view{} : json.substr(1, json.size() - 2);
}

bool same_content(const Object& left, const Object& right) {
  const auto a = content_of(left), b = content_of(right);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
    if (one.first != other.first) return false;
    return one.second == other.second ||
           (one.first == "created" && same_instant(unquoted(one.second), unquoted(other.second)));
  });
}

void append_sized(std::string_view text, std::string& out) {
  out.append(std::to_string(text.size())).append(":").append(text);
}

bool is_id_of(std::string_view id, std::string_view type) {
  const auto parts = split_id(id);
  return parts && parts->type == type;
}

/// Every marking of the object, as markings of a whole one; empty if it has none.
std::string marking_list(const Object& object) {
  const MarkingRefs refs = marking_refs(object);
  std::vector<std::string> ids = refs.object;
  for (const auto* more : {&refs.granular, &refs.embedded}) ids.insert(ids.end(), more->begin(), more->end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.empty()) return {};
  json::Writer writer;
  writer.begin_array();
  for (const std::string& id : ids) writer.string(id);
  return writer.end_array().take();
}

Result<ObjectPtr> derived_from(const Object& copy, const Object& original, const DerivedIds& ids,
                               const std::string& time) {
  json::Writer writer;
  writer.begin_object()
      .member("type", "relationship")
      .member("spec_version", "2.1")
      .member("id", ids.relationship)
      .member("created_by_ref", ids.creator)
      .member("created", time)
      .member("modified", time)
      .member("relationship_type", "derived-from")
      .member("source_ref", copy.id())
      .member("target_ref", original.id());
  if (const std::string list = marking_list(original); !list.empty()) {
    writer.key("object_marking_refs").raw(list);
  }
  return Object::parse(writer.end_object().take());
}

}  // namespace

Result<ObjectPtr> new_version(const Object& object, Changes changes, Timestamp now) {
  SEKISHO_ASSIGN(Edits edits, read_changes(changes));
  return version_with(object, std::move(edits), now);
}

Result<ObjectPtr> revoke(const Object& object, Timestamp now) {
  return version_with(object, {{"revoked", "true"}}, now);
}

bool may_version(const Object& object, std::string_view identity) {
  const auto creator = object.created_by_ref();
  return creator && is_id_of(identity, "identity") && *creator == identity;
}

bool is_default(std::string_view type, std::string_view name, const json::Value& value) {
  // §3.2: a cyber-observable that leaves it out is of 2.1.
  if (name == "spec_version") return category_of(type) == Category::kSco && value.string() == "2.1";
  return std::any_of(std::begin(kDefaults), std::end(kDefaults), [&](const Default& row) {
    return row.name == name && (row.type.empty() || row.type == type) &&
           (row.value.empty() ? value.boolean() == false : value.string() == row.value);
  });
}

bool same_instant(std::string_view left, std::string_view right) {
  const auto a = parse_stix_time(left), b = parse_stix_time(right);
  return a.ok() && b.ok() && a->seconds == b->seconds && fraction_of(left) == fraction_of(right);
}

std::weak_ordering version_order(const Object& left, const Object& right) {
  if (const auto order = left.version_time().seconds <=> right.version_time().seconds; order != 0)
    return order;
  return fraction_of(left.version()) <=> fraction_of(right.version());
}

const Object* current_version(std::span<const ObjectPtr> versions) {
  const Object* newest = nullptr;
  for (const ObjectPtr& version : versions) {
    if (!version) continue;
    if (newest == nullptr || version_order(*newest, *version) < 0) newest = version.get();
  }
  return newest;
}

VersionRelation compare_versions(const Object& left, const Object& right) {
  if (left.id() != right.id()) return VersionRelation::kOtherObject;
  const auto order = version_order(left, right);
  if (order < 0) return VersionRelation::kOlder;
  if (order > 0) return VersionRelation::kNewer;
  return same_content(left, right) ? VersionRelation::kSame : VersionRelation::kConflict;
}

Sha256 saying_of(const Object& object) {
  std::string said;
  append_sized(exact_instant(object.version()), said);
  for (const auto& [name, text] : content_of(object)) {
    append_sized(name, said);
    append_sized(name == "created" ? exact_instant(unquoted(text)) : text, said);
  }
  return sha256(said);
}

std::string exact_instant(std::string_view time) {
  const auto at = parse_stix_time(time);
  if (!at.ok()) return std::string(time);
  return std::to_string(at->seconds) + "." + std::string(fraction_of(time));
}

Result<Derived> derive(const Object& original, const DerivedIds& ids, Changes changes,
                       Timestamp now) {
  if (!has_versions(original)) {
    return make_error(Code::kStixInvalid, "an object of this type has no creator to differ from",
                      "/modified");
  }
  if (!is_id_of(ids.object, original.type()) || ids.object == original.id() ||
      !is_id_of(ids.relationship, "relationship") || ids.relationship == ids.object ||
      ids.relationship == original.id() || !is_id_of(ids.creator, "identity")) {
    return make_error(Code::kInvalidArgument, "a derived object takes new ids of the right types",
                      "/id");
  }
  SEKISHO_ASSIGN(Edits edits, read_changes(changes));
  SEKISHO_ASSIGN(const std::string time, millis_text(whole_millis(now)));
  edits.push_back({"id", quoted(ids.object)});
  edits.push_back({"created_by_ref", quoted(ids.creator)});
  edits.push_back({"created", quoted(time)});
  edits.push_back({"modified", quoted(time)});
  edits.push_back({"revoked", std::nullopt});
  Derived derived;
  SEKISHO_ASSIGN(derived.object, made(original.root(), edits));
  SEKISHO_ASSIGN(derived.relationship, derived_from(*derived.object, original, ids, time));
  return derived;
}

}  // namespace sekisho::stix
