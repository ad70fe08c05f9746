#include "policy/model.h"
#include "core/toml.h"

namespace sekisho::policy {
namespace {

constexpr std::string_view kHead = R"(# The sharing policy of this node: who may see what, and why.
# Whatever is not allowed here is denied. After an edit: `sekisho policy check`, then
# `sekisho policy diff` (who gains, who loses), then `sekisho policy apply`.

[policy]
)";

constexpr std::string_view kDefaults = R"(
# What an object without TLP marking counts as: "TLP:AMBER" or tighter, never looser.
unmarked = "TLP:AMBER"

# Dates below are days in this zone: "Asia/Tokyo", "UTC" or an offset such as "+09:00".
# `from` starts with the day named, `until` includes the whole day named.
zone = "Asia/Tokyo"

# Ids that anyone may be pointed at, although this node may not hold them (say ATT&CK objects).
public_ids = []
)";

constexpr std::string_view kIsacWords = R"(
# Membership classes, and the groups that a party can be in. Rules may refer to both.
classes = ["platinum", "silver", "bronze", "academic", "partner", "supporting"]
groups = []
)";

constexpr std::string_view kPlainWords = R"(
# Classes and groups that parties may have here. Rules may refer to both.
classes = []
groups = []
)";

constexpr std::string_view kTableHead = R"(
# One table per kind of party: what each TLP label needs before it goes there.
#   "permit"        goes
#   "agreement"     under an [[agreement]] in force that covers it
#   "need-to-know"  where a [[rule]] with effect = "need-to-know" covers it
#   "consent"       under an agreement, and the source agreed to it ([[consent]], or in its attestation)
#   "membership"    if the source opened it to the whole membership (org_scope = isac-membership)
#   "never"         not without a person
# A label needs all that the looser labels of its table need, and its own. A table may be made
# stricter; what is looser than TLP 2.0 is refused.
)";

constexpr std::string_view kToMember = R"(
[tlp.member]          # ISAC to its members
CLEAR = "permit"
GREEN = "permit"
AMBER = "permit"      # "need-to-know" to name who needs it, rule by rule
"AMBER+STRICT" = "membership"
RED = "never"
)";

constexpr std::string_view kToPeer = R"(
[tlp.peer-isac]       # ISAC to another ISAC
CLEAR = "permit"
GREEN = "agreement"
AMBER = "consent"
"AMBER+STRICT" = "never"
RED = "never"
)";

constexpr std::string_view kToIsac = R"(
[tlp.isac]            # a submitter to its ISAC
CLEAR = "permit"
GREEN = "permit"
AMBER = "permit"
"AMBER+STRICT" = "permit"
RED = "never"         # for named persons only
)";

constexpr std::string_view kToSupplier = R"(
[tlp.supplier]        # to a supplier that is a client, or in the same community
CLEAR = "permit"
GREEN = "agreement"
AMBER = "need-to-know"
"AMBER+STRICT" = "never"
RED = "never"
)";

constexpr std::string_view kToVendor = R"(
[tlp.vendor]          # to a vendor of information or services
CLEAR = "permit"
GREEN = "agreement"
AMBER = "never"
"AMBER+STRICT" = "never"
RED = "never"
)";

constexpr std::string_view kToGovernment = R"(
[tlp.government]
CLEAR = "permit"
GREEN = "agreement"
AMBER = "consent"
"AMBER+STRICT" = "never"
RED = "never"
)";

constexpr std::string_view kTail = R"(
# Parties are added by `sekisho party add` or by hand:
#
# [[party]]
# id = "acme"                          # short name for the command line
# name = "Acme Motors KK"
# kind = "KIND"                        # one of the tables above
# identities = ["identity--…"]         # the STIX identities it speaks for
# collections = ["weekly"]             # what it may read; "*" = all
# write = ["submissions"]              # what it may send to
# from = 2026-04-01
# until = 2027-03-31
#
# [[party.keys]]                       # its signing key; compare the fingerprint by telephone
# x = "…"
#
# The written record under which a party receives:
#
# [[agreement]]
# id = "mou-2026"
# party = "acme"
# from = 2026-04-01
# until = 2027-03-31
# tlp_ceiling = "TLP:AMBER"
# types = ["indicator", "vulnerability", "report"]   # take out for all
# collections = ["weekly"]                           # take out for all that it reads
#
# A source's recorded consent to pass AMBER on:
#
# [[consent]]
# id = "consent-2026-07"
# source = "acme"                      # a party, or "self"
# to = "other-isac"
# objects = ["indicator--…"]           # take out for all
#
# Further restrictions, and the need to know:
#
# [[rule]]
# id = "no-vendor-items-for-academics"
# effect = "deny"                      # "deny", "hold" (operators approve), "redact" or "need-to-know"
# classes = ["academic"]
# sources = ["acme"]
# reason = "The licence covers companies only."
#
# What may leave only in part goes redacted, as an object of this organisation:
#
# [[profile]]
# id = "peer"
# from = 2026-04-01                    # a later one with every change of the profile
# attribution = "strip"                # without the names of its source
# granular = "TLP:GREEN"               # without the parts marked above it
# blur = "day"
#
# [[rule]]
# id = "reports-to-peers"
# effect = "redact"
# profile = "peer"
# kinds = ["peer-isac"]
# types = ["report", "incident", "note"]
)";

std::string tail_for(std::string_view kind) {
  std::string tail(kTail);
  tail.replace(tail.find("KIND\""), 4, kind);
  return tail;
}

}  // namespace

std::string initial_policy(std::string_view organisation, std::string_view identity_id,
                           std::string_view profile) {
  std::string out(kHead);
  out += "organisation = " + toml_quoted(organisation) + "\n";
  out += "identities = [" + toml_quoted(identity_id) + "]   # the STIX identities of this organisation\n";
  out += kDefaults;
  out += profile == "isac" ? kIsacWords : kPlainWords;
  out += kTableHead;
  if (profile == "isac") {
    for (const auto table : {kToMember, kToPeer, kToIsac, kToSupplier, kToVendor, kToGovernment}) out += table;
    return out + tail_for("member");
  }
  out += kToIsac;
  out += profile == "vendor" ? kToMember : kToSupplier;
  return out + tail_for("isac");
}

}  // namespace sekisho::policy
