// docs/specs/sync.md §5: recalls travel until they are acknowledged, and are obeyed once.
#include <algorithm>

#include "certs/attestation.h"
#include "core/json.h"
#include "sync/handling/settled_ids.h"
#include "sync/release/plan/recalled.h"
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

const std::string kPlanter = "identity--00000000-0000-4000-8000-00000000aaaa", kReal = "identity--00000000-0000-4000-8000-00000000bbbb";
std::string identity(const std::string& id) {
  return R"({"type":"identity","spec_version":"2.1","id":")" + id + R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z",)" +
         R"("name":"","identity_class":"organization","object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]})";
}

/// The hub is given a plant of an id, which it passes on; then the real object, whose giver has the higher standing.
struct Displacing {
  Node hub{"hub", 1}, leaf{"leaf", 2};
  const std::string plant = Make{1, 0, "CLEAR", "plant", kPlanter}.json(), real = Make{1, 1, "CLEAR", "real", kReal}.json();

  Displacing() {
    hub.apply(leaf.as_party() + planter() + "[[party]]\nid = \"real\"\nkind = \"member\"\nwrite = [\"weekly\"]\nsigns = false\nstanding = 5\nidentities = [\"" + kReal + "\"]\n" + accepting("real") + reader());
    hub.put({identity(kPlanter), identity(kReal)});
    leaf.apply(hub.as_party("relay = true\n") + reader());
    give("planter", plant);
  }
  static std::string accepting(const std::string& party) {
    return "[[import]]\nid = \"accept-" + party + "\"\neffect = \"accept\"\nsources = [\"" + party + "\"]\n";
  }
  static std::string planter() { return "[[party]]\nid = \"planter\"\nkind = \"member\"\nwrite = [\"weekly\"]\nsigns = false\nidentities = [\"" + kPlanter + "\"]\n" + accepting("planter"); }
  static std::string reader() { return "[[party]]\nid = \"reader\"\nkind = \"member\"\ncollections = [\"weekly\"]\n"; }
  static Inbound::PartyBatch batch_of(Node& node, const std::string& party, const std::string& text) {
    static store::Collection where;
    where = node.collection("weekly");
    Inbound::PartyBatch batch;
    batch.party = party;
    batch.collection = &where;
    batch.objects = {must(stix::Object::parse(text))};
    return batch;
  }
  void give(const std::string& party, const std::string& text) {
    const auto report = must(hub.inbound->take(batch_of(hub, party, text), AttestationPool(1)));
    REQUIRE(report.accepted == 1);
    must(hub.release->advance());
  }
  /// What its stream holds, by name.
  std::string names(Node& node, const std::string& party) const {
    std::vector<std::string> all;
    const auto view = must(node.release->view_of(party));
    store::StreamQuery query;
    query.versions.all = true;
    query.limit = 100;
    must(node.store->read_stream(view.streams.at(node.collection("weekly").no), query, [&](const store::StreamItem& item) {
      const auto document = must(json::Document::parse(std::string(item.bytes)));
      if (const auto name = document->root()["name"].string_or(""); !name.empty()) all.emplace_back(name);
    }));
    std::sort(all.begin(), all.end());
    std::string out;
    for (const std::string& name : all) out += (out.empty() ? "" : ", ") + name;
    return out;
  }
  /// What the hub says of one content.
  std::string notice(const std::string& id, const std::string& version, const std::string& sha256) {
    static int number = 1000;
    const std::string uuid = "6f8a53c4-3b0c-4c53-9a0e-0f6d2f1d" + std::to_string(++number);
    const std::string body = "{\"type\":\"sekisho-recall\",\"id\":\"" + uuid + "\",\"issuer\":\"" + hub.identity +
                             "\",\"scope\":\"contents\",\"contents\":[{\"id\":\"" + id + "\",\"version\":\"" + version + "\",\"sha256\":\"" + sha256 +
                             "\"}],\"reason_code\":\"displaced\",\"reason\":\"x\",\"at\":\"2026-01-01T00:00:00.000000Z\"}";
    const auto document = must(json::Document::parse(body));
    const std::string canonical = json::canonical(document->root());
    return "{\"jws\":\"" + certs::sign_detached(*hub.key, kTypRecall, canonical) + "\",\"notice\":" + canonical + "}";
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

  TEST_CASE("sync/grpc/notice: what is displaced here gives way there, hands on its place, and bans nothing") {
    Displacing d;
    Wire wire(d.hub, d.leaf);
    wire.run();
    CHECK(d.names(d.leaf, "reader") == "plant");
    d.give("real", d.real);
    wire.poke();
    CHECK(wire.sent(Side::kLeft, v1::Frame::kNotice).size() == 1);
    CHECK(wire.sent(Side::kRight, v1::Frame::kNoticeAck).size() == 1);
    CHECK(d.names(d.leaf, "reader") == "real");
    CHECK(must(d.hub.recalls->pending("leaf")).empty());
    // Whoever waits at the receiver does not step in, now or later.
    d.leaf.put({Make{2, 0, "CLEAR", "other"}.json()});
    must(d.leaf.release->advance());
    d.leaf.restart();
    CHECK(d.names(d.leaf, "reader") == "other, real");
    // Given again, it counts again there as here: nothing was banned.
    store::Batch batch;
    batch.documents.push_back({kSettledSpace, id_of(1), SettledId{id_of(1), "planter", "r", "t", "ops", false}.to_json()});
    must(d.hub.store->commit(batch, d.hub.clock.now()));
    d.hub.release->set_settled(must(SettledIds::load(*d.hub.store)));
    must(d.hub.release->settle(id_of(1)));
    Wire again(d.hub, d.leaf);
    again.run();
    again.poke();
    CHECK(d.names(d.leaf, "reader") == "other, plant");
  }

  TEST_CASE("sync/grpc/notice: a notice of contents takes from nobody what others gave, and what is not held means nothing") {
    Displacing d;
    Wire wire(d.hub, d.leaf);
    wire.run();
    // The leaf was given the very content by its own maker too: it stays when the hub's gives way.
    d.leaf.apply(d.hub.as_party("relay = true\n") + d.reader() + d.planter());
    for (const std::string& text : {identity(kPlanter), d.plant}) must(d.leaf.inbound->take(d.batch_of(d.leaf, "planter", text), AttestationPool(1)));
    must(d.leaf.release->advance());
    const std::string unknown = d.notice("report--00000000-0000-4000-8000-0000000000ff", "2024-01-01T00:00:00.000Z", std::string(64, 'a'));
    CHECK(must(d.leaf.recalls->take("hub", unknown)).find("\"withdrawn\":0") != std::string::npos);
    CHECK(must(d.leaf.store->documents(kRecallSpace)).empty());
    CHECK(d.names(d.leaf, "reader") == "plant");
    const Sha256 content = must(stix::Object::parse(d.plant))->content_hash();
    const std::string mine = d.notice(id_of(1), "2024-01-01T00:00:00.000Z", hex(content));
    CHECK(must(d.leaf.recalls->take("hub", mine)).find("\"withdrawn\":1") != std::string::npos);
    CHECK(d.names(d.leaf, "reader") == "plant");
    for (const std::string& bad : {d.notice("nothing", "", hex(content)), d.notice(id_of(1), "yesterday", hex(content)), d.notice(id_of(1), "", "12")}) {
      CHECK(d.leaf.recalls->take("hub", bad).error().code == Code::kSyncProtocol);
    }
  }

  TEST_CASE("sync/grpc/notice: what came to count again before the notice left is not told of") {
    Displacing d;
    Wire first(d.hub, d.leaf);
    first.run();
    d.give("real", d.real);
    CHECK(must(d.hub.recalls->pending("leaf")).size() == 1);
    CHECK(must(d.hub.recalls->pending("reader")).empty());
    store::Batch batch;
    batch.documents.push_back({kSettledSpace, id_of(1), SettledId{id_of(1), "planter", "r", "t", "ops", false}.to_json()});
    must(d.hub.store->commit(batch, d.hub.clock.now()));
    d.hub.release->set_settled(must(SettledIds::load(*d.hub.store)));
    must(d.hub.release->settle(id_of(1)));
    CHECK(must(d.hub.recalls->pending("leaf")).empty());
    CHECK(d.names(d.leaf, "reader") == "plant");
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
