// docs/specs/sync.md §3 and promise 5: either side restored from an older state. A restored store is a twin that
// has lived through the same beginning: fake clocks and randomness make it the same to the byte.
#include <functional>

#include "wire.h"

using namespace sekisho;
using namespace sekisho::sync;
using namespace sekisho::sync::tests;

namespace {

void link(Node& a, Node& b) {
  Wire wire(a, b);
  wire.run();
  REQUIRE(wire.failure(Side::kLeft).ok());
  REQUIRE(wire.failure(Side::kRight).ok());
}

void tick(Node& node) { node.clock.advance_micros(60'000'000); }

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/grpc/restore: a subscriber restored to an older state asks again for what it lost") {
    Node a("a", 1), b("b", 2), restored("b", 2);
    a.apply(b.as_party());
    b.apply(a.as_party());
    restored.apply(a.as_party());
    a.put_range(1, 4);
    link(a, b);
    link(a, restored);  // the backup
    a.put_range(5, 9);
    link(a, b);
    REQUIRE(b.held("a").size() == 9);
    must(restored.store->begin_incarnation(Uuid::v4(restored.random, "incarnation"), b.clock.now().micros()));
    restored.restart();
    link(a, restored);
    CHECK(restored.held("a") == a.held(""));
    CHECK(most(restored.held("a")) == 1);
    restored.put_range(50, 51);
    link(a, restored);
    CHECK(a.held("b").size() == 2);
  }

  TEST_CASE("sync/grpc/restore: a publisher restored to an older state is followed on by date, without gap") {
    Node a("a", 1), b("b", 2), restored("a", 1);
    b.apply(a.as_party());
    for (Node* node : {&a, &restored}) {
      node->apply(b.as_party());
      node->put_range(1, 4);
    }
    // What was published after the backup, and then lost with it.
    tick(a);
    a.put_range(5, 7);
    link(a, b);
    REQUIRE(b.held("a").size() == 7);
    tick(restored);
    tick(restored);
    must(restored.store->begin_incarnation(Uuid::v4(restored.random, "incarnation"), restored.clock.now().micros()));
    restored.restart();
    tick(restored);
    restored.put_range(6, 6);    // imported again
    restored.put_range(20, 24);  // new
    Wire wire(restored, b);
    wire.run();
    CHECK(wire.sent(Side::kLeft, v1::Frame::kUnsubscribed).empty());
    CHECK(wire.state(Side::kLeft).sent == 6);  // not 1 to 4 again
    CHECK(b.held("a").size() == 12);
    CHECK(most(b.held("a")) == 1);
    restored.put_range(25, 26);
    wire.poke();
    Wire next(restored, b);
    next.run();
    CHECK(b.held("a").size() == 14);
    CHECK(next.state(Side::kLeft).sent == 0);
  }

  TEST_CASE("sync/grpc/restore: a publisher whose subscriber had not seen all goes on without gap") {
    Node a("a", 1), b("b", 2), restored("a", 1);
    b.apply(a.as_party());
    for (Node* node : {&a, &restored}) {
      node->apply(b.as_party());
      node->put_range(1, 2);
    }
    link(a, b);
    tick(restored);
    restored.put_range(3, 6);  // in the backup, never sent
    must(restored.store->begin_incarnation(Uuid::v4(restored.random, "incarnation"), restored.clock.now().micros()));
    restored.restart();
    link(restored, b);
    CHECK(b.held("a") == restored.held(""));
    CHECK(most(b.held("a")) == 1);
  }

  TEST_CASE("sync/grpc/restore: an acknowledged recall does not come back with an older subscriber") {
    Node a("a", 1), b("b", 2);
    befriend(a, b);
    a.put_range(1, 3);
    link(a, b);
    must(a.recalls->recall(id_of(2), "wrong", "it is", "ops"));
    link(a, b);
    Node restored("b", 2);
    restored.apply(a.as_party());
    link(a, restored);
    CHECK(restored.held("a").size() == 2);
  }
}
