// Licences keep content inside, import rules keep it outside.
#include <algorithm>

#include "fixture.h"

namespace sekisho::policy {
namespace {

using stix::Tlp;
using Import = ImportDecision::Effect;

const std::string kTables = "[tlp.member]\nCLEAR = \"permit\"\nGREEN = \"permit\"\n[tlp.peer-isac]\nCLEAR = \"permit\"\n"
                            "GREEN = \"agreement\"\n[tlp.vendor]\nCLEAR = \"permit\"\n[tlp.supplier]\nCLEAR = \"permit\"\n";
const std::string kFeed = "[[licence]]\nid = \"shop\"\nresale = \"must-not\"\n"
                          "[[party]]\nid = \"feed\"\nkind = \"vendor\"\nsigns = false\nwrite = [\"w\"]\nlicence = \"shop\"\n";

std::string reader(const std::string& id, const std::string& kind) {
  return "[[party]]\nid = \"" + id + "\"\nkind = \"" + kind + "\"\ncollections = [\"*\"]\n";
}
std::string agreement(const std::string& more) {
  return "[[agreement]]\nid = \"mou\"\nparty = \"p\"\n" + more + "\n";
}

Decision decide(const std::string& rows, const std::string& to, const std::string& source, Tlp tlp = Tlp::kClear) {
  const auto policy = compiled(kHead + kTables + rows);
  const auto object = marked(tlp);
  Facts facts;
  facts.object = object.get();
  facts.source = source;
  facts.collection = "w";
  return policy->decide(policy->audience(to, kNow).value(), facts, kNow);
}

Import import(const std::string& rows, const std::string& from, Tlp tlp = Tlp::kGreen,
              const std::string& marking = {}) {
  const auto policy = compiled(kHead + kTables + "[[party]]\nid = \"signer\"\nkind = \"peer-isac\"\nwrite = [\"w\"]\n" +
                               kFeed + rows);
  const auto object = marking.empty() ? marked(tlp) : sekisho::policy::object({marking});
  Facts facts;
  facts.object = object.get();
  facts.source = from;
  facts.collection = "w";
  return policy->decide_import(from, facts, kNow).effect;
}
std::string rule(const std::string& id, const std::string& effect, const std::string& more = {}) {
  return "[[import]]\nid = \"" + id + "\"\neffect = \"" + effect + "\"\n" + more + "\n";
}

std::size_t warnings(const std::string& rows) {
  std::vector<Problem> problems;
  REQUIRE(load_policy(kHead + kTables + rows, "p", &problems).ok());
  return static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), [](const Problem& p) { return !p.error; }));
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("licence: resale must-not never goes to peers, vendors and governments") {
    const std::string all = kFeed + reader("p", "peer-isac") + reader("v", "vendor") + reader("m", "member") + reader("s", "supplier");
    for (const std::string to : {"p", "v"}) {
      const auto decision = decide(all, to, "feed");
      CHECK(decision.effect == Effect::kDeny);
      CHECK(decision.reasons.back().text.find("Licence shop") != std::string::npos);
      CHECK(decide(all, to, "").effect == Effect::kPermit);
    }
    CHECK(decide(all, "m", "feed").effect == Effect::kPermit);
    CHECK(decide(all, "s", "feed").effect == Effect::kPermit);
  }

  TEST_CASE("licence: a source that is no longer listed has no known licence") {
    const std::string rows = kFeed + reader("p", "peer-isac") + reader("m", "member");
    CHECK(decide(rows, "p", "gone").effect == Effect::kDeny);
    CHECK(decide(rows, "m", "gone").effect == Effect::kPermit);
    CHECK(decide(reader("p", "peer-isac"), "p", "gone").effect == Effect::kPermit);
  }

  TEST_CASE("licence: kinds and excluded licences") {
    const std::string may = "[[licence]]\nid = \"shop\"\nresale = \"may\"\n";
    const std::string feed = "[[party]]\nid = \"feed\"\nkind = \"vendor\"\nlicence = \"shop\"\n";
    const std::string readers = reader("p", "peer-isac") + reader("m", "member");
    CHECK(decide(may + feed + readers, "p", "feed").effect == Effect::kPermit);
    CHECK(decide(may + "kinds = [\"member\"]\n" + feed + readers, "p", "feed").effect == Effect::kDeny);
    CHECK(decide(may + "kinds = [\"member\"]\n" + feed + readers, "m", "feed").effect == Effect::kPermit);
    const std::string excluding = "exclude_licences = [\"shop\"]\n";
    CHECK(decide(may + feed + readers + agreement(""), "p", "feed", Tlp::kGreen).effect == Effect::kPermit);
    CHECK(decide(may + feed + readers + agreement(excluding), "p", "feed", Tlp::kGreen).effect == Effect::kDeny);
    CHECK(decide(may + feed + readers + agreement(excluding), "p", "feed").effect == Effect::kDeny);
    CHECK(decide(may + feed + readers + agreement(excluding + "until = 2026-01-01"), "p", "feed").effect == Effect::kDeny);
    CHECK(decide(may + feed + readers + agreement(excluding), "p", "", Tlp::kGreen).effect == Effect::kPermit);
  }

  TEST_CASE("licence: errors and warnings") {
    const auto loads = [](const std::string& rows) { return load_policy(kHead + kTables + rows, "p", nullptr).ok(); };
    CHECK_FALSE(loads("[[licence]]\nid = \"a\"\n"));
    CHECK_FALSE(loads("[[licence]]\nid = \"a\"\nresale = \"no\"\n"));
    CHECK_FALSE(loads("[[licence]]\nid = \"a\"\nresale = \"must-not\"\nkinds = [\"vendor\"]\n"));
    CHECK_FALSE(loads(reader("p", "member") + "licence = \"none\"\n"));
    CHECK_FALSE(loads(reader("p", "peer-isac") + agreement("exclude_licences = [\"none\"]")));
    CHECK(warnings("[[licence]]\nid = \"a\"\nresale = \"may\"\n") == 1);
  }

  TEST_CASE("import: what signs is accepted, what does not is quarantined, unless a rule covers it") {
    CHECK(import("", "signer") == Import::kAccept);
    CHECK(import("", "feed") == Import::kQuarantine);
    CHECK(import("", "nobody") == Import::kDeny);
    CHECK(import(rule("a", "accept", "sources = [\"feed\"]"), "feed") == Import::kAccept);
    CHECK(import(rule("a", "deny", "kinds = [\"peer-isac\"]"), "signer") == Import::kDeny);
    CHECK(import(rule("a", "deny", "kinds = [\"peer-isac\"]"), "feed") == Import::kQuarantine);
    CHECK(import(rule("a", "quarantine", "types = [\"malware\"]"), "signer") == Import::kAccept);
    CHECK(import(rule("a", "quarantine", "collections = [\"w\"]"), "signer") == Import::kQuarantine);
    CHECK(import(rule("a", "deny", "until = 2026-01-01"), "signer") == Import::kAccept);
  }

  TEST_CASE("import: the tightest rule that covers an object decides, in whatever order") {
    const std::string accept = rule("a", "accept"), hold = rule("h", "quarantine"), deny = rule("d", "deny");
    CHECK(import(accept + hold, "signer") == Import::kQuarantine);
    CHECK(import(hold + accept, "signer") == Import::kQuarantine);
    CHECK(import(deny + hold + accept, "signer") == Import::kDeny);
  }

  TEST_CASE("import: a ceiling bounds what is accepted and starts what is restricted") {
    const std::string accept = rule("a", "accept", "sources = [\"feed\"]\ntlp_ceiling = \"TLP:GREEN\"");
    CHECK(import(accept, "feed", Tlp::kGreen) == Import::kAccept);
    CHECK(import(accept, "feed", Tlp::kAmber) == Import::kQuarantine);
    const std::string deny = rule("d", "deny", "tlp_ceiling = \"TLP:AMBER\"");
    CHECK(import(deny, "signer", Tlp::kAmber) == Import::kAccept);
    CHECK(import(deny, "signer", Tlp::kAmberStrict) == Import::kDeny);
    CHECK(import(deny, "signer", Tlp::kGreen, "marking-definition--0b7e5c6a-1111-4111-8111-111111111111") == Import::kDeny);
  }

  TEST_CASE("import: markings in doubt go to quarantine, whatever accepts them") {
    const auto policy = compiled(kHead + "[[party]]\nid = \"signer\"\nkind = \"peer-isac\"\nwrite = [\"w\"]\n" + rule("a", "accept"));
    const auto denying = compiled(kHead + "[[party]]\nid = \"signer\"\nkind = \"peer-isac\"\nwrite = [\"w\"]\n" + rule("a", "deny"));
    const std::string strange = "marking-definition--0b7e5c6a-1111-4111-8111-111111111111";
    const auto judged = [&](const stix::ObjectPtr& object, std::optional<stix::MarkingMeaning> meaning) {
      Facts facts = facts_of(object);
      facts.marking = [meaning](std::string_view) { return meaning; };
      CHECK(denying->decide_import("signer", facts, kNow).effect == Import::kDeny);
      return policy->decide_import("signer", facts, kNow);
    };
    const stix::MarkingMeaning statement{stix::MarkingMeaning::Kind::kStatement, std::nullopt, stix::MarkingScheme::kStatement};
    const stix::MarkingMeaning mismatch{stix::MarkingMeaning::Kind::kMismatch, std::nullopt, stix::MarkingScheme::kTlp};
    const stix::MarkingMeaning iep{stix::MarkingMeaning::Kind::kUnknown, std::nullopt, stix::MarkingScheme::kIep};
    CHECK(judged(marked(Tlp::kGreen), std::nullopt).effect == Import::kAccept);
    CHECK(judged(object({tlp_id(Tlp::kGreen), strange}), statement).effect == Import::kAccept);
    CHECK(judged(object({tlp_id(Tlp::kGreen), strange}), iep).effect == Import::kAccept);  // known, and held at release
    const auto undefined = judged(object({tlp_id(Tlp::kGreen), strange}), std::nullopt);
    CHECK(undefined.effect == Import::kQuarantine);
    CHECK(undefined.reason.text == "No definition of marking " + strange + " is at hand.");
    CHECK(judged(object({tlp_id(Tlp::kGreen)}, ",\"name\":\"n\",\"granular_markings\":[{\"marking_ref\":\"" + strange + "\",\"selectors\":[\"name\"]}]"),
                 std::nullopt).effect == Import::kQuarantine);
    CHECK(judged(marked(Tlp::kGreen), mismatch).effect == Import::kQuarantine);
    const auto two = judged(object({tlp_id(Tlp::kGreen), tlp_id(Tlp::kAmber)}), std::nullopt);
    CHECK(two.effect == Import::kQuarantine);
    CHECK(two.reason.text == "Its object markings name two different TLP labels.");
    // The definition itself, with the id of a TLP and other content.
    auto forged = stix::Object::parse("{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"" + tlp_id(Tlp::kRed) +
                                      "\",\"created\":\"2026-01-01T00:00:00.000Z\",\"definition_type\":\"statement\",\"definition\":{\"statement\":\"x\"}}");
    REQUIRE(forged.ok());
    CHECK(judged(*forged, std::nullopt).effect == Import::kQuarantine);
  }

  TEST_CASE("import: warnings") {
    CHECK(warnings(kFeed + rule("a", "accept", "sources = [\"feed\"]")) == 1);
    CHECK(warnings(kFeed + rule("a", "deny", "kinds = [\"isac\"]")) == 1);
    CHECK(warnings(kFeed + rule("a", "quarantine", "sources = [\"feed\"]")) == 0);
    CHECK_FALSE(load_policy(kHead + rule("a", "hold"), "p", nullptr).ok());
    CHECK_FALSE(load_policy(kHead + rule("a", "deny", "sources = [\"none\"]"), "p", nullptr).ok());
  }
}

}  // namespace sekisho::policy
