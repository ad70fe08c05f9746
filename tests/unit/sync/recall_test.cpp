// What is recalled leaves at once, never comes back, and everyone who was given it is told.
#include "sync/recall/recall.h"

#include <algorithm>

#include "peer.h"

namespace sekisho::sync::tests {
namespace {

Recalls recalls_of(World& world) {
  return {*world.store, *world.release, *world.audit, *world.egress, world.clock, world.random, world.signer()};
}

std::vector<std::string> parties(const RecallReport& recall) {
  std::vector<std::string> out;
  for (const auto& holder : recall.holders) out.push_back(holder.party);
  return out;
}

std::string report(unsigned n, int version = 0) { return Make{n, "GREEN", {id_of(n)}, version}.json(); }

std::string signed_text(const certs::SigningKey& key, const std::string& member, const std::string& body,
                        std::string_view typ) {
  const auto document = must(json::Document::parse(body));
  const std::string canonical = json::canonical(document->root());
  return "{\"jws\":\"" + certs::sign_detached(key, typ, canonical) + "\",\"" + member + "\":" + canonical + "}";
}

const std::string kNotice = "00000000-0000-4000-8000-000000000009";

std::string notice(const Receiver& node, const std::string& object, const std::string& reason = "wrong number",
                   const std::string& issuer = kPeer, const std::string& id = kNotice) {
  return signed_text(*node.peer_key, "notice",
                     R"({"type":"sekisho-recall","id":")" + id + R"(","issuer":")" + issuer + R"(","objects":[{"id":")" +
                         object + R"(","versions":[]}],"reason_code":"wrong","reason":")" + reason + R"(","at":"x"})",
                     kTypRecall);
}

std::string ack(const certs::SigningKey& key, const std::string& id) {
  return signed_text(key, "ack", R"({"type":"sekisho-recall-ack","id":")" + id + R"("})", kTypRecallAck);
}

/// A receiver that holds an object of the peer, read by member m.
struct Holding : Receiver {
  std::string text = Make{2, "GREEN", {id_of(2)}, 0, "x", kPeer}.json();
  Holding() {
    take({text}, {attest(text)});
    CHECK(world.ids("m").size() == 1);
  }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("every version and attestation leaves every stream and never comes back") {
    World world;
    world.apply(member("a", "silver") + member("b", "bronze"));
    world.put({report(1), report(2)});
    world.put({report(1, 5)});
    CHECK(world.ids("a").size() == 3);
    Recalls recalls = recalls_of(world);
    const auto done = must(recalls.recall(id_of(1), "wrong", "wrong number", "op"));
    CHECK(done.versions == 2);
    for (const std::string party : {"a", "b"}) {
      CHECK(world.ids(party) == std::vector<std::string>{id_of(2)});
      CHECK(world.attested(party).size() == 1);
    }
    world.put({report(1, 6)});
    world.apply(member("a", "silver") + member("b", "silver") + member("c", "silver"));
    world.restart();
    for (const std::string party : {"a", "b", "c"}) CHECK(world.ids(party) == std::vector<std::string>{id_of(2)});
    const auto standing = must(world.release->explain(id_of(1), "a"));
    CHECK(standing.at(0).decision.effect == policy::Effect::kDeny);
    CHECK(standing.at(0).decision.reasons.back().text.find("wrong number") != std::string::npos);
    CHECK(recalls_of(world).recall(id_of(1), "wrong", "again", "op").error().code == Code::kAlreadyExists);
    CHECK(must(world.audit->check()).empty());
  }

  TEST_CASE("what names a recalled object goes with it") {
    World world;
    world.apply(member("a", "silver"));
    world.put({report(1), Make{2, "GREEN", {id_of(1)}}.json(), report(3)});
    CHECK(world.ids("a").size() == 3);
    must(recalls_of(world).recall(id_of(1), "wrong", "r", "op"));
    CHECK(world.ids("a") == std::vector<std::string>{id_of(3)});
  }

  TEST_CASE("exactly those who were given it get a notice, with the versions they were given") {
    World world;
    world.apply(member("a", "silver") + member("b", "silver") + member("c", "bronze"));
    world.put({report(1), report(2)});
    world.read("a");
    world.put({report(1, 5)});
    world.apply(member("a", "silver") + member("b", "silver") + member("c", "bronze") + kNoAmberForBronze);
    Recalls recalls = recalls_of(world);
    const auto done = must(recalls.recall(id_of(1), "over-shared", "not for members", "op"));
    CHECK(parties(done) == std::vector<std::string>{"a"});
    const auto pending = must(recalls.pending("a"));
    REQUIRE(pending.size() == 1);
    CHECK(pending[0].text.find("2024-01-01T00:00:00.000Z") != std::string::npos);
    CHECK(pending[0].text.find("2024-01-01T00:05:00.000Z") == std::string::npos);
    CHECK(pending[0].text.find(id_of(2)) == std::string::npos);
    CHECK(must(recalls.pending("b")).empty());
  }

  TEST_CASE("a party that parted from a shared view is a holder by what it read before") {
    World world;
    world.apply(member("a", "silver") + member("b", "silver"));
    world.put({report(1)});
    world.read("b");
    world.apply(member("a", "silver") + member("b", "bronze") + kNoAmberForBronze);
    CHECK(parties(must(recalls_of(world).recall(id_of(1), "wrong", "r", "op"))) == std::vector<std::string>{"b"});
  }

  TEST_CASE("a notice: delivered, acknowledged by the party's own key only, withheld while sharing is stopped") {
    Receiver node;
    node.world.put({report(7)});
    node.world.apply(party("peer", "member", "[[party.keys]]\nx = \"" +
                           base64url(as_chars(node.peer_key->public_key().bytes)) + "\""));
    node.world.read("peer");
    Recalls recalls = recalls_of(node.world);
    const auto done = must(recalls.recall(id_of(7), "wrong", "r", "op"));
    REQUIRE(done.holders.size() == 1);
    const std::string id = done.holders[0].notice.id;
    must(node.world.egress->stop("", "s", "op"));
    CHECK(recalls.pending("peer").error().code == Code::kUnavailable);
    must(node.world.egress->lift("", "s", "op"));
    must(recalls.delivered("peer", id));
    CHECK_FALSE(recalls.acknowledged("peer", id, ack(*test_key('z'), id)).ok());
    CHECK_FALSE(recalls.acknowledged("peer", id, ack(*node.peer_key, kNotice)).ok());
    CHECK(must(recalls.pending("peer")).size() == 1);
    must(recalls.acknowledged("peer", id, ack(*node.peer_key, id)));
    CHECK(must(recalls.pending("peer")).empty());
    const auto listed = must(recalls.list());
    REQUIRE(listed.size() == 1);
    CHECK_FALSE(listed[0].holders[0].notice.acknowledged.empty());
  }

  TEST_CASE("taken from a peer: its copy goes, our members are told, the same notice again changes nothing") {
    Holding node;
    Recalls recalls = recalls_of(node.world);
    const std::string answer = must(recalls.take("peer", notice(node, id_of(2))));
    CHECK(answer.find("\"withdrawn\":1") != std::string::npos);
    CHECK(node.world.ids("m").empty());
    CHECK(must(recalls.pending("m")).size() == 1);
    const auto lines = must(node.world.audit->list(0, 100)).size();
    CHECK(must(recalls.take("peer", notice(node, id_of(2)))) == answer);
    CHECK(must(node.world.audit->list(0, 100)).size() == lines);
    CHECK(must(recalls.pending("m")).size() == 1);
    const auto altered = recalls.take("peer", notice(node, id_of(2), "other"));
    CHECK(altered.error().code == Code::kVersionConflict);
  }

  TEST_CASE("taken from a peer: its object is refused when it arrives again") {
    Holding node;
    must(recalls_of(node.world).take("peer", notice(node, id_of(2))));
    const auto again = node.take({node.text}, {node.attest(node.text)});
    REQUIRE(again.refused.size() == 1);
    CHECK(again.refused[0].reason.code == Code::kImportDenied);
    node.restart();
    CHECK(node.take({node.text}, {node.attest(node.text)}).refused.size() == 1);
  }

  TEST_CASE("taken from a peer: copies of others stay here, do not step in where its own was read, and the trail says so") {
    Holding node;
    node.world.put({node.text});
    must(recalls_of(node.world).take("peer", notice(node, id_of(2))));
    CHECK(node.world.ids("m").empty());
    const auto lines = must(node.world.audit->list(0, 100));
    CHECK(std::any_of(lines.begin(), lines.end(), [](const auto& entry) {
      return entry.line.detail.find("stays: " + id_of(2) + " from our own") != std::string::npos;
    }));
  }

  TEST_CASE("a notice that is not the party's own, not whole or signed for something else changes nothing") {
    Holding node;
    Recalls recalls = recalls_of(node.world);
    const std::string good = notice(node, id_of(2));
    std::string altered = good;
    altered.replace(altered.find("wrong number"), 5, "right");
    CHECK(recalls.take("peer", altered).error().code == Code::kSignatureInvalid);
    CHECK(recalls.take("nobody", good).error().code == Code::kPeerUnknown);
    CHECK_FALSE(recalls.take("m", good).ok());
    CHECK(recalls.take("peer", notice(node, id_of(2), "r", kOwn)).error().code == Code::kKeyNotAllowed);
    CHECK_FALSE(recalls.take("peer", notice(node, "x")).ok());
    CHECK_FALSE(recalls.take("peer", "{}").ok());
    CHECK_FALSE(recalls.take("peer", signed_text(*node.peer_key, "notice", R"({"type":"sekisho-recall"})",
                                                 certs::kTypExport)).ok());
    CHECK(node.world.ids("m").size() == 1);
  }
}

}  // namespace sekisho::sync::tests
