// The conditions of a rule on the object: their lists one by one, and whether an object meets them.
// One row here per condition; loading, keys of audiences and the search for covered rules go over the rows. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/impl.h"

namespace sekisho::policy {

using ListCondition = std::vector<std::string> ObjectConditions::*;
/// Every list of ObjectConditions.
inline constexpr std::array kListConditions{
    &ObjectConditions::collections,  &ObjectConditions::types,    &ObjectConditions::sources,      &ObjectConditions::labels,
    &ObjectConditions::objects,      &ObjectConditions::pap,      &ObjectConditions::schemes,      &ObjectConditions::iep,
    &ObjectConditions::levels,       &ObjectConditions::report_kinds, &ObjectConditions::sectors,  &ObjectConditions::products,
    &ObjectConditions::verification, &ObjectConditions::languages};

/// The schemes that rules may name.
const std::vector<std::string>& scheme_words();
std::uint32_t scheme_bits(const std::vector<std::string>& words);

/// Whether the object meets the term, its TLP aside.
bool meets(const RuleTerm& term, const Facts& facts, const JudgedMarking& judged);
/// Whether the term is about this label: upwards, or downwards for a need-to-know rule.
bool reaches_label(const RuleTerm& term, stix::Tlp tlp);

}  // namespace sekisho::policy
