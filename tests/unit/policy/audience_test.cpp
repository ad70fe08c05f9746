// Which parties the compiled policy cannot tell apart, and when that changes.
#include "fixture.h"

namespace sekisho::policy {
namespace {

using stix::Tlp;

std::string key(const Compiled& policy, std::string_view party, Timestamp now = kNow) {
  const auto audience = policy.audience(party, now);
  return audience ? audience.value() : "none";
}

/// Whether `more` under party a, or `tail` after both, tells a from b.
bool splits(const std::string& more, const std::string& tail = {}, const std::string& kind = "member") {
  const auto policy = compiled(kHead + tables() + party("a", kind, more) + party("b", kind) + tail);
  return key(*policy, "a") != key(*policy, "b");
}

TEST_SUITE("unit") {
  TEST_CASE("policy/audience: facts that no rule looks at do not split") {
    CHECK_FALSE(splits(""));
    CHECK_FALSE(splits("name = \"Other\"\nsigns = false\nrelay = true\nwrite = [\"in\"]\nclass = \"silver\"\n"
                       "groups = [\"vuln-swg\"]\nfrom = 2026-01-01\n"
                       "identities = [\"identity--01234567-89ab-4def-8123-456789abcdef\"]"));
    // A rule that asks for another class, an agreement that no table asks for, an equal consent.
    CHECK_FALSE(splits("class = \"silver\"", "[[rule]]\nid = \"r\"\neffect = \"deny\"\nclasses = [\"bronze\"]\n"));
    CHECK_FALSE(splits("", "[[agreement]]\nid = \"m\"\nparty = \"a\"\n"));
    CHECK_FALSE(splits("", "[[consent]]\nid = \"m\"\nto = \"a\"\nsource = \"b\"\n"));
    // A rule that is over, or about what it cannot read.
    CHECK_FALSE(splits("", "[[rule]]\nid = \"r\"\neffect = \"deny\"\nparties = [\"a\"]\nuntil = 2026-01-01\n"));
    CHECK_FALSE(splits("", "[[rule]]\nid = \"r\"\neffect = \"deny\"\nparties = [\"a\"]\ncollections = [\"x\"]\n"));
    CHECK_FALSE(splits("", "[[rule]]\nid = \"r\"\neffect = \"need-to-know\"\nparties = [\"a\"]\n"));
  }

  TEST_CASE("policy/audience: what a decision looks at splits") {
    CHECK(splits("attestations = \"inline\""));
    CHECK(splits("class = \"silver\"", "[[rule]]\nid = \"r\"\neffect = \"deny\"\nclasses = [\"silver\"]\n"));
    CHECK(splits("groups = [\"vuln-swg\"]", "[[rule]]\nid = \"r\"\neffect = \"hold\"\ngroups = [\"vuln-swg\"]\n"));
    CHECK(splits("", "[[rule]]\nid = \"r\"\neffect = \"deny\"\nparties = [\"a\"]\n"));
    CHECK(splits("", "[[rule]]\nid = \"r\"\neffect = \"need-to-know\"\nparties = [\"a\"]\n", "supplier"));
    CHECK(splits("", "[[agreement]]\nid = \"m\"\nparty = \"a\"\n", "peer-isac"));
    const auto kinds = compiled(kHead + tables() + party("a", "member") + party("b", "isac"));
    CHECK(key(*kinds, "a") != key(*kinds, "b"));
    const auto reading = compiled(kHead + tables() + party("a", "member") +
                                  "[[party]]\nid = \"b\"\nkind = \"member\"\ncollections = [\"weekly\", \"x\"]\n");
    CHECK(key(*reading, "a") != key(*reading, "b"));
  }

  TEST_CASE("policy/audience: equal agreements of two parties are one audience") {
    const std::string peers = kHead + tables() + party("a", "peer-isac") + party("b", "peer-isac");
    const std::string one = "[[agreement]]\nid = \"m\"\nparty = \"a\"\ntypes = [\"report\", \"note\"]\n";
    const auto same = compiled(peers + one + "[[agreement]]\nid = \"n\"\nparty = \"b\"\ntypes = [\"note\", \"report\"]\n");
    CHECK(key(*same, "a") == key(*same, "b"));
    const auto other = compiled(peers + one + "[[agreement]]\nid = \"n\"\nparty = \"b\"\ntypes = [\"note\"]\n");
    CHECK(key(*other, "a") != key(*other, "b"));
    const auto hops = compiled(peers + one +
                               "[[agreement]]\nid = \"n\"\nparty = \"b\"\ntypes = [\"note\", \"report\"]\nmax_hops = 1\n");
    CHECK(key(*hops, "a") != key(*hops, "b"));
  }

  TEST_CASE("policy/audience: each condition of a record is part of what it is") {
    const std::string id = "indicator--11234567-89ab-4def-8123-456789abcdef";
    const auto differ = [](const std::string& of_a, const std::string& of_b, const std::string& kind) {
      const auto policy = compiled(kHead + tables() + party("a", kind) + party("b", kind) + of_a + of_b);
      return key(*policy, "a") != key(*policy, "b");
    };
    const auto rule = [](const std::string& party, const std::string& effect, const std::string& condition) {
      return "[[rule]]\nid = \"r-" + party + "\"\neffect = \"" + effect + "\"\nparties = [\"" + party + "\"]\n" +
             condition + "\n";
    };
    for (const std::string condition : {"collections = [\"weekly\"]", "types = [\"report\"]", "sources = [\"self\"]",
                                        "tlp = [\"TLP:GREEN\"]", "labels = [\"x\"]"}) {
      CAPTURE(condition);
      CHECK_FALSE(differ(rule("a", "deny", condition), rule("b", "deny", condition), "member"));
      CHECK(differ(rule("a", "deny", condition), rule("b", "deny", ""), "member"));
    }
    CHECK(differ(rule("a", "deny", ""), rule("b", "hold", ""), "member"));
    const auto agreed = [](const std::string& party, const std::string& terms) {
      return "[[agreement]]\nid = \"m-" + party + "\"\nparty = \"" + party + "\"\ntlp_ceiling = \"TLP:AMBER\"\n" +
             terms + "\n";
    };
    const auto consent = [&](const std::string& party, const std::string& source, const std::string& terms) {
      return agreed(party, "") + "[[consent]]\nid = \"c-" + party + "\"\nto = \"" + party + "\"\nsource = \"" +
             source + "\"\n" + terms + "\n";
    };
    for (const std::string terms : {"collections = [\"weekly\"]", "types = [\"report\"]", "max_hops = 1"}) {
      CAPTURE(terms);
      CHECK_FALSE(differ(agreed("a", terms), agreed("b", terms), "peer-isac"));
      CHECK(differ(agreed("a", terms), agreed("b", ""), "peer-isac"));
    }
    for (const std::string& terms : std::vector<std::string>{"collections = [\"weekly\"]", "objects = [\"" + id + "\"]"}) {
      CAPTURE(terms);
      CHECK_FALSE(differ(consent("a", "self", terms), consent("b", "self", terms), "peer-isac"));
      CHECK(differ(consent("a", "self", terms), consent("b", "self", ""), "peer-isac"));
    }
    CHECK(differ(consent("a", "self", ""), consent("b", "a", ""), "peer-isac"));
    CHECK(differ(consent("a", "self", ""), agreed("b", ""), "peer-isac"));
  }

  TEST_CASE("policy/audience: keys are 32 hex digits and the same in every process") {
    const auto policy = compiled(kHead + tables() + party("a", "member"));
    CHECK(key(*policy, "a") == "0d0ad8f50395a28ea2748ce926e000bd");
    CHECK(key(*policy, "nobody") == "none");
    CHECK(policy->audience("nobody", kNow).error().code == Code::kNotFound);
  }

  TEST_CASE("policy/audience: a change elsewhere leaves the key alone") {
    const std::string text = kHead + tables() + party("a", "member");
    const auto before = compiled(text);
    const auto after = compiled(text + party("c", "member", "class = \"bronze\"") +
                                "[[rule]]\nid = \"r\"\neffect = \"deny\"\nclasses = [\"bronze\"]\n");
    CHECK(key(*before, "a") == key(*after, "a"));
  }

  TEST_CASE("policy/audience: listing") {
    const auto policy = compiled(kHead + tables() +
                                 party("b", "member", "class = \"silver\"\ngroups = [\"vuln-swg\"]") +
                                 party("a", "member", "class = \"silver\"\ngroups = [\"vuln-swg\", \"sbom-tf\"]") +
                                 party("old", "member", "until = 2020-01-01") +
                                 party("p", "peer-isac", "attestations = \"none\""));
    const auto all = policy->audiences(kNow);
    REQUIRE(all.size() == 2);
    const auto& members = all[0].parties.size() == 2 ? all[0] : all[1];
    const auto& peer = all[0].parties.size() == 2 ? all[1] : all[0];
    CHECK(members.parties == std::vector<std::string>{"a", "b"});
    CHECK(members.description == "member, silver, groups vuln-swg");
    CHECK(members.attestations == "companion");
    CHECK(peer.parties == std::vector<std::string>{"p"});
    CHECK(peer.attestations == "none");
    CHECK(policy->reads(members.key, "weekly", kNow));
    CHECK_FALSE(policy->reads(members.key, "other", kNow));
    CHECK_FALSE(policy->reads("nonsense", "weekly", kNow));
  }

  TEST_CASE("policy/audience: dates hold to the microsecond") {
    const auto policy = compiled(
        kHead + tables() +
        party("a", "member", "from = 2026-04-01T00:00:00.000001+09:00\nuntil = 2027-04-01T00:00:00.000001+09:00"));
    const Timestamp from = at("2026-03-31T15:00:00.000001Z"), until = at("2027-03-31T15:00:00.000001Z");
    CHECK(key(*policy, "a", from.plus_micros(-1)) == "none");
    CHECK(key(*policy, "a", from) != "none");
    CHECK(key(*policy, "a", until.plus_micros(-1)) != "none");
    CHECK(key(*policy, "a", until) == "none");
    const std::string audience = key(*policy, "a", from);
    const auto clear = marked(Tlp::kClear);
    CHECK(policy->decide(audience, facts_of(clear), from.plus_micros(-1)).effect == Effect::kDeny);
    CHECK(policy->decide(audience, facts_of(clear), from).effect == Effect::kPermit);
    CHECK(policy->decide(audience, facts_of(clear), until.plus_micros(-1)).effect == Effect::kPermit);
    CHECK(policy->decide(audience, facts_of(clear), until).effect == Effect::kDeny);
    CHECK_FALSE(policy->reads(audience, "weekly", until));
    CHECK(policy->next_change(from.plus_micros(-1)) == from);
    CHECK(policy->next_change(from) == until);
    CHECK(policy->next_change(until) == std::nullopt);
  }

  TEST_CASE("policy/audience: an agreement, a group, a consent and a rule begin and end on time") {
    const auto policy = compiled(
        kHead + tables() + party("a", "peer-isac", "groups = [{ group = \"vuln-swg\", until = 2026-06-30T00:00:00Z }]") +
        "[[agreement]]\nid = \"m\"\nparty = \"a\"\nfrom = 2026-02-01T00:00:00Z\nuntil = 2026-08-01T00:00:00Z\n"
        "tlp_ceiling = \"TLP:AMBER\"\n"
        "[[consent]]\nid = \"c\"\nto = \"a\"\nsource = \"self\"\nuntil = 2026-07-01T00:00:00Z\n"
        "[[rule]]\nid = \"r\"\neffect = \"deny\"\ngroups = [\"vuln-swg\"]\nfrom = 2026-05-01T00:00:00Z\n");
    const auto amber = marked(Tlp::kAmber);
    const auto on = [&](const char* day) { return effect(*policy, "a", facts_of(amber), at(day)); };
    CHECK(on("2026-01-31T23:59:59.999999Z") == Effect::kDeny);
    CHECK(on("2026-02-01T00:00:00Z") == Effect::kPermit);
    CHECK(on("2026-04-30T23:59:59.999999Z") == Effect::kPermit);
    CHECK(on("2026-05-01T00:00:00Z") == Effect::kDeny);    // the rule
    CHECK(on("2026-06-30T00:00:00Z") == Effect::kPermit);  // out of the group
    CHECK(on("2026-07-01T00:00:00Z") == Effect::kDeny);    // no consent
    const auto green = marked(Tlp::kGreen);
    CHECK(effect(*policy, "a", facts_of(green), at("2026-07-31T23:59:59.999999Z")) == Effect::kPermit);
    CHECK(effect(*policy, "a", facts_of(green), at("2026-08-01T00:00:00Z")) == Effect::kDeny);
    std::vector<std::string> changes;
    for (auto t = policy->next_change(at("2000-01-01T00:00:00Z")); t; t = policy->next_change(*t)) {
      changes.push_back(format_date(*t));
    }
    CHECK(changes ==
          std::vector<std::string>{"2026-02-01", "2026-05-01", "2026-06-30", "2026-07-01", "2026-08-01"});
  }

  TEST_CASE("policy/audience: keys and credentials count as changes") {
    Policy policy = load(kHead + party("a", "member"));
    policy.parties[0].keys.push_back({"x", "k", {Timestamp{100, 0}, Timestamp{200, 0}}, Timestamp{150, 0}});
    policy.parties[0].credentials.push_back({"c", "basic", "h", {std::nullopt, Timestamp{300, 0}}});
    const auto compiled_policy = Compiled::compile(policy);
    std::vector<std::int64_t> seconds;
    for (auto t = compiled_policy->next_change(Timestamp{0, 0}); t; t = compiled_policy->next_change(*t)) {
      seconds.push_back(t->seconds);
    }
    CHECK(seconds == std::vector<std::int64_t>{100, 150, 200, 300});
  }

  TEST_CASE("policy/audience: who may write where") {
    const auto policy = compiled(kHead + party("a", "member", "write = [\"in\"]\nuntil = 2026-12-31") +
                                 party("b", "isac", "write = [\"*\"]\nsigns = false") + party("c", "member"));
    CHECK(policy->writes("a", "in", kNow));
    CHECK_FALSE(policy->writes("a", "weekly", kNow));
    CHECK_FALSE(policy->writes("a", "in", at("2027-01-01T00:00:00Z")));
    CHECK(policy->writes("b", "anything", kNow));
    CHECK_FALSE(policy->writes("b", "", kNow));
    CHECK_FALSE(policy->writes("c", "in", kNow));
    CHECK_FALSE(policy->writes("nobody", "in", kNow));
  }
}

}  // namespace
}  // namespace sekisho::policy
