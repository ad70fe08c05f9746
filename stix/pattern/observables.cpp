#include "stix/pattern/observables.h"

// One row a property, in the order of §6.
// clang-format off
namespace sekisho::stix::pattern {
namespace {

using Row = ObservableProperty;
constexpr auto kText = ValueKind::kText;
constexpr auto kNumber = ValueKind::kNumber;
constexpr auto kBoolean = ValueKind::kBoolean;
constexpr auto kTime = ValueKind::kTime;
constexpr auto kBytes = ValueKind::kBytes;
constexpr auto kTexts = ValueKind::kTexts;
constexpr auto kNested = ValueKind::kNested;

constexpr Row kCommon[] = {
    {"type", kText}, {"id", kText}, {"spec_version", kText}, {"object_marking_refs", kTexts},
    {"granular_markings", kNested}, {"defanged", kBoolean}, {"extensions", kNested}};
constexpr Row kArtifact[] = {
    {"mime_type", kText}, {"payload_bin", kBytes}, {"url", kText}, {"hashes", kNested},
    {"encryption_algorithm", kText}, {"decryption_key", kText}};
constexpr Row kAutonomousSystem[] = {{"number", kNumber}, {"name", kText}, {"rir", kText}};
constexpr Row kDirectory[] = {
    {"path", kText}, {"path_enc", kText}, {"ctime", kTime}, {"mtime", kTime}, {"atime", kTime}, {"contains_refs", kTexts}};
constexpr Row kDomainName[] = {{"value", kText}, {"resolves_to_refs", kTexts}};
constexpr Row kEmailAddr[] = {{"value", kText}, {"display_name", kText}, {"belongs_to_ref", kText}};
constexpr Row kEmailMessage[] = {
    {"is_multipart", kBoolean}, {"date", kTime}, {"content_type", kText}, {"from_ref", kText}, {"sender_ref", kText},
    {"to_refs", kTexts}, {"cc_refs", kTexts}, {"bcc_refs", kTexts}, {"message_id", kText}, {"subject", kText},
    {"received_lines", kTexts}, {"additional_header_fields", kNested}, {"body", kText}, {"body_multipart", kNested},
    {"raw_email_ref", kText}};
constexpr Row kFile[] = {
    {"hashes", kNested}, {"size", kNumber}, {"name", kText}, {"name_enc", kText}, {"magic_number_hex", kBytes},
    {"mime_type", kText}, {"ctime", kTime}, {"mtime", kTime}, {"atime", kTime}, {"parent_directory_ref", kText},
    {"contains_refs", kTexts}, {"content_ref", kText}};
constexpr Row kAddress[] = {{"value", kText}, {"resolves_to_refs", kTexts}, {"belongs_to_refs", kTexts}};
constexpr Row kValue[] = {{"value", kText}};
constexpr Row kMutex[] = {{"name", kText}};
constexpr Row kTraffic[] = {
    {"start", kTime}, {"end", kTime}, {"is_active", kBoolean}, {"src_ref", kText}, {"dst_ref", kText},
    {"src_port", kNumber}, {"dst_port", kNumber}, {"protocols", kTexts}, {"src_byte_count", kNumber},
    {"dst_byte_count", kNumber}, {"src_packets", kNumber}, {"dst_packets", kNumber}, {"ipfix", kNested},
    {"src_payload_ref", kText}, {"dst_payload_ref", kText}, {"encapsulates_refs", kTexts}, {"encapsulated_by_ref", kText}};
constexpr Row kProcess[] = {
    {"is_hidden", kBoolean}, {"pid", kNumber}, {"created_time", kTime}, {"cwd", kText}, {"command_line", kText},
    {"environment_variables", kNested}, {"opened_connection_refs", kTexts}, {"creator_user_ref", kText},
    {"image_ref", kText}, {"parent_ref", kText}, {"child_refs", kTexts}};
constexpr Row kSoftware[] = {
    {"name", kText}, {"cpe", kText}, {"swid", kText}, {"languages", kTexts}, {"vendor", kText}, {"version", kText}};
constexpr Row kUserAccount[] = {
    {"user_id", kText}, {"credential", kText}, {"account_login", kText}, {"account_type", kText}, {"display_name", kText},
    {"is_service_account", kBoolean}, {"is_privileged", kBoolean}, {"can_escalate_privs", kBoolean},
    {"is_disabled", kBoolean}, {"account_created", kTime}, {"account_expires", kTime},
    {"credential_last_changed", kTime}, {"account_first_login", kTime}, {"account_last_login", kTime}};
constexpr Row kRegistryKey[] = {
    {"key", kText}, {"values", kNested}, {"modified_time", kTime}, {"creator_user_ref", kText}, {"number_of_subkeys", kNumber}};
constexpr Row kCertificate[] = {
    {"is_self_signed", kBoolean}, {"hashes", kNested}, {"version", kText}, {"serial_number", kText},
    {"signature_algorithm", kText}, {"issuer", kText}, {"validity_not_before", kTime}, {"validity_not_after", kTime},
    {"subject", kText}, {"subject_public_key_algorithm", kText}, {"subject_public_key_modulus", kText},
    {"subject_public_key_exponent", kNumber}, {"x509_v3_extensions", kNested}};

struct TypeRow {
  std::string_view type;
  std::span<const Row> properties;
};
constexpr TypeRow kTypes[] = {
    {"artifact", kArtifact}, {"autonomous-system", kAutonomousSystem}, {"directory", kDirectory},
    {"domain-name", kDomainName}, {"email-addr", kEmailAddr}, {"email-message", kEmailMessage}, {"file", kFile},
    {"ipv4-addr", kAddress}, {"ipv6-addr", kAddress}, {"mac-addr", kValue}, {"mutex", kMutex},
    {"network-traffic", kTraffic}, {"process", kProcess}, {"software", kSoftware}, {"url", kValue},
    {"user-account", kUserAccount}, {"windows-registry-key", kRegistryKey}, {"x509-certificate", kCertificate}};

}  // namespace
// clang-format on

std::span<const ObservableProperty> properties_of(std::string_view type) {
  for (const TypeRow& row : kTypes) {
    if (row.type == type) return row.properties;
  }
  return {};
}

const ObservableProperty* common_property(std::string_view name) {
  for (const Row& row : kCommon) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace sekisho::stix::pattern
