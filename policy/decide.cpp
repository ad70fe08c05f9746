#include <algorithm>

#include "policy/conditions.h"
#include "policy/impl.h"

namespace sekisho::policy {
namespace {

using stix::Tlp;
using Meaning = stix::MarkingMeaning::Kind;

constexpr std::string_view kBuiltIn = "built-in";

bool lists(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool any_or_lists(const std::vector<std::string>& words, std::string_view word) {
  return words.empty() || lists(words, word);
}

/// Gathers what the marking ids of one object mean.
class Markings {
 public:
  Markings(const Facts& facts, JudgedMarking& judged) : facts_(facts), out_(judged.marking), traits_(judged.traits) {}

  void add(const std::string& id, std::optional<Tlp>& tightest) {
    const auto fixed = stix::tlp_from_marking_id(id);
    if (fixed) tighten(tightest, *fixed);
    // PAP says what a reader may do, which no part of this program enforces yet: so it is not understood,
    // whatever its definition says.
    const auto pap = stix::pap_from_marking_id(id);
    const auto meaning = facts_.marking ? facts_.marking(id) : std::nullopt;
    traits_.add(meaning.value_or(stix::MarkingMeaning{}), pap);
    if (pap) {
      if (!out_.unknown) out_.unknown = id;
      return;
    }
    if (meaning && meaning->tlp) tighten(tightest, *meaning->tlp);
    if (meaning && meaning->kind == Meaning::kMismatch) {
      if (!out_.mismatch) out_.mismatch = id;
    } else if (!fixed && (!meaning || meaning->kind == Meaning::kUnknown)) {
      if (!out_.unknown) out_.unknown = id;
    }
  }

  static void tighten(std::optional<Tlp>& tightest, Tlp tlp) {
    if (!tightest || *tightest < tlp) tightest = tlp;
  }

 private:
  const Facts& facts_;
  EffectiveMarking& out_;
  Traits& traits_;
};

bool is_published_extension(const Index& index, const stix::Object& object) {
  return object.id() == stix::kTlpExtensionId && object.content_hash() == index.tlp_extension_hash;
}

/// Marking-definitions travel with their users: the fixed ones are public, an unmarked statement counts
/// as CLEAR.
std::optional<Tlp> judge_definition(const stix::Object& object, JudgedMarking& judged) {
  const stix::MarkingMeaning meaning = stix::meaning_of(object);
  if (meaning.kind == Meaning::kTlp) judged.is_public = true;
  if (meaning.kind == Meaning::kMismatch) judged.marking.mismatch = std::string(object.id());
  if (meaning.kind == Meaning::kStatement) return Tlp::kClear;
  return std::nullopt;
}

JudgedMarking judge(const Index& index, const Facts& facts) {
  JudgedMarking judged;
  EffectiveMarking& out = judged.marking;
  out.tlp = index.policy.unmarked;
  out.unmarked = true;
  if (!facts.object) return judged;
  const stix::Object& object = *facts.object;
  std::optional<Tlp> whole;
  if (object.type() == "marking-definition") whole = judge_definition(object, judged);
  if (judged.is_public || is_published_extension(index, object)) {
    judged.is_public = true;
    out.tlp = Tlp::kClear;
    out.unmarked = false;
    return judged;
  }
  judged.traits = traits_of(object);
  Markings markings(facts, judged);
  const stix::MarkingRefs refs = stix::marking_refs(object);
  for (const std::string& id : refs.object) markings.add(id, whole);
  out.unmarked = !whole;
  std::optional<Tlp> tightest = whole.value_or(index.policy.unmarked);
  for (const std::string& id : refs.granular) markings.add(id, tightest);
  if (!facts.baseline_tlp.empty()) {
    if (const auto baseline = stix::tlp_from_label(facts.baseline_tlp)) {
      Markings::tighten(tightest, *baseline);
    } else if (!out.unknown) {
      out.unknown = "baseline " + facts.baseline_tlp + " of the collection";
    }
  }
  out.tlp = *tightest;
  return judged;
}

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

/// One decision while it is made.
class Judge {
 public:
  Judge(const Index& index, const CompiledAudience& audience, const Facts& facts, Timestamp now)
      : index_(index), audience_(audience), terms_(audience.terms), facts_(facts), now_(now) {}

  Decision run() {
    decision_.reasons.reserve(4);
    if (!terms_.reads(facts_.collection)) {
      return end(Effect::kDeny, "This audience does not read the collection.", std::string(kBuiltIn));
    }
    judged_ = facts_.judged != nullptr ? *facts_.judged : judge(index_, facts_);
    say_marking();
    if (denied_by_hops() || denied_by_licence() || denied_by_rule() || denied_by_table()) return std::move(decision_);
    if (held_by_marking() || held_by_rule()) return std::move(decision_);
    decision_.effect = Effect::kPermit;
    decision_.reasons.push_back(audience_.passes[place()]);
    return std::move(decision_);
  }

 private:
  std::size_t place() const { return static_cast<std::size_t>(judged_.marking.tlp); }
  std::string label() const { return std::string(stix::tlp_label(judged_.marking.tlp)); }
  std::string table() const { return "tlp." + terms_.kind; }
  std::string_view source() const { return facts_.source.empty() ? "self" : std::string_view(facts_.source); }

  void say(std::string text, std::string rule) {
    decision_.reasons.push_back({std::move(text), std::move(rule)});
  }
  Decision end(Effect effect, std::string text, std::string rule) {
    stop(effect, std::move(text), std::move(rule));
    return std::move(decision_);
  }
  bool stop(Effect effect, std::string text, std::string rule) {
    decision_.effect = effect;
    say(std::move(text), std::move(rule));
    return true;
  }

  void say_marking() {
    if (judged_.is_public) {
      say("It belongs to the published TLP set, which is public.", std::string(kBuiltIn));
    } else if (judged_.marking.unmarked) {
      say("It carries no TLP marking, so it counts as " + label() + " for member firms only.",
          std::string(kBuiltIn));
    } else {
      decision_.reasons.push_back(index_.marked[place()]);
    }
  }

  bool denied_by_hops() {
    if (judged_.is_public || !facts_.hops_left || *facts_.hops_left > 0) return false;
    return stop(Effect::kDeny, "Its source lets it go no hop further.", std::string(kBuiltIn));
  }

  /// The licence of a source that policy.toml no longer lists is not known any more.
  bool denied_by_licence() {
    if (judged_.is_public || facts_.source.empty() || (terms_.licences.empty() && !terms_.needs_licence)) return false;
    const auto found = index_.party_of_id.find(facts_.source);
    if (found == index_.party_of_id.end()) {
      return terms_.needs_licence &&
             stop(Effect::kDeny, "Its source " + facts_.source + " is no longer listed, so its licence is not known.",
                  std::string(kBuiltIn));
    }
    const std::string& licence = index_.policy.parties[found->second].licence;
    for (const LicenceTerm& term : terms_.licences) {
      if (term.licence == licence) return stop(Effect::kDeny, term.reason.text, term.reason.rule);
    }
    return false;
  }

  bool stopped_by(const std::vector<RuleTerm>& terms, Effect effect, std::string_view word) {
    for (const RuleTerm& term : terms) {
      if (!meets(term, facts_, judged_, false)) continue;
      const Rule& rule = *in_force(term, now_);
      std::string text = "Rule " + rule.id + " " + std::string(word) + " it";
      text += rule.reason.empty() ? "." : ": " + rule.reason;
      return stop(effect, std::move(text), line_of(rule));
    }
    return false;
  }
  bool denied_by_rule() { return stopped_by(terms_.denials, Effect::kDeny, "denies"); }
  bool held_by_rule() { return stopped_by(terms_.holds, Effect::kHold, "holds"); }

  bool denied_by_table() {
    const Asked& asked = terms_.asked[place()];
    if (asked.never) return stop(Effect::kDeny, label() + " never goes to " + terms_.kind + " by itself.", table());
    if (judged_.is_public) return false;
    if (asked.agreement && !granted()) {
      return stop(Effect::kDeny,
                  label() + " goes to " + terms_.kind + " only under an agreement in force that covers " +
                      std::string(facts_.object->type()) + " objects in " + facts_.collection +
                      "; there is none.",
                  table());
    }
    if (asked.need_to_know && !needed()) {
      return stop(Effect::kDeny,
                  label() + " goes to " + terms_.kind + " only where a need-to-know rule covers the object; "
                                                        "none does.",
                  table());
    }
    if (asked.membership && (!facts_.membership_scope || judged_.marking.unmarked)) {
      return stop(Effect::kDeny,
                  label() + " goes to " + terms_.kind + " only if its source set org_scope = "
                                                        "isac-membership; it did not.",
                  table());
    }
    return denied_by_consent(asked);
  }

  /// TLP 2.0: wider than the label says only with the source's explicit permission. What came from a
  /// peer ISAC needs that for every further hop, and AMBER+STRICT stays where it came to.
  bool denied_by_consent(const Asked& asked) {
    const bool onward = judged_.marking.tlp >= Tlp::kAmber && from_peer();
    if (onward && judged_.marking.tlp > Tlp::kAmber) {
      return stop(Effect::kDeny, label() + " from " + facts_.source + ", a peer ISAC, is not passed on.",
                  std::string(kBuiltIn));
    }
    if ((!asked.consent && !onward) || consented()) return false;
    return stop(Effect::kDeny,
                label() + " goes to " + terms_.kind + " only with recorded consent of its source (" +
                    std::string(source()) + "); there is none.",
                onward ? std::string(kBuiltIn) : table());
  }

  /// A source that policy.toml no longer lists is treated like the strictest kind.
  bool from_peer() const {
    if (facts_.source.empty()) return false;
    const auto found = index_.party_of_id.find(facts_.source);
    return found == index_.party_of_id.end() || index_.policy.parties[found->second].kind == "peer-isac";
  }

  bool granted() {
    const std::string_view type = facts_.object->type();
    const bool meta = type == "marking-definition" || type == "extension-definition";
    for (const GrantTerm& term : terms_.grants) {
      if (judged_.marking.tlp > term.ceiling || !any_or_lists(term.collections, facts_.collection) ||
          (!meta && !any_or_lists(term.types, type))) {
        continue;
      }
      const Agreement& agreement = *in_force(term, now_);
      say("Agreement " + agreement.id + " covers it.", line_of(agreement));
      return true;
    }
    return false;
  }

  bool needed() {
    for (const RuleTerm& term : terms_.needs) {
      if (!meets(term, facts_, judged_, true)) continue;
      const Rule& rule = *in_force(term, now_);
      say("Rule " + rule.id + " grants the need to know.", line_of(rule));
      return true;
    }
    return false;
  }

  bool consented() {
    if (facts_.onward_consent) {
      say("Its source consents to passing it on.", std::string(kBuiltIn));
      return true;
    }
    for (const ConsentTerm& term : terms_.consents) {
      if (term.source != source() || !any_or_lists(term.collections, facts_.collection) ||
          !any_or_lists(term.objects, facts_.object->id())) {
        continue;
      }
      const Consent& consent = *in_force(term, now_);
      say("Consent " + consent.id + " of " + consent.source + " covers it.", line_of(consent));
      return true;
    }
    return false;
  }

  bool held_by_marking() {
    if (judged_.marking.mismatch) {
      return stop(Effect::kHold, "Id and content of marking " + *judged_.marking.mismatch + " disagree.",
                  std::string(kBuiltIn));
    }
    if (!judged_.marking.unknown) return false;
    return stop(Effect::kHold, "Marking " + *judged_.marking.unknown + " is not understood.",
                std::string(kBuiltIn));
  }

  const Index& index_;
  const CompiledAudience& audience_;
  const Terms& terms_;
  const Facts& facts_;
  Timestamp now_;
  JudgedMarking judged_;
  Decision decision_;
};

}  // namespace

JudgedMarking Compiled::judge_marking(const Facts& facts) const { return judge(*impl_, facts); }

Decision Compiled::decide(std::string_view audience_key, const Facts& facts, Timestamp now) const {
  const CompiledAudience* audience = impl_->find(audience_key, now);
  if (!audience || !facts.object) {
    Decision denied;
    denied.reasons.push_back(
        {audience ? "There is no object to decide." : "No party is in this audience now.", std::string(kBuiltIn)});
    return denied;
  }
  return Judge(*impl_, *audience, facts, now).run();
}

}  // namespace sekisho::policy
