// Which claim and which content counts: the order by itself, and each attack that it closes through the release follower.
#include <vector>

#include "stix/sco_id.h"
#include "sync/release/plan/claims.h"
#include "sync/release/plan/recalled.h"
#include "sync/release/policy_change/applied.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

const std::string kThird = "identity--33333333-3333-4333-8333-333333333333";

ClaimCopy copy(std::uint32_t claim, std::uint64_t arrival, char content = 'a') {
  ClaimCopy out;
  out.stake.claim = claim;
  out.arrival = arrival;
  out.content = sha256(std::string(1, content));
  out.collection = 1;
  return out;
}
ClaimCopy ours(ClaimCopy it) {
  it.stake.ours = true;
  return it;
}
ClaimCopy standing(ClaimCopy it, std::int64_t standing) {
  it.stake.standing = standing;
  return it;
}
ClaimCopy settled(ClaimCopy it) {
  it.stake.settled = true;
  return it;
}
ClaimCopy by_creator(ClaimCopy it) {
  it.stake.creator = true;
  return it;
}
ClaimCopy left(ClaimCopy it) {
  it.left = true;
  return it;
}
ClaimCopy carried(ClaimCopy it) {
  it.carried = true;
  return it;
}
ClaimCopy observable(ClaimCopy it, std::uint32_t slot) {
  it.stake.observable = it.stake.by_id = true;
  it.stake.slot = slot;
  return it;
}

using Out = ClaimOutcome;
using Outs = std::vector<ClaimOutcome>;

/// acme and beta write; r and g read, g (bronze) no AMBER.
std::string rows(const std::string& more = {}) {
  return party("acme", "vendor", "write = [\"*\"]\nidentities = [\"" + kPeer + "\"]\nclass = \"silver\"") +
         party("beta", "vendor", "write = [\"*\"]\nidentities = [\"" + kThird + "\"]\nclass = \"silver\"") + member("r", "silver") +
         member("g", "bronze") + kNoAmberForBronze + more;
}

std::vector<std::string> texts(World& world, const std::string& party, const std::string& alias = "weekly") {
  std::vector<std::string> out;
  for (const Row& row : world.read(party, alias)) {
    const auto object = must(stix::Object::parse(row.bytes));
    if (object->type() == "identity") continue;
    out.emplace_back(object->root()["name"].string_or(object->root()["x_note"].string_or("")));
  }
  return out;
}
using Texts = std::vector<std::string>;

/// Who is named as a creator is there.
void introduce(World& world) {
  for (const std::string& id : {kPeer, kThird}) {
    world.put({R"({"type":"identity","spec_version":"2.1","id":")" + id + R"(","created":"2024-01-01T00:00:00.000Z","modified":)" +
               R"("2024-01-01T00:00:00.000Z","name":"n","object_marking_refs":[")" + std::string(stix::tlp_marking_id(stix::Tlp::kClear)) + "\"]}"}, "vulns");
  }
}

/// Everything decided again over the same store, from what it keeps.
void anew(World& world) {
  store::Batch batch;
  batch.documents.push_back({kReleaseSpace, kAppliedKey, std::nullopt});
  must(world.store->commit(batch, world.clock.now()));
  world.restart();
}

const std::string kAddress = R"("type":"ipv4-addr","value":"198.51.100.7")";
std::string address_id() {
  const auto document = must(json::Document::parse("{" + kAddress + "}"));
  return must(stix::sco_id(document->root()));
}
std::string address(const std::string& tlp, const std::string& note) {
  const std::string marking(stix::tlp_marking_id(tlp == "AMBER" ? stix::Tlp::kAmber : tlp == "RED" ? stix::Tlp::kRed : stix::Tlp::kClear));
  return "{" + kAddress + R"(,"spec_version":"2.1","id":")" + address_id() + R"(","x_note":")" + note + R"(","object_marking_refs":[")" + marking + R"("]})";
}

void recall(World& world, const std::string& source, const std::string& id) {
  std::vector<store::ObjectNo> numbers;
  for (const auto& version : must(world.store->versions_of(id, false))) {
    if (source.empty() || version.source == source) numbers.push_back(version.no);
  }
  std::vector<store::DocumentPut> together;
  together.push_back({kRecallSpace, recall_key(source, id),
                      "{\"source\":\"" + source + "\",\"object\":\"" + id + "\",\"at\":\"x\",\"reason_code\":\"x\",\"reason\":\"x\"}"});
  must(world.release->recall(numbers, together));
  must(world.release->advance());
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("claims: whose the id is, then ours, then standing, then the first accepted") {
    auto named = copy(4, 9);
    named.stake.by_id = true;
    CHECK(settle_claims({copy(1, 1), standing(copy(2, 2), 5), ours(copy(3, 3)), named}) == Outs{Out::kDisplaced, Out::kDisplaced, Out::kDisplaced, Out::kServed});
    CHECK(settle_claims({copy(1, 1), standing(copy(2, 2), 5), ours(copy(3, 3))}) == Outs{Out::kDisplaced, Out::kDisplaced, Out::kServed});
    CHECK(settle_claims({copy(1, 1), standing(copy(2, 2), 5)}) == Outs{Out::kDisplaced, Out::kServed});
    CHECK(settle_claims({copy(1, 2), copy(2, 1)}) == Outs{Out::kDisplaced, Out::kServed});
    CHECK(settle_claims({standing(copy(1, 1), -1), copy(2, 2)}) == Outs{Out::kDisplaced, Out::kServed});
    CHECK(settle_claims({}).empty());
  }

  TEST_CASE("claims: within one the creator's copies, then ours, then the first content; another's later version is none") {
    auto later = copy(1, 1, 'b');
    later.version = 1;
    CHECK(settle_claims({later, by_creator(copy(1, 2))}) == Outs{Out::kDisplaced, Out::kServed});
    CHECK(settle_claims({copy(1, 1, 'a'), copy(1, 2, 'b')}) == Outs{Out::kServed, Out::kPassedOver});
    CHECK(settle_claims({copy(1, 2, 'a'), copy(1, 1, 'b')}) == Outs{Out::kPassedOver, Out::kServed});
    CHECK(settle_claims({copy(1, 1, 'a'), ours(copy(1, 2, 'b'))})[1] == Out::kServed);
    // Of one content the copy that is carried stays, in each collection one; another content goes in none.
    CHECK(settle_claims({copy(1, 1), carried(copy(1, 2))})[1] == Out::kServed);
    auto elsewhere = copy(1, 3), other = copy(1, 4, 'b');
    elsewhere.collection = other.collection = 2;
    CHECK(settle_claims({copy(1, 1), elsewhere}) == Outs{Out::kServed, Out::kServed});
    CHECK(settle_claims({copy(1, 1), other}) == Outs{Out::kServed, Out::kPassedOver});
  }

  TEST_CASE("claims: the place of one that left stays empty for what is weaker or equal, however early it came") {
    CHECK(settle_claims({left(copy(1, 5)), copy(2, 1)}) == Outs{Out::kStaysEmpty, Out::kDisplaced});
    CHECK(settle_claims({left(standing(copy(1, 5), 3)), standing(copy(2, 1), 2)}) == Outs{Out::kStaysEmpty, Out::kDisplaced});
    CHECK(settle_claims({left(copy(1, 5)), standing(copy(2, 9), 1)}) == Outs{Out::kFilled, Out::kServed});
    CHECK(settle_claims({left(copy(1, 5)), ours(copy(2, 9))}) == Outs{Out::kFilled, Out::kServed});
    CHECK(settle_claims({left(copy(1, 5)), copy(1, 9)}) == Outs{Out::kFilled, Out::kServed});
    // Whoever relays does not follow the creator.
    CHECK(settle_claims({left(by_creator(copy(1, 5))), copy(1, 1)}) == Outs{Out::kStaysEmpty, Out::kDisplaced});
  }

  TEST_CASE("claims: what operators settle comes behind ours and the identity's party while these are there, and before all else") {
    CHECK(settle_claims({standing(copy(1, 1), 5), settled(copy(2, 2)), copy(3, 1)}) == Outs{Out::kDisplaced, Out::kServed, Out::kDisplaced});
    CHECK(settle_claims({ours(copy(1, 1)), settled(copy(2, 2))}) == Outs{Out::kServed, Out::kDisplaced});
    CHECK(settle_claims({left(ours(copy(1, 1))), settled(copy(2, 2))}) == Outs{Out::kFilled, Out::kServed});
    CHECK(settle_claims({left(standing(copy(1, 1), 5)), settled(copy(2, 2))}) == Outs{Out::kFilled, Out::kServed});
    CHECK(settle_claims({left(settled(copy(1, 1))), standing(copy(2, 2), 5)}) == Outs{Out::kStaysEmpty, Out::kDisplaced});
    CHECK(settle_claims({left(settled(copy(1, 1))), ours(copy(2, 2))}) == Outs{Out::kFilled, Out::kServed});
    auto named = copy(1, 1);
    named.stake.by_id = true;
    CHECK(settle_claims({named, settled(copy(2, 2))}) == Outs{Out::kServed, Out::kDisplaced});
    CHECK(settle_claims({left(named), settled(copy(2, 2))}) == Outs{Out::kFilled, Out::kServed});
    // Of two that the same party claims, the one that would count between them.
    CHECK(settle_claims({settled(copy(1, 2)), settled(copy(2, 1)), copy(3, 0)}) == Outs{Out::kDisplaced, Out::kServed, Out::kDisplaced});
    // Another of ours that has left does not stand before it where one of ours is there.
    CHECK(settle_claims({left(ours(copy(1, 1))), ours(copy(2, 2)), settled(copy(3, 3))}) == Outs{Out::kStaysEmpty, Out::kDisplaced, Out::kDisplaced});
  }

  TEST_CASE("claims: what gives way hands its place on to another claim of its giver, and keeps it where there is none") {
    auto gone = left(copy(1, 5)), heir = copy(2, 9), waits = copy(3, 1);
    gone.gave_way = true;
    gone.stake.giver = heir.stake.giver = 7;
    waits.stake.giver = 8;
    CHECK(settle_claims({gone, waits}) == Outs{Out::kStaysEmpty, Out::kDisplaced});
    CHECK(settle_claims({gone, heir, waits}) == Outs{Out::kStaysEmpty, Out::kServed, Out::kDisplaced});
    CHECK(settle_claims({gone, heir, standing(waits, 1)}) == Outs{Out::kFilled, Out::kDisplaced, Out::kServed});
    CHECK(settle_claims({gone, heir, ours(copy(4, 10))}) == Outs{Out::kFilled, Out::kDisplaced, Out::kServed});
    auto kept = gone;
    kept.gave_way = false;
    CHECK(settle_claims({kept, heir, waits}) == Outs{Out::kStaysEmpty, Out::kDisplaced, Out::kDisplaced});
  }

  TEST_CASE("claims: of a computed id one copy, kept while it is readable; a giver's later one takes the place of its earlier one") {
    CHECK(settle_claims({observable(copy(1, 1, 'a'), 1), observable(copy(1, 2, 'b'), 2)}) == Outs{Out::kServed, Out::kPassedOver});
    CHECK(settle_claims({observable(copy(1, 1, 'a'), 1), carried(observable(copy(1, 2, 'b'), 2))})[1] == Out::kServed);
    CHECK(settle_claims({observable(standing(copy(1, 1, 'a'), 0), 1), observable(standing(copy(1, 2, 'b'), 1), 2)})[1] == Out::kServed);
    CHECK(settle_claims({carried(observable(copy(1, 1, 'a'), 1)), observable(copy(1, 3, 'c'), 1), observable(copy(1, 2, 'b'), 2)})[1] == Out::kServed);
    // An id that is not computed from what it stands on does not stand against one that is.
    CHECK(settle_claims({ours(copy(2, 1)), observable(copy(1, 2), 1)}) == Outs{Out::kDisplaced, Out::kServed});
  }

  TEST_CASE("claims: whoever posts an id first does not keep the real object out, for those who read it") {
    World world;
    world.apply(rows());
    introduce(world);
    const std::string plant = Make{1, "GREEN", {}, 0, "plant"}.json();
    const std::string names = Make{2, "GREEN", {id_of(1)}, 0, "names"}.json();
    SUBCASE("step by step") {
      world.put({plant}, "weekly", "beta");
      world.put({names});
      CHECK(texts(world, "r") == Texts{"plant", "names"});
      world.put({Make{1, "AMBER", {}, 0, "real"}.json()});
    }
    SUBCASE("in one step") {
      world.commit({plant}, "weekly", "beta");
      world.commit({names});
      world.commit({Make{1, "AMBER", {}, 0, "real"}.json()});
      must(world.release->advance());
    }
    for (const bool again : {false, true}) {
      CHECK(texts(world, "r") == Texts{"names", "real"});
      CHECK(texts(world, "g") == Texts{"plant", "names"});  // does not read the other
      CHECK(world.attested("r").size() == 2);
      if (!again) anew(world);
    }
    const auto standings = must(world.release->explain(id_of(1), "r"));
    REQUIRE(standings.size() == 2);
    CHECK_FALSE(standings[0].released);
    CHECK(standings[0].another_claim == "party:");
    CHECK(standings[1].another_claim.empty());
    CHECK(must(world.store->documents("policy-recall")).empty());
    CHECK(must(world.store->documents(kRecallSpace)).empty());
  }

  TEST_CASE("claims: a later version or a revocation under another claim is nobody's") {
    World world;
    world.apply(rows());
    introduce(world);
    world.put({Make{1, "GREEN", {}, 0, "real", kPeer}.json()}, "weekly", "acme");
    const std::string revoked = R"({"type":"report","spec_version":"2.1","id":")" + id_of(1) +
        R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:09:00.000Z","revoked":true,"object_marking_refs":[")" +
        std::string(stix::tlp_marking_id(stix::Tlp::kGreen)) + R"("],"name":"gone","published":"2024-01-01T00:00:00.000Z"})";
    world.put({revoked}, "weekly", "beta");
    world.put({Make{1, "GREEN", {}, 7, "other"}.json()}, "vulns", "beta");
    CHECK(texts(world, "r") == Texts{"real"});
    CHECK(texts(world, "r", "vulns").empty());
    world.put({Make{1, "GREEN", {}, 5, "next", kPeer}.json()}, "weekly", "acme");
    CHECK(texts(world, "r") == Texts{"real", "next"});
    anew(world);
    CHECK(texts(world, "r") == Texts{"real", "next"});
  }

  TEST_CASE("claims: what is displaced meets references") {
    World world;
    world.apply(rows());
    introduce(world);
    world.put({Make{2, "GREEN", {id_of(1)}, 0, "names"}.json()});
    world.put({Make{1, "GREEN", {}, 0, "real"}.json()});
    world.put({Make{1, "GREEN", {}, 3, "other"}.json()}, "weekly", "beta");
    CHECK(texts(world, "r") == Texts{"real", "names"});
    recall(world, "", id_of(9));  // computes nothing anew
    world.put({Make{3, "GREEN", {id_of(1)}, 0, "names too"}.json()});
    CHECK(texts(world, "r") == Texts{"real", "names", "names too"});
  }

  TEST_CASE("claims: when the one that counts leaves, its place stays empty until something stronger comes") {
    World world;
    world.apply(rows());
    introduce(world);
    world.put({Make{1, "GREEN", {}, 0, "real", kPeer}.json()}, "weekly", "acme");
    bool waits = false;
    SUBCASE("for what waits") { waits = true; }
    SUBCASE("for what comes later") {}
    if (waits) world.put({Make{1, "GREEN", {}, 3, "looser"}.json()}, "weekly", "beta");
    recall(world, "acme", id_of(1));
    if (!waits) world.put({Make{1, "GREEN", {}, 3, "looser"}.json()}, "weekly", "beta");
    CHECK(texts(world, "r").empty());
    world.apply(rows(member("late", "bronze")));
    CHECK(texts(world, "r").empty());
    anew(world);
    CHECK(texts(world, "r").empty());
    world.put({Make{1, "GREEN", {}, 4, "looser still"}.json()}, "weekly", "beta");
    CHECK(texts(world, "r").empty());
    world.put({Make{1, "GREEN", {}, 0, "ours"}.json()});
    CHECK(texts(world, "r") == Texts{"ours"});
    anew(world);
    CHECK(texts(world, "r") == Texts{"ours"});
  }

  TEST_CASE("claims: a policy that takes the one that counts does not bring in what waited") {
    World world;
    world.apply(rows());
    introduce(world);
    world.put({Make{1, "AMBER", {}, 0, "real"}.json()});
    world.put({Make{1, "GREEN", {}, 0, "looser"}.json()}, "weekly", "beta");
    CHECK(texts(world, "r") == Texts{"real"});
    const std::string bronze = party("acme", "vendor", "write = [\"*\"]\nidentities = [\"" + kPeer + "\"]\nclass = \"silver\"") +
                               party("beta", "vendor", "write = [\"*\"]\nidentities = [\"" + kThird + "\"]\nclass = \"silver\"") +
                               member("r", "bronze") + member("g", "bronze") + kNoAmberForBronze;
    world.apply(bronze);
    CHECK(texts(world, "r").empty());
    CHECK(texts(world, "g") == Texts{"looser"});
    world.apply(rows());
    introduce(world);
    CHECK(texts(world, "r") == Texts{"real"});
  }

  TEST_CASE("claims: whoever relays gives one line; the creator's own copy takes its place") {
    World world;
    world.apply(rows());
    introduce(world);
    world.put({Make{1, "GREEN", {}, 2, "relayed", kPeer}.json()}, "weekly", "beta");
    CHECK(texts(world, "r") == Texts{"relayed"});
    world.put({Make{1, "GREEN", {}, 1, "own", kPeer}.json()}, "weekly", "acme");
    CHECK(texts(world, "r") == Texts{"own"});
    world.put({Make{1, "GREEN", {}, 3, "relayed too", kPeer}.json()}, "weekly", "beta");
    CHECK(texts(world, "r") == Texts{"own"});
    anew(world);
    CHECK(texts(world, "r") == Texts{"own"});
  }

  TEST_CASE("claims: identities that become those of one party make one claim, at once") {
    World world;
    const std::string first = party("acme", "vendor", "write = [\"*\"]") + party("beta", "vendor", "write = [\"*\"]") + member("r", "silver");
    world.apply(first);
    introduce(world);
    world.put({Make{1, "GREEN", {}, 0, "one", kPeer}.json()}, "weekly", "acme");
    world.put({Make{1, "GREEN", {}, 1, "two", kThird}.json()}, "weekly", "beta");
    CHECK(texts(world, "r") == Texts{"one"});
    world.apply(first + party("owner", "vendor", "identities = [\"" + kPeer + "\", \"" + kThird + "\"]"));
    CHECK(texts(world, "r") == Texts{"one", "two"});
  }

  TEST_CASE("claims: a copy that does not count is given to nobody and meets nothing") {
    World world;
    world.apply(rows());
    introduce(world);
    Provenance echo;
    echo.echo = true;
    world.put({Make{1}.json()}, "weekly", "beta", echo);
    world.put({Make{2, "GREEN", {id_of(1)}}.json()});
    CHECK(world.read("r").empty());
    anew(world);
    CHECK(world.read("r").empty());
  }

  TEST_CASE("claims: a further copy of an address takes the earlier one's place in every collection, now and computed anew") {
    for (const bool again : {false, true}) {
      World world;
      world.apply(rows());
      world.put({address("CLEAR", "first")});
      world.put({address("CLEAR", "second")}, "vulns");
      CHECK(world.ids("r", "vulns").empty());  // of two contents the one that is read stays
      world.put({address("CLEAR", "second")});
      if (again) anew(world);
      for (const std::string alias : {"weekly", "vulns"}) {
        const auto rows = world.read("r", alias);
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].bytes.find("second") != std::string::npos);
      }
    }
  }

  TEST_CASE("claims: of an address the giver's further copy does not stay beside another giver's") {
    for (const bool again : {false, true}) {
      World world;
      world.apply(rows());
      world.put({address("CLEAR", "y")}, "weekly", "acme");
      world.put({address("CLEAR", "y")}, "vulns");
      world.put({address("CLEAR", "x")}, "weekly", "acme");
      if (again) anew(world);
      CHECK(world.ids("r").empty());
      CHECK(world.ids("r", "vulns").size() == 1);
    }
  }

  TEST_CASE("claims: one address under two markings reaches each reader in a copy that it may read") {
    World world;
    world.apply(rows());
    introduce(world);
    world.put({address("AMBER", "closed")}, "weekly", "acme");
    world.put({address("CLEAR", "open")}, "weekly", "beta");
    CHECK(texts(world, "r") == Texts{"closed"});
    CHECK(texts(world, "g") == Texts{"open"});
    world.put({address("CLEAR", "open again")}, "weekly", "beta");
    CHECK(texts(world, "r") == Texts{"closed"});
    CHECK(texts(world, "g") == Texts{"open again"});
    anew(world);
    CHECK(texts(world, "r") == Texts{"closed"});
    CHECK(texts(world, "g") == Texts{"open again"});
    recall(world, "acme", address_id());
    CHECK(texts(world, "r") == Texts{"open again"});
  }
}

}  // namespace sekisho::sync::tests
