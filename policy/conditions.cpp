#include "policy/conditions.h"
#include "policy/text.h"

#include <algorithm>

#include "stix/folded.h"

namespace sekisho::policy {
namespace {

using Words = std::vector<std::string>;
using stix::MarkingScheme;

constexpr std::array kSchemes{MarkingScheme::kStatement, MarkingScheme::kPap, MarkingScheme::kChathamHouse,
                              MarkingScheme::kIep, MarkingScheme::kAcs};

template <typename Texts>
bool any_or_shares(const Words& words, const Texts& texts) {
  return words.empty() || std::any_of(texts.begin(), texts.end(), [&](const auto& text) { return lists(words, text); });
}

/// An absent threshold holds; an object without a level is beyond none.
template <typename Level>
bool reaches(const std::optional<Level>& threshold, const std::optional<Level>& level, bool grants) {
  if (!threshold) return true;
  return level && (grants ? *level <= *threshold : *level >= *threshold);
}

bool spoken(const Words& ranges, std::string_view tag) {
  return ranges.empty() ||
         std::any_of(ranges.begin(), ranges.end(), [tag](const std::string& range) { return in_language_range(tag, range); });
}

/// Of a definition nobody asks how sure it is.
bool meets_facts(const ObjectConditions& asked, const Traits& traits, bool definition) {
  const std::string_view verification = traits.verification.empty() && !definition ? "unverified" : std::string_view(traits.verification);
  const bool unsure = !asked.confidence_below || (!traits.confidence && !definition) ||
                      (traits.confidence && *traits.confidence < static_cast<std::int64_t>(*asked.confidence_below));
  return any_or_lists(asked.levels, traits.level) && any_or_lists(asked.report_kinds, traits.kind) &&
         any_or_lists(asked.verification, verification) && any_or_shares(asked.sectors, traits.sectors) &&
         any_or_shares(asked.products, traits.products) && any_or_shares(asked.iep, traits.iep) &&
         spoken(asked.languages, traits.language) && unsure && (!asked.exercise || traits.facts.exercise);
}

}  // namespace

const Words& scheme_words() {
  static const Words words = [] {
    Words out;
    for (const MarkingScheme scheme : kSchemes) out.emplace_back(stix::scheme_name(scheme));
    return out;
  }();
  return words;
}

std::uint32_t scheme_bits(const Words& words) {
  std::uint32_t bits = 0;
  for (const MarkingScheme scheme : kSchemes) {
    if (lists(words, stix::scheme_name(scheme))) bits |= 1U << static_cast<unsigned>(scheme);
  }
  return bits;
}

bool reaches_label(const RuleTerm& term, stix::Tlp tlp) {
  return reaches(term.tlp, std::optional(tlp), term.effect == "need-to-know");
}

void fold_words(RuleTerm& term) {
  for (const auto list : kFoldedConditions) {
    for (std::string& word : term.object.*list) word = stix::folded_name(word);
  }
}

void RulePicker::add(const RuleTerm& term, std::uint32_t rule) {
  for (std::size_t i = 0; i < kPicks.size(); ++i) {
    const Words& words = term.object.*kPicks[i];
    if (words.empty()) continue;
    for (const std::string& word : words) by_word_[i][word].push_back(rule);
    return;
  }
  others_.push_back(rule);
}

bool meets(const RuleTerm& term, const Facts& facts, const JudgedMarking& judged) {
  const ObjectConditions& asked = term.object;
  const std::string_view type = facts.object->type();
  const std::string_view source = facts.source.empty() ? "self" : std::string_view(facts.source);
  const bool grants = term.effect == "need-to-know";
  return any_or_lists(asked.collections, facts.collection) && any_or_lists(asked.types, type) && any_or_lists(asked.sources, source) &&
         any_or_lists(asked.objects, facts.object->id()) && reaches(term.pap, judged.traits.pap, grants) &&
         (term.schemes == 0 || (term.schemes & judged.traits.schemes) != 0) && any_or_shares(asked.labels, judged.traits.labels) &&
         meets_facts(asked, judged.traits, type == "marking-definition" || type == "extension-definition");
}

}  // namespace sekisho::policy
