// What policy.toml may say, and the line and words of every complaint.
#include "fixture.h"

namespace sekisho::policy {
namespace {

const std::string kX = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";  // RFC 8037 A.2
const std::string kKid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
const std::string kSelf = "identity--01234567-89ab-4def-8123-456789abcdef";

std::vector<Problem> problems_of(const std::string& text) {
  std::vector<Problem> problems;
  (void)load_policy(text, "policy.toml", &problems);
  return problems;
}
std::string shown_problems(const std::string& text) {
  std::string out;
  for (const Problem& problem : problems_of(text)) {
    out += std::to_string(problem.line) + (problem.error ? ": " : ": warning: ") + problem.message + "\n";
  }
  return out;
}

/// Four lines ahead of what a case adds: its first line is line 5.
const std::string kFour = "[policy]\norganisation = \"X\"\nclasses = [\"silver\"]\ngroups = [\"swg\"]\n";
/// The same, a [tlp.member] table and one party "acme": the next line is 15.
const std::string kFourteen = kFour +
                              "[tlp.member]\nCLEAR = \"permit\"\nGREEN = \"permit\"\nAMBER = \"permit\"\n"
                              "\"AMBER+STRICT\" = \"membership\"\nRED = \"never\"\n"
                              "[[party]]\nid = \"acme\"\nkind = \"member\"\ncollections = [\"weekly\"]\n";

struct Golden {
  std::string text, problems;
};

void check_all(const std::string& head, const std::vector<Golden>& cases) {
  for (const Golden& golden : cases) {
    CAPTURE(golden.text);
    CHECK(shown_problems(head + golden.text) == golden.problems);
    const bool error = golden.problems.find(": warning: ") == std::string::npos && !golden.problems.empty();
    const auto loaded = load_policy(head + golden.text, "p/policy.toml", nullptr);
    CHECK(loaded.ok() == !error);
    if (loaded.ok() || !error) continue;
    CHECK(loaded.error().code == Code::kPolicyInvalid);
    CHECK(loaded.error().where == "p/policy.toml:" + golden.problems.substr(0, golden.problems.find(':')));
  }
}

TEST_SUITE("unit") {
  TEST_CASE("policy/load: standing, definers and opaque property names") {
    const std::string policy = "[policy]\norganisation = \"X\"\n";
    const std::string party = "[[party]]\nid = \"acme\"\nkind = \"member\"\n";
    const Policy plain = load(policy + party);
    CHECK(plain.parties.at(0).standing == 0);
    CHECK(plain.definers.empty());
    CHECK(plain.opaque.empty());
    const Policy told = load(policy + "definers = [\"acme\"]\nopaque = [\"x_opencti_stix_ids\"]\n" + party + "standing = 7\n");
    CHECK(told.parties.at(0).standing == 7);
    CHECK(told.definers == std::vector<std::string>{"acme"});
    CHECK(told.opaque == std::vector<std::string>{"x_opencti_stix_ids"});
    check_all(policy, {
        {"definers = [\"acm\"]\n" + party, "3: no party \"acm\" for \"definers\"; did you mean \"acme\"?\n"},
        {"opaque = [\"object_refs\"]\n",
         "3: \"object_refs\" in \"opaque\" ends in _ref or _refs, so by STIX it always names objects; remove it, or take the property "
         "away by a profile\n"},
        {"opaque = [\"\"]\n", "3: \"opaque\" holds an empty string\n"},
    });
    for (const std::string value : {"-1", "1.5", "\"high\""}) {
      CAPTURE(value);
      CHECK(!load_policy(policy + party + "standing = " + value + "\n", "policy.toml", nullptr).ok());
    }
  }

  TEST_CASE("policy/load: everything") {
    const Policy policy = load(R"(
[policy]
organisation = "Example ISAC"
identities = ["identity--01234567-89ab-4def-8123-456789abcdef"]
unmarked = "TLP:AMBER+STRICT"
public_ids = ["attack-pattern--01234567-89ab-4def-8123-456789abcdef"]
zone = "Asia/Tokyo"
classes = ["silver"]
groups = ["swg", "tf"]
[tlp.peer-isac]
CLEAR = "permit"
GREEN = "agreement"
AMBER = "consent"
[[party]]
id = "us"
name = "US"
kind = "peer-isac"
class = "silver"
identities = ["identity--11234567-89ab-4def-8123-456789abcdef"]
collections = ["*"]
write = ["exchange"]
signs = true
relay = true
attestations = "inline"
from = 2026-04-01
until = 2027-03-31
groups = ["swg", { group = "tf", from = 2026-05-01, until = 2026-05-31 }]
[[party.keys]]
x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
kid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
revoked = 2026-06-01T00:00:00Z
[[party.credentials]]
id = "us-user"
kind = "basic"
hash = "$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA"
until = "2026-12-31"
[[agreement]]
id = "mou"
party = "us"
purposes = ["defence"]
types = ["report"]
collections = ["weekly"]
tlp_ceiling = "TLP:AMBER"
amber_scope = "isac-membership"
max_hops = 2
[[consent]]
id = "ok"
source = "self"
to = "us"
collections = ["weekly"]
objects = ["report--01234567-89ab-4def-8123-456789abcdef"]
[[rule]]
id = "r"
effect = "hold"
kinds = ["peer-isac"]
classes = ["silver"]
groups = ["swg"]
parties = ["us"]
collections = ["weekly"]
types = ["report"]
sources = ["self", "us"]
tlp = ["AMBER"]
labels = ["x"]
reason = "Because."
)");
    CHECK(policy.organisation == "Example ISAC");
    CHECK(policy.identities == std::vector<std::string>{kSelf});
    CHECK(policy.unmarked == stix::Tlp::kAmberStrict);
    CHECK(policy.hops.at("peer-isac").at(stix::Tlp::kAmber) == HopRule::kConsent);
    REQUIRE(policy.parties.size() == 1);
    const Party& us = policy.parties[0];
    CHECK(us.line == 14);
    CHECK(us.relay.everybody);
    CHECK(us.attestations == "inline");
    CHECK(us.validity.from == at("2026-03-31T15:00:00Z"));
    CHECK(us.validity.until == at("2027-03-31T15:00:00Z"));
    REQUIRE(us.groups.size() == 2);
    CHECK(us.groups[1].validity.until == at("2026-05-31T15:00:00Z"));
    REQUIRE(us.keys.size() == 1);
    CHECK(us.keys[0].revoked == at("2026-06-01T00:00:00Z"));
    REQUIRE(us.credentials.size() == 1);
    CHECK(us.credentials[0].validity.until == at("2026-12-31T15:00:00Z"));
    CHECK(policy.agreements.at(0).tlp_ceiling == stix::Tlp::kAmber);
    CHECK(policy.agreements.at(0).max_hops == 2u);
    CHECK(policy.consents.at(0).source == "self");
    CHECK(policy.rules.at(0).tlp == std::vector<std::string>{"TLP:AMBER"});
    CHECK(policy.digest.size() == 64);
  }

  TEST_CASE("policy/load: dates") {
    const auto validity = [](const std::string& zone, const std::string& lines) {
      return load("[policy]\norganisation = \"X\"\nzone = \"" + zone +
                  "\"\n[tlp.member]\nCLEAR = \"permit\"\n[[party]]\nid = \"a\"\nkind = \"member\"\n" + lines)
          .parties[0]
          .validity;
    };
    const auto tokyo = validity("Asia/Tokyo", "from = 2026-04-01\nuntil = 2026-04-01\n");
    CHECK(tokyo.from == at("2026-03-31T15:00:00Z"));
    CHECK(tokyo.until == at("2026-04-01T15:00:00Z"));
    const auto text = validity("+09:00", "from = \"2026-04-01\"\nuntil = \"2026-04-01T00:00:00.000001Z\"\n");
    CHECK(text.from == at("2026-03-31T15:00:00Z"));
    CHECK(text.until == at("2026-04-01T00:00:00.000001Z"));
    const auto utc = validity("UTC", "from = 2026-04-01T01:02:03.000004\nuntil = 2026-04-01T09:00:00-05:30\n");
    CHECK(utc.from == at("2026-04-01T01:02:03.000004Z"));
    CHECK(utc.until == at("2026-04-01T14:30:00Z"));
    CHECK(validity("-05:30", "from = 2026-04-01T00:00:00\n").from == at("2026-04-01T05:30:00Z"));
  }

  TEST_CASE("policy/load: [policy] and the file") {
    check_all("", {
      {"", "1: [policy] is missing; write [policy] and organisation = \"…\"\n"},
      {"[policy]\n", "1: [policy] lacks \"organisation\"; write organisation = \"…\"\n"},
      {"[policy]\norganisation = 1\n", "2: \"organisation\" in [policy] is a whole number; write a string in quotes\n"},
      {"[policy]\norganisation = \"\"\n", "2: \"organisation\" in [policy] is empty\n"},
    });
    check_all(kFour, {
      {"organization = \"X\"\n", "5: unknown key \"organization\" in [policy]; did you mean \"organisation\"?\n"},
      {"unmarked = \"TLP:GREEN\"\n",
       "5: \"unmarked\" is \"TLP:GREEN\"; an object without marking counts as TLP:AMBER or tighter: write "
       "\"TLP:AMBER\", \"TLP:AMBER+STRICT\" or \"TLP:RED\"\n"},
      {"unmarked = \"pink\"\n",
       "5: \"unmarked\" is \"pink\"; an object without marking counts as TLP:AMBER or tighter: write "
       "\"TLP:AMBER\", \"TLP:AMBER+STRICT\" or \"TLP:RED\"\n"},
      {"zone = \"Europe/Paris\"\n",
       "5: zone \"Europe/Paris\" is not known; write \"Asia/Tokyo\", \"UTC\" or an offset such as \"+09:00\"\n"},
      {"identities = [\"x\"]\n", "5: \"x\" in \"identities\" is no STIX id; write identity--UUID\n"},
      {"public_ids = [\"report--1\"]\n", "5: \"report--1\" in \"public_ids\" is no STIX id; write type--UUID\n"},
      {"identities = \"x\"\n",
       "5: \"identities\" in [policy] is a string; write a list of strings: [\"…\", \"…\"]\n"},
      {"identities = [1]\n", "5: \"identities\" in [policy] holds a whole number; write only strings in quotes\n"},
      {"[[partys]]\n", "5: unknown key \"partys\" in the file; did you mean \"party\"?\n"},
      {"[party]\n", "5: \"party\" in the file is a table; write [[party]] with two brackets on each side\n"},
      {"x = 1\nx = 2\n", "6: not TOML: Error while parsing key-value pair: cannot redefine existing integer 'x'\n"},
    });
    CHECK(shown_problems("[policy]\norganisation = \"X\"\ngroups = [\"a\", \"b\", \"a\"]\n") ==
          "3: \"a\" is twice in \"groups\"; remove one\n");
  }

  TEST_CASE("policy/load: the TLP table") {
    check_all(kFour, {
      {"[tlp.members]\nCLEAR = \"permit\"\n", "5: unknown kind \"members\"; did you mean \"member\"?\n"},
      {"[tlp.member]\nAMBR = \"permit\"\n", "6: unknown label \"AMBR\" in [tlp.member]; did you mean \"AMBER\"?\n"},
      {"[tlp.member]\nCLEAR = \"allow\"\n",
       "6: CLEAR in [tlp.member] is not a rule; write \"permit\", \"agreement\", \"need-to-know\", \"consent\", "
       "\"membership\" or \"never\"\n"},
      {"[tlp.member]\nCLEAR = true\n",
       "6: CLEAR in [tlp.member] is not a rule; write \"permit\", \"agreement\", \"need-to-know\", \"consent\", "
       "\"membership\" or \"never\"\n"},
      {"[tlp.member]\nCLEAR = \"permit\"\nGREEN = \"permit\"\nAMBER = \"permit\"\n\"AMBER+STRICT\" = \"permit\"\n",
       "9: AMBER+STRICT = \"permit\" in [tlp.member] is looser than the label allows; write \"membership\" or "
       "\"never\"\n"},
      {"[tlp.peer-isac]\nCLEAR = \"permit\"\nGREEN = \"permit\"\n",
       "7: GREEN = \"permit\" in [tlp.peer-isac] is looser than the label allows; write \"agreement\", \"consent\" "
       "or \"never\"\n"},
      {"[tlp.peer-isac]\nCLEAR = \"permit\"\nGREEN = \"agreement\"\nAMBER = \"agreement\"\n",
       "8: AMBER = \"agreement\" in [tlp.peer-isac] is looser than the label allows; write \"consent\" or "
       "\"never\"\n"},
      {"[tlp]\nmember = \"permit\"\n",
       "6: [tlp.member] is a string; write a table with one line per label\n"},
      {"[tlp.member]\nCLEAR = \"permit\"\nAMBER = \"permit\"\n",
       "7: warning: AMBER in [tlp.member] can never apply: a looser label is absent or \"never\"\n"},
    });
    for (const char* kind : {"isac", "member", "peer-isac", "vendor", "supplier", "government"}) {
      CAPTURE(kind);
      CHECK_FALSE(load_policy(kFour + "[tlp." + kind + "]\nRED = \"permit\"\n", "p", nullptr).ok());
      CHECK_FALSE(load_policy(kFour + "[tlp." + kind + "]\nRED = \"consent\"\n", "p", nullptr).ok());
    }
  }

  TEST_CASE("policy/load: parties") {
    check_all(kFourteen, {
      {"", ""},
      {"colections = []\n", "15: unknown key \"colections\" in [[party]]; did you mean \"collections\"?\n"},
      {"frm = 2026-01-01\n", "15: unknown key \"frm\" in [[party]]; did you mean \"from\"?\n"},
      {"class = \"sliver\"\n", "15: class \"sliver\" is not in \"classes\" of [policy]; did you mean \"silver\"?\n"},
      {"groups = [\"swgg\"]\n", "15: group \"swgg\" is neither in \"groups\" of [policy] nor a [[group]]; did you mean \"swg\"?\n"},
      {"groups = [1]\n",
       "15: \"groups\" holds a whole number; write \"name\" or { group = \"name\", until = 2027-03-31 }\n"},
      {"groups = \"swg\"\n", "15: \"groups\" in [[party]] is a string; write a list: [\"…\"]\n"},
      {"write = [\"a b\"]\n",
       "15: \"a b\" in \"write\" is no collection alias; write letters, digits, '-', '_' and '.', at most 64\n"},
      {"signs = \"yes\"\n", "15: \"signs\" in [[party]] is a string; write true or false without quotes\n"},
      {"attestations = \"both\"\n",
       "15: \"attestations\" in [[party]] is \"both\"; write \"companion\", \"inline\" or \"none\"\n"},
      {"from = \"soon\"\n",
       "15: \"from\" in [[party]] is not a date; write 2026-04-01 or 2026-04-01T09:00:00+09:00\n"},
      {"from = 10:00:00\n",
       "15: \"from\" in [[party]] is not a date; write 2026-04-01 or 2026-04-01T09:00:00+09:00\n"},
      {"from = 2026-02-30\n", "15: not TOML: Error while parsing date: expected day between 1 and 28 (inclusive), saw 30\n"},
      {"from = 2026-04-02\nuntil = 2026-04-01\n",
       "16: \"until\" in [[party]] is not after \"from\"; write a later \"until\"\n"},
      {"from = 2026-04-01T00:00:00Z\nuntil = 2026-04-01T00:00:00Z\n",
       "16: \"until\" in [[party]] is not after \"from\"; write a later \"until\"\n"},
      {"[[party]]\nid = \"acme\"\nkind = \"member\"\n",
       "16: party id \"acme\" is already used in line 12; write another, or remove one of the two\n"},
      {"[[party]]\nkind = \"member\"\n", "15: [[party]] lacks \"id\"; write id = \"…\"\n"},
      {"[[party]]\nid = \"b c\"\nkind = \"member\"\n",
       "16: \"id\" in [[party]] is \"b c\"; write letters, digits, '-', '_' and '.', at most 64\n"},
      {"[[party]]\nid = \"self\"\nkind = \"member\"\n", "16: \"self\" stands for this node; write another id\n"},
      {"[[party]]\nid = \"b\"\n", "15: [[party]] lacks \"kind\"; write kind = \"…\"\n"},
      {"[[party]]\nid = \"b\"\nkind = \"membre\"\n",
       "17: \"kind\" in [[party]] is \"membre\"; write \"isac\", \"member\", \"peer-isac\", \"vendor\", \"supplier\" or "
       "\"government\"\n"},
      {"[[party]]\nid = \"b\"\nkind = \"vendor\"\n",
       "15: warning: party \"b\" gets nothing: there is no [tlp.vendor] table; write one\n"},
      {"write = [\"in\"]\n",
       "11: warning: party \"acme\" must sign but has no key, so nothing from it is accepted; add [[party.keys]] or "
       "write signs = false\n"},
      {"identities = [\"" + kSelf + "\"]\n[[party]]\nid = \"b\"\nkind = \"member\"\nidentities = [\"" + kSelf + "\"]\n",
       "19: identity \"" + kSelf + "\" is already used in line 15; write another, or remove one of the two\n"},
    });
  }

  TEST_CASE("policy/load: keys and credentials") {
    const std::string key = "[[party.keys]]\nx = \"" + kX + "\"\n";
    const std::string digits(64, 'a');
    check_all(kFourteen, {
      {key, ""},
      {key + "kid = \"" + kKid + "\"\n", ""},
      {key + "kid = \"abc\"\n",
       "17: \"kid\" is not the thumbprint of \"x\"; compare with the sender, then write \"" + kKid + "\"\n"},
      {"[[party.keys]]\nx = \"AAAA\"\n",
       "16: \"x\" is no Ed25519 public key; write its 32 bytes in base64url (43 characters)\n"},
      {key + "[[party]]\nid = \"b\"\nkind = \"member\"\n" + key,
       "21: key \"" + kX + "\" is already used in line 16; write another, or remove one of the two\n"},
      {"[[party.credentials]]\nid = \"u\"\nkind = \"bearer\"\nhash = \"" + digits + "\"\n", ""},
      {"[[party.credentials]]\nid = \"u:v\"\nkind = \"bearer\"\nhash = \"" + digits + "\"\n",
       "16: credential id \"u:v\"; write visible ASCII characters without ':' and spaces\n"},
      {"[[party.credentials]]\nid = \"u\"\nkind = \"token\"\nhash = \"" + digits + "\"\n",
       "17: \"kind\" in [[party.credentials]] is \"token\"; write \"basic\", \"bearer\" or \"certificate\"\n"},
      {"[[party.credentials]]\nid = \"u\"\nkind = \"basic\"\nhash = \"secret\"\n",
       "18: \"hash\" in [[party.credentials]] is not an Argon2id string ($argon2id$…); let `sekisho token add` write "
       "it\n"},
      {"[[party.credentials]]\nid = \"u\"\nkind = \"certificate\"\nhash = \"secret\"\n",
       "18: \"hash\" in [[party.credentials]] is not a SHA-256 in 64 lower case hex digits; let `sekisho token add` "
       "write it\n"},
      {"[[party.credentials]]\nid = \"u\"\nkind = \"bearer\"\nhash = \"" + digits +
           "\"\n[[party]]\nid = \"b\"\nkind = \"member\"\n[[party.credentials]]\nid = \"u\"\nkind = \"basic\"\nhash = "
           "\"$argon2id$\"\n",
       "23: credential id \"u\" is already used in line 16; write another, or remove one of the two\n"},
      {"[[party.credentials]]\nid = \"u\"\nkind = \"bearer\"\nhash = \"" + digits +
           "\"\n[[party.credentials]]\nid = \"v\"\nkind = \"bearer\"\nhash = \"" + digits + "\"\n",
       "22: hash \"" + digits + "\" is already used in line 18; write another, or remove one of the two\n"},
    });
  }

  TEST_CASE("policy/load: agreements, consents and rules") {
    const std::string agreement = "[[agreement]]\nid = \"m\"\nparty = \"acme\"\n";
    const std::string useless =
        "15: warning: agreement \"m\" changes nothing: [tlp.member] asks for no \"agreement\" or \"consent\"\n";
    const std::string rule = "[[rule]]\nid = \"r\"\neffect = \"deny\"\n";
    check_all(kFourteen, {
      {agreement, useless},
      {"[[agreement]]\nid = \"m\"\nparty = \"acne\"\n", "17: no party \"acne\" for \"party\"; did you mean \"acme\"?\n"},
      {agreement + "tlp_ceiling = \"TLP:RED\"\n",
       useless + "18: warning: no agreement lets anything above TLP:AMBER pass; write \"TLP:AMBER\"\n"},
      {agreement + "collections = [\"other\"]\n",
       useless + "15: warning: agreement \"m\" names collection \"other\", which party \"acme\" may not read; add it to "
                 "the party's \"collections\"\n"},
      {agreement + "types = [\"indicators\"]\n",
       useless + "18: warning: \"indicators\" is not a type of STIX 2.1, so only custom objects of that type match\n"},
      {"[[consent]]\nid = \"c\"\nsource = \"self\"\nto = \"nobody\"\n",
       "18: no party \"nobody\" for \"to\"; write \"acme\"\n"},
      {rule, ""},
      {rule + "kinds = [\"vendor\"]\n",
       "15: warning: rule \"r\" can never apply: no party meets its kinds, classes, groups, roles and parties together\n"},
      {rule + "classes = [\"gold\"]\n", "18: \"gold\" in \"classes\" is not known; write \"silver\"\n"},
      {rule + "parties = []\n",
       "18: \"parties\" in [[rule]] is an empty list, which does not mean \"none\"; list something, or take the line "
       "out\n"},
      {rule + "collections = [\"*\"]\n",
       "18: \"*\" in \"collections\" is no collection alias; take the line out for \"all\"\n"},
      {rule + "types = [\"No\"]\n", "18: \"No\" is no STIX type; write lower case letters, digits and '-'\n"},
      {rule + "tlp = [\"PINK\"]\n",
       "18: \"PINK\" in \"tlp\" is no label; write \"TLP:CLEAR\", \"TLP:GREEN\", \"TLP:AMBER\", \"TLP:AMBER+STRICT\" or "
       "\"TLP:RED\"\n"},
      {"[[rule]]\nid = \"r\"\neffect = \"redact\"\n",
       "15: [[rule]] with effect = \"redact\" lacks \"profile\"; write profile = \"…\", the id of a [[profile]]\n"},
      {"[[rule]]\nid = \"r\"\neffect = \"permit\"\n",
       "17: \"effect\" in [[rule]] is \"permit\": a rule never permits more than the TLP table; write \"deny\", \"hold\", \"redact\" "
       "or \"need-to-know\"\n"},
      {"[[rule]]\nid = \"r\"\neffect = \"need-to-know\"\n",
       "15: warning: rule \"r\" can never apply: no [tlp.…] table of its parties asks for \"need-to-know\"\n"},
      {rule + rule, "19: rule id \"r\" is already used in line 16; write another, or remove one of the two\n"},
    });
    CHECK_FALSE(load_policy(kFourteen + agreement + "exclude_licences = [\"shop\"]\n", "p", nullptr).ok());
    CHECK_FALSE(load_policy(kFourteen + agreement + "max_hops = -1\n", "p", nullptr).ok());
    CHECK_FALSE(load_policy(kFourteen + agreement + "types = []\n", "p", nullptr).ok());
  }

  TEST_CASE("policy/load: all problems are found, the first error is returned") {
    const auto problems = problems_of(kFour + "zone = 1\nunmarked = \"x\"\n");
    REQUIRE(problems.size() == 3);
    CHECK(problems[0].line == 5);
    CHECK(problems[2].line == 6);
  }

  TEST_CASE("policy/load: what has ended is a warning of its own") {
    const Policy policy = load(kFourteen +
                               "until = 2026-03-31\ngroups = [{ group = \"swg\", until = 2025-03-31 }]\n"
                               "[[rule]]\nid = \"r\"\neffect = \"deny\"\nuntil = 2026-06-01T00:00:00Z\n");
    CHECK(expired(policy, at("2025-03-31T23:59:59Z")).empty());
    CHECK(expired(policy, at("2025-04-01T00:00:00Z")).size() == 1);
    const auto all = expired(policy, at("2026-06-01T00:00:00Z"));
    REQUIRE(all.size() == 3);
    CHECK(all[0].line == 11);
    CHECK(all[0].message == "party \"acme\" ended at 2026-04-01T00:00:00.000Z; renew \"until\", or remove it");
    CHECK(all[1].message ==
          "membership in \"swg\" of party \"acme\" ended at 2025-04-01T00:00:00.000Z; renew \"until\", or remove it");
    CHECK(all[2].line == 17);
    CHECK_FALSE(all[2].error);
  }
}

}  // namespace
}  // namespace sekisho::policy
