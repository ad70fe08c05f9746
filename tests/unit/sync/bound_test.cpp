// Several copies of one content: what the licences and rules of each giver, and the creator's own word, keep back. docs/specs/ownership.md §5.
#include "stix/sco_id.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

const std::string kAcme = "identity--33333333-3333-4333-8333-333333333333";
const std::string kStranger = "identity--44444444-4444-4444-8444-444444444444";

/// `v` gives under a licence that no peer ISAC may have; `w` under none; `acme` is a creator, `j` a peer ISAC, `a` a member.
std::string rows(const std::string& more = {}) {
  const auto giver = [](const std::string& id, const std::string& row) { return party(id, "vendor", "write = [\"*\"]\nsigns = false\n" + row); };
  return "[[licence]]\nid = \"sealed\"\nresale = \"must-not\"\n" + giver("v", "relay = \"*\"\nlicence = \"sealed\"") + giver("w", "relay = \"*\"") +
         giver("acme", "identities = [\"" + kAcme + "\"]") + party("j", "peer-isac") + agreement("j") + member("a", "silver") + more;
}

std::string by(const std::string& creator) { return Make{1, "GREEN", {}, 0, "x", creator}.json(); }

struct Case {
  World world;
  explicit Case(const std::string& more = {}) {
    world.apply(rows(more));
    for (const std::string& id : {kAcme, kStranger}) {
      world.put({R"({"type":"identity","spec_version":"2.1","id":")" + id + R"(","created":"2024-01-01T00:00:00.000Z","modified":)" +
                 R"("2024-01-01T00:00:00.000Z","name":"n","object_marking_refs":[")" + std::string(stix::tlp_marking_id(stix::Tlp::kClear)) + "\"]}"});
    }
  }
  bool has(const std::string& party, unsigned n = 1, const std::string& alias = "weekly") {
    const auto ids = world.ids(party, alias);
    return std::find(ids.begin(), ids.end(), id_of(n)) != ids.end();
  }
  /// The same when all is computed anew.
  bool stays(const std::string& party, bool expected) {
    const bool before = has(party);
    store::Batch batch;
    batch.documents.push_back({"release", "applied-policy", std::nullopt});
    must(world.store->commit(batch, world.clock.now()));
    world.restart();
    return before == expected && has(party) == expected;
  }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("bound: of what a creator that is no party made, every giver's licence counts, whoever came first") {
    for (const std::string& creator : {kStranger, std::string()}) {
      CAPTURE(creator);
      Case after;
      after.world.put({by(creator)}, "weekly", "v");
      after.world.put({by(creator)}, "weekly", "w");
      CHECK(after.world.release->computed_anew() == 0);
      CHECK(after.stays("j", false));
      CHECK(after.stays("a", true));

      Case before;
      before.world.put({by(creator), Make{2, "GREEN", {id_of(1)}}.json()}, "weekly", "w");
      REQUIRE(before.has("j"));
      REQUIRE(before.has("j", 2));
      before.world.put({by(creator)}, "weekly", "v");
      CHECK_FALSE(before.has("j", 2));
      CHECK(before.has("a", 2));
      CHECK(before.stays("j", false));
      CHECK(before.stays("a", true));
    }
  }

  TEST_CASE("bound: in one step, and where the copies are in several collections") {
    Case at_once;
    at_once.world.commit({by(kStranger)}, "weekly", "w");
    at_once.world.put({by(kStranger)}, "vulns", "v");
    CHECK(at_once.stays("j", false));
    CHECK_FALSE(at_once.has("j", 1, "vulns"));
    CHECK(at_once.has("a", 1, "vulns"));
  }

  TEST_CASE("bound: not where the creator is a party, where this organisation gave it, or where a copy only echoes") {
    Case owned;
    owned.world.put({by(kAcme)}, "weekly", "v");
    CHECK_FALSE(owned.has("j"));
    owned.world.put({by(kAcme)}, "weekly", "acme");
    CHECK(owned.stays("j", true));

    Case ours;
    ours.world.put({by(kStranger)}, "weekly", "v");
    ours.world.put({by(kStranger)});
    CHECK(ours.stays("j", true));
    ours.world.put({by(kStranger)}, "vulns", "w");
    CHECK(ours.has("j", 1, "vulns"));

    Case echoed;
    echoed.world.put({by(kStranger)}, "weekly", "w");
    Provenance echo;
    echo.echo = true;
    echoed.world.put({by(kStranger)}, "weekly", "v", echo);
    CHECK(echoed.stays("j", true));
  }

  TEST_CASE("bound: this organisation's own copy opens those of others in other collections") {
    Case world;
    world.world.put({by(kStranger)}, "vulns", "w");
    world.world.put({by(kStranger)}, "weekly", "v");
    CHECK_FALSE(world.has("j", 1, "vulns"));
    world.world.put({by(kStranger)});
    CHECK(world.has("j", 1, "vulns"));
    CHECK(world.stays("j", true));
    CHECK(world.has("j", 1, "vulns"));
  }

  TEST_CASE("bound: rules on sources deny and hold, and a need to know is not met by them") {
    for (const char* effect : {"deny", "hold"}) {
      CAPTURE(effect);
      Case bound(std::string("[[rule]]\nid = \"of-v\"\neffect = \"") + effect + "\"\nsources = [\"v\"]\nclasses = [\"silver\"]\n");
      bound.world.put({by(kStranger)}, "weekly", "w");
      CHECK(bound.has("a"));
      bound.world.put({by(kStranger)}, "weekly", "v");
      CHECK(bound.stays("a", false));
    }
  }

  TEST_CASE("bound: observables and definitions are not") {
    Case world;
    const std::string value = R"("type":"ipv4-addr","value":"198.51.100.1")";
    const std::string id = must(stix::sco_id(must(json::Document::parse("{" + value + "}"))->root()));
    const std::string address = "{" + value + R"(,"spec_version":"2.1","id":")" + id + R"(","object_marking_refs":[")" +
                                std::string(stix::tlp_marking_id(stix::Tlp::kGreen)) + "\"]}";
    world.world.put({address, statement(1, "GREEN")}, "weekly", "w");
    world.world.put({address, statement(1, "GREEN")}, "weekly", "v");
    const auto ids = world.world.ids("j");
    CHECK(std::find(ids.begin(), ids.end(), id) != ids.end());
  }

  TEST_CASE("bound: what the creator's own party says of hops holds for every copy") {
    Provenance last;
    last.handling.max_hops = 0;
    Case before;
    before.world.put({by(kAcme)}, "weekly", "w");
    CHECK(before.has("a"));
    before.world.put({by(kAcme)}, "weekly", "acme", last);
    CHECK(before.stays("a", false));
    Case after;
    after.world.put({by(kAcme)}, "weekly", "acme", last);
    after.world.put({by(kAcme)}, "weekly", "w");
    CHECK(after.stays("a", false));
    Case other;
    other.world.put({by(kStranger)}, "weekly", "w");
    other.world.put({by(kStranger)}, "weekly", "v", last);
    CHECK(other.stays("a", true));
  }

  TEST_CASE("bound: nobody is the creator of what others gave without naming one, and nobody of what its word does not count for") {
    Provenance last, unbelieved;
    last.handling.max_hops = 0;
    unbelieved = last;
    unbelieved.unnamed = true;
    for (const bool hidden_first : {true, false}) {
      CAPTURE(hidden_first);
      Case unnamed;
      if (hidden_first) unnamed.world.put({by("")}, "vulns", "", last);
      unnamed.world.put({by("")}, "weekly", "w");
      if (!hidden_first) unnamed.world.put({by("")}, "vulns", "", last);
      CHECK(unnamed.stays("a", true));
      Case named;
      if (hidden_first) named.world.put({by(kAcme)}, "vulns", "v", unbelieved);
      named.world.put({by(kAcme)}, "weekly", "acme");
      if (!hidden_first) named.world.put({by(kAcme)}, "vulns", "v", unbelieved);
      CHECK(named.stays("a", true));
    }
  }

  TEST_CASE("bound: what is displaced meets no reference any more once it is bound") {
    Case world("");
    world.world.put({by(kStranger)}, "weekly", "w");
    world.world.put({Make{2, "GREEN", {id_of(1)}}.json()}, "weekly", "w");
    world.world.put({Make{1, "GREEN", {}, 1, "ours"}.json()});
    REQUIRE(world.has("j", 2));  // what it names is displaced by ours
    world.world.put({by(kStranger)}, "weekly", "v");
    CHECK_FALSE(world.has("j", 2));
    CHECK(world.has("a", 2));
  }
}

}  // namespace sekisho::sync::tests
