// What a giver says again of what it gave, tighter than at first: docs/specs/ownership.md §5.3.
#include "peer.h"

namespace sekisho::sync::tests {
namespace {

const std::string kGood = Make{1, "GREEN", {kPeer}, 0, "x", kPeer}.json();
const std::string kNames = Make{2, "GREEN", {id_of(1)}, 0, "x", kPeer}.json();

/// The peer gives both without a limit; `m` reads them.
struct Given : Receiver {
  explicit Given(std::unique_ptr<store::Store> store = nullptr) : Receiver(std::move(store)) {
    REQUIRE(take({kGood, kNames}, {attest(kGood), attest(kNames)}).accepted == 2);
    REQUIRE(reads() == std::set<std::string>{id_of(1), id_of(2)});
  }
  std::set<std::string> reads(const std::string& party = "m") {
    const auto all = world.ids(party);
    return {all.begin(), all.end()};
  }
  InboundReport again(const std::string& object, const certs::Handling& handling, certs::Role role = certs::Role::kCreator) {
    return take({object}, {attest(object, role, handling)});
  }
  /// The headers of the attestations of this object that `m` reads.
  std::vector<std::string> said(const std::string& object) {
    std::vector<std::string> out;
    for (const Row& row : world.read("m", "weekly-attestations")) {
      const auto parsed = must(json::Document::parse(row.bytes));
      if (parsed->root()["target_ref"].string_or("") != object) continue;
      const std::string jws(parsed->root()["jws"].string_or(""));
      const auto header = from_base64url(jws.substr(0, jws.find('.')));
      REQUIRE(header);
      out.push_back(*header);
    }
    return out;
  }
};

certs::Handling hops(std::uint32_t most) {
  certs::Handling out;
  out.max_hops = most;
  return out;
}

TEST_SUITE("unit") {
  TEST_CASE("tightened: what may go no further leaves at once, with what depended on it, and stays away when all is computed anew") {
    Given node;
    CHECK(node.again(kGood, hops(0)).duplicates == 1);
    CHECK(node.reads().empty());
    node.restart();
    CHECK(node.reads().empty());
    node.world.apply(party("peer", "peer-isac", "identities = [\"" + kPeer + "\"]\nwrite = [\"weekly\"]\nsigns = false\n") + member("m", "silver") +
                     member("late", "platinum"));
    CHECK(node.reads().empty());
    CHECK(node.reads("late").empty());
  }

  TEST_CASE("tightened: what still goes is given anew, with an attestation that says so, and nothing that depends on it moves") {
    Given node;
    const auto before = node.world.read("m");
    REQUIRE(node.said(id_of(1)).size() == 1);
    CHECK(node.said(id_of(1)).front().find("max_hops") == std::string::npos);
    node.again(kGood, hops(3));
    const auto after = node.world.read("m");
    REQUIRE(after.size() == 2);
    CHECK(after[0] == before[1]);
    CHECK(after[1].id == id_of(1));
    CHECK(after[1].date > before[1].date);
    REQUIRE(node.said(id_of(1)).size() == 1);
    CHECK(node.said(id_of(1)).front().find("\"max_hops\":2") != std::string::npos);
    node.again(kGood, hops(3));  // the same once more says nothing new
    CHECK(node.world.read("m") == after);
    node.trust("", "", member("late", "platinum"));  // a newcomer has the attestation of now
    CHECK(node.world.read("m") == after);
    std::size_t tight = 0;
    for (const Row& row : node.world.read("late", "weekly-attestations")) tight += row.bytes == node.world.read("m", "weekly-attestations").back().bytes;
    CHECK(tight == 1);
  }

  TEST_CASE("tightened: nothing loosens what was said, and what says nothing tightens nothing") {
    Given node;
    node.again(kGood, hops(1));
    node.again(kGood, hops(5));
    REQUIRE(node.said(id_of(1)).size() == 1);
    CHECK(node.said(id_of(1)).front().find("\"max_hops\":0") != std::string::npos);
    node.again(kGood, hops(0));
    node.again(kGood, {});
    CHECK(node.reads().empty());

    Given unsaid;
    unsaid.trust("signs = false");
    CHECK(unsaid.take({kGood}, {}).duplicates == 1);
    CHECK(unsaid.reads().size() == 2);
    CHECK(must(unsaid.world.store->documents(kTightenedSpace)).empty());
  }

  TEST_CASE("tightened: said of the same in other words, and of a copy in another collection") {
    Given node;
    std::string words = kGood;
    words.insert(words.size() - 1, ",\"revoked\":false");
    CHECK(node.again(words, hops(0)).duplicates == 1);
    CHECK(node.reads().empty());

    Given elsewhere;
    elsewhere.trust("write = [\"weekly\", \"vulns\"]");
    AttestationPool pool(10);
    const auto attestation = must(stix::Object::parse(elsewhere.attest(kGood, certs::Role::kCreator, hops(0))));
    pool.add(attestation, must(parse_attestation(*attestation)));
    Inbound::PartyBatch batch;
    batch.party = "peer";
    batch.collection = &*std::find_if(elsewhere.world.collections.begin(), elsewhere.world.collections.end(),
                                      [](const store::Collection& one) { return one.alias == "vulns"; });
    batch.objects.push_back(must(stix::Object::parse(kGood)));
    must(elsewhere.inbound->take(batch, pool));
    CHECK(elsewhere.reads().empty());
    CHECK(elsewhere.world.ids("m", "vulns").size() == 1);  // the identity alone
  }

  TEST_CASE("tightened: a node that ended before its readers had it goes on at its next start") {
    Given node;
    store::Batch batch;
    batch.documents.push_back(tightened_row({must(node.world.store->versions_of(id_of(1), false)).front().no, hops(3)}, true));
    must(node.world.store->commit(batch, node.world.clock.now()));
    node.restart();
    REQUIRE(node.said(id_of(1)).size() == 1);
    CHECK(node.said(id_of(1)).front().find("\"max_hops\":2") != std::string::npos);
    for (const auto& [key, value] : must(node.world.store->documents(kTightenedSpace))) CHECK(value.find("\"open\":false") != std::string::npos);
  }

  TEST_CASE("tightened: the creator's word binds the copies of relays, and is attested with them") {
    for (const std::uint32_t most : {0U, 3U}) {
      CAPTURE(most);
      Given node;  // of whose copies the reader has none
      node.trust("", "", party("relay", "vendor", "write = [\"*\"]\nsigns = false\nrelay = [\"" + kPeer + "\"]\n") +
                             "[[rule]]\nid = \"peer\"\neffect = \"deny\"\nsources = [\"peer\"]\nclasses = [\"silver\"]\n");
      node.world.put({kGood}, "vulns", "relay");
      REQUIRE(node.world.ids("m", "vulns").size() == 2);
      node.again(kGood, hops(most));
      const auto vulns = node.world.ids("m", "vulns");
      CHECK(vulns.size() == (most == 0 ? 1 : 2));
      std::size_t said = 0;
      for (const Row& row : node.world.read("m", "vulns-attestations")) {
        const auto parsed = must(json::Document::parse(row.bytes));
        const std::string jws(parsed->root()["jws"].string_or(""));
        const auto header = parsed->root()["target_ref"].string_or("") == id_of(1) ? from_base64url(jws.substr(0, jws.find('.'))) : std::nullopt;
        said += header && header->find("\"max_hops\":2") != std::string::npos;
      }
      CHECK(said == (most == 0 ? 0 : 1));
    }
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
