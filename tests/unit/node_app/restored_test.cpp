// The first opening of a restored directory.
#include "node/app/restored.h"

#include "core/system/system.h"
#include "node/cli/manifest.h"
#include "store/memory/memory_store.h"
#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho::node::app {
namespace {

struct Place {
  tests::FakeClock clock;
  tests::FakeRandom random;
  tests::FakeFiles files;
  std::unique_ptr<Log> log = system::make_null_log();
  std::unique_ptr<Names> names = system::make_names();
  std::unique_ptr<store::Store> store = store::make_memory_store(random);
  sync::Audit audit{*store, clock};

  Place() {
    REQUIRE(files.make_directory("node", 0700).ok());
    REQUIRE(files.make_directory("node/data", 0700).ok());
  }
  Status open() { return begin_restored_life("node", {clock, random, files, *log, *names}, *store, audit); }
  void mark() { REQUIRE(files.write_atomic("node/data/restored", "", 0600).ok()); }
};

TEST_SUITE("unit") {
  TEST_CASE("node/restored: a directory without the mark goes on as it was") {
    Place place;
    const Uuid before = place.store->incarnation();
    REQUIRE(place.open().ok());
    CHECK(place.store->incarnation() == before);
    CHECK(place.audit.list(0, 10)->empty());
  }

  TEST_CASE("node/restored: the mark gives a new incarnation, an audit line, and goes") {
    Place place;
    const Uuid before = place.store->incarnation();
    place.mark();
    REQUIRE(place.open().ok());
    CHECK(place.store->incarnation() != before);
    CHECK(*place.store->earlier_incarnations() == std::vector<Uuid>{before});
    CHECK_FALSE(place.files.exists("node/data/restored"));
    const auto lines = place.audit.list(0, 10);
    REQUIRE(lines->size() == 1);
    CHECK(lines->at(0).line.action == "restore");
    CHECK(lines->at(0).line.subject == place.store->incarnation().to_string());
  }

  TEST_CASE("node/restored: dates go on above the clock and above what the copy has given out") {
    Place place;
    store::Collection collection;
    collection.alias = "c";
    const auto c = place.store->add_collection(collection);
    REQUIRE(c.ok());
    const auto stream = place.store->create_stream(c->no, "a", Uuid::v4(place.random, "test"));
    REQUIRE(stream.ok());
    const std::int64_t now = place.clock.now().micros();
    place.mark();
    REQUIRE(place.open().ok());
    CHECK(place.store->stream(stream->no)->last_date == now);
    place.clock.advance_micros(-60'000'000);  // a clock set back since then lowers nothing
    place.mark();
    REQUIRE(place.open().ok());
    CHECK(place.store->stream(stream->no)->last_date == now);
  }
}

}  // namespace
}  // namespace sekisho::node::app
