#include "policy/tlp_table.h"

#include <algorithm>
#include <vector>

#include "policy/text.h"

namespace sekisho::policy {
namespace {

using enum HopRule;

struct Row {
  std::string_view kind;
  std::array<HopRule, 5> rules;  ///< CLEAR, GREEN, AMBER, AMBER+STRICT, RED
};
// RED is for named persons, so no hop passes it on by itself.
constexpr std::array kLoosest{
    Row{"isac", {kPermit, kPermit, kPermit, kPermit, kNever}},
    Row{"member", {kPermit, kPermit, kPermit, kMembership, kNever}},
    Row{"peer-isac", {kPermit, kAgreement, kConsent, kNever, kNever}},
    Row{"vendor", {kPermit, kAgreement, kConsent, kNever, kNever}},
    Row{"supplier", {kPermit, kAgreement, kNeedToKnow, kNever, kNever}},
    Row{"government", {kPermit, kAgreement, kConsent, kNever, kNever}},
};

struct Name {
  HopRule rule;
  std::string_view text;
};
constexpr std::array kNames{Name{kPermit, "permit"},         Name{kAgreement, "agreement"},
                            Name{kNeedToKnow, "need-to-know"}, Name{kConsent, "consent"},
                            Name{kMembership, "membership"}, Name{kNever, "never"}};

}  // namespace

std::string_view hop_rule_name(HopRule rule) {
  for (const Name& name : kNames) {
    if (name.rule == rule) return name.text;
  }
  return "never";
}

std::optional<HopRule> hop_rule_from_name(std::string_view text) {
  for (const Name& name : kNames) {
    if (name.text == text) return name.rule;
  }
  return std::nullopt;
}

const std::vector<std::string>& resale_kinds() {
  static const std::vector<std::string> kinds{"peer-isac", "vendor", "government"};
  return kinds;
}

bool is_kind(std::string_view kind) {
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

HopRule loosest(std::string_view kind, stix::Tlp tlp) {
  for (const Row& row : kLoosest) {
    if (row.kind == kind) return row.rules[static_cast<std::size_t>(tlp)];
  }
  return kNever;
}

bool allowed_under(HopRule floor, HopRule rule) {
  if (rule == floor || rule == kNever || floor == kPermit) return true;
  return rule == kConsent && (floor == kAgreement || floor == kNeedToKnow);
}

std::string allowed_names(HopRule floor) {
  std::vector<std::string> names;
  for (const Name& name : kNames) {
    if (allowed_under(floor, name.rule)) names.push_back(quoted(name.text));
  }
  return either_of(names);
}

}  // namespace sekisho::policy
