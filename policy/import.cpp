// What becomes of an object on its way in.
#include <algorithm>

#include "policy/impl.h"
#include "policy/text.h"

namespace sekisho::policy {
namespace {

using Outcome = ImportDecision::Effect;

Outcome effect_of(const ImportRule& rule) {
  if (rule.effect == "accept") return Outcome::kAccept;
  return rule.effect == "quarantine" ? Outcome::kQuarantine : Outcome::kDeny;
}

/// A marking that is not understood, or contradicts itself, is tighter than any ceiling.
bool within(const ImportRule& rule, const EffectiveMarking& marking) {
  if (!rule.tlp_ceiling) return true;
  const bool tighter = marking.unknown || marking.mismatch || marking.tlp > *rule.tlp_ceiling;
  return effect_of(rule) == Outcome::kAccept ? !tighter : tighter;
}

bool rule_covers(const ImportRule& rule, const Party& party, const Facts& facts, const EffectiveMarking& marking,
            Timestamp now) {
  return rule.validity.holds(now) && any_or_lists(rule.sources, party.id) && any_or_lists(rule.kinds, party.kind) &&
         any_or_lists(rule.collections, facts.collection) && any_or_lists(rule.types, facts.object->type()) &&
         within(rule, marking);
}

Reason said_by(const ImportRule& rule) {
  static constexpr std::string_view kWords[] = {"accepts", "quarantines", "denies"};
  std::string text = "Import rule " + rule.id + " " + std::string(kWords[static_cast<int>(effect_of(rule))]) + " it";
  text += rule.reason.empty() ? "." : ": " + rule.reason;
  return {std::move(text), "policy.toml:" + std::to_string(rule.line)};
}

/// What a person has to look at, whatever the rules say.
std::optional<std::string> doubt_about(const EffectiveMarking& marking) {
  if (marking.mismatch) return "Id and content of marking " + *marking.mismatch + " disagree.";
  if (marking.contradictory) return "Its object markings name two different TLP labels.";
  if (marking.undefined) return "No definition of marking " + *marking.undefined + " is at hand.";
  return std::nullopt;
}

}  // namespace

ImportDecision Compiled::decide_import(std::string_view party_id, const Facts& facts, Timestamp now) const {
  const Party* party = impl_->policy.find_party(party_id);
  if (!party || !facts.object || !party->validity.holds(now)) {
    return {Outcome::kDeny, {"No party of that name is valid now.", "built-in"}};
  }
  const EffectiveMarking marking = effective_marking(facts);
  const ImportRule* decided = nullptr;
  for (const ImportRule& rule : impl_->policy.imports) {
    if (!rule_covers(rule, *party, facts, marking, now)) continue;
    if (!decided || effect_of(rule) > effect_of(*decided)) decided = &rule;
  }
  if (decided && effect_of(*decided) == Outcome::kDeny) return {Outcome::kDeny, said_by(*decided)};
  if (auto doubt = doubt_about(marking)) return {Outcome::kQuarantine, {std::move(*doubt), "built-in"}};
  if (decided) return {effect_of(*decided), said_by(*decided)};
  if (party->signs) return {Outcome::kAccept, {"Party " + party->id + " signs what it sends.", "built-in"}};
  return {Outcome::kQuarantine, {"Party " + party->id + " does not sign what it sends.", "built-in"}};
}

}  // namespace sekisho::policy
