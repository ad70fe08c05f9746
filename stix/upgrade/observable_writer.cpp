#include "stix/upgrade/observable_writer.h"

#include <utility>
#include <vector>

#include "core/ascii.h"
#include "core/json_pointer.h"
#include "stix/upgrade/copy.h"
#include "stix/upgrade/names.h"

namespace sekisho::stix::upgrade {
namespace {

bool holds_nothing(const json::Value& value) {
  if (value.kind() == json::Kind::kNull) return true;
  return (value.is_array() || value.is_object()) && value.size() == 0;
}

std::string below(const std::string& where, std::string_view name) {
  std::string out = where;
  json::append_token(out, name);
  return out;
}

}  // namespace

ObservableWriter::ObservableWriter(const json::Value& observable, std::string where, const Ids& ids,
                                   Losses& losses)
    : observable_(observable),
      type_(observable["type"].string_or({})),
      where_(std::move(where)),
      ids_(ids),
      losses_(losses) {}

json::Writer ObservableWriter::write(std::string_view id) {
  out_.begin_object().member("type", type_).member("spec_version", "2.1").member("id", id);
  members(observable_, {{}, where_, true});
  return std::move(out_);
}

std::string ObservableWriter::member_name(std::string_view name, const Place& place) const {
  const std::string_view known = observable_name(type_, place.extension, name);
  if (known != name) return std::string(known);
  if (place.top && (is_foreign_to_observables(name) || is_reserved(name))) {
    return "x_" + std::string(name);
  }
  return usable_name(name);
}

void ObservableWriter::members(const json::Value& object, const Place& place) {
  // Names already there keep their meaning; one that would be given twice is left out.
  std::set<std::string, std::less<>> taken;
  std::vector<std::pair<json::Value::Entry, std::string>> renamed;
  for (const json::Value::Entry& entry : object) {
    if (place.top && entry.key == "type") continue;
    std::string name = member_name(entry.key, place);
    if (name == entry.key) taken.insert(name);
    renamed.emplace_back(entry, std::move(name));
  }
  for (const auto& [entry, name] : renamed) {
    const std::string where = below(place.where, entry.key);
    if (holds_nothing(entry.value)) {
      losses_.add(where, "An empty value has no place in STIX 2.1 and was left out");
    } else if (name.empty() || (name != entry.key && !taken.insert(name).second)) {
      losses_.add(where, "The name is none that STIX 2.1 takes; the property was left out");
    } else {
      if (name != entry.key && name.starts_with("x_")) {
        losses_.add(where, "The property has no place in STIX 2.1 and was kept as " + name);
      }
      member(entry.key, name, entry.value, {place.extension, where, place.top});
    }
  }
}

void ObservableWriter::member(std::string_view old_name, const std::string& name,
                              const json::Value& value, const Place& place) {
  if (value.is_string() && name.ends_with("_ref")) {
    reference(name, value, place);
  } else if (value.is_array() && name.ends_with("_refs")) {
    references(name, value, place);
  } else if (place.top && old_name == "extensions" && value.is_object()) {
    extensions(value, place);
  } else if (value.is_object() && (name == "hashes" || name == "file_header_hashes")) {
    hashes(name, value, place);
  } else {
    out_.key(name);
    this->value(name, value, place);
  }
}

void ObservableWriter::value(std::string_view name, const json::Value& value, const Place& place) {
  if (value.is_object()) {
    object(name, value, place);
  } else if (value.is_array()) {
    out_.begin_array();
    std::size_t index = 0;
    for (const auto& entry : value) {
      const std::string where = place.where + "/" + std::to_string(index++);
      this->value({}, entry.value, {place.extension, where, false});
    }
    out_.end_array();
  } else if (value.is_string() && name.ends_with("_hex")) {
    out_.string(ascii::lower(value.string_or({})));
  } else if (value.is_string() && name == "account_type" && type_ == "user-account") {
    out_.string(account_type(value.string_or({})));
  } else {
    out_.raw(value.raw());
  }
}

void ObservableWriter::object(std::string_view name, const json::Value& value, const Place& place) {
  if (is_plain_dictionary(name)) {
    copy(value, out_);
  } else if (is_header_map(name)) {
    headers(value);
  } else {
    out_.begin_object();
    for (const json::Value::Entry& entry : value) {
      const std::string where = below(place.where, entry.key);
      if (holds_nothing(entry.value)) {
        losses_.add(where, "An empty value has no place in STIX 2.1 and was left out");
      } else {
        member(entry.key, std::string(entry.key), entry.value, {place.extension, where, false});
      }
    }
    out_.end_object();
  }
}

void ObservableWriter::extensions(const json::Value& value, const Place& place) {
  std::set<std::string, std::less<>> taken;
  for (const json::Value::Entry& entry : value) taken.emplace(entry.key);
  bool open = false;
  for (const json::Value::Entry& entry : value) {
    const std::string where = below(place.where, entry.key);
    const std::string name = extension_name(entry.key);
    const bool collides = name != entry.key && !taken.insert(name).second;
    if (name.empty() || collides || !entry.value.is_object() || entry.value.size() == 0) {
      losses_.add(where, "STIX 2.1 does not take this as an extension; it was left out");
      continue;
    }
    if (name != entry.key) losses_.add(where, "The extension was renamed to " + name);
    if (!open) out_.key("extensions").begin_object();
    open = true;
    out_.key(name).begin_object();
    members(entry.value, {entry.key, where, false});
    out_.end_object();
  }
  if (open) out_.end_object();
}

void ObservableWriter::hashes(const std::string& name, const json::Value& value,
                              const Place& place) {
  const bool listed_only = type_ == "artifact" || type_ == "x509-certificate";
  bool open = false;
  for (const json::Value::Entry& entry : value) {
    const std::string_view algorithm = hash_name(entry.key);
    // `ssdeep` is the only name that changes, so at most one look-up is made here.
    const bool twice = algorithm != entry.key && value[algorithm].exists();
    if ((listed_only && !is_listed_hash(algorithm)) || twice) {
      losses_.add(below(place.where, entry.key),
                  "STIX 2.1 does not take this hash here; it was left out");
      continue;
    }
    if (!open) out_.key(name).begin_object();
    open = true;
    copy(entry.value, out_.key(algorithm));
  }
  if (open) out_.end_object();
}

void ObservableWriter::headers(const json::Value& value) {
  out_.begin_object();
  for (const json::Value::Entry& entry : value) {
    out_.key(entry.key);
    if (entry.value.is_string()) {
      out_.begin_array().raw(entry.value.raw()).end_array();
    } else {
      copy(entry.value, out_);
    }
  }
  out_.end_object();
}

std::string ObservableWriter::resolved(std::string_view name, std::string_view key,
                                       const Place& place) {
  const auto found = ids_.find(key);
  if (found != ids_.end()) return found->second;
  if (!is_standard_reference(name)) return std::string(key);
  losses_.add(place.where, "The reference names no observable of its container; it was left out");
  return {};
}

void ObservableWriter::reference(const std::string& name, const json::Value& value,
                                 const Place& place) {
  const std::string id = resolved(name, value.string_or({}), place);
  if (!id.empty()) out_.member(name, id);
}

void ObservableWriter::references(const std::string& name, const json::Value& list,
                                  const Place& place) {
  bool open = false;
  std::set<std::string, std::less<>> given;
  for (const auto& entry : list) {
    if (!entry.value.is_string()) {
      losses_.add(place.where, "The list holds what is no reference; it was left out");
      continue;
    }
    const std::string id = resolved(name, entry.value.string_or({}), place);
    if (id.empty() || !given.insert(id).second) continue;
    if (!open) out_.key(name).begin_array();
    open = true;
    out_.string(id);
  }
  if (open) out_.end_array();
}

std::string ObservableWriter::selector(std::string_view path) const {
  const std::size_t dot = path.find('.');
  const std::string_view first = path.substr(0, dot);
  std::string out = member_name(first, {{}, {}, true});
  if (dot == std::string_view::npos) return out;
  std::string_view rest = path.substr(dot + 1);
  if (first == "extensions") {
    const std::size_t next = rest.find('.');
    const std::string_view extension = rest.substr(0, next);
    out += "." + extension_name(extension);
    if (next == std::string_view::npos) return out;
    rest.remove_prefix(next + 1);
    const std::string_view name = rest.substr(0, rest.find('.'));
    out += "." + member_name(name, {extension, {}, false});
    rest.remove_prefix(name.size());
    return out + std::string(rest);
  }
  return out + "." + std::string(rest);
}

}  // namespace sekisho::stix::upgrade
