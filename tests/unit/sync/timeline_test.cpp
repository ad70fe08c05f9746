// What a party reads back of what it gave: docs/specs/timeline.md. Who gave it sees it, nobody else; each once by next and by date.
#include <algorithm>

#include "anonymous_desk.h"
#include "failing_store.h"
#include "sync/ingest/withdrawal.h"
#include "sync/release/appending.h"

namespace sekisho::sync::tests {
namespace {

using Ids = std::vector<std::string>;

const std::string kRelayed = "identity--55555555-5555-4555-8555-555555555555";
const std::string kStranger = "identity--77777777-7777-4777-8777-777777777777";

std::string giver(const std::string& id, const std::string& more = {}) {
  return party(id, "member", "class = \"silver\"\nwrite = [\"weekly\"]\nsigns = false\nrelay = [\"" + kRelayed + "\"]\n" + more) + agreement(id);
}

/// p and q post to and read `weekly`, h posts and wants nothing of it back, low may not read AMBER.
struct Timelines {
  FakeRandom disk_random{9};
  FailingStore* disk = nullptr;
  World world{1, make()};
  Limits limits;
  KeptLog log;
  std::string rows = giver("p") + giver("q") + giver("h", "own = \"hide\"\n") +
                     party("low", "member", "class = \"bronze\"\nwrite = [\"weekly\"]\nsigns = false\n") + agreement("low") + kNoAmberForBronze +
                     "[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"p\", \"q\", \"h\", \"low\"]\ntlp_ceiling = \"TLP:RED\"\n";
  Inbound inbound{*world.store, *world.release, world.clock, limits};
  Submissions submissions{*world.store, *world.release, inbound, world.clock, world.random, log};
  Recalls recalls{*world.store, *world.release, *world.audit, *world.egress, world.clock, world.random, world.signer()};
  Withdrawals withdrawals{*world.store, *world.release, *world.outbound, recalls, world.clock};

  Timelines() { world.apply(rows); }
  std::unique_ptr<store::Store> make() {
    auto made = std::make_unique<FailingStore>(store::make_memory_store(disk_random));
    disk = made.get();
    return made;
  }
  /// Each at a time of its own, which is over when this returns.
  bool post(const std::string& party, const std::string& object) {
    const auto done = must(submissions.take(party, "weekly", {object}));
    world.clock.advance_micros(1000);
    return done.failures.empty();
  }
  Ids ids(const std::string& party) {
    Ids out;
    for (const Row& row : world.read(party)) out.push_back(row.id);
    return out;
  }
  bool there(const std::string& party, const std::string& id) {
    return must(world.outbound->has_object(must(world.outbound->find(party, "weekly")), id));
  }
  Code remove(const std::string& party, const std::string& id) {
    const Status done = withdrawals.remove(must(world.outbound->find(party, "weekly")), id, {});
    world.clock.advance_micros(1000);
    return done.ok() ? Code{} : done.error().code;
  }
};

/// Report n that names report `ref`.
std::string naming(unsigned n, unsigned ref, int version = 0) { return Make{n, "GREEN", {id_of(ref)}, version}.json(); }

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/timeline: what waits, and what its giver may not read, is there for its giver and for nobody else") {
    Timelines all;
    CHECK(all.post("p", naming(1, 2)));
    CHECK(all.post("low", Make{3, "AMBER", {id_of(3)}}.json()));
    CHECK(all.ids("p") == Ids{id_of(1), id_of(3)});
    CHECK(all.ids("low") == Ids{id_of(3)});
    CHECK(all.ids("q") == Ids{id_of(3)});
    CHECK(all.there("p", id_of(1)));
    CHECK_FALSE(all.there("q", id_of(1)));
    CHECK(all.there("low", id_of(3)));
    const auto before = all.world.read("p");
    CHECK(all.post("q", naming(2, 2)));
    const auto after = all.world.read("p");
    REQUIRE(after.size() == 3);
    CHECK(after[0] == before[0]);
    CHECK(all.ids("p") == Ids{id_of(1), id_of(3), id_of(2)});
    CHECK(all.ids("q").size() == 3);
    CHECK(all.world.read("p", "weekly", 1) == after);
    CHECK(all.world.read_by_date("p", "weekly", 1) == after);
    all.world.restart();
    CHECK(all.world.read("p") == after);
    CHECK(must(all.world.store->check(nullptr)).empty());
  }

  TEST_CASE("sync/timeline: a token from before the first own entry goes on, and nothing comes twice") {
    Timelines all;
    for (const unsigned n : {1U, 2U, 3U}) all.post("q", naming(n, n));
    std::optional<std::string> next;
    REQUIRE(all.world.page("p", "weekly", 2, next).size() == 2);
    all.post("p", naming(4, 9));
    all.post("q", naming(5, 5));
    Ids rest;
    while (next) {
      for (const Row& row : all.world.page("p", "weekly", 1, next)) rest.push_back(row.id);
    }
    CHECK(rest == Ids{id_of(3), id_of(4), id_of(5)});
  }

  TEST_CASE("sync/timeline: own = hide leaves out what came from the party alone, then and later") {
    Timelines all;
    all.post("h", naming(1, 1));
    all.post("h", naming(2, 9));
    CHECK(all.ids("h").empty());
    CHECK(all.ids("q") == Ids{id_of(1)});
    CHECK_FALSE(all.world.store->has_own("h", all.world.number("weekly")));
    std::string shown = all.rows;
    shown.erase(shown.find("own = \"hide\"\n"), 13);
    all.world.apply(shown);
    CHECK(all.ids("h") == Ids{id_of(1)});
    const auto followed = must(all.world.outbound->follow("p", must(all.world.outbound->find("p", "weekly")), "", 10, 1 << 20,
                                                          [](const store::StreamItem&) {}));
    CHECK(followed.count == 1);
    all.post("p", naming(3, 3));
    CHECK(must(all.world.outbound->follow("p", must(all.world.outbound->find("p", "weekly")), followed.cursor, 10, 1 << 20,
                                          [](const store::StreamItem&) {})).count == 0);  // a link gives nobody what it gave
  }

  TEST_CASE("sync/timeline: what goes by DELETE goes; what is given under that id then is read back") {
    Timelines all;
    const auto relayed = [](int version) { return Make{1, "GREEN", {id_of(1)}, version, "x", kRelayed}.json(); };
    all.world.put({R"({"type":"identity","spec_version":"2.1","id":")" + kRelayed +
                   R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"n","object_marking_refs":[")" +
                   std::string(stix::tlp_marking_id(stix::Tlp::kClear)) + "\"]}"},
                  "vulns");
    CHECK(all.post("p", relayed(0)));
    CHECK(all.post("q", relayed(0)));
    CHECK(all.post("q", relayed(9)));
    CHECK(all.ids("p").size() == 2);
    CHECK(all.remove("p", id_of(1)) == Code{});
    CHECK(all.ids("p").empty());
    CHECK_FALSE(all.there("p", id_of(1)));
    CHECK(all.ids("q").size() == 2);
    CHECK(all.remove("p", id_of(1)) == Code::kNotFound);
    CHECK(all.post("p", relayed(5)));
    const auto rows = all.world.read("p");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].version == "2024-01-01T00:05:00.000Z");
    CHECK(all.there("p", id_of(1)));
    CHECK(all.ids("q").size() == 3);
    CHECK(all.remove("p", id_of(1)) == Code{});
    CHECK_FALSE(all.there("p", id_of(1)));
    CHECK(all.ids("q").size() == 2);
  }

  TEST_CASE("sync/timeline: our recall takes it out in the transaction that writes it; another party's leaves it") {
    Timelines all;
    all.post("p", naming(1, 9));
    all.post("p", naming(2, 9));
    all.post("q", naming(1, 8));
    CHECK(all.remove("q", id_of(1)) == Code{});
    CHECK(all.ids("p") == Ids{id_of(1), id_of(2)});
    must(all.recalls.recall(id_of(1), "wrong", "r", "op"));
    CHECK(all.ids("p") == Ids{id_of(2)});
    all.disk->fail_at = 1;
    CHECK_FALSE(all.recalls.recall(id_of(2), "wrong", "r", "op").ok());
    CHECK(all.ids("p") == Ids{id_of(2)});
    all.world.restart();
    CHECK(all.ids("p") == Ids{id_of(2)});
  }

  TEST_CASE("sync/timeline: an anonymous intake makes no own entry, for whomever") {
    Office office;
    office.post({malware(1), report_of(2, {id_of(9, "malware")})});
    const auto held = [&office](const std::string& party) {
      return office.world.store->has_own(party, office.world.number("weekly")) || office.world.store->has_own(party, office.world.number("vulns"));
    };
    for (const std::string& party : {std::string("acme"), std::string(), office.pseudonym(), std::string("m")}) CHECK_FALSE(held(party));
    must(office.submissions->take("acme", "vulns", {malware(1)}));
    CHECK(held("acme"));
  }

  TEST_CASE("sync/timeline: what was only given back makes none, whether the party reads it or something hidden spared it") {
    Timelines all;
    all.world.put({Make{1, "GREEN", {id_of(1)}, 0, "x", kStranger}.json(), Make{2, "RED", {id_of(2)}, 0, "x", kStranger}.json()});
    CHECK(all.post("p", Make{1, "GREEN", {id_of(1)}, 0, "x", kStranger}.json()));
    CHECK(all.post("p", Make{2, "RED", {id_of(2)}, 0, "x", kStranger}.json()));
    CHECK(all.post("p", Make{3, "RED", {id_of(3)}, 0, "x", kStranger}.json()));  // quarantined
    CHECK_FALSE(all.world.store->has_own("p", all.world.number("weekly")));
    CHECK_FALSE(all.there("p", id_of(2)));
    Quarantine quarantine(*all.world.store, *all.world.release, *all.world.audit, all.world.clock, all.limits);
    must(quarantine.let_in(must(all.world.store->dead_letters(0, 10)).at(0).no, "op", "good"));
    all.world.clock.advance_micros(1000);
    CHECK(all.ids("p").back() == id_of(3));
  }

  TEST_CASE("sync/timeline: a reader goes no further than a release that is being written, and then misses nothing") {
    Timelines all;
    all.post("p", naming(1, 9));
    all.world.commit({naming(2, 2)}, "weekly", "q");
    Ids within;
    std::int64_t last = 0;
    all.disk->before_release = [&] {
      all.world.clock.advance_micros(1000);
      store::Batch batch;  // p posts meanwhile: under a date that is later than that of what is being written
      batch.objects.push_back({must(stix::Object::parse(naming(3, 9))), "p", all.world.number("weekly"), Provenance().to_json()});
      batch.objects.back().own = true;
      must(all.world.store->commit(batch, all.world.clock.now()));
      all.world.clock.advance_micros(1000);
      for (const Row& row : all.world.read("p")) {
        within.push_back(row.id);
        last = row.date;
      }
    };
    must(all.world.release->advance());
    CHECK(within == Ids{id_of(1)});
    Ids rest;
    for (const Row& row : all.world.read_by_date("p", "weekly", 1, last)) rest.push_back(row.id);
    CHECK(rest == Ids{id_of(2), id_of(3)});
  }

  TEST_CASE("sync/timeline: a release is dated behind an instant that a reader was told") {
    Appending appending;
    const Timestamp start{1'750'000'000, 0};
    store::Release release;
    release.appends.push_back({7, {}});
    CHECK(appending.complete_before(7, start) == start.micros());
    CHECK(appending.complete_before(8, start.plus_micros(50)) == start.micros() + 50);
    {
      const Appending::Turn turn(appending, release, start);  // it was planned before that
      CHECK(turn.date() == start.plus_micros(50));
      CHECK(appending.complete_before(7, start.plus_micros(90)) == start.micros() + 50);
      CHECK(appending.complete_before(8, start.plus_micros(90)) == start.micros() + 90);  // another stream waits for nothing
    }
    CHECK(appending.complete_before(7, start.plus_micros(99)) == start.micros() + 99);
  }
}

}  // namespace sekisho::sync::tests
