// What a marking means cannot be changed by another source.
#include "sync/handling/marking.h"

#include "world.h"

namespace sekisho::sync::tests {
namespace {

std::string forged(unsigned n) {
  std::string text = statement(n, "GREEN");
  text.replace(text.find("\"definition_type\":\"statement\""), 29, "\"definition_type\":\"other\"");
  return text;
}

stix::MarkingMeaning::Kind meaning(World& world) {
  const auto held = held_meaning(*world.store, world.release->policy()->policy(), id_of(1, "marking-definition"), "");
  REQUIRE(held);
  return held->kind;
}

const std::string kRows = party("peer", "peer-isac", "identities = [\"" + kPeer + "\"]") + party("other", "peer-isac");

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("marking: the first accepted counts, ours before it, whatever another source sends later") {
    World world;
    world.apply(kRows);
    CHECK_FALSE(held_meaning(*world.store, world.release->policy()->policy(), id_of(1, "marking-definition"), ""));
    world.put({forged(1)}, "weekly", "other");
    CHECK(meaning(world) == stix::MarkingMeaning::Kind::kUnknown);
    world.put({statement(1, "GREEN")}, "weekly", "peer");
    CHECK(meaning(world) == stix::MarkingMeaning::Kind::kUnknown);
    world.put({statement(1, "GREEN")});
    CHECK(meaning(world) == stix::MarkingMeaning::Kind::kStatement);
  }

  TEST_CASE("marking: what the giver of the marked object says counts before a stranger's, though it came later") {
    World world;
    world.apply(kRows + party("third", "peer-isac"));
    world.put({forged(1)}, "weekly", "other");
    world.put({statement(1, "GREEN")}, "weekly", "third");
    const auto of = [&world](const char* giver) {
      return held_meaning(*world.store, world.release->policy()->policy(), id_of(1, "marking-definition"), giver)->kind;
    };
    CHECK(of("third") == stix::MarkingMeaning::Kind::kStatement);
    CHECK(of("other") == stix::MarkingMeaning::Kind::kUnknown);
    CHECK(of("peer") == stix::MarkingMeaning::Kind::kUnknown);
  }

  TEST_CASE("marking: the creator's own counts before another's, though it came later") {
    World world;
    world.apply(kRows);
    std::string own = statement(1, "GREEN");
    own.insert(own.find("\"created\""), "\"created_by_ref\":\"" + kPeer + "\",");
    world.put({forged(1)}, "weekly", "other");
    world.put({own}, "weekly", "peer");
    CHECK(meaning(world) == stix::MarkingMeaning::Kind::kStatement);
  }
}

}  // namespace sekisho::sync::tests
