#include "stix/object.h"

#include <utility>

#include "stix/entries.h"
#include "stix/names.h"

namespace sekisho::stix {
namespace {

Error invalid(std::string pointer, std::string detail) {
  return make_error(Code::kStixInvalid, std::move(detail), std::move(pointer));
}

/// A member that must be a string if it is there.
Result<std::string_view> string_member(const json::Value& root, std::string_view name) {
  const json::Value value = root[name];
  if (!value.exists()) return std::string_view{};
  if (!value.is_string()) {
    return invalid(value.pointer(), std::string(name) + " is a string");
  }
  return value.string_or({});
}

Result<std::string_view> required_string(const json::Value& root, std::string_view name) {
  if (!root[name].exists()) {
    return make_error(Code::kStixNotObject, "a STIX object has " + std::string(name));
  }
  return string_member(root, name);
}

}  // namespace

Result<ObjectPtr> Object::parse(std::string bytes, std::size_t max_bytes) {
  SEKISHO_ASSIGN(auto object, read(std::move(bytes), max_bytes));
  std::string canonical;
  canonical.reserve(object->bytes().size());
  json::canonical_append(object->root(), canonical);
  object->content_hash_ = sha256(canonical);
  return ObjectPtr(std::move(object));
}

Result<ObjectPtr> Object::parse_kept(std::string bytes, const Sha256& content) {
  const std::size_t size = bytes.size();
  SEKISHO_ASSIGN(auto object, read(std::move(bytes), size));
  object->content_hash_ = content;
  return ObjectPtr(std::move(object));
}

/// All but the hash.
Result<std::shared_ptr<Object>> Object::read(std::string bytes, std::size_t max_bytes) {
  json::ParseLimits limits;
  limits.max_bytes = max_bytes;
  SEKISHO_ASSIGN(auto document, json::Document::parse(std::move(bytes), limits));
  const json::Value root = document->root();
  if (!root.is_object()) {
    return make_error(Code::kStixNotObject, "a STIX object is a JSON object");
  }
  auto object = std::shared_ptr<Object>(new Object());
  SEKISHO_ASSIGN(object->type_, required_string(root, "type"));
  if (!is_type_name(object->type_)) {
    return invalid("/type", "a type is 3 to 250 of a-z 0-9 and single hyphens, a letter first");
  }
  SEKISHO_ASSIGN(object->id_, required_string(root, "id"));
  const auto id = split_id(object->id_);
  if (!id) return invalid("/id", "an id is type--UUID");
  if (id->type != object->type_) return invalid("/id", "the prefix of an id equals the type");

  SEKISHO_ASSIGN(object->spec_version_, string_member(root, "spec_version"));
  if (object->spec_version_.empty() && !root["spec_version"].exists()) {
    object->spec_version_ = "2.1";
  } else if (object->spec_version_ != "2.1" && object->spec_version_ != "2.0") {
    return invalid("/spec_version", "spec_version is 2.1 (or 2.0 before conversion)");
  }

  object->version_ = kUnversioned;
  for (const std::string_view name : {"created", "modified"}) {
    SEKISHO_ASSIGN(const std::string_view text, string_member(root, name));
    if (!root[name].exists()) continue;
    auto time = parse_stix_time(text);
    if (!time.ok()) {
      return invalid("/" + std::string(name), "a timestamp is YYYY-MM-DDTHH:MM:SS[.digits]Z");
    }
    object->version_ = text;
    object->version_time_ = *time;
  }

  object->document_ = std::move(document);
  return object;
}

std::optional<std::string_view> Object::created_by_ref() const {
  return root()["created_by_ref"].string();
}

bool Object::revoked() const {
  return root()["revoked"].boolean().value_or(false);
}

namespace {

/// An envelope (TAXII 2.1 §3.7) has no type and no members but these.
bool is_envelope(const json::Value& root) {
  return !any_entry(root, [](const json::Value::Entry& member) {
    return member.key != "objects" && member.key != "more" && member.key != "next";
  });
}

Status add_members(const json::Value& list, Container& container) {
  if (!list.exists()) return {};
  if (!list.is_array()) {
    return make_error(Code::kStixNotObject, "`objects` is a list of STIX objects", list.pointer());
  }
  container.slices.reserve(list.size());
  for (const auto& entry : list) container.slices.push_back(entry.value.raw());
  return {};
}

}  // namespace

Result<Container> open_container(std::string text, const json::ParseLimits& limits) {
  Container container;
  SEKISHO_ASSIGN(container.document, json::Document::parse(std::move(text), limits));
  const json::Value root = container.document->root();
  if (root.is_array()) {
    container.kind = Container::Kind::kArray;
    SEKISHO_TRY(add_members(root, container));
  } else if (root.is_object() && root["type"].string() == "bundle") {
    container.kind = Container::Kind::kBundle;
    SEKISHO_TRY(add_members(root["objects"], container));
  } else if (root.is_object() && is_envelope(root)) {
    container.kind = Container::Kind::kEnvelope;
    SEKISHO_TRY(add_members(root["objects"], container));
  } else if (root.is_object() && root["type"].is_string()) {
    container.slices.push_back(root.raw());
  } else {
    return make_error(Code::kStixNotObject,
                      "expected a STIX object, a bundle, an envelope or a list of objects");
  }
  return container;
}

}  // namespace sekisho::stix
