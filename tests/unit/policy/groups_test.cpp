// Groups of groups, and their dates.
#include "fixture.h"
#include "policy/groups.h"

namespace sekisho::policy {
namespace {

const std::string kTwo = "[policy]\norganisation = \"X\"\ngroups = [\"swg\", \"tf\"]\n[tlp.member]\nCLEAR = \"permit\"\n";

std::string problems_of(const std::string& text) {
  std::vector<Problem> problems;
  (void)load_policy(text, "policy.toml", &problems);
  std::string out;
  for (const Problem& problem : problems) out += std::to_string(problem.line) + (problem.error ? ": " : ": warning: ") + problem.message + "\n";
  return out;
}
std::string group(const std::string& id, const std::string& lines) { return "[[group]]\nid = \"" + id + "\"\n" + lines + "\n"; }

std::string joined(const std::string& records, const std::string& membership, std::optional<Timestamp> now = kNow) {
  const Policy policy = load(kTwo + records + party("a", "member", "groups = [" + membership + "]"));
  std::string out;
  for (const std::string& id : groups_of(policy, policy.parties[0], now)) out += (out.empty() ? "" : " ") + id;
  return out;
}

TEST_SUITE("unit") {
  TEST_CASE("policy/groups: members of an included group are members, at any depth") {
    const std::string records = group("all", "includes = [\"board\", \"swg\"]") + group("board", "includes = [\"tf\"]");
    CHECK(joined(records, "\"tf\"") == "all board tf");
    CHECK(joined(records, "\"swg\"") == "all swg");
    CHECK(joined(records, "\"board\"") == "all board");
    CHECK(joined(records, "\"all\"") == "all");
    CHECK(joined(records, "") == "");
  }

  TEST_CASE("policy/groups: while the dates of the group hold, of the included one and of the membership") {
    CHECK(joined(group("all", "includes = [\"swg\"]\nuntil = 2026-01-01"), "\"swg\"") == "swg");
    CHECK(joined(group("all", "includes = [\"swg\"]\nuntil = 2026-01-01"), "\"all\"") == "");
    CHECK(joined(group("all", "includes = [\"swg\"]\nuntil = 2026-01-01"), "\"swg\"", std::nullopt) == "all swg");
    CHECK(joined(group("all", "includes = [\"mid\"]") + group("mid", "includes = [\"swg\"]\nfrom = 2027-01-01"), "\"swg\"") == "swg");
    CHECK(joined(group("all", "includes = [\"swg\"]"), "{ group = \"swg\", until = 2026-01-01 }") == "");
  }

  TEST_CASE("policy/groups: a rule for a group is a rule for who it includes, from the day on") {
    const auto policy = compiled(kHead + tables() + group("all", "includes = [\"vuln-swg\"]\nfrom = 2026-05-01T00:00:00Z\nuntil = 2026-06-01T00:00:00Z") +
                                 party("a", "member", "groups = [\"vuln-swg\"]") + party("b", "member") +
                                 "[[rule]]\nid = \"r\"\neffect = \"deny\"\ngroups = [\"all\"]\n");
    const auto clear = marked(stix::Tlp::kClear);
    const auto on = [&](const char* party, const char* day) { return effect(*policy, party, facts_of(clear), at(day)); };
    CHECK(on("a", "2026-04-30T23:59:59.999999Z") == Effect::kPermit);
    CHECK(on("a", "2026-05-01T00:00:00Z") == Effect::kDeny);
    CHECK(on("b", "2026-05-01T00:00:00Z") == Effect::kPermit);
    CHECK(on("a", "2026-06-01T00:00:00Z") == Effect::kPermit);
    CHECK(policy->next_change(at("2026-05-01T00:00:00Z")) == at("2026-06-01T00:00:00Z"));
  }

  TEST_CASE("policy/groups: complaints") {
    CHECK(problems_of(kTwo + group("all", "includes = [\"sgw\"]")) ==
          "6: group \"all\" includes \"sgw\", which is neither in \"groups\" of [policy] nor a [[group]]; did you mean \"swg\"?\n");
    CHECK(problems_of(kTwo + group("a", "includes = [\"a\"]")) ==
          "6: groups include one another in a circle: \"a\" (line 6) includes \"a\"; take one of these out of \"includes\"\n");
    CHECK(problems_of(kTwo + group("a", "includes = [\"b\"]") + group("b", "includes = [\"c\"]") + group("c", "includes = [\"swg\", \"a\"]") +
                      group("d", "includes = [\"a\"]")) ==
          "6: groups include one another in a circle: \"a\" (line 6) includes \"b\" (line 9) includes \"c\" (line 12) includes \"a\"; take one of "
          "these out of \"includes\"\n");
    CHECK(problems_of(kTwo + group("a", "") + group("a", "")) == "10: group id \"a\" is already used in line 7; write another, or remove one of the two\n");
    CHECK(problems_of(kTwo + group("a", "includes = []")).starts_with("8: \"includes\" in [[group]] is an empty list"));
    CHECK(problems_of(kTwo + group("a", "include = [\"swg\"]")) == "8: unknown key \"include\" in [[group]]; did you mean \"includes\"?\n");
    CHECK(problems_of(kTwo + group("a", "from = 2026-01-01\nuntil = 2025-01-01")) == "9: \"until\" in [[group]] is not after \"from\"; write a later \"until\"\n");
    CHECK(problems_of(kTwo + party("p", "member", "groups = [\"sw\"]")) ==
          "10: group \"sw\" is neither in \"groups\" of [policy] nor a [[group]]; did you mean \"swg\"?\n");
    // A rule whose group nobody is in, not even by inclusion.
    const std::string rule = "[[rule]]\nid = \"r\"\neffect = \"deny\"\ngroups = [\"all\"]\n";
    const std::string all = group("all", "includes = [\"swg\"]");
    CHECK(problems_of(kTwo + all + party("p", "member", "groups = [\"swg\"]") + rule).empty());
    CHECK(problems_of(kTwo + all + party("p", "member", "groups = [\"tf\"]") + rule).find("can never apply") != std::string::npos);
  }
}

}  // namespace
}  // namespace sekisho::policy
