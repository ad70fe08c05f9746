// Records that say two things of one time, and rules that never decide.
#include "fixture.h"

namespace sekisho::policy {
namespace {

std::string problems_of(const std::string& text) {
  std::vector<Problem> problems;
  (void)load_policy(text, "policy.toml", &problems);
  std::string out;
  for (const Problem& problem : problems) out += std::to_string(problem.line) + (problem.error ? ": " : ": warning: ") + problem.message + "\n";
  return out;
}

/// Fourteen lines.
const std::string kPeer = R"([policy]
organisation = "X"
groups = ["swg"]
[tlp.peer-isac]
CLEAR = "permit"
GREEN = "agreement"
AMBER = "consent"
[[party]]
id = "peer"
kind = "peer-isac"
collections = ["weekly", "exchange"]
[[party]]
id = "other"
kind = "peer-isac"
)";
std::string agreement(const std::string& id, const std::string& lines, const std::string& party = "peer") {
  return "[[agreement]]\nid = \"" + id + "\"\nparty = \"" + party + "\"\n" + lines + "\n";
}

TEST_SUITE("unit") {
  TEST_CASE("policy/overlap: two agreements that cover the same at the same time say the same") {
    const std::string amber = "tlp_ceiling = \"TLP:AMBER\"";
    const auto two = [&](const std::string& a, const std::string& b) { return problems_of(kPeer + agreement("m", a) + agreement("n", b)); };
    CHECK(two("", amber) == "19: agreement \"n\" and agreement \"m\", line 15, cover the same of party \"peer\" at the same time with other terms; end "
                            "one with \"until\", or let them cover other types or collections\n");
    for (const std::string other : {"attribution = \"strip\"", "level_map = { critical = \"caution\" }", "max_hops = 1"}) {
      CAPTURE(other);
      CHECK_FALSE(two("", other).empty());
    }
    CHECK(two("", "").empty());
    CHECK(two("purposes = [\"x\"]", "").empty());
    CHECK(two("types = [\"report\"]", "types = [\"note\"]\n" + amber).empty());
    CHECK_FALSE(two("types = [\"report\"]", amber).empty());
    CHECK(two("collections = [\"weekly\"]", "collections = [\"exchange\"]\n" + amber).empty());
    CHECK(two("until = 2026-03-31", "from = 2026-04-01\n" + amber).empty());
    CHECK_FALSE(two("until = 2026-04-01", "from = 2026-04-01\n" + amber).empty());
    CHECK(problems_of(kPeer + agreement("m", "") + agreement("n", amber, "other")).empty());
  }

  TEST_CASE("policy/overlap: one party twice in a group, one assessment twice") {
    const auto with = [](const std::string& lines) { return problems_of(kPeer + lines); };
    CHECK(with("groups = [\"swg\", { group = \"swg\", from = 2026-01-01 }]\n") ==
          "15: membership in \"swg\" of party \"other\" stands in line 15 too, for the same time; remove one, or end it with \"until\"\n");
    CHECK(with("groups = [{ group = \"swg\", until = 2025-12-31 }, { group = \"swg\", from = 2026-01-01 }]\n").empty());
    const std::string a = "[[party.assessments]]\nname = \"gov\"\nresult = \"pass\"\n";
    CHECK(with(a + "until = 2026-05-01\n" + a + "from = 2026-04-01\n") ==
          "19: assessment \"gov\" of party \"other\" stands in line 15 too, for the same time; remove one, or end it with \"until\"\n");
    CHECK(with(a + "until = 2026-03-31\n" + a + "from = 2026-04-01\n").empty());
  }

  TEST_CASE("policy/overlap: an identity list that is empty, or holds nothing") {
    CHECK(problems_of(kPeer + "identities = []\n").starts_with("15: \"identities\" in [[party]] is an empty list"));
    CHECK(problems_of(kPeer + "identities = [\"\"]\n") == "15: \"\" in \"identities\" is no STIX id; write identity--UUID\n");
    CHECK(problems_of("[policy]\norganisation = \"X\"\nidentities = []\n").starts_with("3: \"identities\" in [policy] is an empty list"));
    CHECK(problems_of(kPeer + "honours = [\"papp\"]\n") == "15: \"papp\" in \"honours\" is not known; did you mean \"pap\"?\n");
  }

  TEST_CASE("policy/overlap: rules that never decide, widen or narrow") {
    const std::string head = kPeer + "[tlp.supplier]\nCLEAR = \"permit\"\nGREEN = \"agreement\"\nAMBER = \"need-to-know\"\n[[party]]\nid = \"s\"\nkind = \"supplier\"\n"
                                     "[[profile]]\nid = \"p\"\nfrom = 2026-01-01\nblur = \"day\"\n";  // 25 lines
    const auto rule = [](const std::string& id, const std::string& effect, const std::string& lines = {}) {
      return "[[rule]]\nid = \"" + id + "\"\neffect = \"" + effect + "\"\n" + (effect == "redact" ? "profile = \"p\"\n" : "") + lines;
    };
    const auto covered = [&](const std::string& first, const std::string& second) {
      return problems_of(head + first + second).find("rule \"b\" never decides: rule \"a\"") != std::string::npos;
    };
    const std::string report = "types = [\"report\"]\n";
    CHECK(covered(rule("a", "deny"), rule("b", "deny", report)));
    CHECK(covered(rule("a", "deny"), rule("b", "hold", report)));
    CHECK(covered(rule("a", "deny"), rule("b", "redact", report)));
    CHECK(covered(rule("a", "deny"), rule("b", "need-to-know", report)));
    CHECK(covered(rule("a", "hold"), rule("b", "hold", report)));
    CHECK(covered(rule("a", "redact"), rule("b", "redact", report)));
    CHECK(covered(rule("a", "need-to-know"), rule("b", "need-to-know", report)));
    CHECK(covered(rule("a", "need-to-know", "tlp = [\"TLP:AMBER\", \"TLP:GREEN\"]\n"), rule("b", "need-to-know", "tlp = [\"TLP:GREEN\"]\n")));
    CHECK_FALSE(covered(rule("a", "need-to-know", "tlp = [\"TLP:GREEN\"]\n"), rule("b", "need-to-know", "tlp = [\"TLP:AMBER\"]\n")));
    // Operators may lift a hold; a rendition may still be held or denied.
    CHECK_FALSE(covered(rule("a", "hold"), rule("b", "redact", report)));
    CHECK_FALSE(covered(rule("a", "hold"), rule("b", "need-to-know", report)));
    CHECK_FALSE(covered(rule("a", "redact"), rule("b", "hold", report)));
    CHECK_FALSE(covered(rule("a", "deny", "until = 2026-01-01\n"), rule("b", "hold", report)));
    CHECK(problems_of(head + rule("a", "deny", "tlp = [\"TLP:RED\"]\n"))
              .find("26: warning: rule \"a\" narrows nothing: the [tlp.…] tables let none of its labels pass to its parties anyway\n") !=
          std::string::npos);
    CHECK(problems_of(head + rule("a", "deny", "tlp = [\"TLP:AMBER\"]\n")).find("narrows nothing") == std::string::npos);
    CHECK(problems_of(head + rule("a", "need-to-know", "kinds = [\"peer-isac\"]\n")).find("can never apply") != std::string::npos);
  }
}

}  // namespace
}  // namespace sekisho::policy
