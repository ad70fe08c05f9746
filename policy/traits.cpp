#include "policy/traits.h"

#include <algorithm>

#include "core/ascii.h"
#include "stix/folded.h"

namespace sekisho::policy {
namespace {

void fold(const std::vector<std::string_view>& words, std::vector<std::string>& out) {
  for (const std::string_view word : words) out.push_back(stix::folded_name(word));
}

}  // namespace

void Traits::add(const stix::MarkingMeaning& meaning, std::optional<stix::Pap> pap_of_id) {
  using stix::MarkingScheme;
  const MarkingScheme scheme = pap_of_id ? MarkingScheme::kPap : meaning.scheme;
  schemes |= 1U << static_cast<unsigned>(scheme);
  if (scheme == MarkingScheme::kPap) {
    // A published id whose definition says otherwise, or a level that its places dispute, is as tight as can be.
    const bool disputed = pap_of_id && meaning.scheme == MarkingScheme::kPap && meaning.pap != pap_of_id;
    const auto told = pap_of_id ? pap_of_id : meaning.pap;
    pap = std::max(pap.value_or(stix::Pap::kClear), disputed ? stix::Pap::kRed : told.value_or(stix::Pap::kRed));
  }
  iep.insert(iep.end(), meaning.iep.begin(), meaning.iep.end());
}

void Traits::add_pap(stix::Pap least) {
  schemes |= 1U << static_cast<unsigned>(stix::MarkingScheme::kPap);
  pap = std::max(pap.value_or(least), least);
}

Traits traits_of(const stix::Object& object) {
  Traits out;
  out.facts = stix::sharing_facts(object);
  out.level = stix::folded_name(out.facts.level);
  out.kind = stix::folded_name(out.facts.kind);
  out.verification = stix::folded_name(out.facts.verification);
  fold(out.facts.sectors, out.sectors);
  fold(out.facts.products, out.products);
  out.language = object.root()["lang"].string_or("en");
  out.confidence = object.root()["confidence"].integer();
  for (const auto entry : object.root()["labels"]) {
    const auto text = entry.value.string();
    if (entry.key.empty() && text) out.labels.push_back(stix::folded_name(*text));
  }
  return out;
}

bool in_language_range(std::string_view tag, std::string_view range) {
  if (range == "*") return true;
  if (tag.size() < range.size() || (tag.size() > range.size() && tag[range.size()] != '-')) return false;
  return std::equal(range.begin(), range.end(), tag.begin(), [](char a, char b) { return ascii::to_lower(a) == ascii::to_lower(b); });
}

}  // namespace sekisho::policy
