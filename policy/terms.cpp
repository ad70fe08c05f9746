#include <algorithm>

#include "core/digest.h"
#include "core/json.h"
#include "policy/conditions.h"
#include "policy/groups.h"
#include "policy/impl.h"
#include "policy/profiles.h"
#include "policy/text.h"
#include "policy/tlp_table.h"

namespace sekisho::policy {
namespace {

constexpr std::size_t kAmberIndex = static_cast<std::size_t>(stix::Tlp::kAmber);

std::vector<std::string> sorted(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

void append(std::string& out, const std::vector<std::string>& words) {
  out += '[';
  for (const std::string& word : words) {
    json::append_quoted(word, out);
    out += ',';
  }
  out += ']';
}

std::array<Asked, 5> asked_by(const Policy& policy, const std::string& kind) {
  std::array<Asked, 5> out;
  const auto row = policy.hops.find(kind);
  Asked sum;
  for (const stix::Tlp tlp : kLabels) {
    HopRule rule = HopRule::kNever;
    if (row != policy.hops.end()) {
      if (const auto cell = row->second.find(tlp); cell != row->second.end()) rule = cell->second;
    }
    sum.never = sum.never || rule == HopRule::kNever;
    sum.agreement = sum.agreement || rule == HopRule::kAgreement || rule == HopRule::kConsent;
    sum.consent = sum.consent || rule == HopRule::kConsent;
    sum.need_to_know = sum.need_to_know || rule == HopRule::kNeedToKnow;
    sum.membership = sum.membership || rule == HopRule::kMembership;
    out[static_cast<std::size_t>(tlp)] = sum;
  }
  return out;
}

/// The loosest and tightest label for which `flag` is asked and something may pass at all.
std::optional<std::pair<stix::Tlp, stix::Tlp>> range_of(const Terms& terms, bool Asked::*flag) {
  std::optional<std::pair<stix::Tlp, stix::Tlp>> out;
  for (const stix::Tlp tlp : kLabels) {
    const Asked& asked = terms.asked[static_cast<std::size_t>(tlp)];
    if (asked.never || !(asked.*flag)) continue;
    if (!out) out.emplace(tlp, tlp);
    out->second = tlp;
  }
  return out;
}

/// Cuts `wanted` (empty = any) down to what the audience reads; false if nothing is left.
bool narrow(std::vector<std::string>& wanted, const Terms& terms) {
  if (wanted.empty()) return true;
  std::vector<std::string> kept;
  for (std::string& alias : wanted) {
    if (terms.reads(alias)) kept.push_back(std::move(alias));
  }
  wanted = sorted(std::move(kept));
  return !wanted.empty();
}

bool concerns(const Rule& rule, const Party& party, const std::vector<std::string>& groups, Timestamp now) {
  const auto in_group = [&rule](const std::string& group) { return lists(rule.groups, group); };
  const auto has_role = [&rule](const std::string& role) { return lists(rule.roles, role); };
  const auto passed = [&](const Assessment& assessment) {
    return assessment.passed && assessment.validity.holds(now) && lists(rule.without_assessments, assessment.name);
  };
  return rule.validity.holds(now) && (rule.kinds.empty() || lists(rule.kinds, party.kind)) &&
         (rule.classes.empty() || lists(rule.classes, party.member_class)) &&
         (rule.parties.empty() || lists(rule.parties, party.id)) &&
         (rule.groups.empty() || std::any_of(groups.begin(), groups.end(), in_group)) &&
         (rule.roles.empty() || std::any_of(party.roles.begin(), party.roles.end(), has_role)) &&
         std::none_of(party.assessments.begin(), party.assessments.end(), passed);
}

/// "This label or tighter" of a restriction starts at the loosest named; "or looser" of a grant ends at
/// the tightest.
template <typename Level>
std::optional<Level> threshold(const std::vector<std::string>& labels, std::optional<Level> (*read)(std::string_view),
                               std::string_view effect) {
  std::optional<Level> out;
  for (const std::string& label : labels) {
    const auto level = read(label);
    if (!level) continue;
    if (!out || (effect == "need-to-know" ? *level > *out : *level < *out)) out = level;
  }
  return out;
}

template <typename Term>
void add_term(std::vector<Term>& terms, Term term) {
  for (Term& known : terms) {
    if (known.key != term.key) continue;
    known.records.insert(known.records.end(), term.records.begin(), term.records.end());
    return;
  }
  terms.push_back(std::move(term));
}

template <typename Term>
void sort_terms(std::vector<Term>& terms) {
  std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) { return a.key < b.key; });
}

void fill_key(RuleTerm& term) {
  json::append_quoted(term.effect, term.key);
  for (const auto list : kListConditions) append(term.key, term.object.*list);
  if (term.tlp) term.key += stix::tlp_label(*term.tlp);
  if (term.pap) term.key += stix::pap_label(*term.pap);
  if (term.object.confidence_below) term.key += '<' + std::to_string(*term.object.confidence_below);
  if (term.object.exercise) term.key += '!';
  if (term.profile != nullptr) term.key += key_of(*term.profile);
}

void add_rule(const Policy& policy, const Rule& rule, Terms& terms) {
  RuleTerm term = term_of(policy, rule);
  if (!narrow(term.object.collections, terms)) return;
  fill_key(term);
  if (rule.effect == "deny") add_term(terms.denials, std::move(term));
  else if (rule.effect == "hold") add_term(terms.holds, std::move(term));
  else if (rule.effect == "redact") add_term(terms.redactions, std::move(term));
  else if (range_of(terms, &Asked::need_to_know)) add_term(terms.needs, std::move(term));
}

void add_agreed_redaction(const Policy& policy, const Agreement& agreement, Terms& terms) {
  AgreedRedaction term;
  if (!agreement.profile.empty()) term.profiles.push_back(policy.find_profile(agreement.profile));
  if (agreement.strip_attribution) term.profiles.push_back(policy.find_profile(kAttributionProfile));
  if (!agreement.level_map.empty()) term.profiles.push_back(policy.find_profile(level_profile_id(agreement.level_map)));
  term.collections = agreement.collections;
  if (term.profiles.empty() || !narrow(term.collections, terms)) return;
  term.types = sorted(agreement.types);
  term.records = {&agreement};
  append(term.key, term.collections);
  append(term.key, term.types);
  for (const RedactionProfile* profile : term.profiles) term.key += key_of(*profile);
  add_term(terms.agreed, std::move(term));
}

void add_agreement(const Agreement& agreement, Terms& terms) {
  const auto range = range_of(terms, &Asked::agreement);
  if (!range || agreement.tlp_ceiling < range->first) return;
  GrantTerm term;
  term.ceiling = std::min(agreement.tlp_ceiling, range->second);
  term.collections = agreement.collections;
  if (!narrow(term.collections, terms)) return;
  term.types = sorted(agreement.types);
  term.max_hops = agreement.max_hops;
  term.records = {&agreement};
  term.key = stix::tlp_label(term.ceiling);
  append(term.key, term.collections);
  append(term.key, term.types);
  if (term.max_hops) term.key += std::to_string(*term.max_hops);
  add_term(terms.grants, std::move(term));
}

/// Whether a recorded consent could turn any decision for this audience.
bool consent_counts(const Policy& policy, const Consent& consent, const Terms& terms) {
  const Asked& amber = terms.asked[kAmberIndex];
  if (amber.never) return false;
  if (range_of(terms, &Asked::consent)) {
    return std::any_of(terms.grants.begin(), terms.grants.end(),
                       [](const GrantTerm& grant) { return grant.ceiling >= stix::Tlp::kAmber; });
  }
  const Party* source = policy.find_party(consent.source);
  return consent.source != "self" && (!source || source->kind == "peer-isac");
}

void add_consent(const Policy& policy, const Consent& consent, Terms& terms) {
  if (!consent_counts(policy, consent, terms)) return;
  ConsentTerm term;
  term.source = consent.source;
  term.collections = consent.collections;
  if (!narrow(term.collections, terms)) return;
  term.objects = sorted(consent.objects);
  term.records = {&consent};
  json::append_quoted(term.source, term.key);
  append(term.key, term.collections);
  append(term.key, term.objects);
  add_term(terms.consents, std::move(term));
}

/// Why nothing under the licence goes to the party; nullopt: this licence does not keep it.
std::optional<Reason> excluded(const Policy& policy, const Licence& licence, const Party& party, Timestamp now) {
  const std::string line = "policy.toml:" + std::to_string(licence.line);
  const std::string what = "Licence " + licence.id + " of its source ";
  if (!licence.resale && lists(resale_kinds(), party.kind)) {
    return Reason{what + "forbids resale, so it never goes to " + party.kind + ".", line};
  }
  if (!licence.kinds.empty() && !lists(licence.kinds, party.kind)) {
    return Reason{what + "covers other kinds of party than " + party.kind + ".", line};
  }
  for (const Agreement& agreement : policy.agreements) {
    const bool begun = !agreement.validity.from || *agreement.validity.from <= now;
    if (agreement.party != party.id || !begun || !lists(agreement.exclude_licences, licence.id)) continue;
    return Reason{"Agreement " + agreement.id + " excludes licence " + licence.id + ".",
                  "policy.toml:" + std::to_string(agreement.line)};
  }
  return std::nullopt;
}

void add_licences(const Policy& policy, const Party& party, Timestamp now, Terms& terms) {
  for (const Licence& licence : policy.licences) {
    const bool used = std::any_of(policy.parties.begin(), policy.parties.end(),
                                  [&licence](const Party& source) { return source.licence == licence.id; });
    auto reason = used ? excluded(policy, licence, party, now) : std::nullopt;
    if (reason) terms.licences.push_back({licence.id, std::move(*reason)});
  }
  std::sort(terms.licences.begin(), terms.licences.end(),
            [](const LicenceTerm& a, const LicenceTerm& b) { return a.licence < b.licence; });
  terms.needs_licence = !policy.licences.empty() && lists(resale_kinds(), party.kind);
}

template <typename Term>
void append_keys(std::string& out, const std::vector<Term>& terms) {
  out += '\n';
  for (const Term& term : terms) out += term.key + ';';
}

template <typename Term>
void merge(std::vector<Term>& into, const std::vector<Term>& other) {
  for (std::size_t i = 0; i < into.size() && i < other.size(); ++i) {
    for (const auto* record : other[i].records) {
      auto& records = into[i].records;
      if (std::find(records.begin(), records.end(), record) == records.end()) records.push_back(record);
    }
  }
}

}  // namespace

bool Terms::reads(std::string_view collection) const {
  return !collection.empty() && (all_collections || lists(collections, collection));
}

std::string Terms::audience_key() const {
  std::string text = "sekisho-audience-1\n";
  json::append_quoted(kind, text);
  json::append_quoted(attestations, text);
  for (const Asked& cell : asked) {
    text += cell.never ? 'n' : '.';
    text += cell.agreement ? 'a' : '.';
    text += cell.need_to_know ? 'k' : '.';
    text += cell.consent ? 'c' : '.';
    text += cell.membership ? 'm' : '.';
  }
  text += all_collections ? '*' : ' ';
  append(text, collections);
  append_keys(text, denials);
  append_keys(text, holds);
  append_keys(text, needs);
  append_keys(text, grants);
  append_keys(text, consents);
  if (needs_licence || !licences.empty()) text += needs_licence ? "\nany" : "\n";
  for (const LicenceTerm& term : licences) json::append_quoted(term.licence, text);
  if (!redactions.empty() || !agreed.empty()) {
    append_keys(text, redactions);
    append_keys(text, agreed);
  }
  if (honours != 0) text += "\nhonours" + std::to_string(honours);
  return hex(sha256(text)).substr(0, 32);
}

RuleTerm term_of(const Policy& policy, const Rule& rule) {
  RuleTerm term;
  term.effect = rule.effect;
  term.profile = rule.effect == "redact" ? policy.find_profile(rule.profile) : nullptr;
  term.object = rule.object;
  for (const auto list : kListConditions) term.object.*list = sorted(std::move(term.object.*list));
  term.tlp = threshold(rule.tlp, stix::tlp_from_label, rule.effect);
  term.pap = threshold(rule.object.pap, stix::pap_from_label, rule.effect);
  term.schemes = scheme_bits(rule.object.schemes);
  term.records = {&rule};
  return term;
}

Terms terms_of(const Policy& policy, const Party& party, Timestamp now) {
  Terms terms;
  terms.kind = party.kind;
  terms.attestations = party.attestations;
  terms.asked = asked_by(policy, party.kind);
  terms.all_collections = lists(party.collections, "*");
  if (!terms.all_collections) terms.collections = sorted(party.collections);
  const auto groups = groups_of(policy, party, now);
  for (const Rule& rule : policy.rules) {
    if (concerns(rule, party, groups, now)) add_rule(policy, rule, terms);
  }
  for (const Agreement& agreement : policy.agreements) {
    if (agreement.party != party.id) continue;
    if (agreement.validity.holds(now)) add_agreement(agreement, terms);
    // What it keeps back stays back after its end.
    if (!agreement.validity.from || *agreement.validity.from <= now) add_agreed_redaction(policy, agreement, terms);
  }
  for (const Consent& consent : policy.consents) {
    if (consent.to == party.id && consent.validity.holds(now)) add_consent(policy, consent, terms);
  }
  add_licences(policy, party, now, terms);
  terms.honours = scheme_bits(party.honours);
  sort_terms(terms.denials);
  sort_terms(terms.holds);
  sort_terms(terms.redactions);
  sort_terms(terms.needs);
  sort_terms(terms.agreed);
  sort_terms(terms.grants);
  sort_terms(terms.consents);
  return terms;
}

void merge_records(Terms& into, const Terms& other) {
  merge(into.denials, other.denials);
  merge(into.holds, other.holds);
  merge(into.redactions, other.redactions);
  merge(into.needs, other.needs);
  merge(into.agreed, other.agreed);
  merge(into.grants, other.grants);
  merge(into.consents, other.consents);
}

}  // namespace sekisho::policy
