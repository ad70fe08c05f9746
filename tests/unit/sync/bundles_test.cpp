// Bundles are opened on every way in, and each member is judged alone: docs/specs/ownership.md §1.
#include "sync/ingest/bundles.h"

#include "anonymous_desk.h"
#include "peer.h"
#include "sync/ingest/quarantine.h"
#include "sync/ingest/submission.h"

namespace sekisho::sync::tests {
namespace {

const std::string kAccepts = "[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"peer\"]\n";

std::string object(unsigned n, const std::string& tlp = "GREEN") { return Make{n, tlp, {id_of(n)}, 0, "x", kPeer}.json(); }

/// A bundle that calls itself CLEAR, whatever is in it.
std::string bundle(const std::vector<std::string>& members) {
  std::string text = R"({"type":"bundle","id":")" + id_of(900, "bundle") + R"(","object_marking_refs":[")" +
                     std::string(stix::tlp_marking_id(stix::Tlp::kClear)) + R"("],"objects":[)";
  for (std::size_t i = 0; i < members.size(); ++i) text += (i == 0 ? "" : ",") + members[i];
  return text + "]}";
}

std::string nested(std::size_t levels, std::string inner) {
  for (std::size_t i = 0; i < levels; ++i) inner = bundle({inner});
  return inner;
}

std::vector<std::string> ids_in(const std::string& text, const OpenLimits& limits = {}) {
  std::vector<std::string> out;
  for (const Handed& one : opened(text, limits)) out.push_back(one.object.ok() ? std::string((*one.object)->id()) : std::string(info(one.object.error().code).text));
  return out;
}

/// Ids that the store holds of this source, bundles among them.
std::set<std::string> stored(World& world, const std::string& source) {
  std::set<std::string> out;
  for (const auto& change : must(world.store->changes(0, 10000))) {
    const auto one = must(world.store->object(change.object));
    CHECK(one.type != "bundle");
    if (one.source == source) out.insert(one.id);
  }
  return out;
}

/// A node whose party `peer` may post without signing.
struct Unsigned : Receiver {
  KeptLog log;
  std::unique_ptr<Submissions> submissions;
  Unsigned() {
    trust("signs = false", "", agreement("peer") + kAccepts);
    submissions = std::make_unique<Submissions>(*world.store, *world.release, *inbound, world.clock, world.random, log);
  }
  Submission post(const std::vector<std::string>& objects) {
    const std::vector<std::string_view> views(objects.begin(), objects.end());
    return must(submissions->take("peer", "weekly", views));
  }
  Quarantine quarantine() { return {*world.store, *world.release, *world.audit, world.clock, limits}; }
  /// A letter as it was kept when bundles were not opened yet.
  std::uint64_t keep(const std::string& payload, store::LetterKind kind) {
    store::DeadLetter letter;
    letter.kind = kind;
    letter.party = "peer";
    letter.collection = "weekly";
    letter.object_id = id_of(900, "bundle");
    letter.reason = make_error(Code::kImportDenied, "not signed");
    letter.payload = payload;
    store::Batch batch;
    batch.dead_letters.push_back(letter);
    must(world.store->commit(batch, world.clock.now()));
    return letters().back().no;
  }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("bundles: opened at every depth, in order, each member as it came; what is no bundle is itself") {
    const std::string spaced = " " + object(1) + " ";
    const auto alone = opened(spaced, {});
    REQUIRE(alone.size() == 1);
    CHECK((*alone[0].object)->bytes() == spaced);
    const auto members = opened(bundle({object(1), bundle({object(2), "17"}), object(3)}), {});
    REQUIRE(members.size() == 4);
    CHECK((*members[1].object)->bytes() == object(2));
    CHECK(members[2].object.error().code == Code::kStixNotObject);
    CHECK(members[2].unreadable == "17");
    CHECK((*members[3].object)->id() == id_of(3));
    CHECK(opened(bundle({}), {}).empty());
    CHECK(opened(R"({"type":"bundle"})", {}).empty());
  }

  TEST_CASE("bundles: eight deep are opened; nine deep are refused whole, and the refusal says so") {
    CHECK(ids_in(nested(8, object(1))) == std::vector<std::string>{id_of(1)});
    const std::string deep = bundle({object(2), nested(8, object(1))});
    const auto refused = opened(deep, {});
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].object.error().code == Code::kLimitExceeded);
    CHECK(refused[0].object.error().detail.find("more than 8 deep") != std::string::npos);
    CHECK(refused[0].unreadable == deep);
  }

  TEST_CASE("bundles: one that is no good object itself, or larger than one object may be, is opened all the same") {
    CHECK(ids_in(R"({"type":"bundle","id":"x","objects":[)" + object(1) + "]}") == std::vector<std::string>{id_of(1)});
    OpenLimits small;
    small.object_bytes = object(1).size();
    CHECK(ids_in(bundle({object(1), object(2)}), small) == std::vector<std::string>{id_of(1), id_of(2)});
    CHECK(ids_in(R"({"type":"bundle","objects":{}})") == std::vector<std::string>{"stix-not-object"});
    OpenLimits few;
    few.members = 1;
    CHECK(ids_in(bundle({object(1)}), few) == std::vector<std::string>{id_of(1)});
    CHECK(ids_in(bundle({object(1), object(2)}), few) == std::vector<std::string>{"limit-exceeded"});
  }

  TEST_CASE("bundles: posted, each member is judged alone and told of; nobody reads a RED one through a CLEAR bundle") {
    Unsigned node;
    std::string invalid = object(4);
    invalid.erase(invalid.find("\"name\":\"x\","), 11);
    const Submission done = node.post({bundle({object(1), nested(3, object(2, "RED")), invalid}), bundle({}), object(3), nested(9, object(5))});
    std::vector<std::string> told;
    for (const auto& detail : done.successes) told.push_back(detail.id);
    CHECK(told == std::vector<std::string>{id_of(1), id_of(2), id_of(900, "bundle"), id_of(3)});
    REQUIRE(done.failures.size() == 2);
    CHECK(done.failures[0].id == id_of(4));
    CHECK(done.failures[1].message.find("more than 8 deep") != std::string::npos);
    CHECK(stored(node.world, "peer") == std::set<std::string>{id_of(1), id_of(2), id_of(3)});
    CHECK(node.world.ids("m") == std::vector<std::string>{id_of(1), id_of(3)});
  }

  TEST_CASE("bundles: what one submission may hold counts the members") {
    Unsigned node;
    node.limits.envelope_objects = 3;
    node.inbound = std::make_unique<Inbound>(*node.world.store, *node.world.release, node.world.clock, node.limits);
    node.submissions = std::make_unique<Submissions>(*node.world.store, *node.world.release, *node.inbound, node.world.clock, node.world.random, node.log);
    const Submission done = node.post({bundle({object(1), object(2)}), bundle({object(3), object(4)})});
    CHECK(done.successes.size() == 2);
    REQUIRE(done.failures.size() == 1);
    CHECK(done.failures[0].message.find("send it in parts") != std::string::npos);
  }

  TEST_CASE("bundles: an attestation over the bundle counts for nothing, those of the members count, in it or beside it") {
    Unsigned node;
    node.trust("", "", agreement("peer"));
    const std::string whole = bundle({object(1), object(2), node.attest(object(2)), object(3)});
    const Submission done = node.post({whole, node.attest(whole), node.attest(object(3))});
    CHECK(stored(node.world, "peer") == std::set<std::string>{id_of(2), id_of(3)});
    CHECK(done.failures.size() == 2);
  }

  TEST_CASE("bundles: pulled and imported ones are opened too; as it stands a bundle gets in nowhere") {
    Receiver node;
    const std::string whole = bundle({object(1), nested(2, object(2))});
    node.peer.offered["weekly"] = {whole};
    node.peer.offered["weekly-attestations"] = {node.attest(object(1)), node.attest(object(2)), node.attest(whole)};
    CHECK(node.pull_once().report.accepted == 2);
    CHECK(stored(node.world, "peer") == std::set<std::string>{id_of(1), id_of(2)});
    const std::string own = bundle({Make{5, "GREEN", {id_of(5)}}.json(), nested(2, Make{6, "RED", {id_of(6)}}.json())});
    const auto report = must(node.inbound->import_own(node.world.collections.at(0), {own, nested(9, own)}, {}));
    CHECK(report.accepted == 2);
    REQUIRE(report.refused.size() == 1);
    CHECK(report.refused[0].reason.detail.find("more than 8 deep") != std::string::npos);
    CHECK(stored(node.world, "").count(id_of(6)) == 1);
    CHECK(must(node.inbound->import_own(node.world.collections.at(0), {bundle({object(1)})}, {{}, 0, false})).refused.size() == 1);
    const auto refused = node.take({whole}, {node.attest(whole)});
    REQUIRE(refused.refused.size() == 1);
    CHECK(refused.refused[0].reason.code == Code::kStixInvalid);
  }

  TEST_CASE("bundles: a letter that holds one is opened when it is released or judged again") {
    Unsigned node;
    std::string invalid = object(4);
    invalid.erase(invalid.find("\"name\":\"x\","), 11);
    const auto held = node.keep(bundle({object(1), nested(2, object(2, "RED")), invalid}), store::LetterKind::kQuarantined);
    must(node.quarantine().let_in(held, "op", "looked at"));
    CHECK(stored(node.world, "peer") == std::set<std::string>{id_of(1), id_of(2)});
    CHECK(node.world.ids("m") == std::vector<std::string>{id_of(1)});
    REQUIRE(node.letters().size() == 1);
    CHECK(node.letters()[0].object_id == id_of(4));
    CHECK(node.letters()[0].kind == store::LetterKind::kRefused);

    node.trust("signs = false", "", agreement("peer"));  // no rule accepts: what is judged again waits
    const auto done = must(node.quarantine().replay(node.keep(bundle({object(7), nested(7, object(8))}), store::LetterKind::kRefused), "op"));
    CHECK(done.quarantined == 2);
    CHECK(stored(node.world, "peer").size() == 2);
    CHECK(node.letters().size() == 3);
    const auto deep = node.keep(nested(9, object(9)), store::LetterKind::kQuarantined);
    CHECK(node.quarantine().let_in(deep, "op", "r").error().code == Code::kLimitExceeded);
    CHECK(must(node.world.store->dead_letter(deep)).payload.size() > 0);

    node.trust();  // it signs now: what stood in the bundle has no signature
    const auto unsigned_one = node.keep(bundle({object(10)}), store::LetterKind::kQuarantined);
    must(node.quarantine().let_in(unsigned_one, "op", "r"));
    CHECK(stored(node.world, "peer").size() == 2);
    CHECK(node.letters().back().reason.code == Code::kSignatureMissing);
  }

  TEST_CASE("bundles: in an anonymous intake the members are made the organisation's, one by one") {
    Office office;
    const std::string mine = Make{1, "GREEN", {id_of(1)}, 0, "ours", kAcme}.json();
    const Submission done = office.post({nested(2, bundle({mine}))});
    CHECK(done.successes.size() == 1);
    CHECK(done.successes.at(0).id == id_of(1));
    CHECK(stored(office.world, "").count(id_of(1)) == 0);
    CHECK(stored(office.world, "acme").empty());
  }
}

}  // namespace sekisho::sync::tests
