// What goes only as a rendition: by whose word, by which profiles, and with which label it is judged.
#include "fixture.h"

namespace sekisho::policy {
namespace {

using stix::Tlp;

const std::string kReport = "report--01234567-89ab-4def-8123-456789abcdef";

stix::ObjectPtr report(const std::vector<std::string>& markings, const std::string& more = {}) { return object(markings, more, kReport); }
stix::ObjectPtr report(Tlp tlp, const std::string& more = {}) { return report({tlp_id(tlp)}, more); }
/// A granular marking by id, on the description.
std::string on_part(const std::string& id) {
  return ",\"description\":\"d\",\"granular_markings\":[{\"marking_ref\":\"" + id + "\",\"selectors\":[\"description\"]}]";
}
std::string facts(const std::string& members) {
  return ",\"extensions\":{\"" + std::string(stix::kSharingExtensionId) + "\":{\"extension_type\":\"property-extension\"," + members + "}}";
}

std::string profile(const std::string& id, const std::string& lines) {
  return "[[profile]]\nid = \"" + id + "\"\nfrom = 2026-04-01\n" + lines + "\n";
}
std::string rule(const std::string& id, const std::string& profile, const std::string& lines = {}) {
  return "[[rule]]\nid = \"" + id + "\"\neffect = \"redact\"\nprofile = \"" + profile + "\"\n" + lines + "\n";
}
std::string agreement(const std::string& lines = {}, const std::string& id = "m") {
  return "[[agreement]]\nid = \"" + id + "\"\nparty = \"peer\"\n" + lines + "\n";
}

std::shared_ptr<const Compiled> policy(const std::string& more) {
  return compiled(kHead + tables() + profile("low", "granular = \"TLP:GREEN\"") + profile("days", "blur = \"day\"") + party("acme", "member") +
                  party("peer", "peer-isac") + more);
}
std::string profiles(const Decision& decision) {
  std::string out;
  for (const RedactionProfile* each : decision.profiles) out += (out.empty() ? "" : " ") + each->change.id;
  return out;
}
std::string said(const Decision& decision) {
  std::string out;
  for (const Reason& reason : decision.reasons) out += reason.text + "\n";
  return out;
}

TEST_SUITE("unit") {
  TEST_CASE("policy/redact: a rule sends what it covers as a rendition") {
    const auto rules = policy(rule("r", "days", "kinds = [\"member\"]\ntypes = [\"report\"]\nreason = \"To the day.\""));
    const auto green = report(Tlp::kGreen);
    const Decision decision = decide(*rules, "acme", facts_of(green));
    CHECK(decision.effect == Effect::kRedact);
    CHECK(profiles(decision) == "days");
    CHECK(decision.profiles[0] == rules->policy().find_profile("days"));
    CHECK(said(decision) == "Its tightest marking is TLP:GREEN.\nRule r lets it go only redacted by profile days: To the day.\nTLP:GREEN may go to member.\n");
    const auto note = object({tlp_id(Tlp::kGreen)}, "", "note--01234567-89ab-4def-8123-456789abcdef");
    CHECK(effect(*rules, "acme", facts_of(note)) == Effect::kPermit);
    CHECK(decide(*rules, "acme", facts_of(note)).profiles.empty());
  }

  TEST_CASE("policy/redact: all profiles that are asked for apply, once each, by name") {
    const auto rules = policy(rule("r1", "low") + rule("r2", "days") + rule("r3", "low", "types = [\"report\"]"));
    const auto green = report(Tlp::kGreen);
    CHECK(profiles(decide(*rules, "acme", facts_of(green))) == "days low");
  }

  TEST_CASE("policy/redact: deny wins over hold, hold over redact, and then no profile is named") {
    const auto green = report(Tlp::kGreen);
    const auto held = policy(rule("r", "days") + "[[rule]]\nid = \"h\"\neffect = \"hold\"\n");
    CHECK(effect(*held, "acme", facts_of(green)) == Effect::kHold);
    CHECK(decide(*held, "acme", facts_of(green)).profiles.empty());
    const auto denied = policy(rule("r", "days") + "[[rule]]\nid = \"d\"\neffect = \"deny\"\n");
    CHECK(effect(*denied, "acme", facts_of(green)) == Effect::kDeny);
    CHECK(effect(*policy(rule("r", "days")), "peer", facts_of(green)) == Effect::kDeny);  // no agreement
  }

  TEST_CASE("policy/redact: what is left is judged: granular markings above the profile's label no longer count") {
    const auto rules = policy(rule("r", "low") + agreement());
    const auto inside = report(Tlp::kClear, on_part(tlp_id(Tlp::kRed)));
    CHECK(effect(*policy(""), "acme", facts_of(inside)) == Effect::kDeny);
    CHECK(effect(*rules, "acme", facts_of(inside)) == Effect::kRedact);
    CHECK(said(decide(*rules, "acme", facts_of(inside))).find("Without its parts above TLP:GREEN it is TLP:CLEAR.") != std::string::npos);
    CHECK(effect(*rules, "peer", facts_of(inside)) == Effect::kRedact);
    // What stays counts.
    const auto green = report(Tlp::kClear, on_part(tlp_id(Tlp::kGreen)));
    CHECK(effect(*policy(rule("r", "low")), "peer", facts_of(green)) == Effect::kDeny);
    // The whole object's marking always counts, and so does the collection's.
    const auto amber = report(Tlp::kAmber, on_part(tlp_id(Tlp::kRed)));
    CHECK(effect(*rules, "peer", facts_of(amber)) == Effect::kDeny);
    Facts based = facts_of(inside);
    based.baseline_tlp = "TLP:AMBER";
    CHECK(effect(*rules, "peer", based) == Effect::kDeny);
    const auto unmarked = report(std::vector<std::string>{}, on_part(tlp_id(Tlp::kRed)));
    CHECK(effect(*rules, "peer", facts_of(unmarked)) == Effect::kDeny);
    // A profile that drops nothing leaves the label.
    CHECK(effect(*policy(rule("r", "days")), "acme", facts_of(inside)) == Effect::kDeny);
    // The tightest ceiling of all profiles counts.
    const auto both = policy(profile("none", "granular = \"TLP:CLEAR\"") + rule("r", "low") + rule("s", "none"));
    CHECK(effect(*both, "peer", facts_of(green)) == Effect::kRedact);
  }

  TEST_CASE("policy/redact: what is never edited is judged whole") {
    const auto rules = policy(rule("r", "low"));
    for (const std::string id : {"indicator--01234567-89ab-4def-8123-456789abcdef", "file--01234567-89ab-5def-8123-456789abcdef"}) {
      CAPTURE(id);
      const auto inside = object({tlp_id(Tlp::kClear)}, granular(Tlp::kRed), id);
      CHECK(effect(*rules, "acme", facts_of(inside)) == Effect::kDeny);
      const auto clear = object({tlp_id(Tlp::kClear)}, "", id);
      CHECK(effect(*rules, "acme", facts_of(clear)) == Effect::kRedact);  // stix/redact: unchanged, or withheld
    }
  }

  TEST_CASE("policy/redact: markings of dropped parts need not be understood") {
    const std::string strange = "marking-definition--aaaaaaaa-89ab-4def-8123-456789abcdef";
    const auto inside = report(Tlp::kClear, on_part(strange));
    CHECK(effect(*policy(""), "acme", facts_of(inside)) == Effect::kHold);
    CHECK(effect(*policy(rule("r", "low")), "acme", facts_of(inside)) == Effect::kRedact);
    CHECK(effect(*policy(rule("r", "days")), "acme", facts_of(inside)) == Effect::kHold);
    const auto whole = report({tlp_id(Tlp::kClear), strange});
    CHECK(effect(*policy(rule("r", "low")), "acme", facts_of(whole)) == Effect::kHold);
  }

  TEST_CASE("policy/redact: a rule about labels looks at the object as it is") {
    const auto inside = report(Tlp::kClear, on_part(tlp_id(Tlp::kAmber)));
    const auto rules = policy(rule("r", "low") + "[[rule]]\nid = \"d\"\neffect = \"deny\"\ntlp = [\"TLP:AMBER\"]\n");
    CHECK(effect(*rules, "acme", facts_of(inside)) == Effect::kDeny);
    const auto amber = policy(rule("r", "days", "tlp = [\"TLP:AMBER\"]"));
    CHECK(effect(*amber, "acme", facts_of(inside)) == Effect::kRedact);
    CHECK(effect(*amber, "acme", facts_of(report(Tlp::kGreen))) == Effect::kPermit);
  }

  TEST_CASE("policy/redact: what an agreement covers goes by its profile, whatever the label") {
    const auto rules = policy(agreement("profile = \"days\"\ntypes = [\"report\"]"));
    for (const Tlp tlp : {Tlp::kClear, Tlp::kGreen}) {
      const auto subject = report(tlp);
      const Decision decision = decide(*rules, "peer", facts_of(subject));
      CHECK(decision.effect == Effect::kRedact);
      CHECK(profiles(decision) == "days");
      CHECK(said(decision).find("Agreement m lets it go only redacted by profile days.") != std::string::npos);
    }
    const auto note = object({tlp_id(Tlp::kClear)}, "", "note--01234567-89ab-4def-8123-456789abcdef");
    CHECK(effect(*rules, "peer", facts_of(note)) == Effect::kPermit);
    const auto green = report(Tlp::kGreen);
    CHECK(effect(*rules, "acme", facts_of(green)) == Effect::kPermit);
    // An agreement that lapses shows nobody more.
    const auto clear = report(Tlp::kClear);
    const auto dated = policy(agreement("profile = \"days\"\nfrom = 2026-04-01\nuntil = 2026-05-31"));
    CHECK(effect(*dated, "peer", facts_of(clear), at("2026-03-31T00:00:00Z")) == Effect::kPermit);
    CHECK(effect(*dated, "peer", facts_of(clear), at("2026-05-01T00:00:00Z")) == Effect::kRedact);
    CHECK(effect(*dated, "peer", facts_of(clear)) == Effect::kRedact);
    CHECK(effect(*dated, "peer", facts_of(green)) == Effect::kDeny);
  }

  TEST_CASE("policy/redact: an agreement takes names and levels away") {
    const auto rules = policy(agreement("attribution = \"strip\"\nlevel_map = { critical = \"caution\" }"));
    const auto subject = report(Tlp::kGreen);
    const Decision decision = decide(*rules, "peer", facts_of(subject));
    CHECK(profiles(decision) == "attribution levels(critical=caution)");
    const auto& names = decision.profiles.at(0)->change;
    CHECK(names.strip_attribution);
    CHECK(names.from == Timestamp{});
    const auto& levels = decision.profiles.at(1)->change;
    REQUIRE(levels.generalise.size() == 2);
    CHECK(levels.generalise[0].at == "/extensions/" + std::string(stix::kSharingExtensionId) + "/level");
    CHECK(levels.generalise[1].at == "/extensions/" + std::string(stix::kWeeklyExtensionId) + "/level");
    CHECK(levels.generalise[0].map.at("critical") == "caution");
    CHECK(levels.generalise[0].keep_others);
  }

  TEST_CASE("policy/redact: a level map makes the rendition that the profile says") {
    const auto rules = policy(agreement("level_map = { critical = \"caution\" }"));
    const auto subject = report(Tlp::kGreen, facts("\"level\":\"critical\"") + ",\"name\":\"n\",\"published\":\"2026-01-01T00:00:00Z\",\"object_refs\":[]");
    const Decision decision = decide(*rules, "peer", facts_of(subject));
    stix::redact::Request request;
    request.original = subject.get();
    for (const RedactionProfile* each : decision.profiles) request.profiles.push_back(&each->change);
    request.creator = "identity--01234567-89ab-4def-8123-456789abcdef";
    request.hash = [](std::string_view) { return std::array<std::uint8_t, 16>{}; };
    const auto outcome = stix::redact::redact(request);
    REQUIRE(outcome.kind == stix::redact::Outcome::Kind::kRendition);
    CHECK(stix::sharing_facts(*outcome.rendition).level == "caution");
  }

  TEST_CASE("policy/redact: a hold is lifted by enough different operators") {
    const std::string hold = "[[rule]]\nid = \"h\"\neffect = \"hold\"\nreason = \"Look first.\"\n";
    const auto rules = policy(hold + agreement());
    const auto green = report(Tlp::kGreen);
    Facts subject = facts_of(green);
    CHECK(said(decide(*rules, "acme", subject)).find("Rule h holds it (it needs 1 approval, has 0): Look first.") != std::string::npos);
    CHECK(effect(*rules, "acme", subject) == Effect::kHold);
    subject.approvals = 1;
    CHECK(effect(*rules, "acme", subject) == Effect::kPermit);
    CHECK(effect(*rules, "peer", subject) == Effect::kHold);
    CHECK(said(decide(*rules, "peer", subject)).find("Rule h holds it (it needs 2 approvals, has 1): Look first.") != std::string::npos);
    subject.approvals = 2;
    CHECK(effect(*rules, "peer", subject) == Effect::kPermit);
    const auto critical = report(Tlp::kGreen, facts("\"level\":\"critical\""));
    Facts worse = facts_of(critical);
    worse.approvals = 1;
    CHECK(effect(*rules, "acme", worse) == Effect::kHold);
    worse.approvals = 2;
    CHECK(effect(*rules, "acme", worse) == Effect::kPermit);
    CHECK(effect(*policy(hold + rule("r", "days")), "acme", worse) == Effect::kRedact);
  }

  TEST_CASE("policy/redact: no approval lifts a denial, or a marking that nobody understands") {
    Facts subject;
    const auto strange = report({tlp_id(Tlp::kGreen), "marking-definition--aaaaaaaa-89ab-4def-8123-456789abcdef"});
    subject = facts_of(strange);
    subject.approvals = 99;
    CHECK(effect(*policy(""), "acme", subject) == Effect::kHold);
    const auto red = report(Tlp::kRed);
    subject.object = red.get();
    CHECK(effect(*policy(""), "acme", subject) == Effect::kDeny);
  }

  TEST_CASE("policy/redact: under embargo nobody gets it, and the decision says when to look again") {
    const auto rules = policy("");
    const auto subject = report(Tlp::kClear, facts("\"embargo_until\":\"2026-09-21T16:00:00Z\""));
    const Timestamp until = at("2026-09-21T16:00:00Z");
    const Decision before = decide(*rules, "acme", facts_of(subject), until.plus_micros(-1));
    CHECK(before.effect == Effect::kDeny);
    CHECK(before.again == until);
    CHECK(said(before).find("It is under embargo until 2026-09-21T16:00:00.000Z.") != std::string::npos);
    const Decision after = decide(*rules, "acme", facts_of(subject), until);
    CHECK(after.effect == Effect::kPermit);
    CHECK_FALSE(after.again);
    const auto unclear = report(Tlp::kClear, facts("\"embargo_until\":\"tomorrow\""));
    CHECK(effect(*rules, "acme", facts_of(unclear), until) == Effect::kDeny);
    const auto number = report(Tlp::kClear, facts("\"embargo_until\":7"));
    CHECK(effect(*rules, "acme", facts_of(number), until) == Effect::kDeny);
  }

  TEST_CASE("policy/redact: two TLP labels on one object hold it, the tightest still denies") {
    const auto rules = policy(agreement());
    const auto two = report({tlp_id(Tlp::kClear), tlp_id(Tlp::kGreen)});
    CHECK(effect(*rules, "acme", facts_of(two)) == Effect::kHold);
    CHECK(said(decide(*rules, "acme", facts_of(two))).find("two different TLP labels") != std::string::npos);
    const auto red = report({tlp_id(Tlp::kClear), tlp_id(Tlp::kRed)});
    CHECK(effect(*rules, "acme", facts_of(red)) == Effect::kDeny);
    // TLP 1 and TLP 2 of one label are one label.
    const auto old = report({tlp_id(Tlp::kGreen), "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"});
    CHECK(effect(*rules, "acme", facts_of(old)) == Effect::kPermit);
    const auto part = report(Tlp::kClear, on_part(tlp_id(Tlp::kGreen)));
    CHECK(effect(*rules, "acme", facts_of(part)) == Effect::kPermit);
  }

  TEST_CASE("policy/redact: a decision without reasons is the same decision") {
    const auto rules = policy(rule("r", "low") + agreement() + "[[rule]]\nid = \"h\"\neffect = \"hold\"\ntlp = [\"TLP:AMBER\"]\n");
    for (const Tlp tlp : {Tlp::kClear, Tlp::kGreen, Tlp::kAmber, Tlp::kRed}) {
      const auto subject = report(tlp, on_part(tlp_id(Tlp::kGreen)));
      for (const auto& audience : rules->audiences(kNow)) {
        const Decision told = rules->decide(audience.key, facts_of(subject), kNow);
        const Decision quiet = rules->decide(audience.key, facts_of(subject), kNow, Compiled::Reasons::kOmit);
        CHECK(told.effect == quiet.effect);
        CHECK(told.profiles == quiet.profiles);
        CHECK_FALSE(told.reasons.empty());
        CHECK(quiet.reasons.empty());
        const Decision ruled = rules->decide(audience.key, facts_of(subject), kNow, Compiled::Reasons::kRule);
        CHECK(told.effect == ruled.effect);
        CHECK(told.profiles == ruled.profiles);
        REQUIRE(ruled.reasons.size() == 1);
        CHECK(ruled.reasons.back().rule == told.reasons.back().rule);
        CHECK(ruled.reasons.back().text.empty());
      }
    }
  }

  TEST_CASE("policy/redact: what turns decisions tells audiences apart, by content") {
    const auto two = [](const std::string& of_a, const std::string& of_b, const std::string& more) {
      const auto built = compiled(kHead + tables() + profile("low", "granular = \"TLP:GREEN\"") + profile("days", "blur = \"day\"") +
                                  party("a", "peer-isac", of_a) + party("b", "peer-isac", of_b) + more);
      return built->audience("a", kNow).value() == built->audience("b", kNow).value();
    };
    const auto agreed = [](const std::string& party, const std::string& lines) {
      return "[[agreement]]\nid = \"m-" + party + "\"\nparty = \"" + party + "\"\n" + lines + "\n";
    };
    CHECK(two("", "", agreed("a", "profile = \"low\"") + agreed("b", "profile = \"low\"")));
    CHECK_FALSE(two("", "", agreed("a", "profile = \"low\"") + agreed("b", "profile = \"days\"")));
    CHECK_FALSE(two("", "", agreed("a", "profile = \"low\"") + agreed("b", "")));
    CHECK_FALSE(two("", "", agreed("a", "attribution = \"strip\"") + agreed("b", "")));
    CHECK_FALSE(two("", "", agreed("a", "level_map = { critical = \"caution\" }") + agreed("b", "")));
    CHECK(two("", "", agreed("a", "level_map = { critical = \"caution\" }") + agreed("b", "level_map = { critical = \"caution\" }")));
    CHECK_FALSE(two("", "", rule("r", "low", "parties = [\"a\"]")));
    CHECK(two("", "", rule("r", "low", "parties = [\"a\"]") + rule("s", "low", "parties = [\"b\"]")));
    CHECK_FALSE(two("honours = [\"pap\"]", "", ""));
    CHECK(two("honours = [\"pap\", \"iep\"]", "honours = [\"iep\", \"pap\"]", ""));
    // A profile of the same name with other content is another audience.
    const auto key = [&](const std::string& lines) {
      const auto built = compiled(kHead + tables() + profile("p", lines) + party("a", "member") + rule("r", "p"));
      return built->audience("a", kNow).value();
    };
    CHECK(key("blur = \"day\"") == key("blur = \"day\""));
    for (const std::string other : {"blur = \"week\"", "blur = \"day\"\ntext = \"approved\"", "blur = \"day\"\nattribution = \"strip\"",
                                    "blur = \"day\"\nremove = [\"/name\"]", "blur = \"day\"\nreferences = \"strip\"", "blur = \"day\"\nwait = \"1h\"",
                                    "blur = \"day\"\nattachments = \"remove\"", "blur = \"day\"\ngranular = \"TLP:AMBER\"",
                                    "blur = \"day\"\ngeneralise = [{ at = \"/a\", other = \"remove\" }]"}) {
      CAPTURE(other);
      CHECK(key(other) != key("blur = \"day\""));
    }
  }
}

}  // namespace
}  // namespace sekisho::policy
