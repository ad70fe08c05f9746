// Edits keep comments and layout, and never write a policy that does not load.
#include "fixture.h"

namespace sekisho::policy {
namespace {

const std::string kX = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const std::string kText = R"(# Our policy
[policy]   # ours
organisation = "X"
groups = ["swg"]

[tlp.member]
CLEAR = "permit"

# Acme joined in 2024.
[[party]]
id = "acme"   # the first
kind = "member"
collections = [
  "weekly",   # all read it
]

  [[party.credentials]]   # laptop
  id = "acme-1"
  kind = "bearer"
  hash = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

# Beta joined in 2025.
[[party]]
id = "beta"
kind = "member"

# The end.
)";

Credential bearer(const std::string& id, char digit) {
  return {id, "bearer", std::string(64, digit), {std::nullopt, at("2027-01-01T00:00:00.5Z")}};
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto place = text.find(what);
  REQUIRE(place != std::string::npos);
  return text.replace(place, what.size(), with);
}

TEST_SUITE("unit") {
  TEST_CASE("policy/edit: a party is written after the last one and reads back the same") {
    Party party;
    party.id = "gamma";
    party.name = "Gamma \"G\" KK";
    party.kind = "member";
    party.identities = {"identity--01234567-89ab-4def-8123-456789abcdef"};
    party.collections = {"weekly", "vulnerabilities"};
    party.write = {"in"};
    party.relay.everybody = true;
    party.attestations = "inline";
    party.groups = {{"swg", {}}};
    party.validity = {at("2026-04-01T00:00:00.000001Z"), at("2027-04-01T00:00:00Z")};
    party.keys = {{kX, "", {}, std::nullopt}};
    party.credentials = {bearer("gamma-1", 'b')};
    const auto added = with_party(kText, party);
    REQUIRE(added.ok());
    CHECK(added.value().starts_with(kText.substr(0, kText.find("\n# The end."))));
    CHECK(added.value().ends_with("\n\n# The end.\n"));
    const Policy policy = load(added.value());
    REQUIRE(policy.parties.size() == 3);
    const Party& read = policy.parties[2];
    CHECK(read.name == party.name);
    CHECK(read.identities == party.identities);
    CHECK(read.collections == party.collections);
    CHECK(read.write == party.write);
    CHECK(read.relay.everybody);
    CHECK(read.signs);
    CHECK(read.attestations == "inline");
    CHECK(read.groups.at(0).group == "swg");
    CHECK(read.validity.from == party.validity.from);
    CHECK(read.validity.until == party.validity.until);
    CHECK(read.keys.at(0).x == kX);
    CHECK(read.credentials.at(0).validity.until == at("2027-01-01T00:00:00.5Z"));
    const auto removed = without_party(added.value(), "gamma");
    REQUIRE(removed.ok());
    CHECK(removed.value() == kText);
  }

  TEST_CASE("policy/edit: every field of a party is written") {
    const std::string text = replaced(kText, "[tlp.member]", "roles = [\"oem\", \"tier1\"]\nclasses = [\"silver\"]\n[[licence]]\nid = \"free\"\nresale = \"may\"\n[tlp.member]");
    Party party;
    party.id = "gamma";
    party.kind = "member";
    party.member_class = "silver";
    party.signs = false;
    party.licence = "free";
    party.honours = {"pap", "iep"};
    party.roles = {"oem", "tier1"};
    party.groups = {{"swg", {std::nullopt, at("2027-01-01T00:00:00Z")}}};
    party.assessments = {{"gov", true, {at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")}}, {"gov", false, {at("2027-01-01T00:00:00Z"), std::nullopt}}};
    const auto added = with_party(text, party);
    REQUIRE_MESSAGE(added.ok(), (added.ok() ? "" : added.error().to_string()));
    const Policy policy = load(*added);
    const Party& read = policy.parties.at(2);
    CHECK(read.member_class == "silver");
    CHECK_FALSE(read.signs);
    CHECK(read.licence == "free");
    CHECK(read.honours == party.honours);
    CHECK(read.roles == party.roles);
    CHECK(read.groups.at(0).validity.until == party.groups[0].validity.until);
    REQUIRE(read.assessments.size() == 2);
    CHECK(read.assessments[0].name == "gov");
    CHECK(read.assessments[0].passed);
    CHECK(read.assessments[0].validity.from == party.assessments[0].validity.from);
    CHECK(read.assessments[0].validity.until == party.assessments[0].validity.until);
    CHECK_FALSE(read.assessments[1].passed);
  }

  TEST_CASE("policy/edit: the first party goes to the end of the file") {
    const std::string text = "[policy]\norganisation = \"X\"\n[tlp.member]\nCLEAR = \"permit\"";
    Party party;
    party.id = "a";
    party.kind = "member";
    const auto added = with_party(text, party);
    REQUIRE(added.ok());
    CHECK(added.value() == text + "\n\n[[party]]\nid = \"a\"\nkind = \"member\"\nsigns = true\nrelay = false\n"
                                  "attestations = \"companion\"\n");
  }

  TEST_CASE("policy/edit: a party goes with all that is its own, comments outside stay") {
    const auto removed = without_party(kText, "acme");
    REQUIRE(removed.ok());
    const auto begin = kText.find("[[party]]"), end = kText.find("\n# Beta");
    std::string expected = kText;
    expected.erase(begin, end - begin);
    CHECK(removed.value() == expected);
    CHECK(load(removed.value()).parties.size() == 1);
    CHECK(removed.value().find("# Acme joined in 2024.") != std::string::npos);
  }

  TEST_CASE("policy/edit: credentials and keys go under their party") {
    const auto added = with_credential(kText, "acme", bearer("acme-2", 'b'));
    REQUIRE(added.ok());
    const auto keyed = with_key(added.value(), "beta", {kX, "", {}, std::nullopt});
    REQUIRE(keyed.ok());
    const Policy policy = load(keyed.value());
    CHECK(policy.parties[0].credentials.size() == 2);
    CHECK(policy.parties[0].credentials[1].id == "acme-2");
    CHECK(policy.parties[1].keys.size() == 1);
    CHECK(policy.parties[1].credentials.empty());
    const auto removed = without_credential(added.value(), "acme", "acme-2");
    REQUIRE(removed.ok());
    CHECK(removed.value() == kText);
    const auto none = without_credential(kText, "acme", "acme-1");
    REQUIRE(none.ok());
    CHECK(none.value().find("laptop") == std::string::npos);
    CHECK(load(none.value()).parties[0].credentials.empty());
  }

  TEST_CASE("policy/edit: tables that stand apart from their party") {
    const std::string apart = replaced(kText, "\n# Beta",
                                       "\n[tlp.isac]\nCLEAR = \"permit\"\n\n[[party.keys]]\nx = \"" + kX + "\"\n\n# Beta");
    const auto removed = without_party(apart, "acme");
    REQUIRE(removed.ok());
    CHECK(removed.value().find("[tlp.isac]\nCLEAR = \"permit\"\n") != std::string::npos);
    CHECK(removed.value().find(kX) == std::string::npos);
    const auto added = with_credential(apart, "acme", bearer("acme-2", 'b'));
    REQUIRE(added.ok());
    CHECK(load(added.value()).parties[0].credentials.size() == 2);
  }

  TEST_CASE("policy/edit: line ends stay as they are") {
    std::string text;
    for (const char c : kText) text += c == '\n' ? "\r\n" : std::string(1, c);
    const auto added = with_credential(text, "acme", bearer("acme-2", 'b'));
    REQUIRE(added.ok());
    for (std::size_t i = 0; i < added.value().size(); ++i) {
      if (added.value()[i] == '\n') CHECK(added.value()[i - 1] == '\r');
    }
  }

  TEST_CASE("policy/edit: what cannot be done is an error") {
    Party party;
    party.id = "acme";
    party.kind = "member";
    CHECK(with_party(kText, party).error().code == Code::kAlreadyExists);
    party.id = "new";
    party.kind = "membre";
    CHECK(with_party(kText, party).error().code == Code::kPolicyInvalid);
    CHECK(with_party("[policy]\n", party).error().code == Code::kPolicyInvalid);
    CHECK(without_party(kText, "nobody").error().code == Code::kNotFound);
    CHECK(with_key(kText, "nobody", {kX, "", {}, std::nullopt}).error().code == Code::kNotFound);
    CHECK(with_key(kText, "acme", {"short", "", {}, std::nullopt}).error().code == Code::kPolicyInvalid);
    CHECK(with_credential(kText, "beta", bearer("acme-1", 'b')).error().code == Code::kPolicyInvalid);
    CHECK(without_credential(kText, "acme", "acme-9").error().code == Code::kNotFound);
    const std::string braces = "[policy]\norganisation = \"X\"\n[tlp.member]\nCLEAR = \"permit\"\n[[party]]\nid = \"a\"\n"
                               "kind = \"member\"\ncredentials = [{ id = \"u\", kind = \"bearer\", hash = \"" +
                               std::string(64, 'c') + "\" }]\n";
    CHECK(with_credential(braces, "a", bearer("v", 'b')).error().where == "policy.toml:8");
    CHECK(without_credential(braces, "a", "u").error().where == "policy.toml:8");
    // A party that others refer to cannot go alone.
    const std::string referred = kText + "[[rule]]\nid = \"r\"\neffect = \"deny\"\nparties = [\"beta\"]\n";
    CHECK(without_party(referred, "beta").error().code == Code::kPolicyInvalid);
  }

  TEST_CASE("a key is revoked where it stands, found by its kid though none is written") {
    const std::string key = "\n[[party.keys]]   # desk\nx = \"" + kX + "\"   # compared by phone\n";
    const std::string text = kText + "\n[[party]]\nid = \"gamma\"\nkind = \"member\"\n" + key + "# Keep me.\n";
    const std::string kid = load(text).find_party("gamma")->keys.at(0).kid;
    const auto revoked = with_revoked_key(text, "gamma", kid, at("2026-11-22T01:02:03.5Z"));
    REQUIRE(revoked.ok());
    std::string expected = text;
    const std::string line = "# compared by phone\n";
    expected.insert(expected.find(line) + line.size(), "revoked = 2026-11-22T01:02:03.500000Z\n");
    CHECK(*revoked == expected);
    CHECK(load(*revoked).find_party("gamma")->keys.at(0).revoked == at("2026-11-22T01:02:03.5Z"));
    CHECK(with_revoked_key(*revoked, "gamma", kid, at("2026-11-23T00:00:00Z")).error().code == Code::kAlreadyExists);
    CHECK(with_revoked_key(text, "gamma", "other", kNow).error().code == Code::kNotFound);
    CHECK(with_revoked_key(text, "delta", kid, kNow).error().code == Code::kNotFound);
    const std::string braces = kText + "\n[[party]]\nid = \"gamma\"\nkind = \"member\"\nkeys = [{ x = \"" + kX + "\" }]\n";
    CHECK(with_revoked_key(braces, "gamma", kid, kNow).error().code == Code::kPolicyInvalid);
  }

  TEST_CASE("policy/edit: a creator is added to relay or identities, once, and a comment stays") {
    const std::string a = "identity--0aaaaaaa-89ab-4def-8123-456789abcdef", b = "identity--0bbbbbbb-89ab-4def-8123-456789abcdef";
    const std::string plain = "[policy]\norganisation = \"X\"\nidentities = [\"identity--0eeeeeee-89ab-4def-8123-456789abcdef\"]\n[[party]]\nid = \"p\"\nkind = \"member\"\nrelay = false  # so far\n";
    const auto one = with_relay(plain, "p", a);
    REQUIRE(one.ok());
    CHECK(one.value().find("relay = [\"" + a + "\"]  # so far\n") != std::string::npos);
    CHECK(with_relay(one.value(), "p", a).error().code == Code::kAlreadyExists);
    const auto two = with_relay(one.value(), "p", b);
    REQUIRE(two.ok());
    CHECK(load(two.value()).parties.at(0).relay.identities == std::vector<std::string>{a, b});
    const auto named = with_identity(two.value(), "p", b);
    REQUIRE(named.ok());
    CHECK(load(named.value()).parties.at(0).identities == std::vector<std::string>{b});
    CHECK(with_identity(named.value(), "p", b).error().code == Code::kAlreadyExists);
    CHECK(with_relay(plain, "q", a).error().code == Code::kNotFound);
    CHECK_FALSE(with_relay(plain, "p", "no id").ok());
  }

  TEST_CASE("policy/relay: \"*\" leaves those that sign here, and us, to speak for themselves; a list means whom it names") {
    const std::string us = "identity--0eeeeeee-89ab-4def-8123-456789abcdef", signer = "identity--0aaaaaaa-89ab-4def-8123-456789abcdef",
                      silent = "identity--0bbbbbbb-89ab-4def-8123-456789abcdef", stranger = "identity--0ccccccc-89ab-4def-8123-456789abcdef";
    const auto with = [&](const std::string& relay) {
      return "[policy]\norganisation = \"X\"\nidentities = [\"" + us + "\"]\n[[party]]\nid = \"p\"\nkind = \"member\"\n" + relay +
             "[[party]]\nid = \"signer\"\nkind = \"member\"\nidentities = [\"" + signer + "\"]\n" +
             "[[party]]\nid = \"silent\"\nkind = \"member\"\nsigns = false\nidentities = [\"" + silent + "\"]\n";
    };
    const auto relays = [&](const std::string& relay) {
      const Policy policy = load(with(relay));
      std::string out;
      for (const std::string& id : {us, signer, silent, stranger}) out += may_relay(policy, policy.parties.at(0), id) ? "y" : "n";
      return out;
    };
    CHECK(relays("") == "nnnn");
    CHECK(relays("relay = false\n") == "nnnn");
    CHECK(relays("relay = \"*\"\n") == "nnyy");
    CHECK(relays("relay = true\n") == "nnyy");
    CHECK(relays("relay = [\"" + signer + "\"]\n") == "nynn");
    CHECK(relays("relay = [\"*\", \"" + us + "\"]\n") == "ynyy");
    for (const char* bad : {"relay = \"all\"\n", "relay = []\n", "relay = [\"indicator--0ccccccc-89ab-4def-8123-456789abcdef\"]\n", "relay = 1\n"}) {
      CHECK_FALSE(load_policy(with(bad), "policy.toml", nullptr).ok());
    }
  }
}

}  // namespace
}  // namespace sekisho::policy
