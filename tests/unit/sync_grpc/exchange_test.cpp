// docs/specs/sync.md §3: catalog, subscriptions, batches, window, acknowledgements.
#include <algorithm>

#include "sync/handling/attestation.h"
#include "wire.h"

using namespace sekisho;
using namespace sekisho::sync;
using namespace sekisho::sync::tests;

namespace {

struct Pair {
  Node a{"a", 1, {"weekly", "vulns"}};
  Node b{"b", 2, {"weekly", "vulns"}};
  Pair() { befriend(a, b); }
};

std::string id_at(const Node& node, const std::string& alias) { return node.collection(alias).id.to_string(); }

/// Most bytes, and most batches, that were under way at any time.
std::pair<std::uint64_t, std::size_t> under_way(const Wire& wire, Side publisher) {
  std::map<std::uint64_t, std::uint64_t> waiting;
  std::pair<std::uint64_t, std::size_t> most;
  for (const SentFrame& one : wire.trace) {
    if (one.from == publisher && one.frame.has_batch()) waiting[one.frame.batch().number()] = one.frame.batch().raw_bytes();
    if (one.from != publisher && one.frame.has_ack()) waiting.erase(waiting.begin(), waiting.upper_bound(one.frame.ack().number()));
    std::uint64_t bytes = 0;
    for (const auto& [number, size] : waiting) bytes += size;
    if (waiting.size() > 1) most.first = std::max(most.first, bytes);
    most.second = std::max(most.second, waiting.size());
  }
  return most;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/grpc/catalog: what the party may read, never the companions of signatures") {
    Pair p;
    p.a.apply(p.b.as_party("collections = [\"vulns\"]\n"));
    Wire wire(p.a, p.b);
    wire.run();
    const auto sent = wire.sent(Side::kLeft, v1::Frame::kCatalog);
    REQUIRE(sent.size() == 1);
    REQUIRE(sent[0].catalog().offers_size() == 1);
    CHECK(sent[0].catalog().offers(0).alias() == "vulns");
    CHECK(sent[0].catalog().offers(0).id() == id_at(p.a, "vulns"));
    p.a.apply(p.b.as_party("collections = []\n"));
    Wire none(p.a, p.b);
    none.run();
    CHECK(none.sent(Side::kLeft, v1::Frame::kCatalog).at(0).catalog().offers_size() == 0);
    CHECK(none.sent(Side::kRight, v1::Frame::kSubscriptions).size() == 1);
  }

  TEST_CASE("sync/grpc/subscriptions: only for what is mapped and may be written here, and each catalog is answered") {
    Pair p;
    SUBCASE("by alias, and the right to write") {
      Wire wire(p.a, p.b);
      wire.run();
      const auto wanted = wire.sent(Side::kRight, v1::Frame::kSubscriptions);
      REQUIRE(wanted.size() == 1);
      REQUIRE(wanted[0].subscriptions().subscriptions_size() == 1);  // `vulns` is not in `write`
      CHECK(wanted[0].subscriptions().subscriptions(0).collection() == id_at(p.a, "weekly"));
      CHECK(wanted[0].subscriptions().subscriptions(0).cursor().empty());
    }
    SUBCASE("by a mapping, and nothing that it does not list") {
      p.b.apply(p.a.as_party("write = [\"weekly\", \"vulns\"]\n"));
      LinkOptions mapped;
      mapped.collections = {{"vulns", "weekly"}};
      p.a.put_range(1, 2, "vulns");
      p.a.put_range(3, 4, "weekly");
      Wire wire(p.a, p.b, {}, mapped);
      wire.run();
      CHECK(p.b.held("a").size() == 2);
      CHECK(p.b.held("a").count({id_of(1), "2024-01-01T00:00:00.000Z"}) == 1);
      const auto no = must(p.b.store->versions_of(id_of(1), false)).at(0).no;
      CHECK(must(p.b.store->collections_of(no)) == std::vector{p.b.collection("weekly").no});
    }
    SUBCASE("nothing wanted: an empty answer") {
      p.b.apply(p.a.as_party("write = []\n"));
      Wire wire(p.a, p.b);
      wire.run();
      const auto wanted = wire.sent(Side::kRight, v1::Frame::kSubscriptions);
      REQUIRE(wanted.size() == 1);
      CHECK(wanted[0].subscriptions().subscriptions_size() == 0);
    }
  }

  TEST_CASE("sync/grpc/batch: every object arrives once, byte for byte, attested and verified, versions in order") {
    Pair p;
    p.a.put_range(1, 20);
    p.a.put({Make{.n = 3, .version = 5}.json(), "{ \"x_b\" : [1, 2] ," + Make{.n = 21, .text = "caf\u00e9"}.json().substr(1)});
    Wire wire(p.a, p.b);
    wire.run();
    CHECK(p.b.held("a") == p.a.held(""));
    CHECK(most(p.b.held("a")) == 1);
    CHECK(p.b.letters().empty());
    CHECK(must(p.b.store->versions_of(id_of(21), true)).at(0).bytes == must(p.a.store->versions_of(id_of(21), true)).at(0).bytes);
    const Provenance how = p.b.provenance(id_of(7));
    CHECK(how.route == "grpc");
    CHECK(how.kid == p.a.key->kid());
    CHECK(how.role == certs::Role::kCreator);
    for (const auto& frame : wire.sent(Side::kLeft, v1::Frame::kBatch)) {
      CHECK(frame.batch().entries().find(kAttestationType) == std::string::npos);
    }
    CHECK(wire.state(Side::kLeft).published_to_end);
    CHECK(wire.state(Side::kRight).followed_to_end);
    CHECK(wire.state(Side::kRight).taken.accepted == 22);
  }

  TEST_CASE("sync/grpc/batch: at least one for each subscription, numbers from 1, `more` false at the end; later ones follow") {
    Pair p;
    Wire wire(p.a, p.b);
    wire.run();
    auto batches = wire.sent(Side::kLeft, v1::Frame::kBatch);
    REQUIRE(batches.size() == 1);
    CHECK(batches[0].batch().number() == 1);
    CHECK(batches[0].batch().raw_bytes() == 0);
    CHECK_FALSE(batches[0].batch().more());
    p.a.put_range(1, 3);
    wire.poke();
    wire.poke();
    p.a.put_range(4, 4);
    wire.poke();
    batches = wire.sent(Side::kLeft, v1::Frame::kBatch);
    REQUIRE(batches.size() == 3);
    for (std::size_t i = 0; i < batches.size(); ++i) CHECK(batches[i].batch().number() == i + 1);
    CHECK(p.b.held("a").size() == 4);
    CHECK(p.b.cursor("a", id_at(p.a, "weekly")) == batches[2].batch().cursor());
    CHECK(wire.sent(Side::kRight, v1::Frame::kAck).size() == 3);
  }

  TEST_CASE("sync/grpc/ask: an idle link looks again before it answers, and answers after the acknowledgement") {
    Pair p;
    Wire wire(p.a, p.b);
    wire.run();
    p.a.put_range(1, 3);  // nobody pokes the session: as when the import has only just been committed
    CHECK(wire.state(Side::kRight).followed_to_end);
    const std::uint64_t question = wire.session(Side::kRight).ask();
    CHECK(wire.state(Side::kRight).answered < question);
    wire.run();
    CHECK(wire.state(Side::kRight).answered == question);
    CHECK(p.b.held("a").size() == 3);
    std::vector<v1::Frame::KindCase> kinds;
    for (const SentFrame& sent : wire.trace) kinds.push_back(sent.frame.kind_case());
    REQUIRE(kinds.size() >= 2);
    CHECK(kinds.back() == v1::Frame::kAnswer);
    CHECK(kinds[kinds.size() - 2] == v1::Frame::kAck);
    // The last of several questions is answered for all of them.
    wire.session(Side::kRight).ask();
    const std::uint64_t last = wire.session(Side::kRight).ask();
    wire.run();
    CHECK(wire.state(Side::kRight).answered == last);
  }

  TEST_CASE("sync/grpc/batch: at most 1,000 entries, all but the last say more") {
    Pair p;
    std::vector<std::string> many;
    for (unsigned n = 1; n <= 2100; ++n) many.push_back(Make{.n = n}.json());
    p.a.put(many);
    Wire wire(p.a, p.b);
    wire.run();
    const auto batches = wire.sent(Side::kLeft, v1::Frame::kBatch);
    REQUIRE(batches.size() == 3);
    CHECK(batches[0].batch().more());
    CHECK(batches[1].batch().more());
    CHECK_FALSE(batches[2].batch().more());
    CHECK(batches[0].batch().compression() == v1::COMPRESSION_ZSTD);
    CHECK(p.b.held("a").size() == 2100);
    CHECK(wire.state(Side::kLeft).sent == 2100);
  }

  TEST_CASE("sync/grpc/batch: compressed only if the receiver said so") {
    Pair p;
    p.a.put({Make{.text = std::string(5000, 'x')}.json()});
    Wire wire(p.a, p.b);
    wire.script = [](Side, v1::Frame& frame, auto&) {
      if (frame.has_hello()) frame.mutable_hello()->clear_compressions();
      return true;
    };
    wire.run();
    CHECK(wire.sent(Side::kLeft, v1::Frame::kBatch).at(0).batch().compression() == v1::COMPRESSION_NONE);
    CHECK(p.b.held("a").size() == 1);
  }

  TEST_CASE("sync/grpc/batch: a repeat is acknowledged again and not looked at") {
    Pair p;
    p.a.put_range(1, 4);
    Wire wire(p.a, p.b);
    wire.script = [](Side, v1::Frame& frame, std::deque<std::string>& under) {
      if (!frame.has_batch()) return true;
      under.push_back(frame.SerializeAsString());
      frame.mutable_batch()->set_entries("not looked at");
      return true;
    };
    wire.run();
    CHECK(wire.failure(Side::kRight).ok());
    CHECK(most(p.b.held("a")) == 1);
    CHECK(p.b.held("a").size() == 4);
    CHECK(wire.sent(Side::kRight, v1::Frame::kAck).size() == 2);
    CHECK(wire.state(Side::kRight).taken.duplicates == 0);
  }

  TEST_CASE("sync/grpc/batch: a number that skips ends the link with 7006; nothing is lost") {
    Pair p;
    p.a.put_range(1, 3);
    Wire wire(p.a, p.b);
    wire.run();
    p.a.put_range(4, 4);
    wire.script = [](Side, v1::Frame& frame, auto&) {
      if (frame.has_batch()) frame.mutable_batch()->set_number(frame.batch().number() + 1);
      return true;
    };
    wire.poke();
    CHECK(wire.goodbye(Side::kRight) == 7006);
    CHECK(p.b.held("a").size() == 3);
    Wire again(p.a, p.b);
    again.run();
    CHECK(p.b.held("a") == p.a.held(""));
    CHECK(most(p.b.held("a")) == 1);
  }

  TEST_CASE("sync/grpc/batch: one of a collection that is not followed ends the link and is not acknowledged") {
    Node node("home", 1), peer("peer", 2);
    node.apply(peer.as_party());
    Desk desk(node, "peer");
    desk.greet(peer.identity);
    v1::Frame stray = batch_of(1, {{Make{}.json(), peer.attest(Make{}.json())}});
    stray.mutable_batch()->set_collection("another");
    CHECK_FALSE(desk.say(stray).ok());
    const auto frames = desk.heard();
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].goodbye().code() == 7006);
    CHECK(node.held("peer").empty());
  }

  TEST_CASE("sync/grpc/window: what is not acknowledged stays within the receiver's bytes and 64 batches") {
    Pair p;
    std::vector<std::string> many;
    for (unsigned n = 1; n <= 300; ++n) many.push_back(Make{.n = n, .text = std::string(n * 37 % 3000, 'x')}.json());
    for (std::size_t i = 0; i < many.size(); i += 10) p.a.put({many.begin() + static_cast<long>(i), many.begin() + static_cast<long>(i) + 10});
    for (const std::uint64_t window : {1u, 5'000u, 40'000u}) {
      CAPTURE(window);
      Node fresh("b", 2);
      fresh.apply(p.a.as_party());
      LinkOptions small;
      small.window_bytes = window;
      Wire wire(p.a, fresh, {}, small);
      wire.run();
      CHECK(fresh.held("a").size() == 300);
      CHECK(under_way(wire, Side::kLeft).first <= window);
      CHECK(wire.sent(Side::kLeft, v1::Frame::kBatch).size() > 1);
    }
  }

  TEST_CASE("sync/grpc/window: 64 batches under way, then the sender waits for an acknowledgement") {
    Node a("a", 1), b("b", 2);
    befriend(a, b);
    Desk desk(a, "b");
    must(desk.say(hello(b.identity)));
    desk.heard();
    const std::string id = id_at(a, "weekly");
    must(desk.say(subscriptions(id)));
    std::size_t batches = desk.heard().size();
    for (unsigned n = 1; n <= 100; ++n) {
      a.put_range(n, n);
      desk.session.poke();
      batches += desk.heard().size();
    }
    CHECK(batches == 64);
    CHECK(desk.session.state().batches_unacknowledged == 64);
    must(desk.say(ack(id, 10)));
    CHECK(desk.session.state().batches_unacknowledged == 54);
    const auto rest = desk.heard();
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].batch().number() == 65);
    CHECK_FALSE(rest[0].batch().more());
    must(desk.say(ack(id, 65)));
    CHECK(desk.session.state().published_to_end);
  }

  TEST_CASE("sync/grpc/window: one object larger than the window passes alone") {
    Pair p;
    p.a.put({Make{.n = 1}.json(), Make{.n = 2, .text = std::string(3u << 20, 'x')}.json(), Make{.n = 3}.json()});
    LinkOptions small;
    small.window_bytes = 10'000;
    Wire wire(p.a, p.b, {}, small);
    wire.run();
    CHECK(p.b.held("a").size() == 3);
    CHECK(under_way(wire, Side::kLeft).first <= 10'000);
  }

  TEST_CASE("sync/grpc/ack: only for what was sent; refusals for no more than was acknowledged") {
    Node a("a", 1), b("b", 2);
    befriend(a, b);
    a.put_range(1, 2);
    const std::string id = id_at(a, "weekly");
    Desk future(a, "b"), liar(a, "b");
    for (Desk* desk : {&future, &liar}) {
      must(desk->say(hello(b.identity)));
      must(desk->say(subscriptions(id)));
      CHECK(desk->heard(v1::Frame::kBatch).batch().number() == 1);
    }
    CHECK(failed_with(future.say(ack(id, 2)), Code::kSyncProtocol));
    v1::Frame many = ack(id, 1);
    for (int i = 0; i < 3; ++i) many.mutable_ack()->add_refusals()->set_object_id(std::to_string(i));
    CHECK(failed_with(liar.say(many), Code::kSyncProtocol));
    CHECK(must(a.store->documents("push-refused/b")).empty());
  }

  TEST_CASE("sync/grpc/ack: only after the commit; a store that refuses ends the link with 6004 and nothing is lost") {
    Pair p;
    p.a.put_range(1, 5);
    Wire wire(p.a, p.b);
    wire.run();
    p.a.put_range(6, 9);
    p.b.refuse_commits = true;
    const auto before = wire.sent(Side::kRight, v1::Frame::kAck).size();
    wire.poke();
    CHECK(wire.sent(Side::kRight, v1::Frame::kAck).size() == before);
    CHECK(wire.goodbye(Side::kRight) == 6004);
    CHECK(wire.state(Side::kLeft).ended);
    CHECK(p.b.held("a").size() == 5);
    p.b.refuse_commits = false;
    p.b.restart();
    Wire again(p.a, p.b);
    again.run();
    CHECK(p.b.held("a") == p.a.held(""));
    CHECK(most(p.b.held("a")) == 1);
  }

  TEST_CASE("sync/grpc/subscriptions: of a collection that is followed already ends the link; too many too") {
    Node a("a", 1), b("b", 2);
    befriend(a, b);
    const std::string id = id_at(a, "weekly");
    Desk twice(a, "b"), flood(a, "b");
    for (Desk* desk : {&twice, &flood}) must(desk->say(hello(b.identity)));
    must(twice.say(subscriptions(id)));
    CHECK(failed_with(twice.say(subscriptions(id)), Code::kSyncProtocol));
    v1::Frame many;
    for (int i = 0; i < 5000; ++i) many.mutable_subscriptions()->add_subscriptions()->set_collection(std::to_string(i));
    CHECK(failed_with(flood.say(many), Code::kLimitExceeded));
  }

  TEST_CASE("sync/grpc/subscriptions: of what does not exist or may not be read is refused alike") {
    Node a("a", 1, {"weekly", "hidden"}), b("b", 2);
    a.apply(b.as_party("collections = [\"weekly\"]\n"));
    Desk desk(a, "b");
    must(desk.say(hello(b.identity)));
    desk.heard();
    std::vector<std::string> answers;
    for (const std::string& id : {id_at(a, "hidden"), std::string("64993447-4d7e-4f70-b94d-d7f33742ee63"), id_at(a, "weekly-attestations")}) {
      must(desk.say(subscriptions(id)));
      v1::Frame answer = desk.heard(v1::Frame::kUnsubscribed);
      CHECK(answer.unsubscribed().code() == 1004);
      answer.mutable_unsubscribed()->clear_collection();
      answers.push_back(answer.SerializeAsString());
    }
    CHECK(answers[0] == answers[1]);
    CHECK(answers[0] == answers[2]);
  }

  TEST_CASE("sync/grpc/cursor: one that is not the publisher's is refused; the subscriber starts again, once") {
    Pair p;
    p.a.put_range(1, 4);
    const std::string id = id_at(p.a, "weekly");
    const auto spoil = [&] {
      store::Batch batch;
      batch.documents.push_back({"follow/a", id, "not a cursor of this node"});
      must(p.b.store->commit(batch, p.b.clock.now()));
    };
    SUBCASE("a foreign cursor") {
      Wire first(p.a, p.b);
      first.run();
      spoil();
      Wire wire(p.a, p.b);
      wire.run();
      REQUIRE(wire.sent(Side::kLeft, v1::Frame::kUnsubscribed).size() == 1);
      CHECK(wire.sent(Side::kLeft, v1::Frame::kUnsubscribed)[0].unsubscribed().code() == 7003);
      CHECK(wire.sent(Side::kRight, v1::Frame::kSubscriptions).back().subscriptions().subscriptions(0).cursor().empty());
      CHECK(wire.state(Side::kRight).taken.duplicates == 4);
      CHECK(most(p.b.held("a")) == 1);
      CHECK(p.b.cursor("a", id).size() == 43);
      CHECK(wire.failure(Side::kRight).ok());
    }
    SUBCASE("a publisher that refuses the beginning too") {
      Node node("home", 1), peer("peer", 2);
      node.apply(peer.as_party());
      Desk desk(node, "peer");
      desk.greet(peer.identity);
      v1::Frame refused;
      refused.mutable_unsubscribed()->set_collection(kOffered);
      refused.mutable_unsubscribed()->set_code(7003);
      must(desk.say(refused));
      CHECK(desk.heard(v1::Frame::kSubscriptions).subscriptions().subscriptions_size() == 1);
      CHECK(failed_with(desk.say(refused), Code::kSyncProtocol));
    }
    SUBCASE("of another party, of another collection, cut, longer") {
      Wire first(p.a, p.b);
      first.run();
      const std::string good = p.b.cursor("a", id);
      for (const std::string& cursor : {good.substr(0, 42), good + "A", std::string(5000, 'A'), std::string(43, 'A')}) {
        Desk desk(p.a, "b");
        must(desk.say(hello(p.b.identity)));
        must(desk.say(subscriptions(id, cursor)));
        CHECK(desk.heard(v1::Frame::kUnsubscribed).unsubscribed().code() == 7003);
      }
      Desk elsewhere(p.a, "b");
      must(elsewhere.say(hello(p.b.identity)));
      must(elsewhere.say(subscriptions(id_at(p.a, "vulns"), good)));
      CHECK(elsewhere.heard(v1::Frame::kUnsubscribed).unsubscribed().code() == 7003);
    }
  }
}
