#include "stix/validate/vocabularies.h"

#include <algorithm>

namespace sekisho::stix {

bool Vocabulary::contains(std::string_view term) const {
  return std::find(terms.begin(), terms.end(), term) != terms.end();
}

namespace {
constexpr std::string_view kAccountTypeOvTerms[] = {
    "facebook", "ldap",    "nis",  "openid",        "radius",        "skype",
    "tacacs",   "twitter", "unix", "windows-local", "windows-domain"};
constexpr std::string_view kAttackMotivationOvTerms[] = {"accidental",    "coercion",
                                                         "dominance",     "ideology",
                                                         "notoriety",     "organizational-gain",
                                                         "personal-gain", "personal-satisfaction",
                                                         "revenge",       "unpredictable"};
constexpr std::string_view kAttackResourceLevelOvTerms[] = {
    "individual", "club", "contest", "team", "organization", "government"};
constexpr std::string_view kEncryptionAlgorithmEnumTerms[] = {"AES-256-GCM", "ChaCha20-Poly1305",
                                                              "mime-type-indicated"};
constexpr std::string_view kExtensionTypeEnumTerms[] = {
    "new-sdo", "new-sco", "new-sro", "property-extension", "toplevel-property-extension"};
constexpr std::string_view kGroupingContextOvTerms[] = {"suspicious-activity", "malware-analysis",
                                                        "unspecified"};
constexpr std::string_view kHashAlgorithmOvTerms[] = {"MD5",      "SHA-1",    "SHA-256", "SHA-512",
                                                      "SHA3-256", "SHA3-512", "SSDEEP",  "TLSH"};
constexpr std::string_view kIdentityClassOvTerms[] = {"individual",   "group", "system",
                                                      "organization", "class", "unknown"};
constexpr std::string_view kImplementationLanguageOvTerms[] = {
    "applescript", "bash",         "c",      "c++",         "c#",    "go",
    "java",        "javascript",   "lua",    "objective-c", "perl",  "php",
    "powershell",  "python",       "ruby",   "rust",        "scala", "swift",
    "typescript",  "visual-basic", "x86-32", "x86-64"};
constexpr std::string_view kIndicatorTypeOvTerms[] = {
    "anomalous-activity", "anonymization", "benign", "compromised",
    "malicious-activity", "attribution",   "unknown"};
constexpr std::string_view kIndustrySectorOvTerms[] = {"agriculture",
                                                       "aerospace",
                                                       "automotive",
                                                       "chemical",
                                                       "commercial",
                                                       "communications",
                                                       "construction",
                                                       "defense",
                                                       "education",
                                                       "energy",
                                                       "entertainment",
                                                       "financial-services",
                                                       "government",
                                                       "emergency-services",
                                                       "government-local",
                                                       "government-national",
                                                       "government-public-services",
                                                       "government-regional",
                                                       "healthcare",
                                                       "hospitality-leisure",
                                                       "infrastructure",
                                                       "dams",
                                                       "nuclear",
                                                       "water",
                                                       "insurance",
                                                       "legal",
                                                       "manufacturing",
                                                       "mining",
                                                       "non-profit",
                                                       "pharmaceuticals",
                                                       "retail",
                                                       "technology",
                                                       "telecommunications",
                                                       "transportation",
                                                       "utilities"};
constexpr std::string_view kInfrastructureTypeOvTerms[] = {"amplification",
                                                           "anonymization",
                                                           "botnet",
                                                           "command-and-control",
                                                           "control-system",
                                                           "exfiltration",
                                                           "firewall",
                                                           "hosting-malware",
                                                           "hosting-target-lists",
                                                           "phishing",
                                                           "reconnaissance",
                                                           "routers-switches",
                                                           "staging",
                                                           "workstation",
                                                           "unknown"};
constexpr std::string_view kMalwareResultOvTerms[] = {"malicious", "suspicious", "benign",
                                                      "unknown"};
constexpr std::string_view kMalwareCapabilitiesOvTerms[] = {
    "accesses-remote-machines",
    "anti-debugging",
    "anti-disassembly",
    "anti-emulation",
    "anti-memory-forensics",
    "anti-sandbox",
    "anti-vm",
    "captures-input-peripherals",
    "captures-output-peripherals",
    "captures-system-state-data",
    "cleans-traces-of-infection",
    "commits-fraud",
    "communicates-with-c2",
    "compromises-data-availability",
    "compromises-data-integrity",
    "compromises-system-availability",
    "controls-local-machine",
    "degrades-security-software",
    "degrades-system-updates",
    "determines-c2-server",
    "emails-spam",
    "escalates-privileges",
    "evades-av",
    "exfiltrates-data",
    "fingerprints-host",
    "hides-artifacts",
    "hides-executing-code",
    "infects-files",
    "infects-remote-machines",
    "installs-other-components",
    "persists-after-system-reboot",
    "prevents-artifact-access",
    "prevents-artifact-deletion",
    "probes-network-environment",
    "self-modifies",
    "steals-authentication-credentials",
    "violates-system-operational-integrity"};
constexpr std::string_view kMalwareTypeOvTerms[] = {"adware",
                                                    "backdoor",
                                                    "bot",
                                                    "bootkit",
                                                    "ddos",
                                                    "downloader",
                                                    "dropper",
                                                    "exploit-kit",
                                                    "keylogger",
                                                    "ransomware",
                                                    "remote-access-trojan",
                                                    "resource-exploitation",
                                                    "rogue-security-software",
                                                    "rootkit",
                                                    "screen-capture",
                                                    "spyware",
                                                    "trojan",
                                                    "unknown",
                                                    "virus",
                                                    "webshell",
                                                    "wiper",
                                                    "worm"};
constexpr std::string_view kNetworkSocketAddressFamilyEnumTerms[] = {
    "AF_UNSPEC",  "AF_INET",  "AF_IPX",  "AF_APPLETALK",
    "AF_NETBIOS", "AF_INET6", "AF_IRDA", "AF_BTH"};
constexpr std::string_view kNetworkSocketTypeEnumTerms[] = {"SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW",
                                                            "SOCK_RDM", "SOCK_SEQPACKET"};
constexpr std::string_view kOpinionEnumTerms[] = {"strongly-disagree", "disagree", "neutral",
                                                  "agree", "strongly-agree"};
constexpr std::string_view kPatternTypeOvTerms[] = {"stix",  "pcre",     "sigma",
                                                    "snort", "suricata", "yara"};
constexpr std::string_view kProcessorArchitectureOvTerms[] = {
    "alpha", "arm", "ia-64", "mips", "powerpc", "sparc", "x86", "x86-64"};
constexpr std::string_view kRegionOvTerms[] = {"africa",
                                               "eastern-africa",
                                               "middle-africa",
                                               "northern-africa",
                                               "southern-africa",
                                               "western-africa",
                                               "americas",
                                               "caribbean",
                                               "central-america",
                                               "latin-america-caribbean",
                                               "northern-america",
                                               "south-america",
                                               "asia",
                                               "central-asia",
                                               "eastern-asia",
                                               "southern-asia",
                                               "south-eastern-asia",
                                               "western-asia",
                                               "europe",
                                               "eastern-europe",
                                               "northern-europe",
                                               "southern-europe",
                                               "western-europe",
                                               "oceania",
                                               "antarctica",
                                               "australia-new-zealand",
                                               "melanesia",
                                               "micronesia",
                                               "polynesia"};
constexpr std::string_view kReportTypeOvTerms[] = {
    "attack-pattern", "campaign",      "identity", "incident",
    "indicator",      "intrusion-set", "malware",  "observed-data",
    "threat-actor",   "threat-report", "tool",     "vulnerability"};
constexpr std::string_view kThreatActorTypeOvTerms[] = {"activist",
                                                        "competitor",
                                                        "crime-syndicate",
                                                        "criminal",
                                                        "hacker",
                                                        "insider-accidental",
                                                        "insider-disgruntled",
                                                        "nation-state",
                                                        "private-sector",
                                                        "sensationalist",
                                                        "spy",
                                                        "terrorist",
                                                        "unknown"};
constexpr std::string_view kThreatActorRoleOvTerms[] = {"agent",
                                                        "director",
                                                        "independent",
                                                        "infrastructure-architect",
                                                        "infrastructure-operator",
                                                        "malware-author",
                                                        "sponsor"};
constexpr std::string_view kThreatActorSophisticationOvTerms[] = {
    "none", "minimal", "intermediate", "advanced", "expert", "innovator", "strategic"};
constexpr std::string_view kToolTypeOvTerms[] = {
    "denial-of-service",       "exploitation",  "information-gathering",  "network-capture",
    "credential-exploitation", "remote-access", "vulnerability-scanning", "unknown"};
constexpr std::string_view kWindowsIntegrityLevelEnumTerms[] = {"low", "medium", "high", "system"};
constexpr std::string_view kWindowsPebinaryTypeOvTerms[] = {"dll", "exe", "sys"};
constexpr std::string_view kWindowsRegistryDatatypeEnumTerms[] = {"REG_NONE",
                                                                  "REG_SZ",
                                                                  "REG_EXPAND_SZ",
                                                                  "REG_BINARY",
                                                                  "REG_DWORD",
                                                                  "REG_DWORD_BIG_ENDIAN",
                                                                  "REG_DWORD_LITTLE_ENDIAN",
                                                                  "REG_LINK",
                                                                  "REG_MULTI_SZ",
                                                                  "REG_RESOURCE_LIST",
                                                                  "REG_FULL_RESOURCE_DESCRIPTION",
                                                                  "REG_RESOURCE_REQUIREMENTS_LIST",
                                                                  "REG_QWORD",
                                                                  "REG_INVALID_TYPE"};
constexpr std::string_view kWindowsServiceStartTypeEnumTerms[] = {
    "SERVICE_AUTO_START", "SERVICE_BOOT_START", "SERVICE_DEMAND_START", "SERVICE_DISABLED",
    "SERVICE_SYSTEM_ALERT"};
constexpr std::string_view kWindowsServiceTypeEnumTerms[] = {
    "SERVICE_KERNEL_DRIVER", "SERVICE_FILE_SYSTEM_DRIVER", "SERVICE_WIN32_OWN_PROCESS",
    "SERVICE_WIN32_SHARE_PROCESS"};
constexpr std::string_view kWindowsServiceStatusEnumTerms[] = {
    "SERVICE_CONTINUE_PENDING", "SERVICE_PAUSE_PENDING", "SERVICE_PAUSED", "SERVICE_RUNNING",
    "SERVICE_START_PENDING",    "SERVICE_STOP_PENDING",  "SERVICE_STOPPED"};

}  // namespace

constinit const Vocabulary kAccountTypeOv{"account-type-ov", "10.1", kAccountTypeOvTerms};
constinit const Vocabulary kAttackMotivationOv{"attack-motivation-ov", "10.2",
                                               kAttackMotivationOvTerms};
constinit const Vocabulary kAttackResourceLevelOv{"attack-resource-level-ov", "10.3",
                                                  kAttackResourceLevelOvTerms};
constinit const Vocabulary kEncryptionAlgorithmEnum{"encryption-algorithm-enum", "10.4",
                                                    kEncryptionAlgorithmEnumTerms};
constinit const Vocabulary kExtensionTypeEnum{"extension-type-enum", "10.5",
                                              kExtensionTypeEnumTerms};
constinit const Vocabulary kGroupingContextOv{"grouping-context-ov", "10.6",
                                              kGroupingContextOvTerms};
constinit const Vocabulary kHashAlgorithmOv{"hash-algorithm-ov", "10.7", kHashAlgorithmOvTerms};
constinit const Vocabulary kIdentityClassOv{"identity-class-ov", "10.8", kIdentityClassOvTerms};
constinit const Vocabulary kImplementationLanguageOv{"implementation-language-ov", "10.9",
                                                     kImplementationLanguageOvTerms};
constinit const Vocabulary kIndicatorTypeOv{"indicator-type-ov", "10.10", kIndicatorTypeOvTerms};
constinit const Vocabulary kIndustrySectorOv{"industry-sector-ov", "10.11", kIndustrySectorOvTerms};
constinit const Vocabulary kInfrastructureTypeOv{"infrastructure-type-ov", "10.12",
                                                 kInfrastructureTypeOvTerms};
constinit const Vocabulary kMalwareResultOv{"malware-result-ov", "10.13", kMalwareResultOvTerms};
constinit const Vocabulary kMalwareCapabilitiesOv{"malware-capabilities-ov", "10.14",
                                                  kMalwareCapabilitiesOvTerms};
constinit const Vocabulary kMalwareTypeOv{"malware-type-ov", "10.15", kMalwareTypeOvTerms};
constinit const Vocabulary kNetworkSocketAddressFamilyEnum{
    "network-socket-address-family-enum", "10.16", kNetworkSocketAddressFamilyEnumTerms};
constinit const Vocabulary kNetworkSocketTypeEnum{"network-socket-type-enum", "10.17",
                                                  kNetworkSocketTypeEnumTerms};
constinit const Vocabulary kOpinionEnum{"opinion-enum", "10.18", kOpinionEnumTerms};
constinit const Vocabulary kPatternTypeOv{"pattern-type-ov", "10.19", kPatternTypeOvTerms};
constinit const Vocabulary kProcessorArchitectureOv{"processor-architecture-ov", "10.20",
                                                    kProcessorArchitectureOvTerms};
constinit const Vocabulary kRegionOv{"region-ov", "10.21", kRegionOvTerms};
constinit const Vocabulary kReportTypeOv{"report-type-ov", "10.22", kReportTypeOvTerms};
constinit const Vocabulary kThreatActorTypeOv{"threat-actor-type-ov", "10.23",
                                              kThreatActorTypeOvTerms};
constinit const Vocabulary kThreatActorRoleOv{"threat-actor-role-ov", "10.24",
                                              kThreatActorRoleOvTerms};
constinit const Vocabulary kThreatActorSophisticationOv{"threat-actor-sophistication-ov", "10.25",
                                                        kThreatActorSophisticationOvTerms};
constinit const Vocabulary kToolTypeOv{"tool-type-ov", "10.26", kToolTypeOvTerms};
constinit const Vocabulary kWindowsIntegrityLevelEnum{"windows-integrity-level-enum", "10.27",
                                                      kWindowsIntegrityLevelEnumTerms};
constinit const Vocabulary kWindowsPebinaryTypeOv{"windows-pebinary-type-ov", "10.28",
                                                  kWindowsPebinaryTypeOvTerms};
constinit const Vocabulary kWindowsRegistryDatatypeEnum{"windows-registry-datatype-enum", "10.29",
                                                        kWindowsRegistryDatatypeEnumTerms};
constinit const Vocabulary kWindowsServiceStartTypeEnum{"windows-service-start-type-enum", "10.30",
                                                        kWindowsServiceStartTypeEnumTerms};
constinit const Vocabulary kWindowsServiceTypeEnum{"windows-service-type-enum", "10.31",
                                                   kWindowsServiceTypeEnumTerms};
constinit const Vocabulary kWindowsServiceStatusEnum{"windows-service-status-enum", "10.32",
                                                     kWindowsServiceStatusEnumTerms};

}  // namespace sekisho::stix
