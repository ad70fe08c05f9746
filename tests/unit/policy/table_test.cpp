// The table of hops as a truth table: every label, every hop, every combination of what may be on record.
#include <functional>

#include "fixture.h"

namespace sekisho::policy {
namespace {

using stix::Tlp;

struct Record {
  bool agreement, need_to_know, consent, membership;
};
struct Hop {
  std::string name, kind, source;
  /// Expected for CLEAR, GREEN, AMBER, AMBER+STRICT, RED.
  std::array<std::function<bool(Record)>, 5> expected;
};

bool yes(Record) { return true; }
bool no(Record) { return false; }

const std::vector<Hop>& hops() {
  const auto agreement = [](Record r) { return r.agreement; };
  const auto consent = [](Record r) { return r.consent; };
  const auto both = [](Record r) { return r.agreement && r.consent; };
  const auto client = [](Record r) { return r.agreement && r.need_to_know; };
  const auto membership = [](Record r) { return r.membership; };
  static const std::vector<Hop> kHops{
      {"submitter to its ISAC", "isac", "", {yes, yes, yes, yes, no}},
      {"ISAC to its members", "member", "acme", {yes, yes, yes, membership, no}},
      {"ISAC to peer ISAC", "peer-isac", "acme", {yes, agreement, both, no, no}},
      {"peer ISAC to its members", "member", "us-isac", {yes, yes, consent, no, no}},
      {"peer ISAC to another peer", "peer-isac", "us-isac", {yes, agreement, both, no, no}},
      {"member to its supplier", "supplier", "", {yes, agreement, client, no, no}},
      {"ISAC to a vendor", "vendor", "", {yes, agreement, no, no, no}},
      {"ISAC to government", "government", "", {yes, agreement, both, no, no}},
  };
  return kHops;
}

std::string policy_text(const Hop& hop, Record record) {
  std::string text = kHead + tables() + party("acme", "member") + party("us-isac", "peer-isac") +
                     party("target", hop.kind);
  if (record.agreement) {
    text += "[[agreement]]\nid = \"mou\"\nparty = \"target\"\ntlp_ceiling = \"TLP:AMBER\"\n";
  }
  if (record.need_to_know) text += "[[rule]]\nid = \"ntk\"\neffect = \"need-to-know\"\nparties = [\"target\"]\n";
  if (record.consent) {
    text += "[[consent]]\nid = \"yes\"\nto = \"target\"\nsource = \"" +
            (hop.source.empty() ? "self" : hop.source) + "\"\n";
  }
  return text;
}

void check_hop(const Hop& hop, Record record) {
  const auto policy = compiled(policy_text(hop, record));
  for (std::size_t i = 0; i < hop.expected.size(); ++i) {
    const auto tlp = static_cast<Tlp>(i);
    const auto subject = marked(tlp);
    Facts facts = facts_of(subject);
    facts.source = hop.source;
    facts.membership_scope = record.membership;
    const Decision decision = decide(*policy, "target", facts);
    CAPTURE(hop.name);
    CAPTURE(stix::tlp_label(tlp));
    CAPTURE(record.agreement);
    CAPTURE(record.need_to_know);
    CAPTURE(record.consent);
    CAPTURE(record.membership);
    CAPTURE(decision.reasons.back().text);
    CHECK(decision.effect == (hop.expected[i](record) ? Effect::kPermit : Effect::kDeny));
  }
}

TEST_SUITE("unit") {
  TEST_CASE("policy/table: every label, hop and record") {
    for (const Hop& hop : hops()) {
      for (unsigned bits = 0; bits < 16; ++bits) {
        check_hop(hop, {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0});
      }
    }
  }

  TEST_CASE("policy/table: attested onward consent stands for a recorded one") {
    const auto policy = compiled(kHead + tables() + party("us-isac", "peer-isac") + party("acme", "member") +
                                 "[[agreement]]\nid = \"mou\"\nparty = \"us-isac\"\ntlp_ceiling = \"AMBER\"\n");
    const auto amber = marked(Tlp::kAmber), strict = marked(Tlp::kAmberStrict);
    Facts facts = facts_of(amber);
    CHECK(effect(*policy, "us-isac", facts) == Effect::kDeny);
    facts.onward_consent = true;
    CHECK(effect(*policy, "us-isac", facts) == Effect::kPermit);
    facts.source = "us-isac";
    CHECK(effect(*policy, "acme", facts) == Effect::kPermit);
    facts.object = strict.get();
    facts.membership_scope = true;
    CHECK(effect(*policy, "acme", facts) == Effect::kDeny);
  }

  TEST_CASE("policy/table: supplier to sub-supplier is a stricter table") {
    const auto policy = compiled(kHead + "[tlp.supplier]\nCLEAR = \"permit\"\nGREEN = \"agreement\"\n" +
                                 party("sub", "supplier") +
                                 "[[agreement]]\nid = \"a\"\nparty = \"sub\"\ntlp_ceiling = \"TLP:AMBER\"\n"
                                 "[[rule]]\nid = \"n\"\neffect = \"need-to-know\"\n");
    for (const auto& [tlp, expected] : std::vector<std::pair<Tlp, Effect>>{{Tlp::kClear, Effect::kPermit},
                                                                           {Tlp::kGreen, Effect::kPermit},
                                                                           {Tlp::kAmber, Effect::kDeny},
                                                                           {Tlp::kAmberStrict, Effect::kDeny}}) {
      const auto subject = marked(tlp);
      CHECK(effect(*policy, "sub", facts_of(subject)) == expected);
    }
  }

  TEST_CASE("policy/table: a label asks for all that looser ones ask") {
    const auto policy = compiled(kHead + "[tlp.member]\nCLEAR = \"permit\"\nGREEN = \"agreement\"\nAMBER = \"permit\"\n" +
                                 party("acme", "member") + party("beta", "member") +
                                 "[[agreement]]\nid = \"a\"\nparty = \"beta\"\ntlp_ceiling = \"TLP:AMBER\"\n");
    const auto amber = marked(Tlp::kAmber);
    CHECK(effect(*policy, "acme", facts_of(amber)) == Effect::kDeny);
    CHECK(effect(*policy, "beta", facts_of(amber)) == Effect::kPermit);
  }

  TEST_CASE("policy/table: no table, no label and no collection mean denied") {
    const auto policy = compiled(kHead + "[tlp.member]\nCLEAR = \"permit\"\n" + party("acme", "member") +
                                 party("gov", "government"));
    const auto clear = marked(Tlp::kClear), green = marked(Tlp::kGreen);
    CHECK(effect(*policy, "acme", facts_of(clear)) == Effect::kPermit);
    CHECK(effect(*policy, "acme", facts_of(green)) == Effect::kDeny);
    CHECK(effect(*policy, "gov", facts_of(clear)) == Effect::kDeny);
    Facts elsewhere = facts_of(clear);
    elsewhere.collection = "other";
    CHECK(effect(*policy, "acme", elsewhere) == Effect::kDeny);
    elsewhere.collection = "";
    CHECK(effect(*policy, "acme", elsewhere) == Effect::kDeny);
    CHECK(policy->decide("0123456789abcdef0123456789abcdef", facts_of(clear), kNow).effect == Effect::kDeny);
    CHECK(policy->decide(policy->audience("acme", kNow).value(), Facts{}, kNow).effect == Effect::kDeny);
  }
}

}  // namespace
}  // namespace sekisho::policy
