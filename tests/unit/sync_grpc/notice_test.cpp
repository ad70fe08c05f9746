// docs/specs/sync.md §5: recalls travel until they are acknowledged, and are obeyed once.
#include "wire.h"

using namespace sekisho;
using namespace sekisho::sync;
using namespace sekisho::sync::tests;

namespace {

struct Pair {
  Node a{"a", 1}, b{"b", 2}, c{"c", 3};
  Pair() {
    a.apply(b.as_party());
    b.apply(a.as_party() + c.as_party());
    c.apply(b.as_party("relay = true\n"));
    a.put_range(1, 5);
    Wire wire(a, b);
    wire.run();
    Wire onward(b, c);
    onward.run();
    REQUIRE(c.held("b").size() == 5);
  }
  void recall(unsigned n) { must(a.recalls->recall(id_of(n), "wrong", "measured wrongly", "ops")); }
  std::vector<std::string> taken(Node& node, const std::string& source) const {
    std::vector<std::string> out;
    for (const auto& one : must(node.recalls->list())) {
      if (one.source == source) out.push_back(one.object_id);
    }
    return out;
  }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/grpc/notice: sent, applied, answered with a signature, and passed on to who was given it") {
    Pair p;
    Wire wire(p.a, p.b);
    wire.run();
    p.recall(3);
    wire.poke();
    CHECK(wire.sent(Side::kLeft, v1::Frame::kNotice).size() == 1);
    CHECK(wire.sent(Side::kRight, v1::Frame::kNoticeAck).size() == 1);
    CHECK(p.taken(p.b, "a") == std::vector{id_of(3)});
    const auto holders = must(p.a.recalls->list()).at(0).holders;
    REQUIRE(holders.size() == 1);
    CHECK_FALSE(holders[0].notice.acknowledged.empty());
    CHECK_FALSE(holders[0].notice.delivered.empty());
    CHECK(wire.state(Side::kLeft).published_to_end);
    Wire onward(p.b, p.c);
    onward.run();
    CHECK(p.taken(p.c, "b") == std::vector{id_of(3)});
    Node late("late", 8);
    p.b.apply(p.a.as_party() + p.c.as_party() + late.as_party());
    late.apply(p.b.as_party("relay = true\n"));
    Wire newcomer(p.b, late);
    newcomer.run();
    CHECK(late.held("b").size() == 4);
  }

  TEST_CASE("sync/grpc/notice: once on a link, again on the next until it is acknowledged, and obeyed once") {
    Pair p;
    p.recall(3);
    for (int i = 0; i < 3; ++i) {
      Wire wire(p.a, p.b);
      wire.script = [](Side, v1::Frame& frame, auto&) { return !frame.has_notice_ack(); };
      wire.run();
      wire.poke();
      CHECK(wire.sent(Side::kLeft, v1::Frame::kNotice).size() == 1);
      CHECK(wire.cut());
      CHECK(must(p.a.recalls->pending("b")).size() == 1);
      CHECK(p.taken(p.b, "a").size() == 1);
    }
    const auto recalls = p.b.release->recalls();
    Wire wire(p.a, p.b);
    wire.run();
    CHECK(must(p.a.recalls->pending("b")).empty());
    CHECK(p.b.release->recalls() == recalls);
    Wire after(p.a, p.b);
    after.run();
    CHECK(after.sent(Side::kLeft, v1::Frame::kNotice).empty());
  }

  TEST_CASE("sync/grpc/notice: played again on the same link, the same answer and nothing else") {
    Pair p;
    Wire wire(p.a, p.b);
    wire.script = [](Side, v1::Frame& frame, std::deque<std::string>& under) {
      if (frame.has_notice()) under.push_back(frame.SerializeAsString());
      return true;
    };
    wire.run();
    p.recall(2);
    wire.poke();
    const auto answers = wire.sent(Side::kRight, v1::Frame::kNoticeAck);
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].SerializeAsString() == answers[1].SerializeAsString());
    CHECK(p.taken(p.b, "a").size() == 1);
    CHECK(wire.failure(Side::kLeft).ok());
  }

  TEST_CASE("sync/grpc/notice: altered, or by somebody else, it is neither obeyed nor acknowledged, and the link goes on") {
    Pair p;
    p.recall(2);
    const std::string text = must(p.a.recalls->pending("b")).at(0).text;
    std::string altered = text;
    altered.replace(altered.find(id_of(2)), id_of(2).size(), id_of(3));
    Desk from_a(p.b, "a"), from_c(p.b, "c");
    must(from_a.say(hello(p.a.identity)));
    must(from_c.say(hello(p.c.identity)));
    v1::Frame notice;
    notice.mutable_notice()->set_id("x");
    for (const std::string& bad : {altered, std::string("{}"), std::string(), text.substr(1)}) {
      notice.mutable_notice()->set_text(bad);
      CHECK(from_a.say(notice).ok());
    }
    notice.mutable_notice()->set_text(text);
    CHECK(from_c.say(notice).ok());
    for (Desk* desk : {&from_a, &from_c}) {
      for (const auto& frame : desk->heard()) CHECK_FALSE(frame.has_notice_ack());
    }
    CHECK(must(p.b.recalls->list()).empty());
    CHECK(p.b.log.has("notice-refused"));
  }

  TEST_CASE("sync/grpc/notice: an answer that does not hold leaves it pending, and the link goes on") {
    Pair p;
    p.recall(2);
    Wire wire(p.a, p.b);
    wire.script = [](Side, v1::Frame& frame, auto&) {
      if (frame.has_notice_ack()) frame.mutable_notice_ack()->mutable_text()->back() = 'x';
      return true;
    };
    wire.run();
    CHECK(wire.failure(Side::kLeft).ok());
    CHECK_FALSE(wire.state(Side::kLeft).ended);
    CHECK(p.a.log.has("notice-answer-refused"));
    CHECK(must(p.a.recalls->pending("b")).size() == 1);
    p.a.put_range(6, 7);
    wire.poke();
    CHECK(p.b.held("a").size() == 7);
    CHECK(wire.sent(Side::kLeft, v1::Frame::kNotice).size() == 1);
    CHECK(wire.state(Side::kLeft).published_to_end);
  }

  TEST_CASE("sync/grpc/notice: recalled while it was waiting to be sent, the object does not arrive") {
    Node a("a", 1), b("b", 2);
    befriend(a, b);
    a.put_range(1, 6);
    LinkOptions small;
    small.window_bytes = 1;
    Wire wire(a, b, {}, small);
    int batches = 0;
    wire.script = [&](Side, v1::Frame& frame, auto&) {
      if (frame.has_batch() && ++batches == 2) must(a.recalls->recall(id_of(5), "wrong", "it is", "ops"));
      return true;
    };
    wire.run();
    wire.poke();
    CHECK(b.held("a").size() == 5);
    CHECK(b.held("a").count({id_of(5), "2024-01-01T00:00:00.000Z"}) == 0);
  }
}
