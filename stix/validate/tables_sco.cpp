#include "stix/validate/tables_sco.h"

#include <algorithm>

#include "stix/entries.h"
#include "stix/validate/shared_rules.h"

// STIX 2.1 §6. One table per type, in the order of the sections; the rules of a type stand before it.

// A table has one row a line.
// clang-format off
namespace sekisho::stix {
namespace {

constexpr std::string_view kArtifactType[] = {"artifact"};
constexpr std::string_view kFileType[] = {"file"};
constexpr std::string_view kBodies[] = {"artifact", "file"};
constexpr std::string_view kDirectoryType[] = {"directory"};
constexpr std::string_view kEmailAddrType[] = {"email-addr"};
constexpr std::string_view kAccountType[] = {"user-account"};
constexpr std::string_view kMacType[] = {"mac-addr"};
constexpr std::string_view kAsType[] = {"autonomous-system"};
constexpr std::string_view kProcessType[] = {"process"};
constexpr std::string_view kTrafficType[] = {"network-traffic"};
constexpr std::string_view kResolved[] = {"ipv4-addr", "ipv6-addr", "domain-name"};
constexpr std::string_view kEndpoint[] = {"ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"};

void artifact_rules(const json::Value& object, FindingLog& log) {
  if (object["payload_bin"].exists() == object["url"].exists()) {
    log.report(object, Clause::kArtifactContent, "an artifact has either payload_bin or url");
  }
  check_needs(object, "url", "hashes", Clause::kArtifactContent, log);
  check_needs(object, "decryption_key", "encryption_algorithm", Clause::kDecryptionKey, log);
  check_form(object, "url", is_url, "the value is a URL", log);
}
constexpr Property kArtifact[] = {
    {"mime_type", media_type()},
    {"payload_bin", binary()},
    {"url", text()},
    {"hashes", hashes()},
    {"encryption_algorithm", closed_enum(kEncryptionAlgorithmEnum)},
    {"decryption_key", text()},
};

constexpr Property kAutonomousSystem[] = {
    {"number", integer(), kRequired},
    {"name", text()},
    {"rir", text()},
};

constexpr Property kDirectory[] = {
    {"path", text(), kRequired},
    {"path_enc", encoding()},
    {"ctime", timestamp()},
    {"mtime", timestamp()},
    {"atime", timestamp()},
    {"contains_refs", list(reference(kFileOrDirectory))},
};

void domain_name_rules(const json::Value& object, FindingLog& log) {
  check_form(object, "value", is_domain_name, "the value is a domain name (RFC 1034, RFC 5890)",
             log);
}
constexpr Property kDomainName[] = {
    {"value", text(), kRequired},
    {"resolves_to_refs", list(reference(kResolved))},
};

void email_addr_rules(const json::Value& object, FindingLog& log) {
  check_form(object, "value", is_email_address, "the value is local@domain without display name",
             log);
}
constexpr Property kEmailAddr[] = {
    {"value", text(), kRequired},
    {"display_name", text()},
    {"belongs_to_ref", reference(kAccountType)},
};

void mime_part_rules(const json::Value& object, FindingLog& log) {
  if (!object["body"].exists() && !object["body_raw_ref"].exists()) {
    log.report(object, Clause::kMimePart, "a MIME part has body or body_raw_ref");
  }
}
constexpr Property kMimePartRows[] = {
    {"body", text()},
    {"body_raw_ref", reference(kBodies)},
    {"content_type", text()},
    {"content_disposition", text()},
};
constexpr Shape kMimePart{"email-mime-part-type", Clause::kMimePart, kMimePartRows, mime_part_rules};
/// §6.6: words encoded by RFC 2047 are decoded, in a text or the lists of texts below.
void check_header(const json::Value& value, FindingLog& log) {
  if (has_encoded_word(value.string_or({}))) {
    log.report(value, Clause::kEncodedHeader, "an encoded word (RFC 2047) is decoded; keep the original in raw_email_ref");
  }
  for (const auto& entry : value) {
    if (entry.value.is_string() || entry.value.is_array()) check_header(entry.value, log);
  }
}
void email_message_rules(const json::Value& object, FindingLog& log) {
  const auto multipart = object["is_multipart"].boolean();
  if (multipart == true && object["body"].exists()) {
    log.report(object["body"], Clause::kEmailBody, "a multipart message has body_multipart, not body");
  }
  if (multipart == false && object["body_multipart"].exists()) {
    log.report(object["body_multipart"], Clause::kEmailBody, "body_multipart is there only if is_multipart");
  }
  for (const std::string_view header : {"content_type", "message_id", "subject", "received_lines", "additional_header_fields"}) {
    check_header(object[header], log);
  }
}
constexpr Property kEmailMessage[] = {
    {"is_multipart", boolean(), kRequired},
    {"date", timestamp()},
    {"content_type", text()},
    {"from_ref", reference(kEmailAddrType)},
    {"sender_ref", reference(kEmailAddrType)},
    {"to_refs", list(reference(kEmailAddrType))},
    {"cc_refs", list(reference(kEmailAddrType))},
    {"bcc_refs", list(reference(kEmailAddrType))},
    {"message_id", text()},
    {"subject", text()},
    {"received_lines", list(text())},
    {"additional_header_fields", header_fields()},
    {"body", text()},
    {"body_multipart", list(nested(kMimePart))},
    {"raw_email_ref", reference(kArtifactType)},
};

void file_rules(const json::Value& object, FindingLog& log) {
  if (!object["hashes"].exists() && !object["name"].exists()) {
    log.report(object, Clause::kFileNamed, "a file needs hashes or name");
  }
}
constexpr Property kFile[] = {
    {"hashes", hashes()},
    {"size", integer(0)},
    {"name", text()},
    {"name_enc", encoding()},
    {"magic_number_hex", hex_text()},
    {"mime_type", media_type()},
    {"ctime", timestamp()},
    {"mtime", timestamp()},
    {"atime", timestamp()},
    {"parent_directory_ref", reference(kDirectoryType)},
    {"contains_refs", list(reference_to_class(kScoClass))},
    {"content_ref", reference(kArtifactType)},
};

void ipv4_rules(const json::Value& object, FindingLog& log) {
  check_form(object, "value", is_ipv4_cidr, "the value is an IPv4 address or CIDR block", log);
}
void ipv6_rules(const json::Value& object, FindingLog& log) {
  check_form(object, "value", is_ipv6_cidr, "the value is an IPv6 address or CIDR block", log);
}
constexpr Property kIpAddr[] = {
    {"value", text(), kRequired},
    {"resolves_to_refs", list(reference(kMacType))},
    {"belongs_to_refs", list(reference(kAsType))},
};

void mac_addr_rules(const json::Value& object, FindingLog& log) {
  check_form(object, "value", is_mac_address, "the value is like d2:fb:49:24:37:18, lower case",
             log);
}
constexpr Property kMacAddr[] = {
    {"value", text(), kRequired},
};

constexpr Property kMutex[] = {
    {"name", text(), kRequired},
};

bool has_protocol(const json::Value& object, std::span<const std::string_view> names) {
  return any_entry(object["protocols"], [names](const json::Value::Entry& entry) {
    return std::find(names.begin(), names.end(), entry.value.string_or({})) != names.end();
  });
}
/// §6.12: names of the IANA service registry, and ports, which not every protocol has.
void check_protocols(const json::Value& object, FindingLog& log) {
  constexpr std::string_view kHttp[] = {"http", "https"};
  constexpr std::string_view kTcp[] = {"tcp"};
  constexpr std::string_view kIcmp[] = {"icmp", "icmp6", "icmpv6", "ipv6-icmp"};
  constexpr std::string_view kWithoutPorts[] = {"arp", "icmp", "icmp6", "icmpv6", "igmp", "ipv6-icmp"};
  const bool ports = object["src_port"].exists() && object["dst_port"].exists();
  if (!ports && !has_protocol(object, kWithoutPorts)) {
    log.report(object, Clause::kPorts, "network-traffic should have src_port and dst_port");
  }
  for (const auto& entry : object["protocols"]) {
    const auto name = entry.value.string();
    if (name && !is_service_name(*name)) {
      log.report(entry.value, Clause::kProtocols, "a protocol should be a service name of IANA: 1 to 15 of a-z 0-9 and -");
    }
  }
  for (const auto& [key, value] : object["extensions"]) {
    const bool listed = key == "http-request-ext" ? has_protocol(object, kHttp)
                        : key == "tcp-ext"        ? has_protocol(object, kTcp)
                        : key == "icmp-ext"       ? has_protocol(object, kIcmp)
                                                  : true;
    if (!listed) log.report(value, Clause::kProtocols, "the protocol of this extension should be among protocols");
  }
}
void network_traffic_rules(const json::Value& object, FindingLog& log) {
  check_order(object, "start", "end", Clause::kNetworkTraffic, log);
  if (!object["src_ref"].exists() && !object["dst_ref"].exists()) {
    log.report(object, Clause::kTrafficEnds, "network-traffic needs src_ref or dst_ref");
  }
  if (object["end"].exists() && object["is_active"].boolean() != false) {
    log.report(object["end"], Clause::kTrafficEnd, "traffic with an end has is_active false");
  }
  check_protocols(object, log);
  check_values(object, "ipfix", true, true, log);
}
constexpr Property kNetworkTraffic[] = {
    {"start", timestamp()},
    {"end", timestamp()},
    {"is_active", boolean()},
    {"src_ref", reference(kEndpoint)},
    {"dst_ref", reference(kEndpoint)},
    {"src_port", integer(0, 65535)},
    {"dst_port", integer(0, 65535)},
    {"protocols", list(text()), kRequired},
    {"src_byte_count", integer(0)},
    {"dst_byte_count", integer(0)},
    {"src_packets", integer(0)},
    {"dst_packets", integer(0)},
    {"ipfix", dictionary()},
    {"src_payload_ref", reference(kArtifactType)},
    {"dst_payload_ref", reference(kArtifactType)},
    {"encapsulates_refs", list(reference(kTrafficType))},
    {"encapsulated_by_ref", reference(kTrafficType)},
};

void process_rules(const json::Value& object, FindingLog& log) {
  check_values(object, "environment_variables", false, true, log);
}
constexpr Property kProcess[] = {
    {"extensions", unchecked()},
    {"is_hidden", boolean()},
    {"pid", integer()},
    {"created_time", timestamp()},
    {"cwd", text()},
    {"command_line", text()},
    {"environment_variables", dictionary()},
    {"opened_connection_refs", list(reference(kTrafficType))},
    {"creator_user_ref", reference(kAccountType)},
    {"image_ref", reference(kFileType)},
    {"parent_ref", reference(kProcessType)},
    {"child_refs", list(reference(kProcessType))},
};
void software_rules(const json::Value& object, FindingLog& log) {
  check_form(object, "cpe", is_cpe23, "the value is a CPE 2.3 formatted string of 11 parts", log);
}
constexpr Property kSoftware[] = {
    {"name", text(), kRequired},
    {"cpe", text()},
    {"swid", text()},
    {"languages", list(language())},
    {"vendor", text()},
    {"version", text()},
};

void url_rules(const json::Value& object, FindingLog& log) {
  check_form(object, "value", is_url, "the value is a URL (RFC 3986), with scheme, without spaces",
             log);
}
constexpr Property kUrl[] = {
    {"value", text(), kRequired},
};

constexpr Property kUserAccount[] = {
    {"extensions", unchecked()},
    {"user_id", text()},
    {"credential", text()},
    {"account_login", text()},
    {"account_type", open_vocab(kAccountTypeOv)},
    {"display_name", text()},
    {"is_service_account", boolean()},
    {"is_privileged", boolean()},
    {"can_escalate_privs", boolean()},
    {"is_disabled", boolean()},
    {"account_created", timestamp()},
    {"account_expires", timestamp()},
    {"credential_last_changed", timestamp()},
    {"account_first_login", timestamp()},
    {"account_last_login", timestamp()},
};

constexpr Property kRegistryValueRows[] = {
    {"name", text()},
    {"data", text()},
    {"data_type", closed_enum(kWindowsRegistryDatatypeEnum)},
};
constexpr Shape kRegistryValue{"windows-registry-value-type", Clause::kRegistryKey, kRegistryValueRows, nullptr,
                               true};
bool has_full_hive(std::string_view key) {
  std::string hive(key.substr(0, key.find('\\')));
  for (char& c : hive) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  constexpr std::string_view kShort[] = {"HKLM", "HKCU", "HKCR", "HKU", "HKCC", "HKPD"};
  return std::find(std::begin(kShort), std::end(kShort), hive) == std::end(kShort);
}
void registry_rules(const json::Value& object, FindingLog& log) {
  const FindingLog::InTable clause(log, Clause::kHive);
  check_form(object, "key", has_full_hive, "the hive is written out, as HKEY_LOCAL_MACHINE", log);
}
constexpr Property kRegistryKey[] = {
    {"key", text()},
    {"values", list(nested(kRegistryValue))},
    {"modified_time", timestamp()},
    {"creator_user_ref", reference(kAccountType)},
    {"number_of_subkeys", integer(0)},
};

constexpr Property kCertificateExtensionRows[] = {
    {"basic_constraints", text()},
    {"name_constraints", text()},
    {"policy_constraints", text()},
    {"key_usage", text()},
    {"extended_key_usage", text()},
    {"subject_key_identifier", text()},
    {"authority_key_identifier", text()},
    {"subject_alternative_name", text()},
    {"issuer_alternative_name", text()},
    {"subject_directory_attributes", text()},
    {"crl_distribution_points", text()},
    {"inhibit_any_policy", text()},
    {"private_key_usage_period_not_before", timestamp()},
    {"private_key_usage_period_not_after", timestamp()},
    {"certificate_policies", text()},
    {"policy_mappings", text()},
};
constexpr Shape kCertificateExtensions{"x509-v3-extensions-type", Clause::kCertificate, kCertificateExtensionRows,
                                       nullptr, true};
constexpr Property kCertificate[] = {
    {"is_self_signed", boolean()},
    {"hashes", hashes()},
    {"version", text()},
    {"serial_number", text()},
    {"signature_algorithm", text()},
    {"issuer", text()},
    {"validity_not_before", timestamp()},
    {"validity_not_after", timestamp()},
    {"subject", text()},
    {"subject_public_key_algorithm", text()},
    {"subject_public_key_modulus", text()},
    {"subject_public_key_exponent", integer()},
    {"x509_v3_extensions", nested(kCertificateExtensions)},
};

constexpr TypeTable kScoTables[] = {
    {{"artifact", Clause::kArtifact, kArtifact, artifact_rules}},
    {{"autonomous-system", Clause::kAutonomousSystem, kAutonomousSystem}},
    {{"directory", Clause::kDirectory, kDirectory}},
    {{"domain-name", Clause::kDomainName, kDomainName, domain_name_rules}},
    {{"email-addr", Clause::kEmailAddr, kEmailAddr, email_addr_rules}},
    {{"email-message", Clause::kEmailMessage, kEmailMessage, email_message_rules}},
    {{"file", Clause::kFile, kFile, file_rules}, kFileExtensions},
    {{"ipv4-addr", Clause::kIpv4Addr, kIpAddr, ipv4_rules}},
    {{"ipv6-addr", Clause::kIpv6Addr, kIpAddr, ipv6_rules}},
    {{"mac-addr", Clause::kMacAddr, kMacAddr, mac_addr_rules}},
    {{"mutex", Clause::kMutex, kMutex}},
    {{"network-traffic", Clause::kNetworkTraffic, kNetworkTraffic, network_traffic_rules}, kNetworkExtensions},
    {{"process", Clause::kProcess, kProcess, process_rules, true}, kProcessExtensions},
    {{"software", Clause::kSoftware, kSoftware, software_rules}},
    {{"url", Clause::kUrl, kUrl, url_rules}},
    {{"user-account", Clause::kUserAccount, kUserAccount, nullptr, true}, kAccountExtensions},
    {{"windows-registry-key", Clause::kRegistryKey, kRegistryKey, registry_rules, true}},
    {{"x509-certificate", Clause::kCertificate, kCertificate, nullptr, true}},
};

}  // namespace

std::span<const TypeTable> sco_tables() {
  return kScoTables;
}

}  // namespace sekisho::stix
