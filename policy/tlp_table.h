// What TLP 2.0 lets an automatic gateway do per hop: the loosest rule that policy.toml may name.
// Sources: FIRST TLP 2.0; docs/specs/policy.md "The TLP table". Any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "policy/model.h"
#include "stix/markings.h"

namespace sekisho::policy {

inline constexpr std::array<std::string_view, 6> kKinds{"isac",   "member",   "peer-isac",
                                                        "vendor", "supplier", "government"};
inline constexpr std::array<stix::Tlp, 5> kLabels{stix::Tlp::kClear, stix::Tlp::kGreen, stix::Tlp::kAmber,
                                                  stix::Tlp::kAmberStrict, stix::Tlp::kRed};

std::string_view hop_rule_name(HopRule rule);
std::optional<HopRule> hop_rule_from_name(std::string_view name);
bool is_kind(std::string_view kind);
/// Kinds that are not of the house: passing licensed content to them is resale.
const std::vector<std::string>& resale_kinds();

/// The loosest rule for a label towards a kind; kNever for a kind that does not exist.
HopRule loosest(std::string_view kind, stix::Tlp tlp);
/// Whether `rule` is `floor` or asks for more.
bool allowed_under(HopRule floor, HopRule rule);
/// The rules that pass allowed_under, as `"a", "b" or "c"`.
std::string allowed_names(HopRule floor);

}  // namespace sekisho::policy
