// What a held object waits for: chains, circles and dead ends, row by row and after a restart. docs/specs/release.md, "Waking".
#include <algorithm>
#include <string>
#include <vector>

#include "world.h"

namespace sekisho::sync::tests {
namespace {

const std::string kRows = member("a", "silver") + party("acme", "vendor", "write = [\"*\"]\nsigns = false\nclass = \"silver\"\n") +
                          party("beta", "member", "write = [\"*\"]\nsigns = false\nclass = \"bronze\"\n") + kNoAmberForBronze;

std::string names(unsigned n, const std::vector<unsigned>& others, const std::string& tlp = "GREEN", const std::string& text = "x") {
  Make make{n, tlp};
  for (const unsigned other : others) make.refs.push_back(id_of(other));
  make.text = text;
  return make.json();
}

bool reads(World& world, unsigned n, const std::string& party = "a") {
  const auto ids = world.ids(party);
  return std::find(ids.begin(), ids.end(), id_of(n)) != ids.end();
}

}  // namespace

TEST_SUITE("waking") {
  TEST_CASE("a chain that came from its beginning goes with its end, and one that came from its end at once") {
    for (const bool restarts : {false, true}) {
      World world;
      world.apply(kRows);
      constexpr unsigned kLong = 60;
      for (unsigned n = 1; n < kLong; ++n) world.put({names(n, {n + 1})});
      CHECK(world.ids("a").empty());
      if (restarts) world.restart();
      world.put({names(kLong, {})});
      CHECK(world.ids("a").size() == kLong);
      for (unsigned n = 100 + kLong; n > 100; --n) world.put({names(n, n == 100 + kLong ? std::vector<unsigned>{} : std::vector<unsigned>{n + 1})});
      CHECK(world.ids("a").size() == 2 * kLong);
    }
  }

  TEST_CASE("a circle waits for what one of its members lacks, whichever came last") {
    for (const bool restarts : {false, true}) {
      for (const std::vector<unsigned>& order : std::vector<std::vector<unsigned>>{{1, 2, 3}, {3, 2, 1}, {2, 1, 3}, {1, 3, 2}}) {
        World world;
        world.apply(kRows);
        for (const unsigned n : order) {
          if (n == 1) world.put({names(1, {2})});
          if (n == 2) world.put({names(2, {3})});
          if (n == 3) world.put({names(3, {1, 9})});
        }
        CHECK(world.ids("a").empty());
        if (restarts) world.restart();
        world.put({names(9, {})});
        CHECK(world.ids("a").size() == 4);
      }
    }
  }

  TEST_CASE("two circles that share a member go together when both are whole") {
    World world;
    world.apply(kRows);
    world.put({names(1, {2, 3})});
    world.put({names(2, {1, 8})});
    world.put({names(3, {1, 9})});
    world.put({names(9, {})});
    CHECK(world.ids("a") == std::vector<std::string>{id_of(9)});
    world.put({names(8, {})});
    CHECK(world.ids("a").size() == 5);
  }

  TEST_CASE("what lacks many goes with the last of them, in whatever order they come") {
    for (const bool upwards : {true, false}) {
      World world;
      world.apply(kRows);
      std::vector<unsigned> all;
      for (unsigned n = 2; n < 40; ++n) all.push_back(n);
      world.put({names(1, all), names(50, {1})});
      if (!upwards) std::reverse(all.begin(), all.end());
      for (const unsigned n : all) {
        CHECK_FALSE(reads(world, 1));
        world.put({names(n, {})});
      }
      CHECK(reads(world, 1));
      CHECK(reads(world, 50));
    }
  }

  TEST_CASE("who waits for something hidden is not let go by its versions, and goes when one may be read") {
    World world;
    world.apply(kRows);
    world.put({names(1, {2}), names(3, {1})});
    for (int version = 0; version < 5; ++version) {
      Make hidden{2, "RED"};
      hidden.version = version;
      world.put({hidden.json()});
      CHECK(world.ids("a").empty());
    }
    Make shown{2, "GREEN"};
    shown.version = 9;
    world.put({shown.json()});
    CHECK(world.ids("a").size() == 3);
  }

  TEST_CASE("a reference means the copy of its giver: no plant meets it, before or after") {
    for (const bool before : {true, false}) {
      World world;
      world.apply(kRows);
      const std::string plant = names(2, {}, "GREEN", "planted"), hidden = names(2, {}, "RED", "real");
      const auto give = [&] { world.put({hidden, names(1, {2})}, "weekly", "acme"); };
      if (!before) give();
      world.put({plant}, "weekly", "beta");
      if (before) give();
      CHECK_FALSE(reads(world, 1));
      world.put({names(5, {2})}, "weekly", "beta");
      CHECK(reads(world, 5));  // beta means its own
      world.restart();
      CHECK_FALSE(reads(world, 1));
      CHECK(reads(world, 5));
      world.apply(kRows + "[[rule]]\nid = \"n\"\neffect = \"deny\"\nclasses = [\"platinum\"]\ncollections = [\"vulns\"]\n");
      CHECK_FALSE(reads(world, 1));
      CHECK(reads(world, 5));
    }
  }

  TEST_CASE("a reference to what its giver may not read means nobody's, until the giver's own or ours is there") {
    World world;
    world.apply(kRows);
    world.put({names(2, {}, "AMBER", "not for bronze")}, "weekly", "acme");
    CHECK(reads(world, 2));
    world.put({names(1, {2})}, "weekly", "beta");  // beta is bronze
    CHECK_FALSE(reads(world, 1));
    world.put({names(2, {}, "GREEN", "ours")}, "weekly");
    CHECK(reads(world, 1));
    world.restart();
    CHECK(reads(world, 1));
  }

  TEST_CASE("of two claims that one giver gave a reference means the one that was there") {
    World world;
    world.apply(kRows);
    world.put({R"({"type":"identity","spec_version":"2.1","id":")" + kPeer + R"(","created":"2024-01-01T00:00:00.000Z","modified":)" +
               R"("2024-01-01T00:00:00.000Z","name":"n","object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]})"});
    Make named{2, "AMBER"};
    named.creator = kPeer;
    world.put({named.json()}, "weekly", "acme");
    world.put({names(1, {2})});
    CHECK(reads(world, 1));
    CHECK_FALSE(reads(world, 1, "beta"));
    world.put({names(2, {}, "GREEN", "unnamed")}, "weekly", "acme");
    CHECK_FALSE(reads(world, 1, "beta"));
    world.put({names(2, {}, "GREEN", "ours")});
    world.restart();
    CHECK_FALSE(reads(world, 1, "beta"));
  }

  TEST_CASE("what a reference meant when it came stays what it means") {
    World world;
    world.apply(kRows);
    world.put({names(2, {}, "GREEN", "of acme")}, "weekly", "acme");
    world.put({names(1, {2})}, "weekly", "beta");
    CHECK(reads(world, 1));
    world.put({names(2, {}, "RED", "of beta")}, "weekly", "beta");
    world.restart();
    world.apply(kRows + "# anew\n[[rule]]\nid = \"n\"\neffect = \"deny\"\nclasses = [\"platinum\"]\ncollections = [\"vulns\"]\n");
    CHECK(reads(world, 1));
  }
}

}  // namespace sekisho::sync::tests
