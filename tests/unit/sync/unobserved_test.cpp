// What a party is given does not depend on who asks, writes or changes a policy for others in between. docs/specs/release.md.
#include <algorithm>

#include "world.h"

namespace sekisho::sync::tests {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;
const std::string kRows = party("m", "member") + party("peer", "peer-isac") + agreement("peer");
const std::string kOfOthers = party("other", "vendor") +
                              "[[rule]]\nid = \"others\"\neffect = \"deny\"\nparties = [\"other\"]\ntypes = [\"tool\"]\n";

std::string profile(const std::string& id, const std::string& more) {
  return "[[profile]]\nid = \"" + id + "\"\nfrom = 2024-01-01\n" + more + "\n";
}
std::string redact(const std::string& by, const std::string& types) {
  return "[[rule]]\nid = \"r\"\neffect = \"redact\"\nprofile = \"" + by + "\"\nkinds = [\"peer-isac\"]\ntypes = [" + types + "]\n";
}
std::string instant(const World& world, std::int64_t later) { return format_stix_time(world.clock.now().plus_micros(later)); }

/// A report that nobody gets before.
std::string under_embargo(unsigned n, const std::string& until) {
  std::string json = Make{n}.json();
  json.pop_back();
  return json + R"(,"extensions":{"extension-definition--0d3b8a92-069a-421d-be24-3cbcf715d45f":{"extension_type":"property-extension","embargo_until":")" +
         until + "\"}}}";
}
std::string object(const std::string& type, unsigned n, const std::string& more, int version = 0) {
  char modified[40];
  std::snprintf(modified, sizeof modified, "2024-02-01T10:%02d:00.000Z", version);
  return R"({"type":")" + type + R"(","spec_version":"2.1","id":")" + id_of(n, type) +
         R"(","created":"2024-02-01T10:00:00.000Z","modified":")" + modified + R"(","object_marking_refs":[")" +
         std::string(stix::tlp_marking_id(stix::Tlp::kGreen)) + "\"]" + more + "}";
}
const std::string kDescribed = R"(,"name":"c","description":"what happened")", kPlain = R"(,"name":"c")";

bool says(World& world, const std::string& word, const std::string& to = "peer") {
  for (const Row& row : world.read(to)) {
    if (row.bytes.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/release: what an instant brings has its own date and place, whoever asks or writes after it") {
    std::vector<std::vector<Row>> seen;
    for (const char way : {'a', 'w', 'r'}) {
      World world;
      world.apply(kRows + "[[rule]]\nid = \"later\"\neffect = \"deny\"\nparties = [\"m\"]\ntypes = [\"tool\"]\nuntil = " + instant(world, 2 * kHour) + "\n");
      world.put({under_embargo(1, instant(world, kHour)), object("tool", 2, kPlain)});
      for (int hour = 1; hour <= 3; ++hour) {
        world.clock.advance_micros(kHour);
        if (way == 'a') world.read("m");
      }
      if (way == 'r') world.restart();
      world.put({Make{3}.json()});
      seen.push_back(world.read("m"));
      for (Row& row : seen.back()) row.object = 0;  // ours alone
    }
    REQUIRE(seen[0].size() == 3);
    CHECK(seen[0][0].id == id_of(1));
    CHECK(seen[0][1].id == id_of(2, "tool"));
    CHECK(seen[0][1].date - seen[0][0].date == kHour);
    CHECK(seen[1] == seen[0]);
    CHECK(seen[2] == seen[0]);
  }

  TEST_CASE("sync/release: a policy of others says nothing new of renditions") {
    World world;
    const std::string rows = kRows + profile("p", "remove = [\"/description\"]");
    world.apply(rows);
    world.put({object("campaign", 1, kPlain, 1), object("campaign", 1, kDescribed)});
    world.apply(rows + redact("p", "\"campaign\""));  // the one version goes as it is, the other as a rendition
    const auto before = world.read("peer");
    REQUIRE(before.size() == 2);
    world.apply(rows + redact("p", "\"campaign\"") + kOfOthers);
    CHECK(world.read("peer") == before);
  }

  TEST_CASE("sync/release: nothing joins an original to a rendition that leaves as it comes") {
    World world;
    const std::string rows = kRows + profile("p", "remove = [\"/description\"]") + profile("q", "remove = [\"/objective\"]");
    world.apply(rows + redact("p", "\"campaign\""));
    world.put({object("campaign", 1, kDescribed)});
    world.apply(rows + redact("q", "\"campaign\""));
    const auto before = world.read("peer");
    CHECK(says(world, "what happened"));
    CHECK_FALSE(says(world, "duplicate-of"));
    world.apply(rows + redact("q", "\"campaign\"") + kOfOthers);
    CHECK(world.read("peer") == before);
  }

  TEST_CASE("sync/release: what stripping left too little of goes when one of its references comes after all") {
    World world;
    world.apply(kRows + profile("p", "references = \"strip\"\nwait = \"1h\"\nblur = \"day\"") + redact("p", "\"note\""));
    const std::string refs = R"(,"content":"text","object_refs":[")" + id_of(1, "campaign") + "\",\"" + id_of(2, "campaign") + "\"]";
    world.put({object("note", 5, refs)});
    world.clock.advance_micros(2 * kHour);
    CHECK_FALSE(says(world, "\"note\""));
    world.restart();
    world.put({object("campaign", 2, kPlain)});
    CHECK(says(world, "\"note\""));
    CHECK_FALSE(says(world, id_of(1, "campaign")));
  }

  TEST_CASE("sync/release: a definition that turns what a marking means takes back at once what was decided by another") {
    World world;
    world.apply(kRows);
    const std::string marking = id_of(7, "marking-definition");
    const std::string definition = R"({"type":"marking-definition","spec_version":"2.1","id":")" + marking +
                                   R"(","created":"2024-02-01T10:00:00.000Z","object_marking_refs":[")" +
                                   std::string(stix::tlp_marking_id(stix::Tlp::kClear)) + R"("],"definition_type":)";
    world.put({definition + R"("statement","definition":{"statement":"as you like"}})"});
    world.put({Make{1, marking}.json()});
    const auto marked = [&] { return world.ids("m"); };
    CHECK(marked().back() == id_of(1));
    world.put({definition + R"("unheard-of","definition":{"x":"y"}})"});
    const auto after = marked();
    CHECK(std::find(after.begin(), after.end(), id_of(1)) == after.end());
    world.apply(kRows + kOfOthers);
    CHECK(marked() == after);
  }
}

}  // namespace sekisho::sync::tests
