// What rules may ask: every condition met and not met, roles and assessments over time, rules that never decide.
#include "fixture.h"

namespace sekisho::policy {
namespace {

using stix::Tlp;

const std::string kVocabulary = R"([policy]
organisation = "Example ISAC"
classes = ["silver"]
groups = ["swg"]
roles = ["oem", "tier1"]
)";

std::shared_ptr<const Compiled> with_rule(const std::string& rule, const std::string& of_party = {}) {
  return compiled(kVocabulary + tables() + party("acme", "member", of_party) + "[[rule]]\nid = \"r\"\neffect = \"deny\"\n" + rule);
}

/// A GREEN report with these members and sharing facts.
stix::ObjectPtr report(const std::string& members, const std::string& facts = {}, std::vector<std::string> markings = {}) {
  markings.push_back(tlp_id(Tlp::kGreen));
  std::string more = members;
  if (!facts.empty()) {
    more += ",\"extensions\":{\"" + std::string(stix::kSharingExtensionId) + "\":{\"extension_type\":\"property-extension\"," +
            facts + "}}";
  }
  return object(markings, more, "report--01234567-89ab-4def-8123-456789abcdef");
}

bool denied(const std::string& rule, const stix::ObjectPtr& subject, const stix::MarkingMeaning& meaning = {}) {
  Facts facts = facts_of(subject);
  facts.marking = [meaning](std::string_view) { return std::optional(meaning); };
  return effect(*with_rule(rule), "acme", facts) == Effect::kDeny;
}

struct Case {
  std::string rule;
  std::vector<stix::ObjectPtr> met, not_met;
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("policy/rule: each condition on the object, met and not met") {
    const auto bare = report("");
    const std::vector<Case> cases = {
        {"objects = [\"report--01234567-89ab-4def-8123-456789abcdef\"]", {bare}, {marked(Tlp::kGreen)}},
        {"levels = [\"critical\"]", {report("", R"("level":"critical")"), report("", R"("level":" CRITICAL")"), report("", R"("level":"ｃritical")")}, {bare, report("", R"("level":"caution")")}},
        {"report_kinds = [\"industry-trend\"]", {report("", R"("kind":"industry-trend")")}, {bare}},
        {"sectors = [\"automotive\", \"energy\"]", {report("", R"("sectors":["x","energy"])")}, {bare, report("", R"("sectors":["x"])")}},
        {"products = [\"ECU 7\"]", {report("", R"("products":["ECU 7"])"), report("", R"("products":["ecu  7"])")}, {bare, report("", R"("products":["ECU 8"])")}},
        {"verification = [\"unverified\"]", {bare, report("", R"("verification":"unverified")")},
         {report("", R"("verification":"confirmed")")}},
        {"verification = [\"refuted\"]", {report("", R"("verification":"refuted")")}, {bare}},
        {"confidence_below = 50", {bare, report(",\"confidence\":49"), report(",\"confidence\":0")}, {report(",\"confidence\":50")}},
        {"languages = [\"ja\"]", {report(",\"lang\":\"ja\""), report(",\"lang\":\"JA-jp\"")},
         {bare, report(",\"lang\":\"jav\""), report(",\"lang\":\"en\"")}},
        {"languages = [\"en\"]", {bare}, {report(",\"lang\":\"ja\"")}},
        {"languages = [\"*\"]", {bare, report(",\"lang\":\"ja\"")}, {}},
        {"exercise = true", {report("", R"("exercise":true)")}, {bare, report("", R"("exercise":false)"), report("", R"("exercise":"true")")}},
        {"labels = [\"Board-Only\"]", {report(",\"labels\":[\"board-only \"]"), report(",\"labels\":[\"b\",\"ＢＯＡＲＤ-ＯＮＬＹ\"]")}, {bare, report(",\"labels\":[\"board\"]")}},
        {"labels = [\"a\"]", {report(",\"labels\":[\"b\",\"a\"]")}, {bare, report(",\"labels\":{\"a\":\"a\"}")}},
        {"pap = [\"PAP:AMBER\"]",
         {report("", "", {std::string(stix::pap_marking_id(stix::Pap::kAmber))}),
          report("", "", {std::string(stix::pap_marking_id(stix::Pap::kRed))})},
         {bare}},
        {"schemes = [\"iep\", \"pap\"]", {report("", "", {std::string(stix::pap_marking_id(stix::Pap::kClear))})}, {bare}},
    };
    for (const Case& each : cases) {
      CAPTURE(each.rule);
      for (const auto& subject : each.met) CHECK(denied(each.rule, subject));
      for (const auto& subject : each.not_met) CHECK_FALSE(denied(each.rule, subject));
    }
    // A looser PAP level than asked is not denied, only not understood.
    const auto green = report("", "", {std::string(stix::pap_marking_id(stix::Pap::kGreen))});
    CHECK_FALSE(denied("pap = [\"PAP:AMBER\"]", green));
  }

  TEST_CASE("policy/rule: markings that are no published ids speak through their definition") {
    const auto subject = report("", "", {"marking-definition--aaaaaaaa-89ab-4def-8123-456789abcdef"});
    stix::MarkingMeaning pap;
    pap.scheme = stix::MarkingScheme::kPap;
    CHECK(denied("pap = [\"PAP:RED\"]", subject, pap));  // no clear level: as tight as can be
    pap.pap = stix::Pap::kGreen;
    CHECK_FALSE(denied("pap = [\"PAP:AMBER\"]", subject, pap));
    CHECK(denied("pap = [\"PAP:CLEAR\"]", subject, pap));
    stix::MarkingMeaning iep;
    iep.scheme = stix::MarkingScheme::kIep;
    iep.iep = {"unmodified_resale=must-not", "tlp=green"};
    CHECK(denied("iep = [\"unmodified_resale=must-not\"]", subject, iep));
    CHECK_FALSE(denied("iep = [\"unmodified_resale=may\"]", subject, iep));
    stix::MarkingMeaning chatham;
    chatham.scheme = stix::MarkingScheme::kChathamHouse;
    CHECK(denied("schemes = [\"chatham-house\"]", subject, chatham));
    CHECK_FALSE(denied("schemes = [\"acs\"]", subject, chatham));
  }

  TEST_CASE("policy/rule: a definition is never unverified or unsure") {
    const auto definition = object({tlp_id(Tlp::kGreen)}, ",\"definition_type\":\"statement\",\"definition\":{\"statement\":\"x\"}",
                                   "marking-definition--01234567-89ab-4def-8123-456789abcdef");
    CHECK_FALSE(denied("verification = [\"unverified\"]", definition));
    CHECK_FALSE(denied("confidence_below = 100", definition));
    CHECK(denied("types = [\"marking-definition\"]", definition));
  }

  TEST_CASE("policy/rule: roles, and assessments while they are in force") {
    const auto bare = report("");
    const auto effect_at = [&](const std::string& rule, const std::string& of_party, Timestamp now) {
      const auto policy = with_rule(rule, of_party);
      return effect(*policy, "acme", facts_of(bare), now);
    };
    CHECK(effect_at("roles = [\"oem\"]", "roles = [\"tier1\", \"oem\"]", kNow) == Effect::kDeny);
    CHECK(effect_at("roles = [\"oem\"]", "roles = [\"tier1\"]", kNow) == Effect::kPermit);
    CHECK(effect_at("roles = [\"oem\"]", "", kNow) == Effect::kPermit);

    const std::string rule = "without_assessments = [\"governance\"]";
    const std::string passed = "[[party.assessments]]\nname = \"governance\"\nresult = \"pass\"\nuntil = 2026-09-30\n";
    const std::string failed = "[[party.assessments]]\nname = \"governance\"\nresult = \"fail\"\n";
    CHECK(effect_at(rule, passed, kNow) == Effect::kPermit);
    CHECK(effect_at(rule, passed, at("2026-09-30T23:59:59Z")) == Effect::kPermit);
    CHECK(effect_at(rule, passed, at("2026-10-01T00:00:00Z")) == Effect::kDeny);
    CHECK(effect_at(rule, failed, kNow) == Effect::kDeny);
    const auto policy = with_rule(rule, passed);
    CHECK(policy->next_change(kNow) == at("2026-10-01T00:00:00Z"));
    CHECK(policy->audience("acme", kNow).value() != policy->audience("acme", at("2026-10-01T00:00:00Z")).value());
  }

  TEST_CASE("policy/rule: need-to-know reaches downwards in PAP too") {
    const auto policy = compiled(kVocabulary + "[tlp.member]\nCLEAR = \"need-to-know\"\nGREEN = \"need-to-know\"\n" + party("acme", "member") +
                                 "[[rule]]\nid = \"r\"\neffect = \"need-to-know\"\npap = [\"PAP:AMBER\"]\n");
    const auto with = [&](stix::Pap pap) { return effect(*policy, "acme", facts_of(report("", "", {std::string(stix::pap_marking_id(pap))}))); };
    CHECK(with(stix::Pap::kGreen) == Effect::kHold);  // needed, and then held: PAP is not enforced
    CHECK(with(stix::Pap::kRed) == Effect::kDeny);
    CHECK(effect(*policy, "acme", facts_of(report(""))) == Effect::kDeny);
  }

  TEST_CASE("policy/rule: words that do not exist are errors with the nearest one") {
    const auto complaint = [](const std::string& rule) {
      const auto loaded = load_policy(kVocabulary + tables() + party("acme", "member") + "[[rule]]\nid = \"r\"\neffect = \"deny\"\n" + rule, "p", nullptr);
      return loaded.ok() ? std::string() : loaded.error().detail;
    };
    CHECK(complaint("roles = [\"oen\"]") == "\"oen\" in \"roles\" is not known; did you mean \"oem\"?");
    CHECK(complaint("levels = [\"critcal\"]").find("did you mean \"critical\"?") != std::string::npos);
    CHECK(complaint("pap = [\"PAP:PINK\"]").find("write \"PAP:CLEAR\"") != std::string::npos);
    CHECK(complaint("schemes = [\"chatham\"]").find("chatham-house") != std::string::npos);
    CHECK(complaint("iep = [\"tlp=pink\"]").find("is no IEP 2.0 statement") != std::string::npos);
    CHECK(complaint("confidence_below = 101").find("write 1 to 100") != std::string::npos);
    CHECK(complaint("without_assessments = [\"governance\"]").find("is not known") != std::string::npos);
    CHECK(complaint("languages = []") != "");
  }

  TEST_CASE("policy/rule: one that another always forestalls is told, and nothing else is") {
    const auto told = [](const std::string& first, const std::string& second) {
      std::vector<Problem> problems;
      (void)load_policy(kVocabulary + tables() + party("acme", "member", "class = \"silver\"\nroles = [\"oem\"]\ngroups = [\"swg\"]") +
                            "[[rule]]\nid = \"a\"\n" + first + "[[rule]]\nid = \"b\"\n" + second,
                        "p", &problems);
      std::string out;
      for (const Problem& problem : problems) {
        const auto place = problem.message.find(" never decides");
        if (place != std::string::npos) out += problem.message.substr(0, place);
      }
      return out;
    };
    const std::string deny = "effect = \"deny\"\n", hold = "effect = \"hold\"\n", need = "effect = \"need-to-know\"\n";
    CHECK(told(deny, deny) == "rule \"b\"");
    CHECK(told(deny + "types = [\"report\", \"note\"]\n", hold + "types = [\"note\"]\n") == "rule \"b\"");
    CHECK(told(hold + "types = [\"note\"]\n", deny + "types = [\"report\", \"note\"]\n") == "rule \"a\"");
    CHECK(told(hold, deny + "types = [\"note\"]\n") == "");
    CHECK(told(deny + "types = [\"note\"]\n", deny) == "rule \"a\"");
    CHECK(told(deny, need) == "rule \"b\"");
    CHECK(told(deny + "tlp = [\"TLP:GREEN\"]\n", deny + "tlp = [\"TLP:AMBER\"]\n") == "rule \"b\"");
    CHECK(told(deny + "tlp = [\"TLP:RED\"]\n", deny + "tlp = [\"TLP:AMBER\"]\n") == "rule \"a\"");
    CHECK(told(deny + "pap = [\"PAP:GREEN\"]\n", deny) == "rule \"a\"");
    CHECK(told(deny + "roles = [\"oem\"]\n", deny + "classes = [\"silver\"]\n") == "");
    CHECK(told(deny + "until = 2027-01-01\n", deny) == "rule \"a\"");
    CHECK(told(deny + "until = 2027-01-01\n", deny + "until = 2028-01-01\nfrom = 2026-12-01\n") == "");
    CHECK(told(deny + "confidence_below = 50\n", deny + "confidence_below = 20\n") == "rule \"b\"");
    CHECK(told(deny + "exercise = true\n", deny + "exercise = true\nlevels = [\"critical\"]\n") == "rule \"b\"");
    CHECK(told(deny + "levels = [\"critical\"]\n", deny + "exercise = true\n") == "");
  }
}

}  // namespace sekisho::policy
