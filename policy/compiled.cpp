#include "policy/compiled.h"

#include <algorithm>
#include <map>

#include "policy/conditions.h"
#include "policy/impl.h"
#include "policy/profiles.h"
#include "policy/text.h"
#include "policy/tlp_table.h"
#include "stix/folded.h"

namespace sekisho::policy {
namespace {

using Instants = std::vector<Timestamp>;

void add_validity(const Validity& validity, Instants& out) {
  if (validity.from) out.push_back(*validity.from);
  if (validity.until) out.push_back(*validity.until);
}

void tidy(Instants& instants) {
  std::sort(instants.begin(), instants.end());
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
}

Instants all_changes(const Policy& policy) {
  Instants out;
  for (const Party& party : policy.parties) {
    add_validity(party.validity, out);
    for (const Membership& member : party.groups) add_validity(member.validity, out);
    for (const Assessment& assessment : party.assessments) add_validity(assessment.validity, out);
    for (const Credential& credential : party.credentials) add_validity(credential.validity, out);
    for (const PartyKey& key : party.keys) {
      add_validity(key.validity, out);
      if (key.revoked) out.push_back(*key.revoked);
    }
  }
  for (const Group& group : policy.group_records) add_validity(group.validity, out);
  for (const Agreement& agreement : policy.agreements) add_validity(agreement.validity, out);
  for (const Consent& consent : policy.consents) add_validity(consent.validity, out);
  for (const Rule& rule : policy.rules) add_validity(rule.validity, out);
  for (const ImportRule& rule : policy.imports) add_validity(rule.validity, out);
  tidy(out);
  return out;
}

/// The instants at which the terms of this party may change.
Instants changes_of(const Policy& policy, const Party& party, const Instants& of_rules) {
  Instants out = of_rules;
  add_validity(party.validity, out);
  for (const Membership& member : party.groups) add_validity(member.validity, out);
  for (const Assessment& assessment : party.assessments) add_validity(assessment.validity, out);
  for (const Group& group : policy.group_records) add_validity(group.validity, out);
  for (const Agreement& agreement : policy.agreements) {
    if (agreement.party == party.id) add_validity(agreement.validity, out);
  }
  for (const Consent& consent : policy.consents) {
    if (consent.to == party.id) add_validity(consent.validity, out);
  }
  tidy(out);
  return out;
}

/// Joins overlapping and touching spans.
std::vector<Span> join(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.from < b.from; });
  std::vector<Span> out;
  for (const Span& span : spans) {
    if (!out.empty() && span.from <= out.back().until) {
      out.back().until = std::max(out.back().until, span.until);
    } else {
      out.push_back(span);
    }
  }
  return out;
}

template <typename Item>
const Item* item_at(const std::vector<Item>& items, Timestamp now, Span Item::*span) {
  auto after = std::upper_bound(items.begin(), items.end(), now, [span](Timestamp t, const Item& item) {
    return t < (item.*span).from;
  });
  if (after == items.begin()) return nullptr;
  --after;
  return ((*after).*span).holds(now) ? &*after : nullptr;
}

void fill_passes(CompiledAudience& audience) {
  for (const stix::Tlp tlp : kLabels) {
    const auto i = static_cast<std::size_t>(tlp);
    audience.passes[i] = {std::string(stix::tlp_label(tlp)) + " may go to " + audience.terms.kind + ".",
                          "tlp." + audience.terms.kind};
  }
}

/// What all of the parties share, in words.
std::string describe(const std::vector<const Party*>& parties, Timestamp now) {
  const Party& first = *parties.front();
  std::string out = first.kind;
  const auto all = [&parties](const auto& holds) { return std::all_of(parties.begin(), parties.end(), holds); };
  if (!first.member_class.empty() &&
      all([&](const Party* party) { return party->member_class == first.member_class; })) {
    out += ", " + first.member_class;
  }
  std::string groups;
  for (const Membership& member : first.groups) {
    const auto is_in = [&](const Party* party) {
      return std::any_of(party->groups.begin(), party->groups.end(), [&](const Membership& other) {
        return other.group == member.group && other.validity.holds(now);
      });
    };
    if (all(is_in)) groups += (groups.empty() ? ", groups " : " ") + member.group;
  }
  return out + groups;
}

}  // namespace

bool CompiledAudience::exists(Timestamp now) const {
  return std::any_of(spans.begin(), spans.end(), [now](const Span& span) { return span.holds(now); });
}

const CompiledAudience* Index::find(std::string_view key, Timestamp now) const {
  const auto found = audience_of_key.find(key);
  if (found == audience_of_key.end()) return nullptr;
  const CompiledAudience& audience = audiences[found->second];
  return audience.exists(now) ? &audience : nullptr;
}

const PartySpan* Index::find_span(std::string_view party, Timestamp now) const {
  const auto found = party_of_id.find(party);
  if (found == party_of_id.end()) return nullptr;
  return item_at(party_spans[found->second], now, &PartySpan::span);
}

std::shared_ptr<const Compiled> Compiled::compile(Policy policy) {
  auto impl = std::make_shared<Impl>();
  impl->policy = std::move(policy);
  add_built_in(impl->policy);
  impl->build();
  auto compiled = std::shared_ptr<Compiled>(new Compiled());
  compiled->impl_ = std::move(impl);
  return compiled;
}

const Policy& Compiled::policy() const { return impl_->policy; }

Result<std::string> Compiled::audience(std::string_view party, Timestamp now) const {
  const PartySpan* span = impl_->find_span(party, now);
  if (!span) return make_error(Code::kNotFound, "no party of that name is valid now", std::string(party));
  return impl_->audiences[span->audience].key;
}

std::vector<Compiled::Audience> Compiled::audiences(Timestamp now) const {
  std::map<std::size_t, std::vector<const Party*>> members;
  for (const Party& party : impl_->policy.parties) {
    if (const PartySpan* span = impl_->find_span(party.id, now)) members[span->audience].push_back(&party);
  }
  std::vector<Audience> out;
  for (const auto& [place, parties] : members) {
    Audience audience;
    audience.key = impl_->audiences[place].key;
    for (const Party* party : parties) audience.parties.push_back(party->id);
    std::sort(audience.parties.begin(), audience.parties.end());
    audience.description = describe(parties, now);
    audience.attestations = impl_->audiences[place].terms.attestations;
    out.push_back(std::move(audience));
  }
  std::sort(out.begin(), out.end(), [](const Audience& a, const Audience& b) { return a.key < b.key; });
  return out;
}

std::optional<Timestamp> Compiled::next_change(Timestamp now) const {
  const auto next = std::upper_bound(impl_->changes.begin(), impl_->changes.end(), now);
  if (next == impl_->changes.end()) return std::nullopt;
  return *next;
}

bool Compiled::reads(std::string_view audience_key, std::string_view collection, Timestamp now) const {
  const CompiledAudience* audience = impl_->find(audience_key, now);
  return audience && audience->terms.reads(collection);
}

unsigned approvals_needed(std::string_view kind, std::string_view level) {
  return kind == "peer-isac" || stix::folded_name(level) == "critical" ? 2 : 1;
}

unsigned Compiled::approvals_needed(std::string_view audience_key, std::string_view level, Timestamp now) const {
  const CompiledAudience* audience = impl_->find(audience_key, now);
  return policy::approvals_needed(audience != nullptr ? std::string_view(audience->terms.kind) : "peer-isac", level);
}

bool Compiled::writes(std::string_view party, std::string_view collection, Timestamp now) const {
  const auto found = impl_->party_of_id.find(party);
  if (found == impl_->party_of_id.end() || collection.empty()) return false;
  const Party& record = impl_->policy.parties[found->second];
  return record.validity.holds(now) && (lists(record.write, collection) || lists(record.write, "*"));
}

bool Compiled::withdraws(std::string_view party, std::string_view collection, Timestamp now) const {
  const auto found = impl_->party_of_id.find(party);
  if (found == impl_->party_of_id.end() || collection.empty()) return false;
  const Party& record = impl_->policy.parties[found->second];
  return record.validity.holds(now) && (lists(record.withdraw, collection) || lists(record.withdraw, "*"));
}

bool Compiled::is_public_id(std::string_view id) const {
  return stix::tlp_from_marking_id(id) || id == stix::kTlpExtensionId || impl_->public_ids.contains(id);
}

void Index::build() {
  changes = all_changes(policy);
  public_ids.insert(policy.public_ids.begin(), policy.public_ids.end());
  names_objects = std::any_of(policy.consents.begin(), policy.consents.end(), [](const Consent& one) { return !one.objects.empty(); });
  if (const auto object = stix::Object::parse(stix::tlp_extension_definition())) {
    tlp_extension_hash = object.value()->content_hash();
  }
  for (const stix::Tlp tlp : kLabels) {
    marked[static_cast<std::size_t>(tlp)] = {
        "Its tightest marking is " + std::string(stix::tlp_label(tlp)) + ".", "built-in"};
  }
  attribution = policy.find_profile(kAttributionProfile);
  auto rules = std::make_shared<RulePicker>();
  for (const Rule& rule : policy.rules) {
    rule_terms.push_back(term_of(policy, rule));
    fold_words(rule_terms.back());
    rules->add(rule_terms.back(), static_cast<std::uint32_t>(rule_terms.size() - 1));
  }
  picker = std::move(rules);
  Instants of_rules;
  for (const Rule& rule : policy.rules) add_validity(rule.validity, of_rules);
  tidy(of_rules);
  party_spans.resize(policy.parties.size());
  for (std::size_t i = 0; i < policy.parties.size(); ++i) {
    if (party_of_id.emplace(policy.parties[i].id, i).second) add_spans(i, of_rules);
  }
  for (CompiledAudience& audience : audiences) {
    audience.spans = join(std::move(audience.spans));
    fill_passes(audience);
    audience.denials = mask_of(audience.terms.denials);
    audience.holds = mask_of(audience.terms.holds);
    audience.redactions = mask_of(audience.terms.redactions);
    audience.needs = mask_of(audience.terms.needs);
  }
}

RuleMask Index::mask_of(const std::vector<RuleTerm>& terms) const {
  RuleMask mask((policy.rules.size() + 63) / 64);
  for (const RuleTerm& term : terms) {
    const std::size_t place = place_of(*term.records.front());
    mask[place / 64] |= std::uint64_t{1} << (place % 64);
  }
  return mask;
}

void Index::add_spans(std::size_t party, const std::vector<Timestamp>& of_rules) {
  const Party& record = policy.parties[party];
  Instants instants = changes_of(policy, record, of_rules);
  instants.push_back(kForever);
  Timestamp from = kBeginning;
  for (const Timestamp until : instants) {
    if (record.validity.holds(from)) {
      Terms terms = terms_of(policy, record, from);
      const std::string key = terms.audience_key();
      const auto [place, fresh] = audience_of_key.emplace(key, audiences.size());
      if (fresh) {
        audiences.push_back({key, std::move(terms), {}});
      } else {
        merge_records(audiences[place->second].terms, terms);
      }
      audiences[place->second].spans.push_back({from, until});
      party_spans[party].push_back({{from, until}, place->second});
    }
    from = until;
  }
}

}  // namespace sekisho::policy
