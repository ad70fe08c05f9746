// The contract: a new incarnation after a restore.
#include <algorithm>

#include "fixtures.h"

namespace sekisho::store::tests {

TEST_SUITE("contract") {
  TEST_CASE_TEMPLATE("store: a new incarnation keeps those before it", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const Uuid first = store.incarnation();
    CHECK(must(store.earlier_incarnations()).empty());
    must(store.begin_incarnation(uuid(500), 0));
    CHECK(store.incarnation() == uuid(500));
    CHECK(must(store.earlier_incarnations()) == std::vector<Uuid>{first});
    must(store.begin_incarnation(uuid(501), 0));
    CHECK(must(store.earlier_incarnations()) == std::vector<Uuid>{uuid(500), first});
    for (const Uuid& before : {first, uuid(500), uuid(501)}) {
      const Status again = store.begin_incarnation(before, 0);
      REQUIRE_FALSE(again.ok());
      CHECK(again.error().code == Code::kAlreadyExists);
    }
    CHECK(store.incarnation() == uuid(501));
  }

  TEST_CASE_TEMPLATE("store: after a new incarnation every date is above the floor", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    const StreamNo busy = must(store.create_stream(c, "a", uuid(1))).no;
    const StreamNo idle = must(store.create_stream(c, "b", uuid(2))).no;
    const ObjectNo a = commit_one(store, {1}, c).object, b = commit_one(store, {2}, c).object;
    release_to(store, busy, {a}, kNow);
    const std::int64_t floor = kNow.micros() + 5'000'000;
    must(store.begin_incarnation(uuid(500), floor));
    CHECK(read_page(store, busy).items.at(0).date_added == kNow.micros());  // what was given out stays
    const StreamNo late = must(store.create_stream(c, "c", uuid(3))).no;
    const StreamNo fork = must(store.fork_stream(busy, "d", uuid(4))).no;
    for (const StreamNo stream : {busy, idle, late, fork}) {
      release_to(store, stream, {b}, kNow);  // the clock is behind the floor
      CHECK(read_page(store, stream).items.back().date_added == floor + 2);
    }
    must(store.begin_incarnation(uuid(501), kNow.micros()));  // a lower floor lowers nothing
    const StreamNo last = must(store.create_stream(c, "e", uuid(5))).no;
    release_to(store, last, {b}, kNow);
    CHECK(read_page(store, last).items.back().date_added == floor + 2);
    CHECK(must(store.check(nullptr)).empty());
  }

  TEST_CASE_TEMPLATE("store: the latest instant on record", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    CHECK(must(store.latest_instant()) == Timestamp{});
    const CollectionNo c = add_collection(store, "c");
    const ObjectNo object = commit_one(store, {1}, c).object;
    CHECK(must(store.latest_instant()) == kNow);
    const StreamNo stream = must(store.create_stream(c, "a", uuid(1))).no;
    const Timestamp later = kNow.plus_micros(6);
    release_to(store, stream, {object}, later);
    CHECK(must(store.latest_instant()) == later);
    const Timestamp floor = kNow.plus_micros(900);
    must(store.begin_incarnation(uuid(500), floor.micros()));
    CHECK(must(store.latest_instant()) == floor);
  }
}

}  // namespace sekisho::store::tests
