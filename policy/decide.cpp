#include <algorithm>
#include <type_traits>

#include "policy/conditions.h"
#include "policy/impl.h"
#include "policy/text.h"
#include "policy/tlp_table.h"

namespace sekisho::policy {
namespace {

using stix::MarkingScheme;
using stix::Tlp;

constexpr std::string_view kBuiltIn = "built-in";

template <typename Record>
std::string line_of(const Record& record) {
  return "policy.toml:" + std::to_string(record.line);
}

/// The record that stands for a term now: equal records follow one another in time.
template <typename Term>
auto in_force(const Term& term, Timestamp now) {
  for (const auto* record : term.records) {
    if (record->validity.holds(now)) return record;
  }
  return term.records.front();
}

/// Whether two masks share a bit.
bool meet(const RuleMask& a, const RuleMask& b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if ((a[i] & b[i]) != 0) return true;
  }
  return false;
}

/// One decision while it is made.
class Judge {
 public:
  Judge(const Index& index, const CompiledAudience& audience, const Facts& facts, const JudgedMarking& judged, Timestamp now,
        Compiled::Reasons reasons)
      : index_(index), audience_(audience), terms_(audience.terms), facts_(facts), judged_(judged), now_(now), reasons_(reasons) {}

  Decision run() {
    if (tells()) decision_.reasons.reserve(4);
    if (!terms_.reads(facts_.collection)) {
      stop(Effect::kDeny, kBuiltIn, [] { return std::string("This audience does not read the collection."); });
      return std::move(decision_);
    }
    say_marking();
    if (denied_by_hops() || denied_by_licence() || denied_by_embargo() || denied_by_rule()) return std::move(decision_);
    collect_profiles();
    if (denied_by_resale() || denied_by_table() || held_by_marking() || held_by_rule()) return std::move(decision_);
    finish();
    return std::move(decision_);
  }

 private:
  std::string label() const { return std::string(stix::tlp_label(left_)); }
  std::string table() const { return "tlp." + terms_.kind; }
  std::string_view source() const { return facts_.source.empty() ? "self" : std::string_view(facts_.source); }
  bool met(const RuleTerm& term) const { return is_in(judged_.met, term); }
  /// What tightens does so whoever of them gave it.
  bool binds(const RuleTerm& term) const { return met(term) || is_in(judged_.met_of_others, term); }
  bool any_binds(const RuleMask& rules) const { return meet(rules, judged_.met) || meet(rules, judged_.met_of_others); }
  bool is_in(const RuleMask& rules, const RuleTerm& term) const {
    const std::size_t place = index_.place_of(*term.records.front());
    return place / 64 < rules.size() && (rules[place / 64] >> (place % 64) & 1U) != 0;
  }

  bool tells() const { return reasons_ == Compiled::Reasons::kTell; }
  /// `reason` makes the sentence, if anybody asks.
  template <typename Make>
  void say(Make reason) {
    if (tells()) decision_.reasons.push_back(reason());
  }
  /// The reason that decides: by `rule`, which is a text or makes one; `text` makes the sentence.
  template <typename By, typename Text>
  bool stop(Effect effect, const By& rule, const Text& text) {
    decision_.effect = effect;
    decision_.profiles.clear();
    conclude(rule, text);
    return true;
  }
  template <typename By, typename Text>
  void conclude(const By& rule, const Text& text) {
    if (reasons_ == Compiled::Reasons::kOmit) return;
    Reason last;
    if (tells()) last.text = text();
    if constexpr (std::is_invocable_v<const By&>) last.rule = rule();
    else last.rule = rule;
    decision_.reasons.push_back(std::move(last));
  }
  /// A need of the table that is not met.
  bool lacks(std::string_view need) {
    return stop(Effect::kDeny, [this] { return table(); }, [&] { return label() + " goes to " + terms_.kind + " only " + std::string(need); });
  }

  void say_marking() {
    left_ = judged_.marking.tlp;
    say([&] {
      if (judged_.is_public) return Reason{"It belongs to the published TLP set, which is public.", std::string(kBuiltIn)};
      if (!judged_.marking.unmarked) return index_.marked[static_cast<std::size_t>(left_)];
      return Reason{"It carries no TLP marking, so it counts as " + label() + " for member firms only.", std::string(kBuiltIn)};
    });
  }

  bool denied_by_hops() {
    if (judged_.is_public || !facts_.hops_left || *facts_.hops_left > 0) return false;
    return stop(Effect::kDeny, kBuiltIn, [] { return std::string("Its source lets it go no hop further."); });
  }

  bool denied_by_licence() {
    if (judged_.is_public || (terms_.licences.empty() && !terms_.needs_licence)) return false;
    return denied_by_licence_of(facts_.source) || std::any_of(facts_.bound_by.begin(), facts_.bound_by.end(), [this](const std::string& giver) {
             return denied_by_licence_of(giver);
           });
  }
  /// The licence of a source that policy.toml no longer lists is not known any more.
  bool denied_by_licence_of(const std::string& giver) {
    if (giver.empty()) return false;
    const auto found = index_.party_of_id.find(giver);
    if (found == index_.party_of_id.end()) {
      return terms_.needs_licence && stop(Effect::kDeny, kBuiltIn, [&] {
               return "Its source " + giver + " is no longer listed, so its licence is not known.";
             });
    }
    const std::string& licence = index_.policy.parties[found->second].licence;
    for (const LicenceTerm& term : terms_.licences) {
      if (term.licence != licence) continue;
      return stop(Effect::kDeny, term.reason.rule, [&] {
        return giver == facts_.source ? term.reason.text : "The party " + giver + " gave the same content. " + term.reason.text;
      });
    }
    return false;
  }

  bool denied_by_embargo() {
    const stix::SharingFacts& facts = judged_.traits.facts;
    if (facts.embargo_unclear) {
      return stop(Effect::kDeny, kBuiltIn, [] { return std::string("Its embargo_until is no timestamp, so nobody knows when the embargo ends."); });
    }
    if (!facts.embargo_until || *facts.embargo_until <= now_) return false;
    look_again(*facts.embargo_until);
    return stop(Effect::kDeny, kBuiltIn, [&] {
      return "It is under embargo until " + format_stix_time(*facts.embargo_until) + ".";
    });
  }

  void look_again(Timestamp at) { decision_.again = decision_.again ? std::min(*decision_.again, at) : at; }

  bool denied_by_rule() {
    if (!any_binds(audience_.denials)) return false;
    for (const RuleTerm& term : terms_.denials) {
      if (binds(term)) return stop_by(term, Effect::kDeny, "denies it");
    }
    return false;
  }

  bool stop_by(const RuleTerm& term, Effect effect, const std::string& does) {
    return stop(effect, [&] { return line_of(*in_force(term, now_)); }, [&] { return said_by(term, does).text; });
  }
  Reason said_by(const RuleTerm& term, const std::string& does) const {
    const Rule& rule = *in_force(term, now_);
    std::string text = "Rule " + rule.id + " " + does;
    text += rule.reason.empty() ? "." : ": " + rule.reason;
    return {std::move(text), line_of(rule)};
  }

  // --- redaction: by which profiles, and what is then left to judge

  bool edited() const { return !judged_.is_public && !stix::redact::never_edited(facts_.object->type()); }

  void collect_profiles() {
    if (judged_.is_public) return;
    if (any_binds(audience_.redactions)) {
      for (const RuleTerm& term : terms_.redactions) {
        if (!binds(term) || !add_profile(term.profile)) continue;
        say([&] { return said_by(term, "lets it go only redacted by profile " + term.profile->change.id); });
      }
    }
    for (const AgreedRedaction& term : terms_.agreed) {
      if (covers(term.types, term.collections)) add_agreed(term);
    }
    std::optional<Tlp> ceiling;
    for (const RedactionProfile* profile : decision_.profiles) {
      if (profile->change.granular) ceiling = std::min(ceiling.value_or(Tlp::kRed), *profile->change.granular);
    }
    if (!ceiling || !edited()) return;
    demands_ = &judged_.demands_left;
    const Tlp left = judged_.left[static_cast<std::size_t>(*ceiling)];
    if (left == left_) return;
    left_ = left;
    say([&] { return Reason{"Without its parts above " + std::string(stix::tlp_label(*ceiling)) + " it is " + label() + ".", std::string(kBuiltIn)}; });
  }

  void add_agreed(const AgreedRedaction& term) {
    for (const RedactionProfile* profile : term.profiles) {
      if (!add_profile(profile)) continue;
      say([&] {
        const Agreement& agreement = *in_force(term, now_);
        return Reason{"Agreement " + agreement.id + " lets it go only redacted by profile " + profile->change.id + ".", line_of(agreement)};
      });
    }
  }

  /// False: it is there already.
  bool add_profile(const RedactionProfile* profile) {
    auto& profiles = decision_.profiles;
    const auto place = std::lower_bound(profiles.begin(), profiles.end(), profile, [](const RedactionProfile* a, const RedactionProfile* b) {
      return a->change.id < b->change.id;
    });
    if (place != profiles.end() && *place == profile) return false;
    profiles.insert(place, profile);
    return true;
  }

  /// Of an agreement: marking- and extension-definitions travel with their users.
  bool covers(const std::vector<std::string>& types, const std::vector<std::string>& collections) const {
    const std::string_view type = facts_.object->type();
    const bool meta = type == "marking-definition" || type == "extension-definition";
    return any_or_lists(collections, facts_.collection) && (meta || any_or_lists(types, type));
  }

  // --- the TLP table

  bool denied_by_table() {
    const Asked& asked = terms_.asked[static_cast<std::size_t>(left_)];
    if (asked.never) {
      return stop(Effect::kDeny, [this] { return table(); }, [&] { return label() + " never goes to " + terms_.kind + " by itself."; });
    }
    if (judged_.is_public) return false;
    if (asked.agreement && !granted()) {
      return lacks(tells() ? "under an agreement in force that covers " + std::string(facts_.object->type()) + " objects in " +
                               facts_.collection + "; there is none."
                         : std::string());
    }
    if (asked.need_to_know && !needed()) return lacks("where a need-to-know rule covers the object; none does.");
    if (asked.membership && (!facts_.membership_scope || judged_.marking.unmarked)) {
      return lacks("if its source set org_scope = isac-membership; it did not.");
    }
    return denied_by_consent(asked);
  }

  /// TLP 2.0: wider than the label says only with the source's explicit permission. What came from a
  /// peer ISAC needs that for every further hop, and AMBER+STRICT stays where it came to.
  bool denied_by_consent(const Asked& asked) {
    const bool onward = left_ >= Tlp::kAmber && from_peer();
    if (onward && left_ > Tlp::kAmber) {
      return stop(Effect::kDeny, kBuiltIn, [&] { return label() + " from " + facts_.source + ", a peer ISAC, is not passed on."; });
    }
    if ((!asked.consent && !onward) || consented()) return false;
    const auto rule = [&] { return onward ? std::string(kBuiltIn) : table(); };
    return stop(Effect::kDeny, rule, [&] {
      return label() + " goes to " + terms_.kind + " only with recorded consent of its source (" + std::string(source()) + "); there is none.";
    });
  }

  /// A source that policy.toml no longer lists is treated like the strictest kind.
  bool from_peer() const {
    if (facts_.source.empty()) return false;
    const auto found = index_.party_of_id.find(facts_.source);
    return found == index_.party_of_id.end() || index_.policy.parties[found->second].kind == "peer-isac";
  }

  bool granted() {
    for (const GrantTerm& term : terms_.grants) {
      if (left_ > term.ceiling || !covers(term.types, term.collections)) continue;
      say([&] {
        const Agreement& agreement = *in_force(term, now_);
        return Reason{"Agreement " + agreement.id + " covers it.", line_of(agreement)};
      });
      return true;
    }
    return false;
  }

  bool needed() {
    if (!meet(audience_.needs, judged_.met)) return false;
    for (const RuleTerm& term : terms_.needs) {
      if (!met(term) || !reaches_label(term, left_)) continue;
      say([&] {
        const Rule& rule = *in_force(term, now_);
        return Reason{"Rule " + rule.id + " grants the need to know.", line_of(rule)};
      });
      return true;
    }
    return false;
  }

  bool consented() {
    if (facts_.onward_consent) {
      say([] { return Reason{"Its source consents to passing it on.", std::string(kBuiltIn)}; });
      return true;
    }
    for (const ConsentTerm& term : terms_.consents) {
      if (term.source != source() || !any_or_lists(term.collections, facts_.collection) ||
          !any_or_lists(term.objects, facts_.object->id())) {
        continue;
      }
      say([&] {
        const Consent& consent = *in_force(term, now_);
        return Reason{"Consent " + consent.id + " of " + consent.source + " covers it.", line_of(consent)};
      });
      return true;
    }
    return false;
  }

  // --- markings beside TLP

  bool hold(std::string text) {
    return stop(Effect::kHold, kBuiltIn, [&] { return std::move(text); });
  }

  bool denied_by_resale() {
    if (!demands_->no_resale || !honours(MarkingScheme::kIep) || !lists(resale_kinds(), terms_.kind)) return false;
    return stop(Effect::kDeny, kBuiltIn, [&] {
      return "Its IEP policy says unmodified_resale=must-not, so it never goes to " + terms_.kind + ".";
    });
  }

  bool honours(MarkingScheme scheme) const { return (terms_.honours >> static_cast<unsigned>(scheme) & 1U) != 0; }

  bool held_by_marking() {
    if (judged_.marking.contradictory) return hold("Its object markings name two different TLP labels.");
    if (demands_->mismatch) return hold("Id and content of marking " + *demands_->mismatch + " disagree.");
    if (demands_->unknown) return hold("Marking " + *demands_->unknown + " is not understood.");
    if ((demands_->schemes & ~terms_.honours) != 0) {
      return hold("Marking " + *demands_->honoured + " asks for what this party has not undertaken to honour (" + missing() + ").");
    }
    return demands_->schemes != 0 && (held_by_dates() || held_by_attribution());
  }

  std::string missing() const {
    std::string out;
    for (const MarkingScheme scheme : {MarkingScheme::kPap, MarkingScheme::kChathamHouse, MarkingScheme::kIep}) {
      if ((demands_->schemes & ~terms_.honours & 1U << static_cast<unsigned>(scheme)) == 0) continue;
      out += (out.empty() ? "" : ", ") + std::string(stix::scheme_name(scheme));
    }
    return out;
  }

  bool held_by_dates() {
    if (demands_->until && *demands_->until <= now_) return hold("Its IEP policy ended at " + format_stix_time(*demands_->until) + ".");
    const bool early = demands_->from && now_ < *demands_->from;
    if (early) look_again(*demands_->from);
    if (demands_->until) look_again(*demands_->until);
    return early && hold("Its IEP policy begins at " + format_stix_time(*demands_->from) + ".");
  }

  /// Whose marking hides its source goes without the names of the source; what is never edited cannot.
  bool held_by_attribution() {
    if (demands_->hide_source && edited()) {
      if (add_profile(index_.attribution)) {
        say([&] { return Reason{"Marking " + *demands_->honoured + " keeps its source back: it goes without the names of the source.", std::string(kBuiltIn)}; });
      }
    } else if (demands_->hide_source && !facts_.source.empty()) {
      return hold("Its marking keeps its source back, and " + std::string(facts_.object->type()) + " objects are never edited.");
    }
    const bool stripped = std::any_of(decision_.profiles.begin(), decision_.profiles.end(),
                                      [](const RedactionProfile* profile) { return profile->change.strip_attribution; });
    return demands_->name_source && stripped && hold("Its IEP policy says provider_attribution=must, but it would go without the names of its source.");
  }

  bool held_by_rule() {
    if (!any_binds(audience_.holds)) return false;
    const unsigned needed = approvals_needed(terms_.kind, judged_.traits.facts.level);
    const std::string_view word = needed == 1 ? " approval" : " approvals";
    for (const RuleTerm& term : terms_.holds) {
      if (!binds(term)) continue;
      if (facts_.approvals < needed) {
        return stop_by(term, Effect::kHold, "holds it (it needs " + std::to_string(needed) + std::string(word) + ", has " + std::to_string(facts_.approvals) + ")");
      }
      say([&] { return said_by(term, "would hold it, but it has " + std::to_string(facts_.approvals) + " of " + std::to_string(needed) + std::string(word)); });
    }
    return false;
  }

  void finish() {
    decision_.effect = decision_.profiles.empty() ? Effect::kPermit : Effect::kRedact;
    const Reason& passes = audience_.passes[static_cast<std::size_t>(left_)];
    conclude(passes.rule, [&] { return passes.text; });
  }

  const Index& index_;
  const CompiledAudience& audience_;
  const Terms& terms_;
  const Facts& facts_;
  const JudgedMarking& judged_;
  const Timestamp now_;
  const Compiled::Reasons reasons_;
  const Demands* demands_ = &judged_.demands;  ///< of what is left
  Tlp left_ = Tlp::kRed;                       ///< label of what is left
  Decision decision_;
};

}  // namespace

EffectiveMarking Compiled::effective_marking(const Facts& facts) const { return judge_labels(*impl_, facts).marking; }

JudgedMarking Compiled::judge_marking(const Facts& facts) const { return policy::judge_marking(*impl_, facts); }

Decision Compiled::decide(std::string_view audience_key, const Facts& facts, Timestamp now, Reasons reasons) const {
  const CompiledAudience* audience = impl_->find(audience_key, now);
  if (!audience || !facts.object) {
    Decision denied;
    const char* text = audience ? "There is no object to decide." : "No party is in this audience now.";
    if (reasons != Reasons::kOmit) denied.reasons.push_back({reasons == Reasons::kTell ? text : "", std::string(kBuiltIn)});
    return denied;
  }
  if (facts.judged != nullptr) return Judge(*impl_, *audience, facts, *facts.judged, now, reasons).run();
  const JudgedMarking judged = policy::judge_marking(*impl_, facts);
  return Judge(*impl_, *audience, facts, judged, now, reasons).run();
}

// All that Judge reads of facts and judgement.
bool Compiled::alike(const Facts& a, const Facts& b) const {
  const JudgedMarking& one = *a.judged;
  const JudgedMarking& other = *b.judged;
  const stix::SharingFacts& shared = one.traits.facts;
  const stix::SharingFacts& shared_other = other.traits.facts;
  return a.object->type() == b.object->type() && a.source == b.source && a.collection == b.collection && a.bound_by == b.bound_by &&
         a.membership_scope == b.membership_scope && a.onward_consent == b.onward_consent && a.hops_left == b.hops_left &&
         a.approvals == b.approvals && one.met == other.met && one.met_of_others == other.met_of_others && one.left == other.left && one.is_public == other.is_public &&
         one.marking == other.marking && one.demands == other.demands && one.demands_left == other.demands_left &&
         shared.level == shared_other.level && shared.embargo_until == shared_other.embargo_until &&
         shared.embargo_unclear == shared_other.embargo_unclear &&
         (!impl_->names_objects || a.object->id() == b.object->id());
}

}  // namespace sekisho::policy
