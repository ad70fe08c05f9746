// Who may speak for whom, whose an id is, what is only given back, what may follow: docs/specs/ownership.md §1.
#include <algorithm>

#include "anonymous_desk.h"
#include "peer.h"
#include "sync/ingest/quarantine.h"
#include "sync/ingest/submission.h"

namespace sekisho::sync::tests {
namespace {

const std::string kAcmeId = "identity--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const std::string kStranger = "identity--99999999-9999-4999-8999-999999999999";
const std::string kMine = "identities = [\"" + kPeer + "\"]\nwrite = [\"weekly\"]\nsigns = false\n";

/// A node with parties: `peer` posts without signing (and nobody asks it to), `acme` signs and its key is nobody's, `m` reads.
struct Gate {
  World world;
  Limits limits;
  KeptLog log;
  std::unique_ptr<Inbound> inbound;
  std::unique_ptr<Submissions> submissions;

  explicit Gate(const std::string& more = {}, const std::string& rows = {}) {
    inbound = std::make_unique<Inbound>(*world.store, *world.release, world.clock, limits);
    submissions = std::make_unique<Submissions>(*world.store, *world.release, *inbound, world.clock, world.random, log);
    trust(more, rows);
    for (const std::string& id : {kPeer, kAcmeId, kStranger, kOwn}) world.put({who(id)}, "vulns");  // who is named must be readable too
  }
  static std::string who(const std::string& id, const std::string& second = "00") {
    return R"({"type":"identity","spec_version":"2.1","id":")" + id + R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:)" + second +
           R"(.000Z","name":"N","object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]})";
  }
  void trust(const std::string& more, const std::string& rows = {}) {
    world.apply(party("peer", "member", kMine + more) +
                party("acme", "member", "identities = [\"" + kAcmeId + "\"]\nwrite = [\"weekly\"]") + member("m", "silver") +
                "[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"peer\"]\n" + rows);
  }
  Submission post(const std::vector<std::string>& objects, const std::string& party = "peer") {
    const std::vector<std::string_view> views(objects.begin(), objects.end());
    return must(submissions->take(party, "weekly", views));
  }
  Quarantine quarantine() { return {*world.store, *world.release, *world.audit, world.clock, limits}; }
  std::vector<store::DeadLetter> held() { return must(world.store->dead_letters(0, 1000, store::LetterKind::kQuarantined)); }
  std::vector<store::DeadLetter> refused() { return must(world.store->dead_letters(0, 1000, store::LetterKind::kRefused)); }
  /// Provenance of each stored copy of an id that this source gave.
  std::vector<Provenance> copies(const std::string& id, const std::string& source) {
    std::vector<Provenance> out;
    for (const auto& version : must(world.store->versions_of(id, false))) {
      if (version.source == source) out.push_back(must(Provenance::from_json(version.provenance)));
    }
    return out;
  }
  InboundReport import(const std::vector<std::string>& objects, bool for_parties = false) {
    const std::vector<std::string_view> views(objects.begin(), objects.end());
    return must(inbound->import_own(world.collections.at(0), views, {{}, kBundleLevels, for_parties}));
  }
};

std::string made_by(const std::string& creator, unsigned n, int version = 0, const std::string& tlp = "GREEN", const std::string& text = "x") {
  return Make{n, tlp, {id_of(n)}, version, text, creator}.json();
}
std::string revoked(std::string object) { return object.insert(object.size() - 1, ",\"revoked\":true"); }
std::string with_id(std::string object, unsigned n, const std::string& id) {
  while (object.find(id_of(n)) != std::string::npos) object.replace(object.find(id_of(n)), id_of(n).size(), id);
  return object;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("door: what names a creator that its giver may not speak for waits, known id or not, and revokes nothing") {
    Gate gate;
    gate.world.put({made_by(kAcmeId, 1)}, "weekly", "acme");
    const Submission done = gate.post({revoked(made_by(kAcmeId, 1, 5)), made_by(kAcmeId, 2), made_by(kOwn, 3), made_by(kStranger, 4), made_by(kPeer, 5)});
    CHECK(done.failures.empty());  // and it is told nothing
    CHECK(gate.held().size() == 4);
    CHECK(gate.held()[0].reason.detail.find(kAcmeId) != std::string::npos);
    CHECK(gate.world.ids("m") == std::vector<std::string>{id_of(1), id_of(5)});
    CHECK(gate.post({revoked(made_by(kAcmeId, 1, 5))}).failures.empty());
    CHECK(gate.held().size() == 4);
  }

  TEST_CASE("door: relay lets in what it lists; \"*\" neither ours nor what parties that sign here created") {
    Gate gate("relay = [\"" + kAcmeId + "\"]\n");
    gate.post({made_by(kAcmeId, 1), made_by(kStranger, 2)});
    CHECK(gate.world.ids("m") == std::vector<std::string>{id_of(1)});
    gate.trust("relay = \"*\"\n");
    gate.post({made_by(kAcmeId, 3), made_by(kStranger, 4), made_by(kOwn, 5)});
    CHECK(gate.world.ids("m") == std::vector<std::string>{id_of(1), id_of(4)});
    CHECK(gate.held().size() == 3);
  }

  TEST_CASE("door: definitions name a creator like everything else, but for those that are the same everywhere") {
    Gate gate;
    std::string mark = statement(7, "GREEN");
    mark.insert(mark.find("\"created\""), "\"created_by_ref\":\"" + kStranger + "\",");
    gate.post({mark, attestation_extension_definition(), attestation_project_identity()});
    REQUIRE(gate.held().size() == 1);
    CHECK(gate.held()[0].object_id == id_of(7, "marking-definition"));
  }

  TEST_CASE("door: released without trust it is its giver's unnamed claim; with trust it is the creator's") {
    Gate gate;
    gate.post({made_by(kStranger, 1), made_by(kStranger, 2)});
    must(gate.quarantine().let_in(gate.held()[0].no, "op", "r"));
    CHECK(gate.copies(id_of(1), "peer").at(0).unnamed);
    gate.trust("relay = [\"" + kStranger + "\"]\n");
    must(gate.quarantine().let_in(gate.held()[0].no, "op", "r"));
    CHECK_FALSE(gate.copies(id_of(2), "peer").at(0).unnamed);
    gate.post({made_by(kStranger, 1, 5)});  // what was unnamed does not stand in the way of what follows
    CHECK(gate.held().empty());
    CHECK(gate.world.ids("m") == std::vector<std::string>{id_of(1), id_of(2), id_of(1)});
  }

  TEST_CASE("door: an id that the giver reads as another's waits; one that is hidden from it does not show") {
    Gate gate;
    gate.world.put({made_by("", 1), made_by("", 2, 0, "RED")});
    gate.post({revoked(made_by("", 1, 5)), made_by("", 2, 5), made_by(kPeer, 1, 6)});
    REQUIRE(gate.held().size() == 2);
    CHECK(gate.held()[0].object_id == id_of(1));
    CHECK(gate.copies(id_of(2), "peer").size() == 1);
    must(gate.quarantine().let_in(gate.held()[0].no, "op", "r"));
    CHECK_FALSE(gate.copies(id_of(1), "peer").at(0).echo);
  }

  TEST_CASE("door: ids that tools compute are nobody's, and an identity is its own party's") {
    Gate gate;
    const std::string computed = "report--00000001-0000-5000-8000-000000000000";
    gate.world.put({with_id(made_by("", 1), 1, computed)});
    gate.post({with_id(made_by("", 1, 5), 1, computed), Gate::who(kPeer, "01")});
    CHECK(gate.held().empty());
    CHECK(gate.copies(computed, "peer").size() == 1);
    CHECK(gate.copies(kPeer, "peer").size() == 1);
  }

  TEST_CASE("door: what would give way to the party's claim keeps it out of nothing, of the same version or another") {
    const std::string computed = "report--00000001-0000-5000-8000-000000000000";
    for (const bool higher : {true, false}) {
      CAPTURE(higher);
      Gate gate(higher ? "standing = 2\n" : "", party("beta", "member", "standing = 1\nwrite = [\"weekly\"]\nsigns = false\n"));
      const auto plant = [](const std::string& object) { std::string out = object; return out.replace(out.find("\"x\""), 3, "\"planted\""); };
      std::string identity = Gate::who(kPeer, "01");
      identity.replace(identity.find("\"N\""), 3, "\"planted\"");
      gate.world.put({plant(made_by("", 1)), plant(made_by("", 2)), identity, plant(with_id(made_by("", 3), 3, computed))}, "weekly", "beta");
      const Submission done = gate.post({made_by("", 1), made_by("", 2, 5), Gate::who(kPeer, "01"), with_id(made_by("", 3), 3, computed)});
      CHECK(done.failures.size() == (higher ? 0 : 1));
      CHECK(gate.held().size() == (higher ? 0 : 1));
      CHECK(gate.copies(kPeer, "peer").size() == 1);
      CHECK(gate.copies(computed, "peer").size() == 1);
      CHECK(gate.copies(id_of(1), "peer").size() == (higher ? 1 : 0));
      std::size_t planted = 0;
      for (const Row& row : gate.world.read("m")) planted += row.bytes.find("planted") != std::string::npos;
      CHECK(planted == (higher ? 0 : 3));  // of what tools compute the first stays
    }
  }

  TEST_CASE("door: a relay's altered version of what the party itself made keeps it out of nothing") {
    Gate gate;
    gate.world.put({made_by(kPeer, 1, 0, "GREEN", "altered")});
    CHECK(gate.post({made_by(kPeer, 1)}).failures.empty());
    CHECK(gate.copies(id_of(1), "peer").size() == 1);
    CHECK(gate.held().empty());
  }

  TEST_CASE("door: the identity of a party is its own, or a relay's that may speak for it") {
    Gate gate;
    CHECK(gate.post({Gate::who(kAcmeId, "02"), Gate::who(kOwn, "02"), Gate::who(kStranger, "02")}).failures.empty());
    REQUIRE(gate.held().size() == 3);  // the last one it reads as another's
    CHECK(gate.held()[0].object_id == kAcmeId);
    CHECK(gate.held()[0].reason.detail.find("identity of another party") != std::string::npos);
    CHECK(gate.copies(kAcmeId, "peer").empty());
    const std::string unlisted = "identity--88888888-8888-4888-8888-888888888888";
    gate.post({Gate::who(unlisted)});
    CHECK(gate.copies(unlisted, "peer").size() == 1);
    gate.trust("relay = [\"" + kAcmeId + "\"]\n");
    gate.post({Gate::who(kAcmeId, "03")});
    CHECK(gate.held().size() == 4);  // it reads it as another's
    Gate relay("relay = [\"" + unlisted + "\"]\n", party("gamma", "member", "identities = [\"" + unlisted + "\"]\n"));
    relay.post({Gate::who(unlisted)});
    CHECK(relay.copies(unlisted, "peer").size() == 1);
  }

  TEST_CASE("door: within one batch too an id is one claim's") {
    Gate gate("relay = [\"" + kStranger + "\"]\n");
    gate.post({made_by("", 1), made_by(kStranger, 1, 5), made_by(kPeer, 1, 6)});
    REQUIRE(gate.held().size() == 1);
    CHECK(gate.held()[0].version == "2024-01-01T00:05:00.000Z");
  }

  TEST_CASE("door: what is only given back makes no letter, does not count, and its giver is told the same") {
    Gate gate;
    gate.world.put({made_by(kOwn, 1), made_by("", 2), made_by(kAcmeId, 3, 0, "RED")});
    gate.world.put({made_by(kAcmeId, 4, 0, "RED")}, "weekly", "acme");
    gate.world.put({made_by(kStranger, 5, 0, "RED")}, "weekly", "acme");  // acme may not speak for it
    const Submission done = gate.post({made_by(kOwn, 1), made_by("", 2), made_by(kAcmeId, 3, 0, "RED"), made_by(kAcmeId, 4, 0, "RED"), made_by(kStranger, 5, 0, "RED")});
    CHECK(done.successes.size() == 5);
    for (const auto& detail : done.successes) CHECK(detail.message.empty());
    for (const unsigned n : {1U, 2U, 3U, 4U}) {
      REQUIRE(gate.copies(id_of(n), "peer").size() == 1);
      CHECK(gate.copies(id_of(n), "peer")[0].echo);
    }
    REQUIRE(gate.held().size() == 1);
    CHECK(gate.held()[0].object_id == id_of(5));
    CHECK(gate.world.ids("m") == std::vector<std::string>{id_of(1), id_of(2)});
    gate.post({made_by(kOwn, 1)});
    CHECK(gate.copies(id_of(1), "peer").size() == 1);
    CHECK(gate.held().size() == 1);
  }

  TEST_CASE("door: a copy that does not count opens nothing, restarted or not") {
    Gate gate("", "[[rule]]\nid = \"theirs\"\neffect = \"deny\"\nsources = [\"acme\"]\nreason = \"r\"\n");
    gate.world.put({made_by(kAcmeId, 1)}, "weekly", "acme");
    gate.post({made_by(kAcmeId, 1)});
    CHECK(gate.copies(id_of(1), "peer").at(0).echo);
    CHECK(gate.world.ids("m").empty());
    CHECK(gate.world.ids("peer").empty());
    gate.world.restart();
    CHECK(gate.world.ids("m").empty());
  }

  TEST_CASE("door: a definition that is here for a hidden reason defines nothing for whoever gave it back") {
    for (const bool hidden : {false, true}) {
      CAPTURE(hidden);
      Gate gate;
      std::string mark = statement(7, "RED");
      mark.insert(mark.find("\"created\""), "\"created_by_ref\":\"" + kAcmeId + "\",");
      if (hidden) gate.world.put({mark}, "weekly", "acme");
      gate.post({mark});
      CHECK(gate.held().size() == (hidden ? 0 : 1));
      const Submission done = gate.post({Make{8, id_of(7, "marking-definition"), {id_of(8)}, 0, "x", kPeer}.json()});
      CHECK(done.failures.empty());
      CHECK(gate.copies(id_of(8), "peer").empty());
      CHECK(gate.post({made_by("", 9)}).failures.empty());
    }
  }

  TEST_CASE("door: nothing follows a revoked version in its line, on any way in; what came before it may still come") {
    Gate gate;
    CHECK(gate.post({made_by(kPeer, 1), revoked(made_by(kPeer, 1, 5))}).failures.empty());
    const Submission late = gate.post({made_by("", 1, 9), made_by(kPeer, 1, 2)});
    REQUIRE(late.failures.size() == 1);
    CHECK(late.failures[0].message.find("nothing follows") != std::string::npos);
    CHECK(late.successes.size() == 1);
    CHECK(gate.post({revoked(made_by(kPeer, 2)), made_by(kPeer, 2, 5)}).failures.size() == 1);
    CHECK(gate.import({made_by("", 3), revoked(made_by("", 3, 5))}).accepted == 2);
    const auto own = gate.import({made_by(kOwn, 3, 9), revoked(made_by("", 3, 5))});
    CHECK(own.duplicates == 1);
    REQUIRE(own.refused.size() == 1);
    CHECK(own.refused[0].object_id == id_of(3));
    CHECK(gate.quarantine().replay(gate.refused().back().no, "op").error().code == Code::kStixInvalid);
  }

  TEST_CASE("door: released from quarantine nothing follows a revoked version either") {
    Gate gate;
    gate.trust("", "[[import]]\nid = \"wait\"\neffect = \"quarantine\"\nsources = [\"peer\"]\n");
    gate.post({made_by(kPeer, 1, 9)});
    gate.trust("");
    gate.post({revoked(made_by(kPeer, 1, 5))});
    CHECK(gate.quarantine().let_in(gate.held().at(0).no, "op", "r").error().code == Code::kStixInvalid);
    CHECK(gate.held().size() == 1);
  }

  TEST_CASE("door: another time of creation is told of and no reason to refuse") {
    Gate gate;
    gate.post({made_by(kPeer, 1)});
    std::string other = made_by(kPeer, 1, 5);
    other.replace(other.find("\"created\":\"2024"), 15, "\"created\":\"2023");
    const Submission done = gate.post({other});
    REQUIRE(done.successes.size() == 1);
    CHECK(done.successes[0].message.find("created differs") != std::string::npos);
    CHECK(gate.copies(id_of(1), "peer").size() == 2);
  }

  TEST_CASE("door: our own import speaks for a party only if the operator says so; what the party gave is known") {
    Gate gate;
    gate.world.put({made_by(kAcmeId, 1)}, "weekly", "acme");
    const auto report = gate.import({made_by(kAcmeId, 2), made_by(kStranger, 3), made_by(kOwn, 4), made_by(kAcmeId, 1)});
    CHECK(report.accepted == 3);
    REQUIRE(report.refused.size() == 1);
    CHECK(report.refused[0].object_id == id_of(2));
    CHECK(report.refused[0].reason.detail.find("--given-by acme") != std::string::npos);
    CHECK(gate.copies(id_of(1), "").at(0).echo);
    CHECK(gate.import({made_by(kAcmeId, 2)}, true).accepted == 1);
    CHECK(gate.import({made_by(kAcmeId, 2)}).duplicates == 1);
    CHECK_FALSE(gate.copies(id_of(2), "").at(0).echo);
  }

  TEST_CASE("door: given by a party in another way, it is judged as if the party had sent it") {
    Gate gate;
    const auto given = [&gate](const std::string& party, const std::vector<std::string>& objects) {
      const std::vector<std::string_view> views(objects.begin(), objects.end());
      return gate.submissions->take_given(party, gate.world.collections.at(0), views);
    };
    const auto report = must(given("peer", {made_by(kPeer, 1), made_by(kAcmeId, 2), "17"}));
    CHECK(report.accepted == 1);
    CHECK(report.quarantined == 1);
    CHECK(report.refused.size() == 1);
    CHECK(gate.copies(id_of(1), "peer").at(0).route == "given");
    CHECK(must(given("acme", {made_by(kAcmeId, 3)})).refused.at(0).reason.code == Code::kSignatureMissing);
    CHECK(given("m", {made_by(kPeer, 1)}).error().code == Code::kImportDenied);
    CHECK(given("nobody", {}).error().code == Code::kPeerUnknown);
    CHECK(gate.post({made_by(kAcmeId, 2, 0, "GREEN", "other")}).failures.size() == 1);  // what waits counts as sent
  }

  TEST_CASE("door: the same content in other words is known, other content of a version is named") {
    Gate gate;
    std::string other_words = made_by(kPeer, 1);
    other_words.insert(other_words.size() - 1, ",\"revoked\":false,\"lang\":\"en\"");
    other_words.replace(other_words.find("T00:00:00.000Z"), 14, "T00:00:00.0000Z");
    CHECK(gate.post({made_by(kPeer, 1)}).failures.empty());
    CHECK(gate.post({other_words}).failures.empty());
    CHECK(gate.copies(id_of(1), "peer").size() == 1);
    CHECK(gate.post({made_by(kPeer, 2), with_id(other_words, 1, id_of(2)), made_by(kPeer, 2, 0, "GREEN", "y")}).failures.size() == 1);

    const auto own = gate.import({made_by("", 5), made_by("", 5, 0, "GREEN", "y")});
    CHECK(own.conflicts == 1);
    REQUIRE(own.conflicting.size() == 1);
    CHECK(own.conflicting[0].object_id == id_of(5));
    const auto same = gate.import({other_words});
    CHECK(same.conflicts == 0);
    CHECK(gate.import({made_by(kOwn, 6)}).accepted == 1);
    std::string six = made_by(kOwn, 6);
    six.insert(six.size() - 1, ",\"revoked\":false");
    const auto again = gate.import({six});
    CHECK(again.duplicates == 1);
    CHECK(again.accepted == 0);
  }
}

}  // namespace sekisho::sync::tests
