// docs/specs/sync.md §3 and promises 1, 7: what may be read changes while the link is up; the operator's stop.
#include "wire.h"

using namespace sekisho;
using namespace sekisho::sync;
using namespace sekisho::sync::tests;

namespace {

std::size_t entries_after(const Wire& wire, std::size_t from) {
  std::size_t frames = 0;
  for (std::size_t i = from; i < wire.trace.size(); ++i) {
    const v1::Frame& frame = wire.trace[i].frame;
    if (wire.trace[i].from == Side::kLeft && (frame.has_notice() || (frame.has_batch() && frame.batch().raw_bytes() != 0))) ++frames;
  }
  return frames;
}

struct Pair {
  Node a{"a", 1}, b{"b", 2};
  Pair() { befriend(a, b); }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/grpc/rights: revoked between two batches, nothing more leaves; given back, the rest follows") {
    Pair p;
    p.a.put_range(1, 10);
    LinkOptions small;
    small.window_bytes = 1;  // one object at a time
    Wire wire(p.a, p.b, {}, small);
    std::size_t batches = 0;
    wire.script = [&](Side from, v1::Frame& frame, auto&) {
      if (from == Side::kLeft && frame.has_batch() && ++batches == 4) p.a.apply(p.b.as_party("collections = []\n"));
      return true;
    };
    wire.run();
    CHECK(p.b.held("a").size() == 4);
    CHECK(wire.sent(Side::kLeft, v1::Frame::kUnsubscribed).at(0).unsubscribed().code() == 1004);
    const std::size_t then = wire.trace.size();
    p.a.put_range(11, 12);
    wire.poke();
    CHECK(entries_after(wire, then) == 0);
    CHECK(wire.sent(Side::kLeft, v1::Frame::kCatalog).back().catalog().offers_size() == 0);
    CHECK(p.b.held("a").size() == 4);
    p.a.apply(p.b.as_party());
    wire.poke();
    CHECK(p.b.held("a") == p.a.held(""));
    CHECK(most(p.b.held("a")) == 1);
    CHECK(wire.failure(Side::kLeft).ok());
    CHECK(wire.failure(Side::kRight).ok());
  }

  TEST_CASE("sync/grpc/rights: a validity that ends stops the link's content at that instant") {
    Pair p;
    p.a.put_range(1, 3);
    const std::string until = format_taxii_time(p.a.clock.now().plus_micros(3600'000'000));
    p.a.apply(p.b.as_party("until = " + until + "\n"));
    Wire wire(p.a, p.b);
    wire.run();
    CHECK(p.b.held("a").size() == 3);
    p.a.clock.advance_micros(3600'000'000);
    const std::size_t then = wire.trace.size();
    p.a.put_range(4, 6);
    wire.poke();
    CHECK(entries_after(wire, then) == 0);
    CHECK(p.b.held("a").size() == 3);
  }

  TEST_CASE("sync/grpc/rights: what a policy change allows comes over the open link, what it forbids does not") {
    Pair p;
    p.a.put({Make{.n = 1}.json(), Make{.n = 2, .tlp = "GREEN"}.json(), Make{.n = 3, .tlp = "AMBER"}.json()});
    Wire wire(p.a, p.b);
    wire.run();
    CHECK(p.b.held("a").size() == 1);
    p.a.apply(p.b.as_party() + "[[agreement]]\nid = \"mou\"\nparty = \"b\"\n");
    wire.poke();
    CHECK(p.b.held("a").size() == 2);
    CHECK(p.b.held("a").count({id_of(3), "2024-01-01T00:00:00.000Z"}) == 0);
    p.a.apply(p.b.as_party());
    p.a.put({Make{.n = 4, .tlp = "GREEN"}.json()});
    wire.poke();
    CHECK(p.b.held("a").size() == 2);
  }

  TEST_CASE("sync/grpc/rights: a subscriber that gains the right to write follows without a new link") {
    Pair p;
    p.b.apply(p.a.as_party("write = []\n"));
    p.a.put_range(1, 3);
    Wire wire(p.a, p.b);
    wire.run();
    CHECK(p.b.held("a").empty());
    p.b.apply(p.a.as_party());
    wire.poke();
    CHECK(p.b.held("a").size() == 3);
  }

  TEST_CASE("sync/grpc/egress: while sharing is stopped nothing leaves, lifted it goes on") {
    for (const std::string party : {"", "b"}) {
      CAPTURE(party);
      Pair p;
      p.a.put_range(1, 10);
      LinkOptions small;
      small.window_bytes = 1;
      Wire wire(p.a, p.b, {}, small);
      std::size_t batches = 0, then = 0;
      wire.script = [&](Side from, v1::Frame& frame, auto&) {
        if (from != Side::kLeft || !frame.has_batch() || ++batches != 3) return true;
        must(p.a.egress->stop(party, "incident", "ops"));
        then = wire.trace.size() + 1;
        return true;
      };
      wire.run();
      p.a.put_range(11, 12);
      (void)p.a.recalls->recall(id_of(1), "wrong", "it is", "ops");
      wire.poke();
      CHECK(entries_after(wire, then) == 0);
      CHECK(p.b.held("a").size() == 3);
      p.b.put_range(50, 52);  // the other direction is not stopped
      wire.poke();
      CHECK(p.a.held("b").size() == 3);
      must(p.a.egress->lift(party, "over", "ops"));
      wire.poke();
      CHECK(p.b.held("a") == p.a.held(""));
      CHECK(wire.sent(Side::kLeft, v1::Frame::kNotice).size() == 1);
      CHECK_FALSE(wire.state(Side::kLeft).ended);
    }
  }

  TEST_CASE("sync/grpc/egress: notices that were read before a stop do not leave after it") {
    Pair p;
    p.a.put_range(1, 4);
    Wire wire(p.a, p.b);
    wire.run();
    for (unsigned n = 1; n <= 3; ++n) must(p.a.recalls->recall(id_of(n), "wrong", "it is", "ops"));
    wire.script = [&](Side, v1::Frame& frame, auto&) {
      if (frame.has_notice()) must(p.a.egress->stop("", "incident", "ops"));
      return true;
    };
    wire.poke();
    CHECK(wire.sent(Side::kLeft, v1::Frame::kNotice).size() == 1);
    wire.script = nullptr;
    must(p.a.egress->lift("", "over", "ops"));
    wire.poke();
    CHECK(wire.sent(Side::kLeft, v1::Frame::kNotice).size() == 3);
    CHECK(must(p.a.recalls->pending("b")).empty());
  }

  TEST_CASE("sync/grpc/rights: stopped and lifted while a subscription was under way loses nothing") {
    for (int when = 0; when < 12; ++when) {
      CAPTURE(when);
      Pair p;
      p.a.put_range(1, 6);
      const auto wire = std::make_unique<Wire>(p.a, p.b);
      int step = 0;
      bool moved = true;
      // Frames cross: one step of each side at a time, the stop and its end between two of them.
      while (moved && step < 10'000) {
        moved = false;
        for (const Side side : {Side::kLeft, Side::kRight}) {
          moved = wire->pump(side) || moved;
          if (step++ == when) {
            must(p.a.egress->stop("b", "incident", "ops"));
            wire->session(Side::kLeft).poke();
            while (wire->pump(Side::kLeft)) {}
            must(p.a.egress->lift("b", "over", "ops"));
            p.a.put_range(7, 7);
            wire->session(Side::kLeft).poke();
            while (wire->pump(Side::kLeft)) {}
            moved = true;
          }
          moved = wire->deliver(side) || moved;
        }
      }
      if (wire->state(Side::kRight).ended) {  // crossed beyond repair: the next link brings the rest
        Wire next(p.a, p.b);
        next.run();
      }
      CHECK(p.b.held("a") == p.a.held(""));
      CHECK(most(p.b.held("a")) == 1);
    }
  }
}
