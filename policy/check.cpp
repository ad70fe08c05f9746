#include <algorithm>

#include "policy/groups.h"
#include "policy/loader.h"
#include "policy/text.h"
#include "policy/tlp_table.h"

namespace sekisho::policy {
namespace {

bool row_has(const Policy& policy, std::string_view kind, std::initializer_list<HopRule> wanted) {
  const auto row = policy.hops.find(kind);
  if (row == policy.hops.end()) return false;
  return std::any_of(row->second.begin(), row->second.end(), [wanted](const auto& cell) {
    return std::find(wanted.begin(), wanted.end(), cell.second) != wanted.end();
  });
}

/// Whether the rule names the party as recipient at any time.
bool may_concern(const Policy& policy, const Rule& rule, const Party& party) {
  const auto groups = rule.groups.empty() ? std::vector<std::string>{} : groups_of(policy, party, std::nullopt);
  const auto in_group = [&rule](const std::string& group) { return lists(rule.groups, group); };
  return (rule.kinds.empty() || lists(rule.kinds, party.kind)) &&
         (rule.classes.empty() || lists(rule.classes, party.member_class)) &&
         (rule.parties.empty() || lists(rule.parties, party.id)) &&
         (rule.groups.empty() || std::any_of(groups.begin(), groups.end(), in_group)) &&
         (rule.roles.empty() || std::any_of(party.roles.begin(), party.roles.end(),
                                            [&rule](const std::string& role) { return lists(rule.roles, role); }));
}

void warn_party(const Policy& policy, const Party& party, ReadContext& context) {
  if (!party.kind.empty() && policy.hops.find(party.kind) == policy.hops.end()) {
    context.warning(party.line, "party " + shown(party.id) + " gets nothing: there is no [tlp." +
                                    party.kind + "] table; write one");
  }
  if (party.signs && !party.write.empty() && party.keys.empty()) {
    context.warning(party.line, "party " + shown(party.id) +
                                    " must sign but has no key, so nothing from it is accepted; add "
                                    "[[party.keys]] or write signs = false");
  }
}

/// Whether the table lets any label pass that a restriction reaches: its loosest and tighter.
bool passes_any(const Policy& policy, const Rule& rule, const Party& party) {
  stix::Tlp from = rule.tlp.empty() ? stix::Tlp::kClear : stix::Tlp::kRed;
  for (const std::string& label : rule.tlp) from = std::min(from, stix::tlp_from_label(label).value_or(stix::Tlp::kRed));
  const auto row = policy.hops.find(party.kind);
  if (row == policy.hops.end()) return false;
  for (const stix::Tlp tlp : kLabels) {
    const auto cell = row->second.find(tlp);
    if (cell == row->second.end() || cell->second == HopRule::kNever) return false;
    if (tlp >= from) return true;
  }
  return false;
}

void warn_rule(const Policy& policy, const Rule& rule, ReadContext& context) {
  bool concerns = false, asked = false, narrows = false;
  for (const Party& party : policy.parties) {
    if (!may_concern(policy, rule, party)) continue;
    concerns = true;
    asked = asked || row_has(policy, party.kind, {HopRule::kNeedToKnow});
    narrows = narrows || passes_any(policy, rule, party);
  }
  if (!policy.parties.empty() && !concerns) {
    context.warning(rule.line, "rule " + shown(rule.id) + " can never apply: no party meets its kinds, "
                                                          "classes, groups, roles and parties together");
  } else if (concerns && rule.effect == "need-to-know" && !asked) {
    context.warning(rule.line, "rule " + shown(rule.id) + " can never apply: no [tlp.…] table of its "
                                                          "parties asks for \"need-to-know\"");
  } else if (concerns && rule.effect != "need-to-know" && rule.effect != "redact" && !narrows) {
    context.warning(rule.line, "rule " + shown(rule.id) + " narrows nothing: the [tlp.…] tables let none of its labels pass to its parties anyway");
  }
}

void warn_agreement(const Policy& policy, const Agreement& agreement, ReadContext& context) {
  const Party* party = policy.find_party(agreement.party);
  if (!party) return;
  if (!row_has(policy, party->kind, {HopRule::kAgreement, HopRule::kConsent})) {
    context.warning(agreement.line, "agreement " + shown(agreement.id) + " changes nothing: [tlp." +
                                        party->kind + "] asks for no \"agreement\" or \"consent\"");
  }
  for (const std::string& alias : agreement.collections) {
    if (lists(party->collections, alias) || lists(party->collections, "*")) continue;
    context.warning(agreement.line, "agreement " + shown(agreement.id) + " names collection " +
                                        shown(alias) + ", which party " + shown(party->id) +
                                        " may not read; add it to the party's \"collections\"");
  }
}

void warn_over(const Validity& validity, Timestamp now, std::size_t line, const std::string& what,
               std::vector<Problem>& out) {
  if (!validity.until || now < *validity.until) return;
  out.push_back({false, line, what + " ended at " + format_stix_time(*validity.until) +
                                  "; renew \"until\", or remove it"});
}

}  // namespace

void warn_useless(const Policy& policy, ReadContext& context) {
  for (const Party& party : policy.parties) warn_party(policy, party, context);
  for (const Agreement& agreement : policy.agreements) warn_agreement(policy, agreement, context);
  for (const Consent& consent : policy.consents) {
    const Party* party = policy.find_party(consent.to);
    const auto row = party ? policy.hops.find(party->kind) : policy.hops.end();
    if (!party || row == policy.hops.end()) continue;
    const auto amber = row->second.find(stix::Tlp::kAmber);
    if (amber != row->second.end() && amber->second != HopRule::kNever) continue;
    context.warning(consent.line, "consent " + shown(consent.id) + " changes nothing: [tlp." +
                                      party->kind + "] lets no TLP:AMBER pass");
  }
  for (const Rule& rule : policy.rules) warn_rule(policy, rule, context);
}

std::vector<Problem> expired(const Policy& policy, Timestamp now) {
  std::vector<Problem> out;
  for (const Party& party : policy.parties) {
    const std::string of = " of party " + shown(party.id);
    warn_over(party.validity, now, party.line, "party " + shown(party.id), out);
    for (const Membership& member : party.groups) {
      warn_over(member.validity, now, party.line, "membership in " + shown(member.group) + of, out);
    }
    for (const Assessment& assessment : party.assessments) {
      warn_over(assessment.validity, now, party.line, "assessment " + shown(assessment.name) + of, out);
    }
    for (const PartyKey& key : party.keys) {
      warn_over(key.validity, now, party.line, "key " + shown(key.kid) + of, out);
    }
    for (const Credential& credential : party.credentials) {
      warn_over(credential.validity, now, party.line, "credential " + shown(credential.id) + of, out);
    }
  }
  for (const Group& group : policy.group_records) {
    warn_over(group.validity, now, group.line, "group " + shown(group.id), out);
  }
  for (const Agreement& agreement : policy.agreements) {
    warn_over(agreement.validity, now, agreement.line, "agreement " + shown(agreement.id), out);
  }
  for (const Consent& consent : policy.consents) {
    warn_over(consent.validity, now, consent.line, "consent " + shown(consent.id), out);
  }
  for (const Rule& rule : policy.rules) {
    warn_over(rule.validity, now, rule.line, "rule " + shown(rule.id), out);
  }
  for (const ImportRule& rule : policy.imports) {
    warn_over(rule.validity, now, rule.line, "import rule " + shown(rule.id), out);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  return out;
}

}  // namespace sekisho::policy
