#include "stix/upgrade/names.h"

#include <algorithm>
#include <iterator>

#include "stix/names.h"

namespace sekisho::stix::upgrade {
namespace {

struct Renamed {
  std::string_view type;
  std::string_view extension;
  std::string_view from;
  std::string_view to;
};

// A table has one row a line.
// clang-format off
// STIX 2.0 Part 4 against STIX 2.1 §6.
constexpr Renamed kRenamed[] = {
    {"directory", "", "created", "ctime"},
    {"directory", "", "modified", "mtime"},
    {"directory", "", "accessed", "atime"},
    {"file", "", "created", "ctime"},
    {"file", "", "modified", "mtime"},
    {"file", "", "accessed", "atime"},
    {"file", "", "is_encrypted", "x_is_encrypted"},
    {"file", "", "encryption_algorithm", "x_encryption_algorithm"},
    {"file", "", "decryption_key", "x_decryption_key"},
    {"file", "archive-ext", "version", "x_version"},
    {"file", "raster-image-ext", "image_compression_algorithm", "x_image_compression_algorithm"},
    {"network-traffic", "socket-ext", "protocol_family", "x_protocol_family"},
    {"process", "", "created", "created_time"},
    {"process", "", "binary_ref", "image_ref"},
    {"process", "", "name", "x_name"},
    {"process", "", "arguments", "x_arguments"},
    {"user-account", "", "password_last_changed", "credential_last_changed"},
    {"windows-registry-key", "", "modified", "modified_time"},
};

struct Leads {
  std::string_view type;
  std::string_view property;
  std::string_view to;
};
constexpr Leads kLeads[] = {
    {"directory", "contains_refs", "file"},  // or directory: the same names changed
    {"email-addr", "belongs_to_ref", "user-account"},
    {"email-message", "body_raw_ref", "file"},
    {"email-message", "raw_email_ref", "artifact"},
    {"file", "contains_refs", "file"},
    {"file", "content_ref", "artifact"},
    {"file", "parent_directory_ref", "directory"},
    {"network-traffic", "encapsulated_by_ref", "network-traffic"},
    {"network-traffic", "encapsulates_refs", "network-traffic"},
    {"process", "binary_ref", "file"},
    {"process", "child_refs", "process"},
    {"process", "creator_user_ref", "user-account"},
    {"process", "opened_connection_refs", "network-traffic"},
    {"process", "parent_ref", "process"},
    {"process", "service_dll_refs", "file"},
    {"windows-registry-key", "creator_user_ref", "user-account"},
};
// clang-format on

constexpr std::string_view kListedHashes[] = {"MD5",      "SHA-1",    "SHA-256", "SHA-512",
                                              "SHA3-256", "SHA3-512", "SSDEEP",  "TLSH"};
constexpr std::string_view kForeign[] = {"id",
                                         "spec_version",
                                         "created_by_ref",
                                         "created",
                                         "modified",
                                         "revoked",
                                         "labels",
                                         "confidence",
                                         "lang",
                                         "defanged",
                                         "external_references",
                                         "object_marking_refs",
                                         "granular_markings"};
constexpr std::string_view kReserved[] = {"severity", "username", "phone_number", "action"};
constexpr std::string_view kReferences[] = {"bcc_refs",
                                            "belongs_to_ref",
                                            "belongs_to_refs",
                                            "body_raw_ref",
                                            "cc_refs",
                                            "child_refs",
                                            "contains_refs",
                                            "content_ref",
                                            "creator_user_ref",
                                            "dst_payload_ref",
                                            "dst_ref",
                                            "encapsulated_by_ref",
                                            "encapsulates_refs",
                                            "from_ref",
                                            "image_ref",
                                            "message_body_data_ref",
                                            "opened_connection_refs",
                                            "parent_directory_ref",
                                            "parent_ref",
                                            "raw_email_ref",
                                            "resolves_to_refs",
                                            "sender_ref",
                                            "service_dll_refs",
                                            "src_payload_ref",
                                            "src_ref",
                                            "to_refs"};
constexpr std::string_view kDictionaries[] = {
    "document_info_dict", "environment_variables", "exif_tags", "ipfix", "options", "startup_info"};

template <typename Range>
bool one_of(const Range& range, std::string_view name) {
  return std::find(std::begin(range), std::end(range), name) != std::end(range);
}

std::string lower_with_underscores(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    out += kept ? c : '_';
  }
  return out;
}

}  // namespace

std::string_view observable_name(std::string_view type, std::string_view extension,
                                 std::string_view name) {
  const auto row = std::find_if(std::begin(kRenamed), std::end(kRenamed), [&](const Renamed& it) {
    return it.type == type && it.extension == extension && it.from == name;
  });
  return row == std::end(kRenamed) ? name : row->to;
}

std::string_view hash_name(std::string_view name) {
  return name == "ssdeep" ? "SSDEEP" : name;
}

bool is_listed_hash(std::string_view name) {
  return one_of(kListedHashes, name);
}

std::string_view account_type(std::string_view term) {
  if (term == "windows local") return "windows-local";
  if (term == "windows domain") return "windows-domain";
  return term;
}

std::string extension_name(std::string_view name) {
  if (name.starts_with("extension-definition--")) return split_id(name) ? std::string(name) : "";
  std::string out(name);
  if (!name.ends_with("-ext")) out += "-ext";
  return is_type_name(out) ? out : "";
}

bool is_foreign_to_observables(std::string_view name) {
  return one_of(kForeign, name);
}

bool is_reserved(std::string_view name) {
  return one_of(kReserved, name);
}

std::string usable_name(std::string_view name) {
  if (is_property_name(name)) return std::string(name);
  std::string lower = lower_with_underscores(name);
  if (name.starts_with("x_") && is_property_name(lower)) return std::string(name);
  lower.insert(0, "x_");
  return is_property_name(lower) ? lower : "";
}

std::string_view referred_type(std::string_view type, std::string_view property) {
  const auto row = std::find_if(std::begin(kLeads), std::end(kLeads), [&](const Leads& it) {
    return it.type == type && it.property == property;
  });
  return row == std::end(kLeads) ? std::string_view{} : row->to;
}

bool is_standard_reference(std::string_view name) {
  return one_of(kReferences, name);
}

bool is_plain_dictionary(std::string_view name) {
  return one_of(kDictionaries, name);
}

bool is_header_map(std::string_view name) {
  return name == "additional_header_fields" || name == "request_header";
}

}  // namespace sekisho::stix::upgrade
