// What a stream gains and holds: docs/specs/release.md, steps 1 to 5.
#include <algorithm>

#include "world.h"

namespace sekisho::sync::tests {
namespace {

const std::string kTwo = member("silver", "silver") + member("bronze", "bronze") + kNoAmberForBronze;
const Versions kNothing;

Versions only(const std::vector<unsigned>& numbers) {
  Versions out;
  for (const unsigned n : numbers) out.emplace(id_of(n), "2024-01-01T00:00:00.000Z");
  return out;
}

TEST_SUITE("unit") {
  TEST_CASE("default deny: nobody reads what no line allows") {
    World world;
    world.apply(party("quiet", "member", "class = \"silver\"\ncollections = [\"vulns\"]") +
                party("supplier", "supplier") + member("silver", "silver"));
    world.put({Make{1, "CLEAR"}.json(), Make{2, "GREEN"}.json(), Make{3, "AMBER"}.json(), Make{4, "RED"}.json(),
               Make{5, ""}.json(), Make{6, id_of(99, "marking-definition")}.json()});
    CHECK_FALSE(world.outbound->find("quiet", "weekly").ok());
    CHECK(world.versions("quiet", "vulns") == kNothing);
    CHECK(world.versions("supplier") == only({1}));
    CHECK(world.versions("silver") == only({1, 2, 3, 5}));
    CHECK(must(world.outbound->readable("quiet")).size() == 2);
    const auto nobody = world.outbound->readable("nobody");
    REQUIRE_FALSE(nobody.ok());
    CHECK(nobody.error().code == Code::kNotFound);
  }

  TEST_CASE("what is permitted appears once, as it came, with its attestation beside it") {
    World world;
    world.apply(kTwo);
    const std::string one = "  " + Make{1}.json() + "\n", two = Make{2, "AMBER"}.json();
    world.put({one, two});
    must(world.release->advance());
    const auto rows = world.read("silver");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].bytes == one);
    CHECK(rows[1].bytes == two);
    CHECK(rows[0].position == 1);
    CHECK(rows[1].date > rows[0].date);
    CHECK(world.attested("silver") == std::set<std::string>{attested_name(one), attested_name(two)});
    CHECK(world.versions("bronze") == only({1}));
    CHECK(world.attested("bronze") == std::set<std::string>{attested_name(one)});
    world.put({one});
    CHECK(world.read("silver") == rows);
  }

  TEST_CASE("inline: the attestation stands just before its object; none: there are none") {
    World world;
    world.apply(party("inline", "member", "class = \"silver\"\nattestations = \"inline\"") +
                party("none", "member", "class = \"silver\"\nattestations = \"none\""));
    world.put({Make{1}.json(), Make{2}.json()});
    const auto rows = world.read("inline");
    for (const unsigned n : {1U, 2U}) {
      const auto at = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.id == id_of(n); });
      REQUIRE(at != rows.end());
      REQUIRE(at != rows.begin());
      CHECK(attested_name(std::prev(at)->bytes) == attested_name(at->bytes));
    }
    CHECK_FALSE(world.outbound->find("inline", "weekly-attestations").ok());
    CHECK(world.read("none").size() == 2);
    CHECK_FALSE(world.outbound->find("none", "weekly-attestations").ok());
  }

  TEST_CASE("AMBER goes to a peer only under an agreement and with consent") {
    World world;
    const std::string mou = agreement("peer", "tlp_ceiling = \"TLP:AMBER\"");
    world.apply(party("peer", "peer-isac") + mou);
    Provenance consenting;
    consenting.handling.onward_consent = true;
    world.put({Make{1, "AMBER"}.json(), Make{2, "GREEN"}.json()});
    world.put({Make{3, "AMBER"}.json()}, "weekly", "", consenting);
    CHECK(world.versions("peer") == only({2, 3}));
    world.apply(party("peer", "peer-isac") + mou +
                "[[consent]]\nid = \"c\"\nsource = \"self\"\nto = \"peer\"\nobjects = [\"" + id_of(1) + "\"]\n");
    CHECK(world.versions("peer") == only({1, 2, 3}));
    world.apply(party("peer", "peer-isac"));
    CHECK(world.versions("peer") == kNothing);
  }

  TEST_CASE("a report that names something hidden waits, and comes when its target does") {
    World world;
    world.apply(kTwo);
    world.put({Make{1, "GREEN", {id_of(2)}}.json(), Make{3}.json()});
    CHECK(world.versions("silver") == only({3}));
    const auto standing = must(world.release->explain(id_of(1), "silver"));
    REQUIRE(standing.size() == 1);
    CHECK_FALSE(standing[0].released);
    CHECK(standing[0].waits_for == id_of(2));
    const std::int64_t before = world.read("silver").back().date;
    world.clock.advance_micros(10);
    world.put({Make{2, "AMBER"}.json()});
    const auto rows = world.read("silver");
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].id == id_of(3));
    CHECK(rows[1].date > before);
    CHECK(world.versions("silver") == only({1, 2, 3}));
    CHECK(world.versions("bronze") == only({3}));
    CHECK(world.attested("bronze").size() == 1);
    world.clock.advance_micros(10);
    world.apply(member("silver", "silver") + member("bronze", "bronze"));
    CHECK(world.versions("bronze") == only({1, 2, 3}));
    CHECK(world.read("bronze").front().id == id_of(3));
    CHECK(world.read("bronze")[1].date > rows[0].date);
  }

  TEST_CASE("references count over all collections that the party reads, and only those") {
    World world;
    world.apply(member("all", "silver") +
                party("some", "member", "class = \"silver\"\ncollections = [\"weekly\"]"));
    world.put({Make{2}.json()}, "vulns");
    world.put({Make{1, "GREEN", {id_of(2)}}.json()});
    CHECK(world.versions("all") == only({1}));
    CHECK(world.versions("some") == kNothing);
  }

  TEST_CASE("long chains and cycles that wait come together, whatever the order") {
    World world;
    world.apply(kTwo);
    world.put({Make{1, "GREEN", {id_of(2)}}.json()});
    world.put({Make{2, "GREEN", {id_of(3), id_of(1)}}.json()});
    world.put({Make{4, "GREEN", {id_of(1)}}.json()});
    CHECK(world.versions("bronze") == kNothing);
    world.restart();
    world.put({Make{3}.json()});
    CHECK(world.versions("bronze") == only({1, 2, 3, 4}));
  }

  TEST_CASE("of two contents of one version a stream carries one, and only its attestation") {
    World world;
    world.apply(kTwo);
    const std::string first = Make{1, "GREEN", {}, 0, "first"}.json(), second = Make{1, "GREEN", {}, 0, "second"}.json();
    SUBCASE("in two steps") {
      world.put({first});
      world.put({second}, "weekly", "silver");
    }
    SUBCASE("in one step") { world.put({first, second}); }
    SUBCASE("in two collections, two steps") {
      world.put({first});
      world.put({second}, "vulns");
    }
    SUBCASE("in two collections, one step") {
      world.commit({first});
      world.commit({second}, "vulns");
      must(world.release->advance());
    }
    SUBCASE("in two collections, computed anew") {
      world.commit({first});
      world.commit({second}, "vulns");
      must(world.release->advance());
      world.apply(kTwo + member("newcomer", "bronze"));
      CHECK(world.read("newcomer").size() + world.read("newcomer", "vulns").size() == 1);
    }
    const auto rows = world.read("bronze");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].bytes == first);
    CHECK(world.read("bronze", "vulns").empty());
    CHECK(world.attested("bronze") == std::set<std::string>{attested_name(first)});
    CHECK(world.attested("bronze", "vulns").empty());
  }

  TEST_CASE("a content that the party may not read does not stand in the way of another") {
    World world;
    world.apply(kTwo);
    const std::string shown = Make{1, "GREEN", {}, 0, "shown"}.json();
    SUBCASE("denied") { world.put({Make{1, "AMBER"}.json(), shown}); }
    SUBCASE("waiting for something hidden, same step") { world.put({Make{1, "GREEN", {id_of(9)}}.json(), shown}); }
    SUBCASE("waiting for something hidden, before") {
      world.put({Make{1, "GREEN", {id_of(9)}}.json()});
      world.put({shown});
    }
    const auto rows = world.read("bronze");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].bytes == shown);
  }

  TEST_CASE("markings travel with what uses them; an unknown or unreadable one holds it") {
    World world;
    world.apply(kTwo);
    const std::string mark = id_of(7, "marking-definition");
    const auto marked = [&](unsigned n) {
      std::string text = Make{n}.json();
      const auto at = text.find("\"object_marking_refs\":[") + 23;
      return text.insert(at, "\"" + mark + "\",");
    };
    world.put({marked(1)});
    CHECK(world.versions("silver") == kNothing);
    SUBCASE("readable") {
      world.put({statement(7, "GREEN")});
      CHECK(world.ids("bronze") == std::vector<std::string>{mark, id_of(1)});
      CHECK(world.attested("bronze").size() == 2);
    }
    SUBCASE("not readable by one of them") {
      world.put({statement(7, "AMBER")});
      CHECK(world.ids("bronze").empty());
      CHECK(world.ids("silver") == std::vector<std::string>{mark, id_of(1)});
    }
    SUBCASE("kept in another collection, and taken back with its users") {
      world.put({statement(7, "AMBER")}, "vulns");
      CHECK(world.ids("silver") == std::vector<std::string>{mark, id_of(1)});
      world.apply(member("silver", "bronze") + kNoAmberForBronze);
      CHECK(world.ids("silver").empty());
      CHECK(world.attested("silver").empty());
      CHECK(world.ids("silver", "vulns").empty());
    }
  }

  TEST_CASE("a definition travels with what refers to it, wherever it is kept and whenever it came") {
    World world;
    world.apply(kTwo);
    const std::string mark = id_of(7, "marking-definition");
    const std::string naming = Make{1, "GREEN", {id_of(1), mark}}.json();
    const auto computed_anew = [&] { world.apply(kTwo + member("other", "silver")); };
    world.put({naming});
    CHECK(world.ids("silver").empty());
    SUBCASE("the definition comes in another collection") {
      world.put({statement(7, "GREEN")}, "vulns");
      CHECK(world.ids("bronze") == std::vector<std::string>{mark, id_of(1)});
      computed_anew();
      CHECK(world.ids("bronze") == std::vector<std::string>{mark, id_of(1)});
    }
    SUBCASE("it may not be read by one of them") {
      world.put({statement(7, "AMBER")}, "vulns");
      computed_anew();
      CHECK(world.ids("bronze").empty());
      CHECK(world.ids("silver") == std::vector<std::string>{mark, id_of(1)});
    }
    SUBCASE("it came before, and something else brought it") {
      world.put({statement(7, "GREEN")}, "vulns");
      world.put({Make{2, "GREEN", {mark}}.json(), Make{3, "GREEN", {mark}}.json()});
      const auto before = world.ids("bronze");
      CHECK(before.size() == 4);
      computed_anew();
      CHECK(world.ids("bronze") == before);
    }
  }

  TEST_CASE("what comes again keeps what it was first given with, as it comes and when all is computed anew") {
    World world;
    world.apply(kTwo);
    Provenance no_further;
    no_further.handling.max_hops = 0;
    world.put({Make{1}.json()}, "vulns", "s", no_further);
    store::NewObject again;
    again.object = Make{1}.object();
    again.collection = world.number("weekly");
    again.source = "s";
    again.provenance = Provenance{}.to_json();
    store::Batch batch;
    batch.objects = {again};
    const auto added = must(world.store->commit(batch, world.clock.now()));
    world.release->offer(batch.objects, added);
    must(world.release->advance());
    CHECK(world.ids("silver").empty());
    world.apply(kTwo + member("other", "silver"));
    CHECK(world.ids("silver").empty());
  }

  TEST_CASE("a definition that came before much was given again is still here after a restart") {
    World world;
    world.apply(member("a", "silver"));
    const std::string bearer = Make{1, id_of(1, "marking-definition")}.json();
    std::vector<std::string> many{bearer};
    for (unsigned n = 100; n < 1200; ++n) many.push_back(Make{n}.json());
    world.put(many);
    world.put({statement(1, "GREEN")});
    many.erase(many.begin());
    world.put(many, "vulns");  // under the numbers that they have
    world.restart();
    world.put({bearer}, "vulns");
    CHECK(world.ids("a", "vulns").back() == id_of(1));
  }

  TEST_CASE("a version of a definition that the party may not read changes nothing for it") {
    World world;
    world.apply(kTwo);
    const std::string extension = id_of(8, "extension-definition");
    const auto definition = [&](const std::string& tlp, int version) {
      std::string text = Make{8, tlp, {}, version}.json();
      return text.replace(text.find("\"type\":\"report\""), 15, "\"type\":\"extension-definition\"")
          .replace(text.find(id_of(8)), id_of(8).size(), extension);
    };
    std::string user = Make{1}.json();
    user.insert(user.size() - 1, ",\"extensions\":{\"" + extension + "\":{\"extension_type\":\"property-extension\"}}");
    world.put({definition("GREEN", 0)});
    world.put({definition("AMBER", 1)});
    world.put({user});
    CHECK(world.ids("bronze") == std::vector<std::string>{extension, id_of(1)});
  }

  TEST_CASE("a party that wants nothing back does not get what came from it alone") {
    World world;
    world.apply(kTwo);
    world.put({Make{1}.json()}, "weekly", "silver");
    CHECK(world.versions("silver") == only({1}));
    world.apply(party("silver", "member", "class = \"silver\"\nown = \"hide\"") + member("bronze", "bronze") + kNoAmberForBronze);
    CHECK(world.read("silver").empty());
    CHECK(world.versions("bronze") == only({1}));
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
