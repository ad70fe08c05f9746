#include "stix/sco_id.h"

#include <algorithm>
#include <array>
#include <span>

namespace sekisho::stix {
namespace {

using Names = std::span<const std::string_view>;

// ID contributing properties of STIX 2.1 §6, each list in canonical (sorted) order.
constexpr std::string_view kHashesPayload[] = {"hashes", "payload_bin"};
constexpr std::string_view kNumber[] = {"number"};
constexpr std::string_view kPath[] = {"path"};
constexpr std::string_view kValue[] = {"value"};
constexpr std::string_view kEmailMessage[] = {"body", "from_ref", "subject"};
constexpr std::string_view kFile[] = {"extensions", "hashes", "name", "parent_directory_ref"};
constexpr std::string_view kName[] = {"name"};
constexpr std::string_view kNetworkTraffic[] = {"dst_port",  "dst_ref",  "end",     "extensions",
                                                "protocols", "src_port", "src_ref", "start"};
constexpr std::string_view kSoftware[] = {"cpe", "name", "swid", "vendor", "version"};
constexpr std::string_view kUserAccount[] = {"account_login", "account_type", "user_id"};
constexpr std::string_view kRegistryKey[] = {"key", "values"};
constexpr std::string_view kCertificate[] = {"hashes", "serial_number"};

struct IdRow {
  std::string_view type;
  Names contributing;
};

constexpr std::array kRows{
    IdRow{"artifact", kHashesPayload},
    IdRow{"autonomous-system", kNumber},
    IdRow{"directory", kPath},
    IdRow{"domain-name", kValue},
    IdRow{"email-addr", kValue},
    IdRow{"email-message", kEmailMessage},
    IdRow{"file", kFile},
    IdRow{"ipv4-addr", kValue},
    IdRow{"ipv6-addr", kValue},
    IdRow{"mac-addr", kValue},
    IdRow{"mutex", kName},
    IdRow{"network-traffic", kNetworkTraffic},
    IdRow{"process", {}},
    IdRow{"software", kSoftware},
    IdRow{"url", kValue},
    IdRow{"user-account", kUserAccount},
    IdRow{"windows-registry-key", kRegistryKey},
    IdRow{"x509-certificate", kCertificate},
};

/// Appends the one hash that counts: MD5, SHA-1, SHA-256, SHA-512, else the first that is there.
bool append_hashes(const json::Value& hashes, std::string& out) {
  if (!hashes.is_object() || hashes.size() == 0) return false;
  json::Value::Entry chosen = *hashes.begin();
  for (const std::string_view name : {"MD5", "SHA-1", "SHA-256", "SHA-512"}) {
    if (const json::Value value = hashes[name]; value.exists()) {
      chosen = {name, value};
      break;
    }
  }
  out += '{';
  json::append_quoted(chosen.key, out);
  out += ':';
  json::canonical_append(chosen.value, out);
  out += '}';
  return true;
}

/// The text that is hashed: canonical JSON of the contributing properties present; empty if none
/// is.
std::string name_text(const json::Value& object, Names contributing) {
  std::string text;
  for (const std::string_view name : contributing) {
    const json::Value value = object[name];
    if (!value.exists()) continue;
    const std::size_t before = text.size();
    text += text.empty() ? '{' : ',';
    json::append_quoted(name, text);
    text += ':';
    if (name != "hashes") {
      json::canonical_append(value, text);
    } else if (!append_hashes(value, text)) {
      text.resize(before);
    }
  }
  if (!text.empty()) text += '}';
  return text;
}

}  // namespace

const Uuid& sco_namespace() {
  static const Uuid uuid = *Uuid::parse("00abedb4-aa42-466c-9c01-fed23315a9b7");
  return uuid;
}

Result<std::string> sco_id(const json::Value& object) {
  const std::string_view type = object["type"].string_or({});
  const auto row = std::find_if(kRows.begin(), kRows.end(),
                                [type](const IdRow& candidate) { return candidate.type == type; });
  if (row == kRows.end()) {
    return make_error(Code::kStixInvalid, "the type is not a cyber-observable of STIX 2.1",
                      "/type");
  }
  const std::string text = name_text(object, row->contributing);
  if (text.empty()) {
    return make_error(Code::kNotFound, "no property contributes to the id; it is a random UUIDv4");
  }
  return std::string(type) + "--" + Uuid::v5(sco_namespace(), text).to_string();
}

bool is_version_5(std::string_view id) {
  constexpr std::size_t kVersionDigit = 14;  // of a UUID's text
  const std::size_t uuid = id.find("--");
  return uuid != std::string_view::npos && id.size() > uuid + 2 + kVersionDigit && id[uuid + 2 + kVersionDigit] == '5';
}

bool has_computed_id(const Object& object) {
  if (!is_version_5(object.id()) || category_of(object.type()) != Category::kSco) return false;
  const auto computed = sco_id(object.root());
  return computed.ok() && *computed == object.id();
}

}  // namespace sekisho::stix
