// What a [[profile]] may say, and the line and words of every complaint.
#include "fixture.h"

namespace sekisho::policy {
namespace {

using stix::redact::Blur;

std::string problems_of(const std::string& text) {
  std::vector<Problem> problems;
  (void)load_policy(text, "policy.toml", &problems);
  std::string out;
  for (const Problem& problem : problems) out += std::to_string(problem.line) + (problem.error ? ": " : ": warning: ") + problem.message + "\n";
  return out;
}

/// Ten lines, of which four are the profile: what a case adds to it begins in line 9.
const std::string kPolicy = "[policy]\norganisation = \"X\"\n\n[tlp.member]\nCLEAR = \"permit\"\n[[profile]]\nid = \"peer\"\nfrom = 2026-04-01\n";
const std::string kUse = "\n[[rule]]\nid = \"r\"\neffect = \"redact\"\nprofile = \"peer\"\n";

TEST_SUITE("unit") {
  TEST_CASE("policy/profile: everything") {
    const Policy policy = load(kPolicy + R"(attribution = "strip"
granular = "TLP:GREEN"
remove = ["/x_acme_ticket", "/external_references/*/hashes"]
generalise = [{ at = "/sectors/*", map = { "automotive" = "manufacturing" }, other = "remove" }]
blur = "day"
text = "approved"
attachments = "remove"
references = "strip"
wait = "90m"
)" + kUse);
    REQUIRE(policy.profiles.size() == 1);
    const RedactionProfile& profile = policy.profiles[0];
    CHECK(profile.line == 6);
    CHECK(profile.change.id == "peer");
    CHECK(profile.change.from == at("2026-04-01T00:00:00Z"));
    CHECK(profile.change.strip_attribution);
    CHECK(profile.change.granular == stix::Tlp::kGreen);
    CHECK(profile.change.remove == std::vector<std::string>{"/x_acme_ticket", "/external_references/*/hashes"});
    REQUIRE(profile.change.generalise.size() == 1);
    CHECK(profile.change.generalise[0].at == "/sectors/*");
    CHECK(profile.change.generalise[0].map.at("automotive") == "manufacturing");
    CHECK_FALSE(profile.change.generalise[0].keep_others);
    CHECK(profile.change.blur == Blur::kDay);
    CHECK(profile.change.approved_text);
    CHECK(profile.change.remove_attachments);
    CHECK(profile.strip_references);
    CHECK(profile.wait_micros == 90 * 60'000'000LL);
    CHECK(policy.find_profile("peer") == &profile);
    CHECK(policy.rules[0].profile == "peer");
  }

  TEST_CASE("policy/profile: what is left out") {
    const Policy policy = load(kPolicy + "blur = \"month\"\n" + kUse);
    const RedactionProfile& profile = policy.profiles.at(0);
    CHECK_FALSE(profile.change.strip_attribution);
    CHECK_FALSE(profile.change.granular);
    CHECK_FALSE(profile.change.approved_text);
    CHECK_FALSE(profile.change.remove_attachments);
    CHECK_FALSE(profile.strip_references);
    CHECK(profile.wait_micros == 86'400'000'000);
  }

  TEST_CASE("policy/profile: each complaint has its line and what to write") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"atribution = \"strip\"\nblur = \"day\"\n", "9: unknown key \"atribution\" in [[profile]]; did you mean \"attribution\"?\n"},
        {"attribution = \"drop\"\n", "9: \"attribution\" in [[profile]] is \"drop\"; write \"keep\" or \"strip\"\n"},
        {"granular = \"TLP:RED\"\n", "9: \"granular\" is \"TLP:RED\"; write the tightest label that stays: \"TLP:CLEAR\", \"TLP:GREEN\", "
                                     "\"TLP:AMBER\" or \"TLP:AMBER+STRICT\"\n"},
        {"remove = []\n", "9: \"remove\" in [[profile]] is an empty list, which does not mean \"none\"; list something, or take the line out\n"},
        {"remove = [\"description\"]\n", "9: \"description\" in \"remove\" is no JSON Pointer; write one such as \"/description\" or "
                                         "\"/external_references/*/hashes\"\n"},
        {"remove = [\"/modified\"]\n", "9: \"/modified\" in \"remove\" is out of reach: each rendition has its own \"modified\", or keeps it; take it out\n"},
        {"remove = [\"/object_marking_refs/0\"]\n", "9: \"/object_marking_refs/0\" in \"remove\" is out of reach: each rendition has its own "
                                                    "\"object_marking_refs\", or keeps it; take it out\n"},
        {"generalise = [{ at = \"/sectors/*\", map = { a = 1 } }]\n", "9: \"map\" maps \"a\" to a whole number; write a string in quotes\n"
         "9: \"generalise\" changes nothing; write map = { \"word\" = \"wider word\" } or other = \"remove\"\n"},
        {"generalise = [{ at = \"/sectors/*\", others = \"remove\", map = { a = \"b\" } }]\n", "9: unknown key \"others\" in \"generalise\"; did you mean \"other\"?\n"},
        {"generalise = [{ at = \"/sectors/*\", other = \"drop\", map = { a = \"b\" } }]\n", "9: \"other\" in \"generalise\" is \"drop\"; write \"keep\" or \"remove\"\n"},
        {"generalise = \"/sectors\"\n", "9: \"generalise\" is no list of tables; write [{ at = \"/sectors/*\", map = { \"word\" = \"wider word\" } }]\n"},
        {"blur = \"dya\"\n", "9: \"blur\" in [[profile]] is \"dya\"; write \"hour\", \"day\", \"week\" or \"month\"\n"},
        {"text = \"public\"\n", "9: \"text\" in [[profile]] is \"public\"; write \"keep\" or \"approved\"\n"},
        {"attachments = \"drop\"\n", "9: \"attachments\" in [[profile]] is \"drop\"; write \"keep\" or \"remove\"\n"},
        {"references = \"drop\"\n", "9: \"references\" in [[profile]] is \"drop\"; write \"withhold\" or \"strip\"\n"},
        {"blur = \"day\"\nwait = \"soon\"\n", "10: \"wait\" is \"soon\"; write minutes, hours or days, such as \"90m\", \"24h\" or \"7d\", at most a year\n"},
        {"blur = \"day\"\nwait = \"9999d\"\n", "10: \"wait\" is \"9999d\"; write minutes, hours or days, such as \"90m\", \"24h\" or \"7d\", at most a year\n"},
        {"until = 2027-01-01\n", "9: unknown key \"until\" in [[profile]]; write \"id\", \"from\", \"attribution\", \"granular\", \"remove\", "
                                  "\"generalise\", \"blur\", \"text\", \"attachments\", \"references\" or \"wait\"\n"},
    };
    for (const auto& [lines, expected] : cases) {
      CAPTURE(lines);
      CHECK(problems_of(kPolicy + lines + kUse) == expected);
    }
    const std::string head = "[policy]\norganisation = \"X\"\n";
    CHECK(problems_of(head + "[[profile]]\nid = \"attribution\"\nfrom = 2026-01-01\nblur = \"day\"\n") ==
          "4: \"attribution\" is the built-in profile of attribution = \"strip\"; write another id\n");
    CHECK(problems_of(head + "[[profile]]\nid = \"a\"\nblur = \"day\"\n") ==
          "3: [[profile]] lacks \"from\", its effective date; write from = 2026-04-01\n");
    const std::string twice = "[[profile]]\nid = \"a\"\nfrom = 2026-01-01\nblur = \"day\"\n";
    CHECK(problems_of(head + twice + twice) == "8: profile id \"a\" is already used in line 4; write another, or remove one of the two\n");
  }

  TEST_CASE("policy/profile: who may name one") {
    const std::string profile = kPolicy + "blur = \"day\"\n" + kUse;  // 15 lines
    const auto rule = [&](const std::string& lines) { return problems_of(profile + "[[rule]]\nid = \"s\"\n" + lines); };
    CHECK(rule("effect = \"redact\"\nprofile = \"pear\"\nkinds = [\"vendor\"]\n") == "18: no profile \"pear\" for \"profile\" in [[rule]]; did you mean \"peer\"?\n");
    CHECK(rule("effect = \"deny\"\nprofile = \"peer\"\n") == "18: \"profile\" belongs to effect = \"redact\"; write that, or take the line out\n");
    CHECK(rule("effect = \"redacted\"\nprofile = \"peer\"\n") ==
          "17: \"effect\" in [[rule]] is \"redacted\"; did you mean \"redact\"?\n"
          "18: \"profile\" belongs to effect = \"redact\"; write that, or take the line out\n");
  }

  TEST_CASE("policy/profile: what STIX requires cannot be removed from the types that use it") {
    const std::string removal = "remove = [\"/name\", \"/description\"]\n";
    const auto with = [&](const std::string& types) { return problems_of(kPolicy + removal + kUse + types); };
    CHECK(with("types = [\"report\", \"note\"]\n") ==
          "6: profile \"peer\" removes \"/name\", which STIX requires of report objects, and rule \"r\", line 11, uses it for these; take it "
          "out of \"remove\", or deny them\n");
    CHECK(with("types = [\"note\"]\n").empty());
    CHECK(with("").empty());  // for the types that cannot be redacted, the object is withheld
    CHECK(problems_of(kPolicy + removal + "[tlp.peer-isac]\nCLEAR = \"permit\"\nGREEN = \"agreement\"\n[[party]]\nid = \"a\"\nkind = \"peer-isac\"\n"
                      "[[agreement]]\nid = \"m\"\nparty = \"a\"\nprofile = \"peer\"\ntypes = [\"campaign\"]\n") ==
          "6: profile \"peer\" removes \"/name\", which STIX requires of campaign objects, and agreement \"m\", line 16, uses it for these; take it "
          "out of \"remove\", or deny them\n");
  }

  TEST_CASE("policy/profile: what never does anything is told") {
    CHECK(problems_of(kPolicy) == "6: warning: profile \"peer\" changes nothing: no rule and no agreement names it\n"
                                  "6: warning: profile \"peer\" takes nothing away: it has none of attribution, granular, remove, generalise, blur, "
                                  "text, attachments\n");
    CHECK(problems_of(kPolicy + "blur = \"day\"\n" + kUse + "types = [\"indicator\", \"file\"]\n") ==
          "11: warning: rule \"r\" redacts only types that are never edited: they go as they are, or not at all where the profile would change "
          "them; write effect = \"deny\" if they are to stay\n");
  }

  TEST_CASE("policy/profile: an agreement's profile, attribution and levels") {
    const std::string head = kPolicy + "blur = \"day\"\n[tlp.peer-isac]\nCLEAR = \"permit\"\nGREEN = \"agreement\"\n[[party]]\nid = \"a\"\nkind = \"peer-isac\"\n"
                                       "[[agreement]]\nid = \"m\"\nparty = \"a\"\nprofile = \"peer\"\n";  // 19 lines
    const Policy policy = load(head + "attribution = \"strip\"\nlevel_map = { critical = \"caution\" }\n");
    CHECK(policy.agreements[0].profile == "peer");
    CHECK(policy.agreements[0].strip_attribution);
    CHECK(policy.agreements[0].level_map.at("critical") == "caution");
    CHECK(problems_of(head + "attribution = \"none\"\n") == "20: \"attribution\" in [[agreement]] is \"none\"; write \"keep\" or \"strip\"\n");
    CHECK(problems_of(head + "level_map = { critical = \"cautoin\" }\n") == "20: \"cautoin\" in \"level_map\" is no level; did you mean \"caution\"?\n");
    CHECK(problems_of(head + "level_map = { caution = \"caution\" }\n") == "20: \"level_map\" maps \"caution\" to itself; take it out\n");
    CHECK(problems_of(head + "level_map = {}\n") == "20: \"level_map\" is empty; write { critical = \"caution\" }, or take the line out\n");
    CHECK(problems_of(head + "level_map = \"critical\"\n").starts_with("20: \"level_map\" in [[agreement]] is a string; write { \"word\" = \"other word\" }\n"));
  }
}

}  // namespace
}  // namespace sekisho::policy
