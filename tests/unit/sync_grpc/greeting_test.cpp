// docs/specs/sync.md §2 and §6: greeting, heartbeats, silence, end.
#include "wire.h"

using namespace sekisho;
using namespace sekisho::sync;
using namespace sekisho::sync::tests;

namespace {

constexpr std::int64_t kSecond = 1'000'000;

struct Fixture {
  Node node{"home", 1};
  Node peer{"peer", 2};
  Fixture() { node.apply(peer.as_party()); }
  Desk desk() { return Desk(node, "peer"); }
};

bool ends_with(Desk& desk, const v1::Frame& frame, Code code) {
  const Status done = desk.say(frame);
  const auto goodbye = desk.heard(v1::Frame::kGoodbye).goodbye();
  return !done.ok() && done.error().code == code && goodbye.code() == static_cast<std::uint32_t>(code) &&
         goodbye.name() == info(code).text && desk.session.state().ended && desk.heard().empty();
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/grpc/greeting: the first frame is Hello, sent without waiting, and nothing else before theirs") {
    Fixture f;
    Desk desk = f.desk();
    const auto frames = desk.heard();
    REQUIRE(frames.size() == 1);
    const v1::Hello& said = frames[0].hello();
    CHECK(said.versions_size() == 1);
    CHECK(said.versions(0) == 1);
    CHECK(said.identity() == f.node.identity);
    CHECK(said.max_frame_bytes() == 8u << 20);
    CHECK(said.window_bytes() == 16u << 20);
    CHECK(said.heartbeat_seconds() == 10);
    CHECK(said.time_micros() == f.node.clock.now().micros());
    CHECK_FALSE(desk.session.state().greeted);
    must(desk.say(hello(f.peer.identity)));
    CHECK(desk.session.state().greeted);
    CHECK(desk.heard(v1::Frame::kCatalog).catalog().offers_size() == 1);
  }

  TEST_CASE("sync/grpc/greeting: anything else first ends the link") {
    Fixture f;
    v1::Frame empty, later, heartbeat;
    later.ParseFromString("\xa2\x06\x01x");  // field 100
    heartbeat.mutable_heartbeat();
    for (const v1::Frame& frame : {catalog(), subscriptions(), batch_of(1, {}), ack("c", 1), empty, later, heartbeat}) {
      Desk desk = f.desk();
      CHECK(ends_with(desk, frame, Code::kSyncProtocol));
    }
  }

  TEST_CASE("sync/grpc/greeting: a second one ends the link, a frame without content too; what is unknown is passed over") {
    Fixture f;
    Desk again = f.desk(), empty = f.desk(), unknown = f.desk();
    for (Desk* desk : {&again, &empty, &unknown}) desk->greet(f.peer.identity);
    CHECK(ends_with(again, hello(f.peer.identity), Code::kSyncProtocol));
    CHECK(ends_with(empty, v1::Frame(), Code::kSyncProtocol));
    v1::Frame later;
    later.ParseFromString("\xa2\x06\x01x");
    CHECK(unknown.say(later).ok());
    v1::Frame longer = batch_of(1, {});
    std::string bytes = longer.SerializeAsString();
    REQUIRE(longer.ParseFromString(bytes + "\xa2\x06\x01x"));
    CHECK(unknown.say(longer).ok());
    CHECK(unknown.heard(v1::Frame::kAck).ack().number() == 1);
  }

  TEST_CASE("sync/grpc/greeting: the highest common version counts; without one the goodbye names both lists") {
    Fixture f;
    Desk newer = f.desk();
    CHECK(newer.say(hello(f.peer.identity, {1, 2, 77})).ok());
    for (const auto& versions : std::vector<std::vector<std::uint32_t>>{{2, 77}, {}}) {
      Desk desk = f.desk();
      const Status done = desk.say(hello(f.peer.identity, versions));
      REQUIRE_FALSE(done.ok());
      CHECK(done.error().code == Code::kSyncVersion);
      const auto goodbye = desk.heard(v1::Frame::kGoodbye).goodbye();
      CHECK(goodbye.code() == 7005);
      CHECK(goodbye.name() == "sync-version");
      CHECK(goodbye.message().find("version 1") != std::string::npos);
      CHECK(goodbye.message().find(versions.empty() ? "none" : "2, 77") != std::string::npos);
    }
  }

  TEST_CASE("sync/grpc/greeting: the identity is one of the party's, where those are known") {
    Fixture f;
    Desk stranger = f.desk();
    CHECK(ends_with(stranger, hello(f.node.identity), Code::kPeerUnknown));
    Desk right = f.desk();
    CHECK(right.say(hello(f.peer.identity)).ok());
    Desk nobody(f.node, "no-such-party");
    CHECK(ends_with(nobody, hello(f.peer.identity), Code::kPeerUnknown));
    f.node.apply("[[party]]\nid = \"peer\"\nkind = \"peer-isac\"\ncollections = [\"*\"]\n");
    Desk unknown = f.desk();
    CHECK(unknown.say(hello("identity--99999999-0000-4000-8000-000000000000")).ok());
  }

  TEST_CASE("sync/grpc/greeting: none within 10 s ends the link") {
    Fixture f;
    Desk desk = f.desk();
    desk.heard();
    f.node.clock.advance_micros(10 * kSecond);
    CHECK(desk.session.tick().ok());
    f.node.clock.advance_micros(1);
    const Status late = desk.session.tick();
    REQUIRE_FALSE(late.ok());
    CHECK(late.error().code == Code::kTimeout);
  }

  TEST_CASE("sync/grpc/heartbeat: sent when nothing else was for the time that was named, and only then") {
    Fixture f;
    Desk desk = f.desk();
    desk.greet(f.peer.identity);
    f.node.clock.advance_micros(10 * kSecond - 1);
    must(desk.session.tick());
    CHECK(desk.heard().empty());
    f.node.clock.advance_micros(1);
    must(desk.session.tick());
    auto frames = desk.heard();
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].heartbeat().time_micros() == f.node.clock.now().micros());
    f.node.clock.advance_micros(6 * kSecond);
    must(desk.say(batch_of(1, {})));
    CHECK(desk.heard(v1::Frame::kAck).ack().number() == 1);
    f.node.clock.advance_micros(6 * kSecond);
    must(desk.session.tick());
    CHECK(desk.heard().empty());
  }

  TEST_CASE("sync/grpc/heartbeat: silence of three times what the other side named ends the link; any frame breaks it") {
    Fixture f;
    Desk desk = f.desk();
    v1::Frame slow = hello(f.peer.identity);
    slow.mutable_hello()->set_heartbeat_seconds(20);
    must(desk.say(slow));
    v1::Frame heartbeat;
    heartbeat.mutable_heartbeat();
    for (int i = 0; i < 3; ++i) {
      f.node.clock.advance_micros(60 * kSecond);
      CHECK(desk.session.tick().ok());
      must(desk.say(heartbeat));
    }
    f.node.clock.advance_micros(60 * kSecond + 1);
    const Status silent = desk.session.tick();
    REQUIRE_FALSE(silent.ok());
    CHECK(silent.error().code == Code::kTimeout);
  }

  TEST_CASE("sync/grpc/goodbye: what a side says last; after it neither speaks nor takes anything in") {
    Node a("a", 1), b("b", 2);
    befriend(a, b);
    a.put_range(1, 3);
    for (const Side from : {Side::kLeft, Side::kRight}) {
      Wire wire(a, b);
      wire.run();
      wire.session(from).say_goodbye(0, "", "shutting down");
      a.put_range(from == Side::kLeft ? 4 : 5, from == Side::kLeft ? 4 : 5);
      wire.poke();
      CHECK(wire.trace.back().from == from);
      CHECK(wire.trace.back().frame.has_goodbye());
      for (const Side side : {Side::kLeft, Side::kRight}) {
        CHECK(wire.state(side).ended);
        CHECK(wire.failure(side).ok());
      }
    }
    CHECK(b.held("a").count({id_of(5), "2024-01-01T00:00:00.000Z"}) == 0);
  }

  TEST_CASE("sync/grpc/goodbye: no object, key or rule is named in it") {
    Fixture f;
    Desk desk = f.desk();
    desk.greet(f.peer.identity);
    must(desk.say(batch_of(1, {})));
    CHECK_FALSE(desk.say(batch_of(3, {{Make{.n = 7}.json(), ""}})).ok());
    CHECK(desk.heard(v1::Frame::kGoodbye).goodbye().message() == info(Code::kSyncProtocol).meaning);
  }

  TEST_CASE("sync/grpc/greeting: the clock of the other side is noted and decides nothing") {
    Node a("a", 1), b("b", 2);
    befriend(a, b);
    b.clock.set(a.clock.now().plus_micros(-7 * 3600 * kSecond));
    a.put_range(1, 5);
    Wire wire(a, b);
    wire.run();
    CHECK(b.held("a").size() == 5);
    CHECK(wire.state(Side::kRight).skew_micros == 7 * 3600 * kSecond);
    CHECK(must(b.store->document("link", "a"))->find("\"skew_micros\":25200000000") != std::string::npos);
    b.put({Make{.n = 9}.json()});
    wire.poke();
    CHECK(a.held("b").size() == 1);
  }
}
