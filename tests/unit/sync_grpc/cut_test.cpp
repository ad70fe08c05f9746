// docs/specs/sync.md §3: a break at any point loses nothing and repeats nothing.
#include <algorithm>

#include "tests/support/property.h"
#include "wire.h"

using namespace sekisho;
using namespace sekisho::sync;
using namespace sekisho::sync::tests;

namespace {

LinkOptions small(std::uint64_t window) {
  LinkOptions options;
  options.window_bytes = window;
  return options;
}

/// Links over and over, each cut after so many frames, until one is not cut.
std::size_t links_until_done(Node& a, Node& b, const std::function<std::size_t(std::size_t)>& frames_of, std::uint64_t window) {
  for (std::size_t links = 1; links < 1000; ++links) {
    Wire wire(a, b, small(window), small(window));
    std::size_t left = frames_of(links);
    wire.script = [&left](Side, v1::Frame&, auto&) { return left-- != 0; };
    wire.run();
    if (!wire.cut()) return links;
  }
  FAIL("never done");
  return 0;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/grpc/cut: at every frame of an exchange both ways, then resumed: no gap, no repeat") {
    std::size_t frames = 0;
    {
      Node a("a", 1), b("b", 2);
      befriend(a, b);
      a.put_range(1, 8);
      b.put_range(101, 105);
      Wire wire(a, b, small(1500), small(1500));
      wire.run();
      frames = wire.trace.size();
    }
    REQUIRE(frames > 15);
    for (std::size_t at = 0; at < frames; ++at) {
      CAPTURE(at);
      Node a("a", 1), b("b", 2);
      befriend(a, b);
      a.put_range(1, 8);
      b.put_range(101, 105);
      CHECK(links_until_done(a, b, [at](std::size_t link) { return link == 1 ? at : SIZE_MAX; }, 1500) == 2);
      CHECK(b.held("a") == a.held(""));
      CHECK(a.held("b") == b.held(""));
      CHECK(most(b.held("a")) == 1);
      CHECK(most(a.held("b")) == 1);
      CHECK(b.letters().empty());
    }
  }

  TEST_CASE("sync/grpc/cut: an acknowledgement is never seen for what a restart has lost") {
    Node a("a", 1), b("b", 2);
    befriend(a, b);
    a.put_range(1, 10);
    for (std::size_t frames = 4; frames < 30; frames += 3) {
      Wire wire(a, b, small(1), small(1));
      std::size_t left = frames;
      wire.script = [&](Side from, v1::Frame& frame, auto&) {
        if (from == Side::kRight && frame.has_ack() && frame.ack().number() > 1) {
          // What is acknowledged, with its cursor, is in the store by now.
          CHECK_FALSE(b.cursor("a", frame.ack().collection()).empty());
          CHECK(b.held("a").size() >= frame.ack().number() - 1);
        }
        return left-- != 0;
      };
      wire.run();
      b.restart();
      a.restart();
    }
    links_until_done(a, b, [](std::size_t) { return SIZE_MAX; }, 1u << 20);
    CHECK(b.held("a") == a.held(""));
    CHECK(most(b.held("a")) == 1);
  }
}

TEST_SUITE("property") {
  TEST_CASE("sync/grpc/cut: random cuts, restarts and new objects in between: no gap, no repeat") {
    PROPERTY("what is there at the end is there once", [] {
      const auto cuts = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 25));
      const auto window = *rc::gen::element<std::uint64_t>(1, 700, 3000, 16u << 20);
      const auto restarts = *rc::gen::inRange(0, 4);
      Node a("a", 1), b("b", 2);
      befriend(a, b);
      unsigned next = 1;
      for (std::size_t i = 0; i < std::min<std::size_t>(cuts.size(), 8); ++i) {
        a.put_range(next, next + 2);
        b.put_range(1000 + next, 1000 + next);
        next += 3;
        Wire wire(a, b, small(window), small(window));
        std::size_t left = cuts[i];
        wire.script = [&](Side, v1::Frame&, auto&) { return left-- != 0; };
        wire.run();
        if (restarts & 1) a.restart();
        if (restarts & 2) b.restart();
      }
      links_until_done(a, b, [](std::size_t) { return SIZE_MAX; }, window);
      RC_ASSERT(b.held("a") == a.held(""));
      RC_ASSERT(a.held("b") == b.held(""));
      RC_ASSERT(most(b.held("a")) <= 1);
      RC_ASSERT(most(a.held("b")) <= 1);
      RC_ASSERT(a.letters().empty() && b.letters().empty());
    });
  }
}
