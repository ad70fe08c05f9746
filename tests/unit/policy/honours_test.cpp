// Markings that a recipient has undertaken to honour: PAP, the Chatham House rule, IEP.
#include "fixture.h"

namespace sekisho::policy {
namespace {

using stix::MarkingScheme;
using stix::Tlp;

const std::string kMark = "marking-definition--aaaaaaaa-89ab-4def-8123-456789abcdef";

/// A marking-definition with these members.
stix::ObjectPtr definition(const std::string& members, const std::string& id = kMark) {
  auto parsed = stix::Object::parse("{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"" + id +
                                    "\",\"created\":\"2026-01-01T00:00:00.000Z\"," + members + "}");
  REQUIRE_MESSAGE(parsed.ok(), members);
  return parsed.value();
}
std::string extension(std::string_view id, const std::string& members) {
  return "\"extensions\":{\"" + std::string(id) + "\":{\"extension_type\":\"property-extension\"," + members + "}}";
}
const std::string kPap = extension(stix::kPapExtensionId, "\"pap\":\"amber\"");
const std::string kChathamHouse = R"("definition_type":"statement","definition":{"statement":"Chatham House Rule"})";
std::string iep(const std::string& tlp = "white", const std::string& attribution = "may", const std::string& resale = "may",
                const std::string& more = "") {
  return extension(stix::kIepExtensionId,
                   "\"iep_version\":2.0,\"iep_id\":\"01234567-89ab-4def-8123-456789abcdef\",\"name\":\"n\",\"encrypt_in_transit\":\"must\","
                   "\"permitted_actions\":\"none\",\"affected_party_notifications\":\"may\",\"tlp\":\"" + tlp +
                       "\",\"provider_attribution\":\"" + attribution + "\",\"unmodified_resale\":\"" + resale +
                       "\",\"start_date\":\"2026-01-01T00:00:00Z\"" + more);
}

std::shared_ptr<const Compiled> policy(const std::string& honours = R"("pap", "chatham-house", "iep")", const std::string& more = {}) {
  const std::string line = "honours = [" + honours + "]";
  return compiled(kHead + tables() + party("acme", "member", line) + party("gov", "government", line) + party("plain", "member") +
                  party("giver", "member") + "[[agreement]]\nid = \"m\"\nparty = \"gov\"\n" + more);
}

/// A GREEN object that also carries the definition, whole or on its description.
struct Subject {
  explicit Subject(const std::string& members, bool whole = true, const std::string& type = "report", const std::string& id = kMark)
      : mark(definition(members, id)) {
    const std::string part = ",\"description\":\"d\",\"granular_markings\":[{\"marking_ref\":\"" + id + "\",\"selectors\":[\"description\"]}]";
    std::vector<std::string> ids{tlp_id(Tlp::kGreen)};
    if (whole) ids.push_back(id);
    subject = object(ids, whole ? "" : part, type + "--01234567-89ab-4def-8123-456789abcdef");
    facts = facts_of(subject);
    facts.marking = [this, id](std::string_view asked) {
      return asked == id ? std::optional(stix::meaning_of(*mark)) : std::nullopt;
    };
  }
  Subject(const Subject&) = delete;
  stix::ObjectPtr mark, subject;
  Facts facts;
};

Effect effect(const Compiled& rules, std::string_view party, const Subject& subject, Timestamp now = kNow) {
  return decide(rules, party, subject.facts, now).effect;
}
std::string last(const Decision& decision) { return decision.reasons.back().text; }

TEST_SUITE("unit") {
  TEST_CASE("policy/honours: a scheme passes to who has undertaken it, and to nobody else") {
    for (const auto& [members, word] : std::vector<std::pair<std::string, std::string>>{
             {kPap, "pap"}, {kChathamHouse, "chatham-house"}, {iep(), "iep"}, {R"("definition_type":"statement","definition":{"statement":"PAP:AMBER"})", "pap"}}) {
      CAPTURE(members);
      for (const bool whole : {true, false}) {
        const Subject subject(members, whole);
        CHECK(effect(*policy(), "plain", subject) == Effect::kHold);
        CHECK(last(decide(*policy(), "plain", subject.facts)) ==
              "Marking " + kMark + " asks for what this party has not undertaken to honour (" + word + ").");
        const Effect passes = word == "chatham-house" ? Effect::kRedact : Effect::kPermit;
        CHECK(effect(*policy(), "acme", subject) == passes);
        CHECK(effect(*policy("\"" + word + "\""), "acme", subject) == passes);
        for (const std::string other : {"pap", "chatham-house", "iep"}) {
          if (other != word) CHECK(effect(*policy("\"" + other + "\""), "acme", subject) == Effect::kHold);
        }
      }
    }
  }

  TEST_CASE("policy/honours: what says more than the scheme, or not all of it, is held") {
    const std::string two = R"("name":"Chatham House",)" + kPap;
    for (const std::string& members :
         {extension(stix::kPapExtensionId, "\"pap\":\"purple\""), extension(stix::kPapExtensionId, "\"pap\":\"amber\",\"until\":\"now\""),
          R"("name":"PAP:RED",)" + kPap, two, R"("name":"PAP:RED",)" + iep(), iep("white", "may", "may", ",\"external_reference\":\"https://x\""),
          iep("amber+strict"), iep("white", "may", "may", ",\"end_date\":\"never\""), iep("white", "shall"),
          kChathamHouse + R"(,"extensions":{"extension-definition--01234567-89ab-4def-8123-456789abcdef":{"extension_type":"property-extension"}})",
          extension(stix::kAcsExtensionId, "\"x\":\"y\""), std::string(R"("definition_type":"iep","definition":{})")}) {
      CAPTURE(members);
      CHECK(effect(*policy(), "acme", Subject(members)) == Effect::kHold);
      CHECK(effect(*policy(), "acme", Subject(members, false)) == Effect::kHold);
    }
    // Of a published id the definition must be at hand, and say the same.
    const std::string red(stix::pap_marking_id(stix::Pap::kRed));
    CHECK(effect(*policy(), "acme", Subject(extension(stix::kPapExtensionId, "\"pap\":\"red\""), true, "report", red)) == Effect::kPermit);
    CHECK(effect(*policy(), "acme", Subject(kPap, true, "report", red)) == Effect::kHold);
    Subject missing(kPap, true, "report", red);
    missing.facts.marking = nullptr;
    CHECK(effect(*policy(), "acme", missing) == Effect::kHold);
  }

  TEST_CASE("policy/honours: one marking that is not honoured is enough") {
    const Subject subject(kPap);
    const std::string strange = "marking-definition--bbbbbbbb-89ab-4def-8123-456789abcdef";
    const auto both = object({tlp_id(Tlp::kGreen), kMark, strange}, "", "report--01234567-89ab-4def-8123-456789abcdef");
    Facts facts = subject.facts;
    facts.object = both.get();
    CHECK(decide(*policy(), "acme", facts).effect == Effect::kHold);
  }

  TEST_CASE("policy/honours: Chatham House goes without the names of the source") {
    const Subject subject(kChathamHouse);
    const auto rules = policy();
    const Decision decision = decide(*rules, "acme", subject.facts);
    REQUIRE(decision.effect == Effect::kRedact);
    REQUIRE(decision.profiles.size() == 1);
    CHECK(decision.profiles[0]->change.id == kAttributionProfile);
    CHECK(decision.profiles[0]->change.strip_attribution);
    Subject indicator(kChathamHouse, true, "indicator");
    CHECK(effect(*policy(), "acme", indicator) == Effect::kPermit);  // our own: there is no source to hide
    indicator.facts.source = "giver";
    CHECK(effect(*policy(), "acme", indicator) == Effect::kHold);
  }

  TEST_CASE("policy/honours: the statements of an IEP policy") {
    const Subject hidden(iep("white", "must-not"));
    CHECK(effect(*policy(), "acme", hidden) == Effect::kRedact);
    const auto rules = policy();
    CHECK(decide(*rules, "acme", hidden.facts).profiles.at(0)->change.id == kAttributionProfile);
    const Subject resale(iep("white", "may", "must-not"));
    CHECK(effect(*policy(), "acme", resale) == Effect::kPermit);
    CHECK(effect(*policy(), "gov", resale) == Effect::kDeny);
    CHECK(last(decide(*policy(), "gov", resale.facts)) == "Its IEP policy says unmodified_resale=must-not, so it never goes to government.");
    const Subject named(iep("white", "must"));
    CHECK(effect(*policy(), "gov", named) == Effect::kPermit);
    const std::string strip = "[[profile]]\nid = \"p\"\nfrom = 2026-01-01\nattribution = \"strip\"\n[[rule]]\nid = \"r\"\neffect = \"redact\"\nprofile = \"p\"\n";
    CHECK(effect(*policy("\"iep\"", strip), "acme", named) == Effect::kHold);
    CHECK(effect(*policy("\"iep\"", strip), "acme", resale) == Effect::kRedact);
  }

  TEST_CASE("policy/honours: the label of an IEP policy only tightens") {
    CHECK(effect(*policy(), "acme", Subject(iep("red"))) == Effect::kDeny);
    CHECK(effect(*policy(), "gov", Subject(iep("amber"))) == Effect::kDeny);  // no consent
    CHECK(effect(*policy(), "acme", Subject(iep("amber"))) == Effect::kPermit);
    CHECK(effect(*policy(), "acme", Subject(iep("white"))) == Effect::kPermit);
    CHECK(effect(*policy(), "acme", Subject(iep("red"), false)) == Effect::kDeny);
    CHECK(policy()->effective_marking(Subject(iep("white")).facts).tlp == Tlp::kGreen);
    CHECK(policy()->effective_marking(Subject(iep("amber")).facts).tlp == Tlp::kAmber);
  }

  TEST_CASE("policy/honours: an IEP policy holds between its dates") {
    const Subject subject(iep("white", "may", "may", ",\"end_date\":\"2026-10-01T00:00:00Z\""));
    const Timestamp begin = at("2026-01-01T00:00:00Z"), end = at("2026-10-01T00:00:00Z");
    const auto rules = policy();
    CHECK(effect(*rules, "acme", subject, begin.plus_micros(-1)) == Effect::kHold);
    CHECK(decide(*rules, "acme", subject.facts, begin.plus_micros(-1)).again == begin);
    CHECK(effect(*rules, "acme", subject, begin) == Effect::kPermit);
    CHECK(decide(*rules, "acme", subject.facts, begin).again == end);
    CHECK(effect(*rules, "acme", subject, end.plus_micros(-1)) == Effect::kPermit);
    CHECK(effect(*rules, "acme", subject, end) == Effect::kHold);
    CHECK_FALSE(decide(*rules, "acme", subject.facts, end).again);
  }

  TEST_CASE("policy/honours: definitions that say nothing else travel as CLEAR") {
    for (const std::string& members : {kPap, kChathamHouse, iep()}) {
      const auto mark = definition(members);
      CHECK(policy()->effective_marking(facts_of(mark)).tlp == Tlp::kClear);
    }
    const auto acs = definition(extension(stix::kAcsExtensionId, "\"x\":\"y\""));
    CHECK(policy()->effective_marking(facts_of(acs)).tlp == Tlp::kAmber);
  }
}

}  // namespace
}  // namespace sekisho::policy
