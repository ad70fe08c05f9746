// Policies, dates, parties and restarts: what was given stays given, what is lost goes, nothing comes twice.
#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "store/sqlite/sqlite_store.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

const std::string kBronze = member("a", "bronze") + member("b", "silver") + kNoAmberForBronze;
const std::string kSilver = member("a", "silver") + member("b", "silver") + kNoAmberForBronze;

std::string until(Timestamp t) { return "until = " + format_taxii_time(t) + "\n"; }
std::string from(Timestamp t) { return "from = " + format_taxii_time(t) + "\n"; }

TEST_SUITE("unit") {
  TEST_CASE("gains come at the end with later dates, and a cursor from before goes on") {
    World world;
    world.apply(kBronze);
    world.put({Make{1}.json(), Make{2, "AMBER"}.json(), Make{3}.json()});
    const auto before = world.read("a"), other = world.read("b"), other_proofs = world.read("b", "weekly-attestations");
    std::optional<std::string> next;
    world.page("a", "weekly", 1, next);
    world.clock.advance_micros(5);
    world.apply(kSilver);
    const auto after = world.read("a");
    REQUIRE(after.size() == 3);
    CHECK(std::equal(before.begin(), before.end(), after.begin()));
    CHECK(after[2].id == id_of(2));
    CHECK(after[2].date > before.back().date);
    CHECK(world.page("a", "weekly", 10, next) == std::vector<Row>(after.begin() + 1, after.end()));
    CHECK(world.read_by_date("a", "weekly", 10, before.back().date) == std::vector<Row>{after[2]});
    CHECK(world.attested("a").size() == 3);
    CHECK(world.read("b") == other);
    CHECK(world.read("b", "weekly-attestations") == other_proofs);
  }

  TEST_CASE("losses go with their attestations; undo gives them again with new dates") {
    World world;
    world.apply(kSilver);
    world.put({Make{1}.json(), Make{2, "AMBER"}.json(), Make{3, "GREEN", {id_of(2)}}.json(), Make{4}.json()});
    const auto before = world.read("a"), other = world.read("b");
    world.clock.advance_micros(5);
    const auto changes = world.apply(kBronze);
    std::size_t lost = 0;
    for (const auto& change : changes) lost += change.lost.count;
    CHECK(lost == 2);
    CHECK(world.ids("a") == std::vector<std::string>{id_of(1), id_of(4)});
    CHECK(world.attested("a").size() == 2);
    CHECK(world.read("b") == other);
    CHECK_FALSE(must(world.outbound->has_object(must(world.outbound->find("a", "weekly")), id_of(2))));
    world.clock.advance_micros(5);
    world.apply(kSilver);
    const auto again = world.read("a");
    REQUIRE(again.size() == 4);
    CHECK(again[0] == before[0]);
    CHECK(again[1] == before[3]);
    CHECK(again[2].date > before.back().date);
    CHECK(again[3].date > again[2].date);
    CHECK(world.attested("a").size() == 4);
    CHECK(world.read("b") == other);
  }

  TEST_CASE("of two contents of one line the first accepted goes once it may be read, whichever came to the view first") {
    World world;
    world.apply(kBronze);
    world.put({Make{1, "AMBER", {}, 0, "earlier"}.json()});
    world.put({Make{1, "GREEN", {}, 0, "carried"}.json()});
    const auto before = world.read("a");
    REQUIRE(before.size() == 1);
    world.apply(kSilver);
    const auto after = world.read("a");
    REQUIRE(after.size() == 1);
    CHECK(after[0].bytes == Make{1, "AMBER", {}, 0, "earlier"}.json());
    CHECK(after[0].date > before[0].date);
    CHECK(world.attested("a").size() == 1);
  }

  TEST_CASE("the same policy again changes nothing") {
    World world;
    world.apply(kBronze);
    world.put({Make{1}.json(), Make{2, "AMBER"}.json(), Make{3, "GREEN", {id_of(2)}}.json()});
    const auto a = world.read("a"), b = world.read("b");
    for (const auto& change : world.apply(kBronze)) CHECK(!change.differs());
    world.restart();
    CHECK(world.read("a") == a);
    CHECK(world.read("b") == b);
  }

  TEST_CASE("an agreement ends at its microsecond, without a restart, and gives again when renewed") {
    World world;
    const Timestamp end = world.clock.now().plus_micros(1'000'000);
    const std::string supplier = party("s", "supplier");
    world.apply(supplier + agreement("s", until(end)) + member("m", "silver"));
    world.put({Make{1, "CLEAR"}.json(), Make{2, "GREEN"}.json()});
    const auto others = world.read("m");
    world.clock.set(end.plus_micros(-1));
    CHECK(world.ids("s").size() == 2);
    const auto last = world.read("s").back().date;
    world.clock.set(end);
    CHECK(world.ids("s") == std::vector<std::string>{id_of(1)});
    CHECK(world.attested("s").size() == 1);
    CHECK(world.read("m") == others);
    world.put({Make{3, "GREEN"}.json(), Make{4, "CLEAR"}.json()});
    CHECK(world.ids("s") == std::vector<std::string>{id_of(1), id_of(4)});
    world.apply(supplier + agreement("s") + member("m", "silver"));
    CHECK(world.ids("s") == std::vector<std::string>{id_of(1), id_of(4), id_of(2), id_of(3)});
    CHECK(world.read("s")[2].date > last);
  }

  TEST_CASE("a party's own time: nothing before, everything from its first microsecond, nothing after") {
    World world;
    const Timestamp begin = world.clock.now().plus_micros(1'000'000), end = begin.plus_micros(1'000'000);
    world.apply(party("s", "member", "class = \"silver\"\n" + from(begin) + until(end)) + member("m", "silver"));
    world.put({Make{1}.json()});
    CHECK_FALSE(world.release->view_of("s").ok());
    world.clock.set(begin.plus_micros(-1));
    CHECK_FALSE(world.release->view_of("s").ok());
    world.clock.set(begin);
    CHECK(world.ids("s") == std::vector<std::string>{id_of(1)});
    world.clock.set(end.plus_micros(-1));
    CHECK(world.ids("s").size() == 1);
    world.clock.set(end);
    const auto view = world.release->view_of("s");
    REQUIRE_FALSE(view.ok());
    CHECK(view.error().code == Code::kNotFound);
    CHECK(world.ids("m").size() == 1);
  }

  TEST_CASE("a need to know that begins gives with new dates, one that ends takes back") {
    World world;
    const Timestamp begin = world.clock.now().plus_micros(100), end = begin.plus_micros(100);
    world.apply(party("s", "supplier") + agreement("s", "tlp_ceiling = \"TLP:AMBER\"") +
                "[[rule]]\nid = \"know\"\neffect = \"need-to-know\"\nparties = [\"s\"]\ntlp = [\"TLP:AMBER\"]\nreason = \"r\"\n" +
                from(begin) + until(end));
    world.put({Make{1, "GREEN", {id_of(2)}}.json(), Make{2, "AMBER"}.json(), Make{3}.json()});
    CHECK(world.ids("s") == std::vector<std::string>{id_of(3)});
    world.clock.set(begin);
    CHECK(world.ids("s") == std::vector<std::string>{id_of(3), id_of(1), id_of(2)});
    world.clock.set(end);
    CHECK(world.ids("s") == std::vector<std::string>{id_of(3)});
  }

  TEST_CASE("parties that part each lose what is theirs to lose, and what both keep keeps its place") {
    World world;
    world.apply(kSilver);
    world.put({Make{1}.json(), statement(2, "AMBER"), Make{3}.json()});
    const auto before = world.read("a");
    REQUIRE(before.size() == 3);
    world.apply(member("a", "silver") + member("b", "bronze") + kNoAmberForBronze +
                "[[rule]]\nid = \"first\"\neffect = \"deny\"\nclasses = [\"silver\"]\ntypes = [\"report\"]\n");
    REQUIRE(world.ids("a") == std::vector<std::string>{id_of(2, "marking-definition")});
    CHECK(world.read("a").front() == before[1]);
    REQUIRE(world.ids("b") == std::vector<std::string>{id_of(1), id_of(3)});
    CHECK(world.read("b").front().date == before[0].date);
    CHECK(world.read("b").back().date == before[2].date);
  }

  TEST_CASE("a party that was away is not told by dates that others of its audience read on") {
    for (const bool twin : {false, true}) {
      World world;
      const Timestamp end = world.clock.now().plus_micros(1'000'000);
      const std::string rows = kSilver + (twin ? member("twin", "silver") : "");
      world.apply(kSilver + (twin ? member("twin", "silver") : "") );
      world.put({Make{1}.json()});
      world.apply(member("b", "silver") + party("a", "member", "class = \"silver\"\n" + until(end)) + (twin ? member("twin", "silver") : "") + kNoAmberForBronze);
      world.clock.set(end);
      world.put({Make{2}.json()});
      world.clock.advance_micros(5'000'000);
      const std::int64_t back = world.clock.now().micros();
      world.apply(rows);
      world.put({Make{3}.json()});
      const auto after = world.read("a");
      REQUIRE(after.size() == 3);
      CHECK(after[1].id == id_of(2));
      CHECK(after[1].date >= back);
      CHECK(world.attested("a").size() == 3);
    }
  }

  TEST_CASE("a party that leaves is not found; when it comes back its stream goes on") {
    World world;
    world.apply(kSilver);
    world.put({Make{1}.json()});
    const auto before = world.read("a");
    world.apply(member("b", "silver") + kNoAmberForBronze);
    const auto gone = world.outbound->find("a", "weekly");
    REQUIRE_FALSE(gone.ok());
    CHECK(gone.error().code == Code::kNotFound);
    world.put({Make{2}.json(), Make{3}.json()});
    world.clock.advance_micros(5);
    world.apply(kSilver);
    const auto after = world.read("a");
    REQUIRE(after.size() == 3);
    CHECK(after[1].date > before.back().date);
    CHECK(world.versions("a") == world.versions("b"));
  }

  TEST_CASE("two parties of one audience share a view until they part") {
    World world;
    world.apply(kSilver);
    world.put({Make{1}.json(), Make{2, "AMBER"}.json()});
    CHECK(world.stream("a") == world.stream("b"));
    const auto before = world.read("b");
    world.apply(kBronze);
    CHECK(world.stream("a") != world.stream("b"));
    CHECK(world.read("b") == before);
    world.put({Make{3, "AMBER"}.json(), Make{4}.json()});
    CHECK(world.ids("a") == std::vector<std::string>{id_of(1), id_of(4)});
    CHECK(world.ids("b").size() == 4);
  }

  TEST_CASE("a newcomer does not share a stream from which something was withdrawn") {
    World world;
    world.apply(kSilver);
    world.put({Make{1}.json(), Make{2, "AMBER"}.json(), Make{3}.json()});
    world.apply(kBronze);
    world.apply(kBronze + member("new", "bronze"));
    const auto rows = world.read("new");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].position == 1);
    CHECK(rows[1].position == 2);
  }

  TEST_CASE("a new collection is a stream for everybody at once") {
    World world;
    world.apply(kSilver);
    world.add_collection("extra");
    world.put({Make{1}.json()}, "extra");
    CHECK(world.ids("a", "extra") == std::vector<std::string>{id_of(1)});
    CHECK(world.attested("a", "extra").size() == 1);
  }
}

/// The same moments over each kind of store; `reopen` gives the store anew as after kill -9.
void restarts(World& world) {
  world.apply(kBronze);
  world.put({Make{1}.json(), Make{2, "AMBER"}.json(), Make{3, "GREEN", {id_of(9)}}.json()});
  const auto a = world.read("a"), b = world.read("b"), proofs = world.read("b", "weekly-attestations");
  std::optional<std::string> next;
  world.page("b", "weekly", 1, next);
  world.restart();
  CHECK(world.read("a") == a);
  CHECK(world.read("b") == b);
  CHECK(world.read("b", "weekly-attestations") == proofs);
  world.commit({Make{4}.json(), Make{9}.json()});  // and the process ends before it is released
  world.restart();
  CHECK(world.ids("a") == std::vector<std::string>{id_of(1), id_of(4), id_of(9), id_of(3)});
  CHECK(world.page("b", "weekly", 10, next).size() == 4);
  const auto after = world.read("a");
  world.restart();
  CHECK(world.read("a") == after);
  CHECK(must(world.store->check([](std::size_t, std::size_t) {})).empty());
}

TEST_SUITE("contract") {
  TEST_CASE("restarts repeat nothing and lose nothing, in memory") {
    World world;
    restarts(world);
  }

  TEST_CASE("restarts repeat nothing and lose nothing, in SQLite") {
    std::string pattern = (std::filesystem::temp_directory_path() / "sekisho-sync-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    {
      FakeRandom random;
      World world(1, must(store::open_sqlite_store(pattern + "/store.db", random)));
      restarts(world);
    }
    std::error_code ignored;
    std::filesystem::remove_all(pattern, ignored);
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
