// What an operator must see first waits outside; delivering again adds nothing, whatever was decided.
#include "sync/ingest/quarantine.h"

#include "peer.h"
#include "tests/support/property.h"

namespace sekisho::sync::tests {
namespace {

std::string report(unsigned n) { return Make{n, "GREEN", {id_of(n)}}.json(); }
const std::string kHoldAll = "[[import]]\nid = \"all\"\neffect = \"quarantine\"\nreason = \"new peer\"\n";
const std::string kDenyAll = "[[import]]\nid = \"all\"\neffect = \"deny\"\n";

struct Guarded : Receiver {
  Guarded() { trust("signs = false"); }
  Quarantine quarantine() { return {*world.store, *world.release, *world.audit, world.clock, limits}; }
  std::vector<store::DeadLetter> held() {
    return must(world.store->dead_letters(0, 1000, store::LetterKind::kQuarantined));
  }
  std::vector<store::DeadLetter> refused() {
    return must(world.store->dead_letters(0, 1000, store::LetterKind::kRefused));
  }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("quarantine: a marking without definition, a forged one, two labels; a definition in the same batch counts") {
    Receiver node;
    node.trust();
    const std::string mark = id_of(7, "marking-definition");
    const std::string marked = Make{3, mark, {id_of(3)}, 0, "x", kPeer}.json();
    const auto take = [&node](const std::vector<std::string>& objects) {
      std::vector<std::string> attestations;
      for (const std::string& object : objects) attestations.push_back(node.attest(object));
      return node.take(objects, attestations);
    };
    const auto undefined = take({marked});
    CHECK(undefined.quarantined == 1);
    CHECK(undefined.accepted == 0);
    const auto together = take({Make{4, mark, {id_of(4)}, 0, "x", kPeer}.json(), statement(7, "GREEN")});
    CHECK(together.accepted == 2);
    CHECK(take({Make{5, mark, {id_of(5)}, 0, "x", kPeer}.json()}).accepted == 1);
    std::string two = Make{6, "GREEN", {id_of(6)}, 0, "x", kPeer}.json();
    const std::string refs = "\"object_marking_refs\":[";
    REQUIRE(two.find(refs) != std::string::npos);
    two.insert(two.find(refs) + refs.size(), "\"" + std::string(stix::tlp_marking_id(stix::Tlp::kAmber)) + "\",");
    CHECK(take({two}).quarantined == 1);
    std::string forged = statement(8, "GREEN");
    forged.replace(forged.find(id_of(8, "marking-definition")), id_of(8, "marking-definition").size(), stix::tlp_marking_id(stix::Tlp::kRed));
    const auto report = take({forged});
    CHECK(report.accepted == 0);
  }

  TEST_CASE("what nobody signed waits for an operator, and nothing of it is released") {
    Guarded node;
    const auto report_in = node.take({report(3)}, {});
    CHECK(report_in.quarantined == 1);
    CHECK(report_in.accepted == 0);
    CHECK(report_in.refused.empty());
    REQUIRE(node.held().size() == 1);
    CHECK(node.held()[0].payload == report(3));
    CHECK(node.world.ids("m").empty());
    CHECK(node.take({report(3)}, {}).quarantined == 1);
    CHECK(node.held().size() == 1);
  }

  TEST_CASE("released: it is in, it goes out, the letter is gone, the trail tells") {
    Guarded node;
    node.take({report(3)}, {});
    must(node.quarantine().let_in(node.held()[0].no, "op", "checked by phone"));
    CHECK(node.world.ids("m") == std::vector<std::string>{id_of(3)});
    CHECK(node.held().empty());
    CHECK(must(node.world.audit->list(0, 10)).back().line.action == "quarantine.release");
    const auto stored = must(node.world.store->versions_of(id_of(3), false));
    CHECK(must(Provenance::from_json(stored.at(0).provenance)).route == "quarantine");
    CHECK(node.take({report(3)}, {}).duplicates == 1);
    CHECK(node.held().empty());
  }

  TEST_CASE("dropped: the same content is refused from now on, with one letter however often it comes") {
    Guarded node;
    node.take({report(3)}, {});
    must(node.quarantine().drop(node.held()[0].no, "op", "spam"));
    for (int i = 0; i < 3; ++i) {
      const auto again = node.take({report(3)}, {});
      REQUIRE(again.refused.size() == 1);
      CHECK(again.refused[0].reason.detail == "dropped by the operator");
    }
    CHECK(node.held().empty());
    CHECK(node.refused().size() == 1);
    CHECK(node.take({report(4)}, {}).quarantined == 1);
  }

  TEST_CASE("a release judges again: what may not come in now stays where it is") {
    Guarded node;
    node.take({report(3)}, {});
    node.trust("signs = false", "", kDenyAll);
    CHECK(node.quarantine().let_in(node.held()[0].no, "op", "r").error().code == Code::kImportDenied);
    node.trust("signs = false\nwrite = [\"vulns\"]");
    CHECK(node.quarantine().let_in(node.held()[0].no, "op", "r").error().code == Code::kImportDenied);
    CHECK(node.held().size() == 1);
    CHECK(node.quarantine().let_in(99, "op", "r").error().code == Code::kNotFound);
  }

  TEST_CASE("a rule quarantines what is signed too, and its signature is remembered") {
    Receiver node;
    node.trust("", "", kHoldAll);
    const std::string text = Make{3, "GREEN", {id_of(3)}, 0, "x", kPeer}.json();
    CHECK(node.take({text}, {node.attest(text)}).quarantined == 1);
    CHECK(node.take({Make{4, "GREEN", {id_of(4)}, 0, "x", kPeer}.json()}, {}).refused.size() == 1);
    const auto held = must(node.world.store->dead_letters(0, 10, store::LetterKind::kQuarantined));
    REQUIRE(held.size() == 1);
    CHECK(held[0].reason.detail.find("new peer") != std::string::npos);
    must(Quarantine(*node.world.store, *node.world.release, *node.world.audit, node.world.clock, node.limits)
             .let_in(held[0].no, "op", "r"));
    const auto stored = must(node.world.store->versions_of(id_of(3), false));
    CHECK_FALSE(must(Provenance::from_json(stored.at(0).provenance)).jws.empty());
  }

  TEST_CASE("a release judges the key as of first sight: revoked before it, the letter stays; after it, it goes") {
    Guarded node;
    const Timestamp first_sight = node.world.clock.now();
    const auto revoked = [](Timestamp at) { return "revoked = " + format_stix_time(at, 6); };
    node.trust("", "", kHoldAll);
    const std::string text = Make{3, "GREEN", {id_of(3)}, 0, "x", kPeer}.json();
    REQUIRE(node.take({text}, {node.attest(text)}).quarantined == 1);
    const std::uint64_t no = node.held().at(0).no;
    node.world.clock.advance_micros(3'600'000'000);
    for (const std::int64_t before : {0, 1, 60'000'000}) {
      node.trust("", revoked(first_sight.plus_micros(-before)), kHoldAll);
      CHECK(node.quarantine().let_in(no, "op", "r").error().code == Code::kKeyNotValid);
    }
    CHECK(node.held().size() == 1);
    CHECK(node.world.ids("m").empty());
    node.trust("", "until = " + format_stix_time(first_sight, 6), kHoldAll);
    CHECK(node.quarantine().let_in(no, "op", "r").error().code == Code::kKeyNotValid);
    node.trust("", revoked(first_sight.plus_micros(1)), kHoldAll);
    must(node.quarantine().let_in(no, "op", "r"));
    CHECK(node.world.ids("m") == std::vector<std::string>{id_of(3)});
    CHECK(node.held().empty());
  }

  TEST_CASE("a release lets nothing in from a party that signs now and did not then, nor by a key no longer pinned") {
    Guarded node;
    node.take({report(3)}, {});
    node.trust();
    CHECK(node.quarantine().let_in(node.held()[0].no, "op", "r").error().code == Code::kKeyUnknown);
    node.trust("", "", kHoldAll);
    const std::string text = Make{4, "GREEN", {id_of(4)}, 0, "x", kPeer}.json();
    REQUIRE(node.take({text}, {node.attest(text)}).quarantined == 1);
    node.peer_key = test_key('q');
    node.trust("", "", kHoldAll);
    for (const auto& letter : node.held()) {
      CHECK(node.quarantine().let_in(letter.no, "op", "r").error().code == Code::kKeyUnknown);
    }
    CHECK(node.held().size() == 2);
  }

  TEST_CASE("replay: judged with the keys of now, by the attestation that had come with it") {
    Guarded node;
    node.trust("", "from = 2090-01-01");
    const std::string text = Make{3, "GREEN", {id_of(3)}, 0, "x", kPeer}.json();
    CHECK(node.take({text}, {node.attest(text)}).refused.size() == 1);
    const std::uint64_t no = node.refused().at(0).no;
    CHECK(node.quarantine().replay(no, "op").error().code == Code::kKeyNotValid);
    CHECK(node.refused().size() == 1);
    node.trust();
    CHECK(must(node.quarantine().replay(no, "op")));
    CHECK(node.refused().empty());
    CHECK(node.world.ids("m") == std::vector<std::string>{id_of(3)});
  }

  TEST_CASE("the operator's own import is never quarantined") {
    Receiver node;
    node.trust("", "", kHoldAll);
    CHECK(must(node.inbound->import_own(node.world.collections.at(0), {report(5)}, {})).accepted == 1);
  }
}

TEST_SUITE("property") {
  TEST_CASE("quarantine: whatever is delivered, released and dropped in whatever order, each content has one fate") {
    PROPERTY("fates", [](const std::vector<unsigned char>& script) {
      Guarded node;
      std::map<unsigned, char> fate;  // 'q' waits, 'i' in, 'd' dropped
      for (const unsigned char byte : script) {
        const unsigned n = 3 + byte % 4;
        const unsigned act = (byte / 4) % 3;
        const auto held = node.held();
        const auto mine = std::find_if(held.begin(), held.end(), [n](const auto& l) { return l.object_id == id_of(n); });
        if (act == 0) {
          const auto done = node.take({report(n)}, {});
          RC_ASSERT(done.accepted == 0U);
          const char known = fate.emplace(n, 'q').first->second;
          RC_ASSERT(done.quarantined == (known == 'q' ? 1U : 0U));
          RC_ASSERT(done.duplicates == (known == 'i' ? 1U : 0U));
          RC_ASSERT(done.refused.size() == (known == 'd' ? 1U : 0U));
        } else if (mine != held.end()) {
          Quarantine quarantine = node.quarantine();
          must(act == 1 ? quarantine.let_in(mine->no, "op", "r") : quarantine.drop(mine->no, "op", "r"));
          fate[n] = act == 1 ? 'i' : 'd';
        }
      }
      std::size_t waiting = 0, in = 0, dropped = 0;
      for (const auto& [n, what] : fate) ++(what == 'q' ? waiting : what == 'i' ? in : dropped);
      RC_ASSERT(node.held().size() == waiting);
      RC_ASSERT(node.world.ids("m").size() == in);
      RC_ASSERT(node.refused().size() <= dropped);
      RC_ASSERT(must(node.world.audit->check()).empty());
    });
  }
}

}  // namespace sekisho::sync::tests
