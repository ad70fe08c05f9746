// What rules ask of an object beyond its TLP, read once for all audiences. docs/specs/policy.md §5. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stix/markings.h"
#include "stix/object.h"
#include "stix/sharing_facts.h"

namespace sekisho::policy {

/// Texts borrow the object.
struct Traits {
  std::optional<stix::Pap> pap;      ///< the tightest of all markings; a PAP marking without clear level counts as RED
  std::uint32_t schemes = 0;         ///< bit by stix::MarkingScheme, of all markings
  std::vector<std::string> iep;      ///< statements of all IEP policies
  stix::SharingFacts facts;
  std::string level, kind, verification;       ///< of these, as rules compare them (stix::folded_name), like what follows
  std::vector<std::string> sectors, products;
  std::string_view language;         ///< `lang`; "en" where it is absent (STIX 2.1 §3.2)
  std::optional<std::int64_t> confidence;
  std::vector<std::string> labels;  ///< STIX `labels`, likewise

  /// Adds what a marking means. `pap` is of a published id, if it is one.
  void add(const stix::MarkingMeaning& meaning, std::optional<stix::Pap> pap_of_id);
  /// The same of a label that says PAP.
  void add_pap(stix::Pap least);
  bool carries(stix::MarkingScheme scheme) const { return (schemes >> static_cast<unsigned>(scheme) & 1U) != 0; }
};

/// All but the markings.
Traits traits_of(const stix::Object& object);
/// RFC 4647 §3.3.1: `range` is the tag or a beginning of it that ends at a hyphen, in any case; "*" is every tag.
bool in_language_range(std::string_view tag, std::string_view range);

}  // namespace sekisho::policy
