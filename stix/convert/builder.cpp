#include "stix/convert/builder.h"

#include <memory>
#include <utility>

#include "core/limits.h"
#include "stix/convert/identifiers.h"
#include "stix/sco_id.h"

namespace sekisho::stix::convert {
namespace {

void write_references(json::Writer& out, const std::vector<Reference>& references) {
  if (references.empty()) return;
  out.key("external_references").begin_array();
  for (const Reference& reference : references) {
    out.begin_object();
    out.member("source_name", reference.source_name);
    member_unless_empty(out, "description", reference.description);
    member_unless_empty(out, "url", reference.url);
    member_unless_empty(out, "external_id", reference.external_id);
    out.end_object();
  }
  out.end_array();
}

void write_marking(json::Writer& out, std::optional<Tlp> tlp) {
  if (!tlp) return;
  out.key("object_marking_refs").begin_array().string(tlp_marking_id(*tlp)).end_array();
}

}  // namespace

void member_unless_empty(json::Writer& out, std::string_view key, std::string_view value) {
  if (!value.empty()) out.member(key, value);
}

void member_list(json::Writer& out, std::string_view key, const std::vector<std::string>& values) {
  out.key(key).begin_array();
  for (const std::string& value : values) out.string(value);
  out.end_array();
}

Reference link(std::string_view url, std::string_view description) {
  Reference out;
  if (is_uri(url)) {
    out.source_name = host_of(url, "reference");
    out.description = description;
    out.url = url;
    return out;
  }
  out.source_name = "reference";
  out.description =
      description.empty() ? std::string(url) : std::string(description) + ": " + std::string(url);
  return out;
}

void Paragraphs::add(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return;
  if (!text_.empty()) text_ += "\n\n";
  text_ += text;
}

void Paragraphs::add(std::string_view label, std::string_view text) {
  text = trimmed(text);
  if (!text.empty()) add(std::string(label) + ": " + std::string(text));
}

Builder::Builder(const Context& context, Frame frame, Journal& journal)
    : context_(context), frame_(std::move(frame)), journal_(journal) {}

std::string Builder::id(std::string_view type, std::string_view place) const {
  return object_id(context_.id_namespace, type, {frame_.format, frame_.document_id, type, place});
}

json::Writer Builder::head(std::string_view type, std::string_view id, std::string_view created,
                           std::string_view modified) const {
  json::Writer out;
  out.begin_object();
  out.member("type", type).member("spec_version", "2.1").member("id", id);
  if (context_.identity_id) out.member("created_by_ref", *context_.identity_id);
  out.member("created", created).member("modified", modified);
  return out;
}

json::Writer Builder::open(std::string_view type, std::string_view id) const {
  return head(type, id, frame_.created, frame_.modified);
}

void Builder::close(std::string id, json::Writer object, const std::vector<Reference>& references,
                    std::string_view extensions) {
  member_unless_empty(object, "lang", frame_.lang);
  write_references(object, references);
  write_marking(object, frame_.tlp);
  if (!extensions.empty()) object.key("extensions").raw(extensions);
  object.end_object();
  add(std::move(id), object.take());
}

void Builder::relate(std::string_view relationship_type, const std::string& source,
                     const std::string& target, std::string_view description,
                     std::string_view place) {
  const std::string relationship = object_id(context_.id_namespace, "relationship",
                                             {frame_.format, frame_.document_id, "relationship",
                                              relationship_type, source, target, place});
  json::Writer out = open("relationship", relationship);
  out.member("relationship_type", relationship_type);
  member_unless_empty(out, "description", description);
  out.member("source_ref", source).member("target_ref", target);
  write_marking(out, frame_.tlp);
  out.end_object();
  add(relationship, out.take());
}

std::string Builder::observable(
    std::string_view type,
    std::initializer_list<std::pair<std::string_view, std::string_view>> properties) {
  const auto write = [&](std::string_view id) {
    json::Writer out;
    out.begin_object().member("type", type);
    if (!id.empty()) out.member("spec_version", "2.1").member("id", id);
    for (const auto& [key, value] : properties) member_unless_empty(out, key, value);
    if (!id.empty()) write_marking(out, frame_.tlp);
    out.end_object();
    return out.take();
  };
  auto parsed = json::Document::parse(write({}));
  if (!parsed.ok()) {
    journal_.fail(parsed.error());
    return {};
  }
  auto id = sco_id((*parsed)->root());
  if (!id.ok()) {
    journal_.fail(id.error());
    return {};
  }
  add(*id, write(*id));
  return *id;
}

void Builder::organisation(const std::string& id, std::string_view name,
                           const std::vector<Reference>& references) {
  json::Writer out = head("identity", id, kFixedTime, kFixedTime);
  out.member("name", name).member("identity_class", "organization");
  write_references(out, references);
  write_marking(out, frame_.tlp);
  out.end_object();
  add(id, out.take());
}

void Builder::add(std::string id, std::string object) {
  if (journal_.failed()) return;
  const auto found = index_.find(id);
  if (found != index_.end()) {
    if (objects_[found->second] != object) {
      journal_.lose("Two entries of the document give one object; the first was kept", id);
    }
    return;
  }
  const std::size_t most = Limits{}.object_bytes;
  bytes_ += object.size();
  const std::size_t bytes_most = context_.max_document_bytes * 4 + (1u << 20);
  if (object.size() > most || (ids_.size() + 1) * 60 > most || bytes_ > bytes_most) {
    journal_.fail(
        make_error(Code::kLimitExceeded,
                   "the document gives more than one report can hold; split it (limits: " +
                       std::to_string(most) + " bytes an object, " + std::to_string(bytes_most) +
                       " bytes in all)",
                   id));
    return;
  }
  index_.emplace(id, objects_.size());
  ids_.push_back(std::move(id));
  objects_.push_back(std::move(object));
}

std::string identity_object(std::string_view identity_id, std::string_view name,
                            std::string_view created) {
  json::Writer out;
  out.begin_object();
  out.member("type", "identity").member("spec_version", "2.1").member("id", identity_id);
  out.member("created", created).member("modified", created);
  out.member("name", name).member("identity_class", "organization");
  write_marking(out, Tlp::kClear);
  out.end_object();
  return out.take();
}

}  // namespace sekisho::stix::convert
