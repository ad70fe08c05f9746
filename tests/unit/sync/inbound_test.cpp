// The one way in: what is accepted, what becomes a dead letter, and with which reason.
#include "peer.h"

namespace sekisho::sync::tests {
namespace {

const std::string kStranger = "identity--99999999-9999-4999-8999-999999999999";
const std::string kGood = Make{1, "GREEN", {id_of(2)}, 0, "x", kPeer}.json();

TEST_SUITE("unit") {
  TEST_CASE("signed by its creator: accepted, kept as it came, released") {
    Receiver node;
    const std::string text = " " + kGood;
    const auto report = node.take({text}, {node.attest(text)});
    CHECK(report.accepted == 1);
    CHECK(report.refused.empty());
    const auto stored = must(node.world.store->versions_of(id_of(1), true));
    REQUIRE(stored.size() == 1);
    CHECK(stored[0].bytes == text);
    CHECK(stored[0].source == "peer");
    CHECK(must(Provenance::from_json(stored[0].provenance)).kid == node.peer_key->kid());
    const auto again = node.take({text}, {node.attest(text)});
    CHECK(again.duplicates == 1);
    CHECK(again.accepted == 0);
  }

  TEST_CASE("every reason to refuse: a dead letter with payload, code and nothing in the store") {
    Receiver node;
    std::string object = kGood, attestation;
    Code wanted = Code::kInternal;
    SUBCASE("no attestation") { wanted = Code::kSignatureMissing; }
    SUBCASE("altered on the way") {
      attestation = node.attest(Make{1, "GREEN", {id_of(2)}, 0, "y", kPeer}.json());
      wanted = Code::kSignatureInvalid;
    }
    SUBCASE("signature of another object, content hash replaced") {
      const std::string other = Make{9, "GREEN", {id_of(2)}, 0, "x", kPeer}.json();
      attestation = node.attest(other);
      const std::string from = hex(must(stix::Object::parse(other))->content_hash());
      attestation.replace(attestation.find(from), from.size(), hex(must(stix::Object::parse(object))->content_hash()));
      wanted = Code::kSignatureInvalid;
    }
    SUBCASE("an unknown key") {
      attestation = make_attestation(*must(stix::Object::parse(object)), {node.world.key.get(), kPeer, kKeySince},
                                     certs::Role::kCreator, {});
      wanted = Code::kKeyUnknown;
    }
    SUBCASE("a revoked key") {
      node.trust("", "revoked = " + format_taxii_time(node.world.clock.now()));
      attestation = node.attest(object);
      wanted = Code::kKeyNotValid;
    }
    SUBCASE("a key that is not valid yet") {
      node.trust("", "from = " + format_taxii_time(node.world.clock.now().plus_micros(1)));
      attestation = node.attest(object);
      wanted = Code::kKeyNotValid;
    }
    SUBCASE("a key at its end") {
      node.trust("", "until = " + format_taxii_time(node.world.clock.now()));
      attestation = node.attest(object);
      wanted = Code::kKeyNotValid;
    }
    SUBCASE("the key of another party") {
      node.trust();
      const auto other = test_key('o');
      node.trust("", "", party("other", "peer-isac",
                               "[[party.keys]]\nx = \"" + base64url(as_chars(other->public_key().bytes)) + "\""));
      attestation = make_attestation(*must(stix::Object::parse(object)), {other.get(), kPeer, kKeySince},
                                     certs::Role::kCreator, {});
      wanted = Code::kKeyNotAllowed;
    }
    SUBCASE("an attestation in the name of another organisation") {
      attestation = node.attest(object, certs::Role::kCreator, {}, kOwn);
      wanted = Code::kKeyNotAllowed;
    }
    SUBCASE("an attestation with another property") {
      attestation = node.attest(object);
      attestation.insert(attestation.size() - 1, ",\"x_more\":1");
      wanted = Code::kStixInvalid;
    }
    SUBCASE("invalid STIX") {
      object.erase(object.find("\"name\":\"x\","), 11);
      attestation = node.attest(object);
      wanted = Code::kStixInvalid;
    }
    SUBCASE("no right to write here") {
      node.trust("write = [\"vulns\"]");
      attestation = node.attest(object);
      wanted = Code::kImportDenied;
    }
    SUBCASE("the party's time is over") {
      node.trust("until = " + format_taxii_time(node.world.clock.now()));
      attestation = node.attest(object);
      wanted = Code::kImportDenied;
    }
    SUBCASE("its agreement is over") {
      node.trust("", "", agreement("peer", "until = " + format_taxii_time(node.world.clock.now())));
      attestation = node.attest(object);
      wanted = Code::kAgreementExpired;
    }
    REQUIRE(wanted != Code::kInternal);
    const auto report = attestation.empty() ? node.take({object}, {}) : node.take({object}, {attestation});
    CHECK(report.accepted == 0);
    REQUIRE(report.refused.size() == 1);
    CHECK(info(report.refused[0].reason.code).text == info(wanted).text);
    CHECK(node.accepted().empty());
    const auto letters = node.letters();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].payload == object);
    CHECK(letters[0].reason.code == report.refused[0].reason.code);
    CHECK(letters[0].party == "peer");
    CHECK(letters[0].collection == "weekly");
    CHECK(letters[0].object_id == id_of(1));
  }

  TEST_CASE("a relay that may: accepted, as a relay however it signed") {
    Receiver node;
    node.trust("relay = true");
    const std::string object = Make{1, "GREEN", {id_of(2)}, 0, "x", kStranger}.json();
    CHECK(node.take({object}, {node.attest(object, certs::Role::kRelay)}).accepted == 1);
    const std::string other = Make{2, "GREEN", {id_of(2)}, 0, "x", kStranger}.json();
    CHECK(node.take({other}, {node.attest(other, certs::Role::kCreator)}).accepted == 1);
    const auto stored = must(node.world.store->versions_of(id_of(2), false));
    CHECK(must(Provenance::from_json(stored.at(0).provenance)).role == certs::Role::kRelay);
  }

  TEST_CASE("of several attestations the tightest of each holds") {
    Receiver node;
    certs::Handling wide, narrow, hops;
    wide.onward_consent = true;
    wide.org_scope = narrow.org_scope = certs::OrgScope::kIsacMembership;
    wide.max_hops = 5;
    hops.onward_consent = true;
    hops.max_hops = 3;
    node.take({kGood}, {node.attest(kGood, certs::Role::kCreator, wide), node.attest(kGood, certs::Role::kCreator, narrow),
                        node.attest(kGood, certs::Role::kCreator, hops)});
    const auto stored = must(node.world.store->versions_of(id_of(1), false));
    REQUIRE(stored.size() == 1);
    const auto provenance = must(Provenance::from_json(stored[0].provenance));
    CHECK(provenance.handling.org_scope == certs::OrgScope::kMemberFirm);
    CHECK_FALSE(provenance.handling.onward_consent);
    CHECK(provenance.handling.max_hops == 3U);
  }

  TEST_CASE("a bad attestation beside a good one does not count, whatever the order") {
    Receiver node;
    const std::string good = node.attest(kGood);
    const std::string bad = node.attest(kGood, certs::Role::kCreator, {}, kOwn);
    node.take({kGood}, {bad, good});
    CHECK(node.accepted().size() == 1);
    const std::string two = Make{3, "GREEN", {id_of(2)}, 0, "x", kPeer}.json();
    node.take({two}, {node.attest(two), node.attest(two, certs::Role::kCreator, {}, kOwn)});
    CHECK(node.accepted().size() == 2);
  }

  TEST_CASE("what was seen before a revocation stays; delivered again it is a duplicate") {
    Receiver node;
    const std::string proof = node.attest(kGood);
    CHECK(node.take({kGood}, {proof}).accepted == 1);
    node.world.clock.advance_micros(10);
    node.trust("", "revoked = " + format_taxii_time(node.world.clock.now()));
    const auto again = node.take({kGood}, {proof});
    CHECK(again.duplicates == 1);
    CHECK(again.refused.empty());
    const std::string two = Make{3, "GREEN", {id_of(2)}, 0, "x", kPeer}.json();
    CHECK(node.take({two}, {node.attest(two)}).accepted == 0);
  }

  TEST_CASE("a party that does not sign is taken at its word, but not beyond its rights") {
    Receiver node;
    const std::string accept = "[[import]]\nid = \"open\"\neffect = \"accept\"\n";
    node.trust("signs = false", "", accept);
    CHECK(node.take({kGood}, {}).accepted == 1);
    node.trust("signs = false\nwrite = [\"vulns\"]", "", accept);
    CHECK(node.take({Make{3, "GREEN", {id_of(2)}}.json()}, {}).accepted == 0);
  }

  TEST_CASE("own imports: the good ones go in, the bad ones become dead letters") {
    Receiver node;
    const std::string good = Make{1, "GREEN", {id_of(2)}}.json(), broken = "{\"type\":";
    std::string invalid = Make{3, "GREEN", {id_of(2)}}.json();
    invalid.erase(invalid.find("\"name\":\"x\","), 11);
    const auto report = must(node.inbound->import_own(node.world.collections.at(0), {good, broken, invalid}, {}));
    CHECK(report.accepted == 1);
    REQUIRE(report.refused.size() == 2);
    CHECK(report.refused[1].object_id == id_of(3));
    CHECK(report.refused[1].reason.code == Code::kStixInvalid);
    const auto letters = node.letters();
    REQUIRE(letters.size() == 2);
    CHECK(letters[0].payload == broken);
    CHECK(letters[1].payload == invalid);
  }

  TEST_CASE("AMBER of a peer goes on only with its consent") {
    Receiver node;
    const std::string kept = Make{1, "AMBER", {id_of(1)}, 0, "x", kPeer}.json();
    const std::string open = Make{3, "AMBER", {id_of(3)}, 0, "x", kPeer}.json();
    const std::string stop = Make{4, "GREEN", {id_of(4)}, 0, "x", kPeer}.json();
    certs::Handling consent, no_further;
    consent.onward_consent = true;
    no_further.max_hops = 0;
    node.trust("", "", agreement("m", "tlp_ceiling = \"TLP:AMBER\""));
    node.take({kept, open, stop}, {node.attest(kept), node.attest(open, certs::Role::kCreator, consent),
                                   node.attest(stop, certs::Role::kCreator, no_further)});
    CHECK(node.accepted().size() == 3);
    CHECK(node.world.ids("m") == std::vector<std::string>{id_of(3)});
  }

  TEST_CASE("what a relay says loosens nothing, and tightens") {
    Receiver node;
    certs::Handling consent, no_further;
    consent.onward_consent = true;
    no_further.max_hops = 0;
    node.trust("relay = \"*\"", "", agreement("m", "tlp_ceiling = \"TLP:AMBER\""));
    const std::string theirs = Make{1, "AMBER", {id_of(1)}, 0, "x", kPeer}.json();
    const std::string signed_as_relay = Make{2, "AMBER", {id_of(2)}, 0, "x", kPeer}.json();
    const std::string relayed = Make{3, "AMBER", {id_of(3)}, 0, "x", kStranger}.json();
    const std::string green = Make{4, "GREEN", {id_of(4)}, 0, "x", kStranger}.json();
    const std::string stop = Make{5, "GREEN", {id_of(5)}, 0, "x", kStranger}.json();
    node.world.put({R"({"type":"identity","spec_version":"2.1","id":")" + kStranger + R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"a stranger",)" +
                    R"("object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]})"});
    node.take({theirs, signed_as_relay, relayed, green, stop},
              {node.attest(theirs, certs::Role::kCreator, consent), node.attest(signed_as_relay, certs::Role::kRelay, consent),
               node.attest(relayed, certs::Role::kCreator, consent), node.attest(green, certs::Role::kRelay), node.attest(stop, certs::Role::kRelay, no_further)});
    CHECK(node.accepted().size() == 5);
    const auto ids = node.world.ids("m");
    for (const unsigned n : {1U, 2U, 3U, 4U, 5U}) CHECK_MESSAGE((std::count(ids.begin(), ids.end(), id_of(n)) == 1) == (n == 1 || n == 4), n);
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
