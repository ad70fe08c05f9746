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
/// Those whose words are compared folded (stix/folded.h): whoever writes an object chooses how it writes them.
inline constexpr std::array kFoldedConditions{&ObjectConditions::labels,  &ObjectConditions::levels,   &ObjectConditions::report_kinds,
                                              &ObjectConditions::sectors, &ObjectConditions::products, &ObjectConditions::verification};
/// Every list of ObjectConditions.
inline constexpr std::array kListConditions{
    &ObjectConditions::collections,  &ObjectConditions::types,    &ObjectConditions::sources,      &ObjectConditions::labels,
    &ObjectConditions::objects,      &ObjectConditions::pap,      &ObjectConditions::schemes,      &ObjectConditions::iep,
    &ObjectConditions::levels,       &ObjectConditions::report_kinds, &ObjectConditions::sectors,  &ObjectConditions::products,
    &ObjectConditions::verification, &ObjectConditions::languages};

/// The rules that an object could meet at all: each is filed under the words of one of its conditions, the rarest first.
class RulePicker {
 public:
  void add(const RuleTerm& term, std::uint32_t rule);
  /// Visits at least the rules whose conditions the object meets; some more than once.
  template <typename Visit>
  void pick(const Facts& facts, const Traits& traits, Visit visit) const {
    for (const std::uint32_t rule : others_) visit(rule);
    const auto look_up = [&](std::size_t condition, std::string_view word) {
      const auto found = by_word_[condition].find(word);
      if (found == by_word_[condition].end()) return;
      for (const std::uint32_t rule : found->second) visit(rule);
    };
    look_up(0, facts.object->id());
    for (const std::string_view label : traits.labels) look_up(1, label);
    for (const std::string_view product : traits.products) look_up(2, product);
    for (const std::string_view sector : traits.sectors) look_up(3, sector);
    look_up(4, facts.source.empty() ? "self" : std::string_view(facts.source));
    look_up(5, facts.object->type());
  }

 private:
  static constexpr std::array<ListCondition, 6> kPicks{&ObjectConditions::objects, &ObjectConditions::labels,  &ObjectConditions::products,
                                                       &ObjectConditions::sectors, &ObjectConditions::sources, &ObjectConditions::types};
  std::array<StringMap<std::vector<std::uint32_t>>, 6> by_word_;
  std::vector<std::uint32_t> others_;
};

/// As pick() and meets() want it.
void fold_words(RuleTerm& term);
/// The schemes that rules may name.
const std::vector<std::string>& scheme_words();
std::uint32_t scheme_bits(const std::vector<std::string>& words);

/// Whether the object meets the term, its TLP aside.
bool meets(const RuleTerm& term, const Facts& facts, const JudgedMarking& judged);
/// Whether the term is about this label: upwards, or downwards for a need-to-know rule.
bool reaches_label(const RuleTerm& term, stix::Tlp tlp);

}  // namespace sekisho::policy
