// docs/specs/sync.md §4: what the receiver checks of each entry before it counts, and what is told back.
#include "core/json.h"
#include "stix/markings.h"
#include "wire.h"

using namespace sekisho;
using namespace sekisho::sync;
using namespace sekisho::sync::tests;

namespace {

struct Fixture {
  Node node{"home", 1}, peer{"peer", 2}, third{"third", 3};
  explicit Fixture(const std::string& more = {}) { node.apply(peer.as_party(more) + third.as_party()); }

  /// One batch with these between two good ones; the refusals of its acknowledgement.
  std::vector<v1::Refusal> give(std::vector<Signed> entries) {
    Desk desk(node, "peer");
    desk.greet(peer.identity);
    entries.insert(entries.begin(), good(100));
    entries.push_back(good(200));
    must(desk.say(batch_of(1, entries)));
    const v1::Frame answer = desk.heard(v1::Frame::kAck);
    CHECK(answer.ack().number() == 1);
    CHECK_FALSE(desk.session.state().ended);
    return {answer.ack().refusals().begin(), answer.ack().refusals().end()};
  }
  Signed good(unsigned n) const { return {Make{.n = n}.json(), peer.attest(Make{.n = n}.json())}; }

  /// Exactly this one entry is refused with the code, kept as a dead letter, and the others are stored.
  void refuses(const Signed& entry, Code code) {
    const auto refusals = give({entry});
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].code() == static_cast<std::uint32_t>(code));
    CHECK(refusals[0].name() == info(code).text);
    CHECK(refusals[0].message() == info(code).meaning);
    CHECK(node.held("peer").size() == 2);
    const auto letters = node.letters();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].party == "peer");
    CHECK(letters[0].payload == entry.object);
    CHECK(letters[0].reason.code == code);
  }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/grpc/entry: an altered object is refused, the others of the batch are not touched") {
    Fixture f;
    std::string altered = f.good(1).object;
    altered.replace(altered.find("\"name\":\"x\""), 10, "\"name\":\"y\"");
    f.refuses({altered, f.good(1).jws}, Code::kSignatureInvalid);
  }

  TEST_CASE("sync/grpc/entry: import rules know a marking that the sender may know, however much more is held here") {
    const std::string marking = "marking-definition--0f0f0f0f-0000-4000-8000-00000000000b";
    const auto statement = [&marking](const char* tlp) {
      return R"({"type":"marking-definition","spec_version":"2.1","id":")" + marking +
             R"(","created":"2024-01-01T00:00:00.000Z","object_marking_refs":[")" + tlp +
             R"("],"definition_type":"statement","definition":{"statement":"all rights"}})";
    };
    const std::string red(stix::tlp_marking_id(stix::Tlp::kRed)), clear(stix::tlp_marking_id(stix::Tlp::kClear));
    for (const bool known : {false, true}) {
      CAPTURE(known);
      Fixture f;
      f.node.apply(f.peer.as_party() + "[[import]]\nid = \"look\"\neffect = \"quarantine\"\nsources = [\"peer\"]\ntlp_ceiling = \"TLP:AMBER\"\n");
      f.node.put({statement(known ? clear.c_str() : red.c_str())});
      std::string marked = Make{.n = 1, .tlp = "AMBER"}.json();
      marked.replace(marked.find(R"(refs":["marking)") + 8, std::string(stix::tlp_marking_id(stix::Tlp::kAmber)).size(), marking);
      CHECK(f.give({{marked, f.peer.attest(marked)}}).empty());
      CHECK(f.node.letters(store::LetterKind::kQuarantined).size() == (known ? 0 : 1));
      CHECK(f.node.held("peer").size() == (known ? 3 : 2));
    }
  }

  TEST_CASE("sync/grpc/entry: without a signature") { Fixture().refuses({Make{.n = 1}.json(), ""}, Code::kSignatureMissing); }

  TEST_CASE("sync/grpc/entry: an attestation sent as an object is not stored, however well signed") {
    const std::string uuid = "--0f0f0f0f-0000-4000-8000-00000000000a", at = "\"2026-01-01T00:00:00Z\"";
    const std::string object = "{\"type\":\"sekisho-attestation\",\"spec_version\":\"2.1\",\"id\":\"sekisho-attestation" + uuid +
                               "\",\"created\":" + at + ",\"modified\":" + at + "}";
    Fixture f;
    f.refuses({object, f.peer.attest(object)}, Code::kSyncProtocol);
  }

  TEST_CASE("sync/grpc/entry: a signature that is none, or too long") {
    Fixture().refuses({Make{.n = 1}.json(), "no..jws"}, Code::kJwsMalformed);
    Fixture().refuses({Make{.n = 1}.json(), std::string(1u << 20, 'A')}, Code::kJwsMalformed);
  }

  TEST_CASE("sync/grpc/entry: an unknown key") {
    const Node stranger("stranger", 9);
    Fixture().refuses({Make{.n = 1}.json(), stranger.attest(Make{.n = 1}.json())}, Code::kKeyUnknown);
  }

  TEST_CASE("sync/grpc/entry: the key of another party") {
    Fixture f;
    f.refuses({Make{.n = 1}.json(), f.third.attest(Make{.n = 1}.json())}, Code::kKeyNotAllowed);
  }

  TEST_CASE("sync/grpc/entry: the signature of another object or version") {
    Fixture f;
    f.refuses({Make{.n = 1, .version = 1}.json(), f.good(1).jws}, Code::kSignatureInvalid);
  }

  TEST_CASE("sync/grpc/entry: what names another creator waits for an operator, however it is signed") {
    for (const auto role : {certs::Role::kCreator, certs::Role::kRelay}) {
      Fixture f;
      const std::string object = Make{.n = 1, .creator = f.third.identity}.json();
      CHECK(f.give({{object, f.peer.attest(object, role)}}).empty());
      CHECK(f.node.held("peer").size() == 2);
      CHECK(f.node.letters(store::LetterKind::kQuarantined).size() == 1);
    }
  }

  TEST_CASE("sync/grpc/entry: what a relay that may not relay calls another's waits, though it names nobody") {
    Fixture f;
    CHECK(f.give({{Make{.n = 1}.json(), f.peer.attest(Make{.n = 1}.json(), certs::Role::kRelay)}}).empty());
    CHECK(f.node.held("peer").size() == 2);
    CHECK(f.node.letters(store::LetterKind::kQuarantined).size() == 1);
  }

  TEST_CASE("sync/grpc/entry: a bundle is opened, and a signature over it vouches for nothing in it") {
    Fixture f;
    const std::string whole = R"({"type":"bundle","id":"bundle--0f0f0f0f-0000-4000-8000-00000000000c","objects":[)" + Make{.n = 1}.json() + "," + Make{.n = 2}.json() + "]}";
    const auto refusals = f.give({{whole, f.peer.attest(whole)}});
    REQUIRE(refusals.size() == 2);
    CHECK(refusals[0].object_id() == id_of(1));
    CHECK(refusals[0].code() == static_cast<std::uint32_t>(Code::kSignatureMissing));
    CHECK(f.node.held("peer").size() == 2);
  }

  TEST_CASE("sync/grpc/entry: a relay that may relay") {
    Fixture f;
    f.node.apply(f.peer.as_party("relay = [\"" + f.third.identity + "\"]\n") + f.third.as_party());
    const std::string object = Make{.n = 1, .creator = f.third.identity}.json();
    CHECK(f.give({{object, f.peer.attest(object, certs::Role::kRelay)}}).empty());
    CHECK(f.node.held("peer").size() == 3);
    CHECK(f.node.provenance(id_of(1)).role == certs::Role::kRelay);
  }

  TEST_CASE("sync/grpc/entry: a key that was revoked before it was first seen here") {
    Fixture f;
    f.node.apply(f.peer.as_party() + "revoked = 2025-01-01\n");
    const auto refusals = f.give({});
    REQUIRE(refusals.size() == 2);
    for (const auto& refusal : refusals) CHECK(refusal.code() == 3005);
    CHECK(f.node.held("peer").empty());
  }

  TEST_CASE("sync/grpc/entry: an attestor who is somebody else, where the party's identities are not known") {
    Fixture f;
    f.node.apply(f.peer.as_party("# no identities = known\n") + f.third.as_party());
    Desk desk(f.node, "peer");
    desk.greet(f.third.identity);
    must(desk.say(batch_of(1, {f.good(1)})));
    const auto answer = desk.heard(v1::Frame::kAck).ack();
    REQUIRE(answer.refusals_size() == 1);
    CHECK(answer.refusals(0).code() == 3004);
    CHECK(f.node.held("peer").empty());
  }

  TEST_CASE("sync/grpc/entry: what is no strict JSON, no STIX, or too large") {
    Fixture f;
    f.refuses({"{\"type\":\"report\",\"type\":\"report\"}", ""}, Code::kJsonDuplicateKey);
    Fixture g;
    g.refuses({"", ""}, Code::kJsonSyntax);
    Fixture h;
    std::string wrong = Make{.n = 1}.json();
    wrong.replace(wrong.find("2024-01-01T00:00:00.000Z"), 24, "2024-13-01T00:00:00.000Z");
    const auto refusals = h.give({{wrong, ""}});
    REQUIRE(refusals.size() == 1);
    CHECK(h.node.held("peer").size() == 2);
    Fixture i;
    i.node.limits.object_bytes = 2000;
    Desk desk(i.node, "peer");
    desk.greet(i.peer.identity);
    const std::string large = Make{.n = 1, .text = std::string(2000, 'x')}.json();
    must(desk.say(batch_of(1, {{large, i.peer.attest(large)}})));
    CHECK(desk.heard(v1::Frame::kAck).ack().refusals(0).code() == 1006);
  }

  TEST_CASE("sync/grpc/entry: a party without the right to write is heard no more") {
    Fixture f;
    Desk desk(f.node, "peer");
    desk.greet(f.peer.identity);
    must(desk.say(batch_of(1, {f.good(1)})));
    f.node.apply(f.peer.as_party("write = []\n"));
    must(desk.say(batch_of(2, {f.good(2)})));
    const auto answer = desk.heard(v1::Frame::kAck).ack();
    REQUIRE(answer.refusals_size() == 1);
    CHECK(answer.refusals(0).code() == 7004);
    CHECK(f.node.held("peer").size() == 1);
  }

  TEST_CASE("sync/grpc/entry: what an unsigned party sends is kept for an operator and not stored") {
    Fixture f("signs = false\n");
    CHECK(f.give({{Make{.n = 1}.json(), ""}}).empty());
    CHECK(f.node.held("peer").empty());
    CHECK(f.node.letters(store::LetterKind::kQuarantined).size() == 3);
  }

  TEST_CASE("sync/grpc/entry: refusals travel back and are recorded at the sender") {
    Node a("a", 1), b("b", 2);
    befriend(a, b);
    a.put_range(1, 3);
    Wire wire(a, b);
    wire.script = [](Side from, v1::Frame& frame, auto&) {
      if (from != Side::kLeft || !frame.has_batch()) return true;
      v1::Entries entries;
      REQUIRE(entries.ParseFromString(frame.batch().entries()));
      if (entries.entries_size() == 0) return true;
      entries.mutable_entries(1)->clear_jws();
      frame.mutable_batch()->set_entries(entries.SerializeAsString());
      frame.mutable_batch()->set_raw_bytes(static_cast<std::uint32_t>(frame.batch().entries().size()));
      return true;
    };
    LinkOptions plain;
    plain.compress = false;
    Wire uncompressed(a, b, plain);
    uncompressed.script = wire.script;
    uncompressed.run();
    CHECK(b.held("a").size() == 2);
    const auto rows = must(a.store->documents("push-refused/b"));
    REQUIRE(rows.size() == 1);
    const auto row = must(json::Document::parse(rows[0].second));
    CHECK(row->root()["object_id"].string_or("") == id_of(2));
    CHECK(row->root()["name"].string_or("") == "signature-missing");
    CHECK(row->root()["at"].string_or("") == format_taxii_time(a.clock.now()));
    CHECK(uncompressed.state(Side::kLeft).refused_there == 1);
    CHECK(uncompressed.state(Side::kRight).refused == 1);
  }

  TEST_CASE("sync/grpc/entry: judged by the receiver's clock, hours apart or not") {
    Node a("a", 1), b("b", 2);
    befriend(a, b);
    b.apply(a.as_party() + "revoked = 2025-06-20\n");
    a.clock.set(must(parse_rfc3339("2025-06-25T00:00:00Z")));
    b.clock.set(must(parse_rfc3339("2025-06-15T00:00:00Z")));
    a.put_range(1, 2);
    Wire wire(a, b);
    wire.run();
    CHECK(b.held("a").size() == 2);
    b.clock.set(must(parse_rfc3339("2025-06-20T00:00:00Z")));
    a.clock.set(must(parse_rfc3339("2025-06-10T00:00:00Z")));
    a.put_range(3, 4);
    wire.poke();
    CHECK(b.held("a").size() == 2);
    CHECK(b.letters().size() == 2);
  }
}
