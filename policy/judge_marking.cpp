// What the markings of one object say, read once for all audiences. docs/specs/policy.md §6.
#include <algorithm>

#include "policy/conditions.h"
#include "policy/impl.h"
#include "policy/text.h"
#include "policy/tlp_table.h"

namespace sekisho::policy {
namespace {

using stix::MarkingScheme;
using stix::Tlp;
using Meaning = stix::MarkingMeaning::Kind;

void tighten(std::optional<Tlp>& tightest, Tlp tlp) {
  if (!tightest || *tightest < tlp) tightest = tlp;
}

void note_first(std::optional<std::string>& slot, const std::string& id) {
  if (!slot) slot = id;
}

/// The TLP that an IEP policy says, in its words.
std::optional<Tlp> iep_tlp(const stix::MarkingMeaning& meaning) {
  constexpr std::string_view kKey = "tlp=";
  for (const std::string& statement : meaning.iep) {
    if (statement.starts_with(kKey)) return stix::tlp_from_label(std::string_view(statement).substr(kKey.size()));
  }
  return std::nullopt;
}

void demand_iep(const stix::MarkingMeaning& meaning, Demands& out) {
  out.no_resale = out.no_resale || lists(meaning.iep, "unmodified_resale=must-not");
  out.hide_source = out.hide_source || lists(meaning.iep, "provider_attribution=must-not");
  out.name_source = out.name_source || lists(meaning.iep, "provider_attribution=must");
  if (meaning.from) out.from = std::max(out.from.value_or(*meaning.from), *meaning.from);
  if (meaning.until) out.until = std::min(out.until.value_or(*meaning.until), *meaning.until);
}

/// Gathers what the marking ids of one object mean.
class Markings {
 public:
  Markings(const Facts& facts, JudgedMarking& judged) : facts_(facts), out_(judged) {}

  /// A marking of the whole object.
  void add_whole(const std::string& id, std::optional<Tlp>& tightest) {
    const auto tlp = read(id);
    if (tlp.label) {
      out_.marking.contradictory = out_.marking.contradictory || (label_ && *label_ != *tlp.label);
      label_ = tlp.label;
      tighten(tightest, *tlp.label);
    }
    if (tlp.of_iep) tighten(iep_, *tlp.of_iep);
    demand(id, out_.demands);
    demand(id, out_.demands_left);
  }

  /// A marking of a part: `left` gets it where a profile leaves the part (stix/redact: what is understood and no tighter).
  void add_granular(const std::string& id, Tlp& tightest) {
    const auto tlp = read(id);
    for (const auto& each : {tlp.label, tlp.of_iep}) {
      if (each) tightest = std::max(tightest, *each);
    }
    demand(id, out_.demands);
    if (!tlp.label || mismatched()) return;
    for (const Tlp ceiling : kLabels) {
      Tlp& left = out_.left[static_cast<std::size_t>(ceiling)];
      if (*tlp.label <= ceiling) left = std::max(left, *tlp.label);
    }
  }

  /// A marking of what is embedded: it holds for the whole, and no profile drops it.
  void add_embedded(const std::string& id, Tlp& tightest) {
    const auto tlp = read(id);
    for (const auto& each : {tlp.label, tlp.of_iep}) {
      if (each) tighten_all(*each, tightest);
    }
    demand(id, out_.demands);
    demand(id, out_.demands_left);
  }

  /// STIX gives labels no force, so they only tighten.
  void add_labels(const stix::LabelClaims& claims, Tlp& tightest) {
    if (claims.tlp) tighten_all(*claims.tlp, tightest);
    if (claims.pap) out_.traits.add_pap(*claims.pap);
    if (claims.unclear) not_understood("among its labels that begins with TLP: or PAP: and is no label of theirs");
    if (!claims.chatham_house) return;
    for (Demands* demands : {&out_.demands, &out_.demands_left}) {
      note_first(demands->honoured, "among its labels");
      demands->schemes |= 1U << static_cast<unsigned>(MarkingScheme::kChathamHouse);
      demands->hide_source = true;
    }
  }

  void not_understood(const std::string& what) {
    for (auto* slot : {&out_.marking.unknown, &out_.demands.unknown, &out_.demands_left.unknown}) note_first(*slot, what);
  }

  std::optional<Tlp> iep() const { return iep_; }  ///< of the whole object

 private:
  struct Labels {
    std::optional<Tlp> label, of_iep;
  };

  void tighten_all(Tlp tlp, Tlp& tightest) {
    tightest = std::max(tightest, tlp);
    for (Tlp& left : out_.left) left = std::max(left, tlp);
  }

  Labels read(const std::string& id) {
    fixed_ = stix::tlp_from_marking_id(id);
    pap_ = stix::pap_from_marking_id(id);
    meaning_ = facts_.marking ? facts_.marking(id) : std::nullopt;
    out_.traits.add(meaning_.value_or(stix::MarkingMeaning{}), pap_);
    Labels out;
    if (fixed_) out.label = fixed_;
    if (meaning_ && meaning_->tlp && !pap_) tighten(out.label, *meaning_->tlp);
    if (meaning_ && meaning_->scheme == MarkingScheme::kIep) out.of_iep = iep_tlp(*meaning_);
    if (!fixed_ && !pap_ && !meaning_) note_first(out_.marking.undefined, id);
    if (mismatched()) note_first(out_.marking.mismatch, id);
    else if (!understood()) note_first(out_.marking.unknown, id);
    return out;
  }

  bool mismatched() const { return meaning_ && meaning_->kind == Meaning::kMismatch; }
  bool understood() const { return !pap_ && (fixed_ || (meaning_ && meaning_->kind != Meaning::kUnknown)); }

  void demand(const std::string& id, Demands& out) const {
    if (mismatched()) return note_first(out.mismatch, id);
    if (understood()) return;
    if (!can_be_honoured()) return note_first(out.unknown, id);
    note_first(out.honoured, id);
    out.schemes |= 1U << static_cast<unsigned>(meaning_->scheme);
    out.hide_source = out.hide_source || meaning_->scheme == MarkingScheme::kChathamHouse;
    if (meaning_->scheme == MarkingScheme::kIep) demand_iep(*meaning_, out);
  }

  bool can_be_honoured() const {
    if (!meaning_ || !meaning_->can_be_honoured || meaning_->kind != Meaning::kUnknown) return false;
    return !pap_ || (meaning_->scheme == MarkingScheme::kPap && meaning_->pap == pap_);
  }

  const Facts& facts_;
  JudgedMarking& out_;
  std::optional<Tlp> label_, iep_;
  // of the marking read last
  std::optional<Tlp> fixed_;
  std::optional<stix::Pap> pap_;
  std::optional<stix::MarkingMeaning> meaning_;
};

bool is_published_extension(const Index& index, const stix::Object& object) {
  return object.id() == stix::kTlpExtensionId && object.content_hash() == index.tlp_extension_hash;
}

/// Marking-definitions travel with their users: the fixed ones are public; an unmarked statement counts as CLEAR, and so
/// does what says PAP, the Chatham House rule or IEP and nothing else.
std::optional<Tlp> judge_definition(const stix::Object& object, JudgedMarking& judged) {
  const stix::MarkingMeaning meaning = stix::meaning_of(object);
  if (meaning.kind == Meaning::kTlp) judged.is_public = true;
  if (meaning.kind == Meaning::kMismatch) {
    judged.marking.mismatch = judged.demands.mismatch = judged.demands_left.mismatch = std::string(object.id());
  }
  if (meaning.kind == Meaning::kStatement || meaning.can_be_honoured) return Tlp::kClear;
  return std::nullopt;
}

void add_baseline(const Facts& facts, JudgedMarking& judged, Tlp& whole) {
  if (facts.baseline_tlp.empty()) return;
  if (const auto baseline = stix::tlp_from_label(facts.baseline_tlp)) {
    whole = std::max(whole, *baseline);
    return;
  }
  const std::string what = "baseline " + facts.baseline_tlp + " of the collection";
  for (auto* slot : {&judged.marking.unknown, &judged.demands.unknown, &judged.demands_left.unknown}) note_first(*slot, what);
}

void read_markings(const Index& index, const Facts& facts, JudgedMarking& judged, std::optional<Tlp> whole) {
  Markings markings(facts, judged);
  const stix::MarkingRefs refs = stix::marking_refs(*facts.object);
  for (const std::string& id : refs.object) markings.add_whole(id, whole);
  judged.marking.unmarked = !whole;
  Tlp tightest = std::max(whole.value_or(index.policy.unmarked), markings.iep().value_or(Tlp::kClear));
  add_baseline(facts, judged, tightest);
  judged.left.fill(tightest);
  for (const std::string& id : refs.granular) markings.add_granular(id, tightest);
  for (const std::string& id : refs.embedded) markings.add_embedded(id, tightest);
  if (refs.unreadable) markings.not_understood("that is none (object_marking_refs and granular_markings hold ids)");
  markings.add_labels(stix::claims_in_labels(*facts.object), tightest);
  judged.marking.tlp = tightest;
}

void add_met(const Index& index, const Facts& facts, const JudgedMarking& judged, std::vector<std::uint64_t>& met) {
  met.resize((index.rule_terms.size() + 63) / 64);
  index.picker->pick(facts, judged.traits, [&](std::uint32_t i) {
    const RuleTerm& term = index.rule_terms[i];
    // What is left for a need-to-know rule to look at is known only when the profiles are.
    if (term.effect != "need-to-know" && !reaches_label(term, judged.marking.tlp)) return;
    if (meets(term, facts, judged)) met[i / 64] |= std::uint64_t{1} << (i % 64);
  });
}

void judge_rules(const Index& index, const Facts& facts, JudgedMarking& judged) {
  add_met(index, facts, judged, judged.met);
  if (facts.bound_by.empty()) return;
  Facts others = facts;
  for (const std::string& giver : facts.bound_by) {
    others.source = giver;
    add_met(index, others, judged, judged.met_of_others);
  }
}

}  // namespace

JudgedMarking judge_labels(const Index& index, const Facts& facts) {
  JudgedMarking judged;
  EffectiveMarking& out = judged.marking;
  out.tlp = index.policy.unmarked;
  out.unmarked = true;
  judged.left.fill(out.tlp);
  if (facts.object == nullptr) return judged;
  const stix::Object& object = *facts.object;
  std::optional<Tlp> whole;
  if (object.type() == "marking-definition") whole = judge_definition(object, judged);
  if (judged.is_public || is_published_extension(index, object)) {
    judged.is_public = true;
    out.tlp = Tlp::kClear;
    judged.left.fill(out.tlp);
    out.unmarked = false;
  } else {
    judged.traits = traits_of(object);
    read_markings(index, facts, judged, whole);
  }
  return judged;
}

JudgedMarking judge_marking(const Index& index, const Facts& facts) {
  JudgedMarking judged = judge_labels(index, facts);
  if (facts.object != nullptr) judge_rules(index, facts, judged);
  return judged;
}

}  // namespace sekisho::policy
