// The vocabularies of STIX 2.1 §10, Errata 01 included. Constants; any thread.
#pragma once

#include <span>
#include <string_view>

namespace sekisho::stix {

struct Vocabulary {
  std::string_view name;
  std::string_view section;  ///< of STIX 2.1
  std::span<const std::string_view> terms;

  bool contains(std::string_view term) const;
};

extern const Vocabulary kAccountTypeOv;
extern const Vocabulary kAttackMotivationOv;
extern const Vocabulary kAttackResourceLevelOv;
extern const Vocabulary kEncryptionAlgorithmEnum;
extern const Vocabulary kExtensionTypeEnum;
extern const Vocabulary kGroupingContextOv;
extern const Vocabulary kHashAlgorithmOv;
extern const Vocabulary kIdentityClassOv;
extern const Vocabulary kImplementationLanguageOv;
extern const Vocabulary kIndicatorTypeOv;
extern const Vocabulary kIndustrySectorOv;
extern const Vocabulary kInfrastructureTypeOv;
extern const Vocabulary kMalwareResultOv;
extern const Vocabulary kMalwareCapabilitiesOv;
extern const Vocabulary kMalwareTypeOv;
extern const Vocabulary kNetworkSocketAddressFamilyEnum;
extern const Vocabulary kNetworkSocketTypeEnum;
extern const Vocabulary kOpinionEnum;
extern const Vocabulary kPatternTypeOv;
extern const Vocabulary kProcessorArchitectureOv;
extern const Vocabulary kRegionOv;
extern const Vocabulary kReportTypeOv;
extern const Vocabulary kThreatActorTypeOv;
extern const Vocabulary kThreatActorRoleOv;
extern const Vocabulary kThreatActorSophisticationOv;
extern const Vocabulary kToolTypeOv;
extern const Vocabulary kWindowsIntegrityLevelEnum;
extern const Vocabulary kWindowsPebinaryTypeOv;
extern const Vocabulary kWindowsRegistryDatatypeEnum;
extern const Vocabulary kWindowsServiceStartTypeEnum;
extern const Vocabulary kWindowsServiceTypeEnum;
extern const Vocabulary kWindowsServiceStatusEnum;

}  // namespace sekisho::stix
