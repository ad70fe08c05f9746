// Markings, agreements, consents, rules, hops and the chain of reasons.
#include <functional>

#include "fixture.h"

namespace sekisho::policy {
namespace {

using stix::MarkingMeaning;
using stix::Tlp;
using Kind = MarkingMeaning::Kind;

const std::string kForeign = "marking-definition--aaaaaaaa-89ab-4def-8123-456789abcdef";

std::shared_ptr<const Compiled> members(const std::string& more = {}) {
  return compiled(kHead + tables() + party("acme", "member", "class = \"silver\"\ngroups = [\"vuln-swg\"]") +
                  party("beta", "member", "class = \"bronze\"") + party("us-isac", "peer-isac") + more);
}

Tlp effective(const Compiled& policy, const stix::ObjectPtr& subject, const std::string& baseline = {}) {
  Facts facts = facts_of(subject);
  facts.baseline_tlp = baseline;
  return policy.effective_marking(facts).tlp;
}

TEST_SUITE("unit") {
  TEST_CASE("policy/decide: unmarked counts as AMBER for member firms, or tighter") {
    const auto policy = members();
    const auto bare = object({});
    const auto marking = policy->effective_marking(facts_of(bare));
    CHECK(marking.unmarked);
    CHECK(marking.tlp == Tlp::kAmber);
    CHECK(effect(*policy, "acme", facts_of(bare)) == Effect::kPermit);
    CHECK(effect(*policy, "us-isac", facts_of(bare)) == Effect::kDeny);

    std::string strict = kHead + "unmarked = \"TLP:AMBER+STRICT\"\n" + tables() + party("acme", "member");
    const auto tighter = compiled(strict);
    Facts facts = facts_of(bare);
    CHECK(tighter->effective_marking(facts).tlp == Tlp::kAmberStrict);
    facts.membership_scope = true;  // member-firm scope: nobody opened an unmarked object to the membership
    CHECK(effect(*tighter, "acme", facts) == Effect::kDeny);
    const auto marked_strict = marked(Tlp::kAmberStrict);
    facts.object = marked_strict.get();
    CHECK(effect(*tighter, "acme", facts) == Effect::kPermit);
  }

  TEST_CASE("policy/decide: the tightest of object, granular marking and baseline holds") {
    const auto policy = members();
    CHECK(effective(*policy, marked(Tlp::kClear)) == Tlp::kClear);
    CHECK(effective(*policy, object({tlp_id(Tlp::kClear), tlp_id(Tlp::kRed), tlp_id(Tlp::kGreen)})) == Tlp::kRed);
    CHECK(effective(*policy, marked(Tlp::kClear, granular(Tlp::kAmber))) == Tlp::kAmber);
    CHECK(effective(*policy, marked(Tlp::kRed, granular(Tlp::kGreen))) == Tlp::kRed);
    CHECK(effective(*policy, marked(Tlp::kClear), "TLP:AMBER") == Tlp::kAmber);
    CHECK(effective(*policy, marked(Tlp::kAmber), "TLP:GREEN") == Tlp::kAmber);
    // Only a field is marked, so the rest is not.
    CHECK(effective(*policy, object({}, granular(Tlp::kGreen))) == Tlp::kAmber);
    CHECK(effective(*policy, object({}, granular(Tlp::kRed))) == Tlp::kRed);
    CHECK(effective(*policy, object({}), "TLP:CLEAR") == Tlp::kAmber);
    // TLP 1 ids
    CHECK(effective(*policy, object({"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"})) == Tlp::kClear);
    CHECK(effective(*policy, object({"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"})) == Tlp::kAmber);
  }

  TEST_CASE("policy/decide: a baseline that is no label holds the object") {
    const auto policy = members();
    const auto clear = marked(Tlp::kClear);
    Facts facts = facts_of(clear);
    facts.baseline_tlp = "TLP:PINK";
    CHECK(effect(*policy, "acme", facts) == Effect::kHold);
  }

  TEST_CASE("policy/decide: a marking that is not understood holds, and never loosens a denial") {
    const auto policy = members();
    const auto green = object({tlp_id(Tlp::kGreen), kForeign});
    const auto red = object({tlp_id(Tlp::kRed), kForeign});
    const auto granular_only = marked(
        Tlp::kGreen, ",\"granular_markings\":[{\"marking_ref\":\"" + kForeign + "\",\"selectors\":[\"name\"]}]");
    Facts facts = facts_of(green);
    CHECK(policy->effective_marking(facts).unknown == kForeign);
    CHECK(effect(*policy, "acme", facts) == Effect::kHold);
    CHECK(effect(*policy, "acme", facts_of(granular_only)) == Effect::kHold);
    CHECK(effect(*policy, "acme", facts_of(red)) == Effect::kDeny);

    const std::vector<std::pair<MarkingMeaning, Effect>> meanings{
        {{Kind::kUnknown, std::nullopt}, Effect::kHold},
        {{Kind::kMismatch, std::nullopt}, Effect::kHold},
        {{Kind::kStatement, std::nullopt}, Effect::kPermit},
        {{Kind::kTlp, Tlp::kRed}, Effect::kDeny}};
    for (const auto& [meaning, expected] : meanings) {
      facts.marking = [said = meaning](std::string_view id) -> std::optional<MarkingMeaning> {
        return id == kForeign ? std::optional(said) : std::nullopt;
      };
      CHECK(effect(*policy, "acme", facts) == expected);
    }
  }

  TEST_CASE("policy/decide: a fixed id whose definition says something else holds") {
    const auto policy = members();
    const auto green = marked(Tlp::kGreen);
    Facts facts = facts_of(green);
    facts.marking = [](std::string_view) { return MarkingMeaning{Kind::kMismatch, std::nullopt}; };
    CHECK(policy->effective_marking(facts).mismatch == tlp_id(Tlp::kGreen));
    const Decision decision = decide(*policy, "acme", facts);
    CHECK(decision.effect == Effect::kHold);
    CHECK(decision.reasons.back().text == "Id and content of marking " + tlp_id(Tlp::kGreen) + " disagree.");
  }

  TEST_CASE("policy/decide: PAP counts as not understood, whatever its definition says") {
    const auto policy = members();
    for (const char* id : {"ad15a0cd-55b6-4588-a14c-a66105329b92", "c43594d1-4b11-4c59-93ab-1c9b14d53ce9",
                           "60f8932b-e51e-4458-b265-a2e8be9a80ab", "740d36e5-7714-4c30-961a-3ae632ceee0e"}) {
      const auto subject = object({tlp_id(Tlp::kGreen), std::string("marking-definition--") + id});
      Facts facts = facts_of(subject);
      facts.marking = [](std::string_view) { return MarkingMeaning{Kind::kStatement, std::nullopt}; };
      CHECK(effect(*policy, "acme", facts) == Effect::kHold);
    }
  }

  TEST_CASE("policy/decide: the published TLP objects are public, an imitation is not") {
    const auto policy = members();
    for (unsigned i = 0; i < 5; ++i) {
      const auto definition = stix::Object::parse(stix::tlp_marking_object(static_cast<Tlp>(i)));
      REQUIRE(definition.ok());
      Facts facts = facts_of(definition.value());
      facts.baseline_tlp = "TLP:RED";
      facts.hops_left = 0;
      CHECK(effect(*policy, "us-isac", facts) == Effect::kPermit);
    }
    const auto extension = stix::Object::parse(stix::tlp_extension_definition());
    CHECK(effect(*policy, "us-isac", facts_of(extension.value())) == Effect::kPermit);
    auto imitated = stix::tlp_extension_definition();
    imitated.replace(imitated.find("TLP 2.0"), 7, "Secret!");
    const auto imitation = stix::Object::parse(imitated);
    CHECK(effect(*policy, "us-isac", facts_of(imitation.value())) == Effect::kDeny);

    auto wrong = stix::tlp_marking_object(Tlp::kClear);
    wrong.replace(wrong.find("\"clear\""), 7, "\"amber\"");
    const auto mismatch = stix::Object::parse(wrong);
    CHECK(effect(*policy, "acme", facts_of(mismatch.value())) == Effect::kHold);
  }

  TEST_CASE("policy/decide: a statement travels with its users unless it is marked itself") {
    const auto policy = members();
    const std::string statement = ",\"definition_type\":\"statement\",\"definition\":{\"statement\":\"(c) us\"}";
    const auto plain = object({}, statement, kForeign);
    const auto amber = object({tlp_id(Tlp::kAmber)}, statement, kForeign);
    const auto other = object({}, ",\"definition_type\":\"house\",\"definition\":{}", kForeign);
    CHECK(policy->effective_marking(facts_of(plain)).tlp == Tlp::kClear);
    CHECK(effect(*policy, "us-isac", facts_of(plain)) == Effect::kPermit);
    CHECK(effect(*policy, "us-isac", facts_of(amber)) == Effect::kDeny);
    CHECK(policy->effective_marking(facts_of(other)).unmarked);
    CHECK(effect(*policy, "us-isac", facts_of(other)) == Effect::kDeny);
  }

  TEST_CASE("policy/decide: no hop left means no hop") {
    const auto policy = members();
    const auto clear = marked(Tlp::kClear);
    Facts facts = facts_of(clear);
    facts.hops_left = 1;
    CHECK(effect(*policy, "acme", facts) == Effect::kPermit);
    facts.hops_left = 0;
    CHECK(effect(*policy, "acme", facts) == Effect::kDeny);
  }

  TEST_CASE("policy/decide: an agreement covers its types, collections and ceiling") {
    const std::string terms = "[[agreement]]\nid = \"mou\"\nparty = \"us-isac\"\n";
    const auto green = marked(Tlp::kGreen), amber = marked(Tlp::kAmber);
    Facts facts = facts_of(green);
    CHECK(effect(*members(terms), "us-isac", facts) == Effect::kPermit);
    CHECK(effect(*members(terms + "tlp_ceiling = \"TLP:CLEAR\"\n"), "us-isac", facts) == Effect::kDeny);
    CHECK(effect(*members(terms + "types = [\"indicator\"]\n"), "us-isac", facts) == Effect::kPermit);
    CHECK(effect(*members(terms + "types = [\"report\"]\n"), "us-isac", facts) == Effect::kDeny);
    CHECK(effect(*members(terms + "collections = [\"weekly\"]\n"), "us-isac", facts) == Effect::kPermit);
    CHECK(effect(*members(terms + "collections = [\"other\"]\n"), "us-isac", facts) == Effect::kDeny);
    // The default ceiling is GREEN.
    facts.object = amber.get();
    facts.onward_consent = true;
    CHECK(effect(*members(terms), "us-isac", facts) == Effect::kDeny);
    CHECK(effect(*members(terms + "tlp_ceiling = \"TLP:AMBER\"\n"), "us-isac", facts) == Effect::kPermit);
  }

  TEST_CASE("policy/decide: an agreement with one party is none with another") {
    const auto policy = members(party("eu-isac", "peer-isac") + "[[agreement]]\nid = \"mou\"\nparty = \"eu-isac\"\n");
    const auto green = marked(Tlp::kGreen);
    CHECK(effect(*policy, "us-isac", facts_of(green)) == Effect::kDeny);
    CHECK(effect(*policy, "eu-isac", facts_of(green)) == Effect::kPermit);
  }

  TEST_CASE("policy/decide: a consent covers its source, collection and objects") {
    const std::string terms =
        "[[agreement]]\nid = \"mou\"\nparty = \"us-isac\"\ntlp_ceiling = \"TLP:AMBER\"\n"
        "[[consent]]\nid = \"ok\"\nto = \"us-isac\"\nsource = \"acme\"\n";
    const auto amber = marked(Tlp::kAmber);
    Facts facts = facts_of(amber);
    facts.source = "acme";
    CHECK(effect(*members(terms), "us-isac", facts) == Effect::kPermit);
    CHECK(effect(*members(terms + "objects = [\"" + kId + "\"]\n"), "us-isac", facts) == Effect::kPermit);
    CHECK(effect(*members(terms + "objects = [\"report--01234567-89ab-4def-8123-456789abcdef\"]\n"), "us-isac",
                 facts) == Effect::kDeny);
    CHECK(effect(*members(terms + "collections = [\"weekly\"]\n"), "us-isac", facts) == Effect::kPermit);
    CHECK(effect(*members(terms + "collections = [\"other\"]\n"), "us-isac", facts) == Effect::kDeny);
    facts.source = "beta";
    CHECK(effect(*members(terms), "us-isac", facts) == Effect::kDeny);
    facts.source = "";
    CHECK(effect(*members(terms), "us-isac", facts) == Effect::kDeny);
  }

  TEST_CASE("policy/decide: AMBER of a source that is no party any more stays") {
    const auto policy = members();
    const auto amber = marked(Tlp::kAmber), green = marked(Tlp::kGreen);
    Facts facts = facts_of(amber);
    facts.source = "gone";
    CHECK(effect(*policy, "acme", facts) == Effect::kDeny);
    facts.object = green.get();
    CHECK(effect(*policy, "acme", facts) == Effect::kPermit);
  }

  TEST_CASE("policy/decide: deny wins over hold, and a rule's conditions all count") {
    const auto clear = marked(Tlp::kClear, ",\"labels\":[\"x\",\"licence:shop\"]");
    Facts facts = facts_of(clear);
    const std::string rule = "[[rule]]\nid = \"r\"\neffect = \"deny\"\n";
    const auto hit = [&](const std::string& conditions, std::string_view party = "acme") {
      return effect(*members(rule + conditions + "\n"), party, facts) == Effect::kDeny;
    };
    CHECK(hit(""));
    CHECK(hit("kinds = [\"member\"]"));
    CHECK_FALSE(hit("kinds = [\"vendor\", \"peer-isac\"]"));
    CHECK(hit("classes = [\"silver\"]"));
    CHECK_FALSE(hit("classes = [\"silver\"]", "beta"));
    CHECK(hit("groups = [\"vuln-swg\", \"sbom-tf\"]"));
    CHECK_FALSE(hit("groups = [\"vuln-swg\"]", "beta"));
    CHECK(hit("parties = [\"acme\"]"));
    CHECK_FALSE(hit("parties = [\"beta\"]"));
    CHECK(hit("types = [\"indicator\"]"));
    CHECK_FALSE(hit("types = [\"report\"]"));
    CHECK(hit("collections = [\"weekly\"]"));
    CHECK_FALSE(hit("collections = [\"other\"]"));
    CHECK(hit("labels = [\"licence:shop\"]"));
    CHECK_FALSE(hit("labels = [\"licence\"]"));
    CHECK(hit("sources = [\"self\"]"));
    CHECK_FALSE(hit("sources = [\"beta\"]"));
    CHECK_FALSE(hit("kinds = [\"member\"]\ntypes = [\"report\"]"));
    const auto both = members(rule + "[[rule]]\nid = \"h\"\neffect = \"hold\"\n");
    CHECK(effect(*both, "acme", facts) == Effect::kDeny);
    CHECK(effect(*members("[[rule]]\nid = \"h\"\neffect = \"hold\"\n"), "acme", facts) == Effect::kHold);
  }

  TEST_CASE("policy/decide: a label in a restriction means it and tighter, in a grant it and looser") {
    const auto deny = members("[[rule]]\nid = \"r\"\neffect = \"deny\"\ntlp = [\"TLP:GREEN\"]\n");
    const auto clear = marked(Tlp::kClear), green = marked(Tlp::kGreen), amber = marked(Tlp::kAmber);
    CHECK(effect(*deny, "acme", facts_of(clear)) == Effect::kPermit);
    CHECK(effect(*deny, "acme", facts_of(green)) == Effect::kDeny);
    CHECK(effect(*deny, "acme", facts_of(amber)) == Effect::kDeny);

    const std::string need = kHead +
                             "[tlp.member]\nCLEAR = \"permit\"\nGREEN = \"need-to-know\"\nAMBER = \"need-to-know\"\n" +
                             party("acme", "member") + "[[rule]]\nid = \"r\"\neffect = \"need-to-know\"\n";
    const auto up_to_green = compiled(need + "tlp = [\"TLP:GREEN\"]\n");
    CHECK(effect(*up_to_green, "acme", facts_of(green)) == Effect::kPermit);
    CHECK(effect(*up_to_green, "acme", facts_of(amber)) == Effect::kDeny);
    const auto up_to_amber = compiled(need + "tlp = [\"TLP:AMBER\"]\n");
    CHECK(effect(*up_to_amber, "acme", facts_of(green)) == Effect::kPermit);
    CHECK(effect(*up_to_amber, "acme", facts_of(amber)) == Effect::kPermit);
  }

  TEST_CASE("policy/decide: the chain of reasons names its lines") {
    const auto policy = members(
        "[[agreement]]\nid = \"mou\"\nparty = \"us-isac\"\n"
        "[[rule]]\nid = \"stop\"\neffect = \"deny\"\nparties = [\"beta\"]\nreason = \"Under dispute.\"\n");
    const auto green = marked(Tlp::kGreen);
    const auto permitted = decide(*policy, "us-isac", facts_of(green));
    REQUIRE(permitted.reasons.size() == 3);
    CHECK(permitted.reasons[0].text == "Its tightest marking is TLP:GREEN.");
    CHECK(permitted.reasons[0].rule == "built-in");
    CHECK(permitted.reasons[1].text == "Agreement mou covers it.");
    CHECK(permitted.reasons[1].rule ==
          "policy.toml:" + std::to_string(policy->policy().agreements[0].line));
    CHECK(permitted.reasons[2].text == "TLP:GREEN may go to peer-isac.");
    CHECK(permitted.reasons[2].rule == "tlp.peer-isac");
    const auto denied = decide(*policy, "beta", facts_of(green));
    REQUIRE(denied.reasons.size() == 2);
    CHECK(denied.reasons[1].text == "Rule stop denies it: Under dispute.");
    CHECK(denied.reasons[1].rule == "policy.toml:" + std::to_string(policy->policy().rules[0].line));
  }

  TEST_CASE("policy/decide: public ids") {
    const auto policy = compiled("[policy]\norganisation = \"x\"\npublic_ids = "
                                 "[\"attack-pattern--01234567-89ab-4def-8123-456789abcdef\"]\n");
    CHECK(policy->is_public_id("attack-pattern--01234567-89ab-4def-8123-456789abcdef"));
    CHECK_FALSE(policy->is_public_id("attack-pattern--11234567-89ab-4def-8123-456789abcdef"));
    CHECK(policy->is_public_id(tlp_id(Tlp::kRed)));
    CHECK(policy->is_public_id("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"));
    CHECK(policy->is_public_id(stix::kTlpExtensionId));
  }

  TEST_CASE("policy/alike: each thing that a decision looks at tells two objects apart") {
    const std::string level = ",\"extensions\":{\"" + std::string(stix::kSharingExtensionId) + "\":{\"level\":\"";
    const auto policy = compiled(kHead + tables() + party("acme", "member", "class = \"silver\"") +
                                 "[[consent]]\nid = \"c\"\nsource = \"self\"\nto = \"acme\"\nobjects = [\"" + kId + "\"]\n"
                                 "[[rule]]\nid = \"r\"\neffect = \"hold\"\nlabels = [\"x\"]\nreason = \"x\"\n");
    const auto base = marked(Tlp::kGreen);
    struct Try {
      std::string what;
      stix::ObjectPtr object;
      std::function<void(Facts&)> change;
    };
    const auto same = [](Facts&) {};
    const std::vector<Try> tries{
        {"type", object({tlp_id(Tlp::kGreen)}, "", "malware--01234567-89ab-4def-8123-456789abcdef"), same},
        {"id, where a consent names objects", object({tlp_id(Tlp::kGreen)}, "", "indicator--01234568-89ab-4def-8123-456789abcdef"), same},
        {"label", marked(Tlp::kAmber), same},
        {"no label", object({}), same},
        {"granular marking", marked(Tlp::kGreen, granular(Tlp::kRed)), same},
        {"unknown marking", object({tlp_id(Tlp::kGreen), "marking-definition--aaaaaaaa-89ab-4def-8123-456789abcdef"}), same},
        {"rules met", marked(Tlp::kGreen, ",\"labels\":[\"x\"]"), same},
        {"level", marked(Tlp::kGreen, level + "critical\"}}"), same},
        {"embargo", marked(Tlp::kGreen, level + "caution\",\"embargo_until\":\"2030-01-01T00:00:00Z\"}}"), same},
        {"unclear embargo", marked(Tlp::kGreen, level + "caution\",\"embargo_until\":\"later\"}}"), same},
        {"source", base, [](Facts& f) { f.source = "acme"; }},
        {"collection", base, [](Facts& f) { f.collection = "other"; }},
        {"baseline", base, [](Facts& f) { f.baseline_tlp = "TLP:AMBER"; }},
        {"membership", base, [](Facts& f) { f.membership_scope = !f.membership_scope; }},
        {"consent of the source", base, [](Facts& f) { f.onward_consent = !f.onward_consent; }},
        {"hops", base, [](Facts& f) { f.hops_left = 1; }},
        {"approvals", base, [](Facts& f) { ++f.approvals; }},
    };
    const auto judged = [&](const stix::ObjectPtr& object, const std::function<void(Facts&)>& change) {
      Facts facts;
      facts.object = object.get();
      facts.collection = "weekly";
      change(facts);
      return std::pair(facts, policy->judge_marking(facts));
    };
    const auto twin = marked(Tlp::kGreen, ",\"name\":\"other\"");
    auto one = judged(base, same), again = judged(twin, same);
    one.first.judged = &one.second;
    again.first.judged = &again.second;
    CHECK(policy->alike(one.first, again.first));
    for (const Try& each : tries) {
      CAPTURE(each.what);
      auto other = judged(each.object, each.change);
      other.first.judged = &other.second;
      CHECK_FALSE(policy->alike(one.first, other.first));
    }
  }
}

}  // namespace
}  // namespace sekisho::policy
